//! Why a lead went where it went: its decision made again from what was kept, bit for bit.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::replay::replay;
use decide::why::{WhyNot, why_not};
use decide::{Input, LeadView, RosterState, Setup};
use model::id::LeadId;
use model::{RepId, Timestamp};
use serde_json::{Value, json};
use store::Snapshot;
use store::decision::Decision;

use crate::capture::view_at;
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::{Live, set_up};
use crate::record_format;
use crate::{Refusal, RefusalKind, words};

/// A decision made again.
#[derive(Debug)]
pub struct Replayed {
    /// Policy and roster of that time.
    pub setup: Arc<Setup>,
    /// Load and rotation of that time.
    pub state: RosterState,
    /// The lead of that time.
    pub lead: LeadView,
    /// The time.
    pub now: Timestamp,
    /// The seed.
    pub seed: u64,
}

impl Replayed {
    /// What the decision rested on.
    pub fn input(&self) -> Input<'_> {
        Input {
            setup: &self.setup,
            state: &self.state,
            lead: &self.lead,
            now: self.now,
            seed: self.seed,
        }
    }
}

impl Engine {
    /// The decision of a lead with its whole trace, in the format `decision/1`, and the same in
    /// words. The newest one where `number` is absent.
    ///
    /// # Errors
    /// `A0404` for an unknown lead or decision; `A0505` where the decision cannot be made again
    /// bit for bit.
    pub async fn why(&self, lead: LeadId, number: Option<i64>) -> Result<Value, Refusal> {
        self.read(move |db| why(db, lead, number)).await
    }

    /// The smallest change by which `rep` would have got the lead.
    ///
    /// # Errors
    /// As [`Engine::why`]; `A0404` for a rep the roster of that time does not know.
    pub async fn why_not(
        &self,
        lead: LeadId,
        number: Option<i64>,
        rep: RepId,
    ) -> Result<Value, Refusal> {
        self.read(move |db| {
            let replayed = match again(db, lead, number)? {
                Ok(replayed) => replayed,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let Some(index) = replayed.setup.find(&rep) else {
                return Ok(Err(Refusal::not_found("rep", &rep)));
            };
            let flips = |changes: &[decide::why::Flip]| -> Vec<String> {
                changes.iter().map(|it| words::flip(&replayed.setup, it)).collect()
            };
            Ok(Ok(match why_not(&replayed.input(), index) {
                WhyNot::Chosen => json!({ "rep": rep, "answer": "chosen", "changes": [] }),
                WhyNot::Change(changes) => {
                    json!({ "rep": rep, "answer": "with_changes", "changes": flips(&changes) })
                }
                WhyNot::NotWithin(tried) => {
                    json!({ "rep": rep, "answer": "not_within", "changes": flips(&tried) })
                }
            }))
        })
        .await
    }
}

/// The decision of a lead as JSON with text, made again.
pub fn why(db: &mut Snapshot<'_>, lead: LeadId, number: Option<i64>) -> Answer<Value> {
    let replayed = match again(db, lead, number)? {
        Ok(replayed) => replayed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let input = replayed.input();
    let (decision, trace) = decide::decide_traced(&input);
    Ok(Ok(json!({
        "decision": decide::trace::format::to_json(&input, &decision, &trace),
        "text": decide::render::text(&replayed.setup, &decision, &trace),
    })))
}

/// Makes a stored decision again.
pub fn again(db: &mut Snapshot<'_>, lead: LeadId, number: Option<i64>) -> Answer<Replayed> {
    let row = match number {
        None => store::decision::last(db, WORKSPACE, lead.raw())?,
        Some(number) => store::decision::get(db, WORKSPACE, lead.raw(), number)?,
    };
    match row {
        Some(row) => Replayer::default().replayed(db, &row),
        None => Ok(Err(Refusal::not_found("decision on lead", lead))),
    }
}

/// Makes decisions again, one after another.
#[derive(Debug, Default)]
pub struct Replayer {
    /// Policy and roster by hash and version.
    setups: BTreeMap<(String, i64), Arc<Setup>>,
}

impl Replayer {
    /// A replayer that need not compile what is live.
    pub(crate) fn knowing(live: &Live) -> Self {
        let key = (live.policy_hash.clone(), live.roster_version);
        Self { setups: BTreeMap::from([(key, Arc::clone(&live.setup))]) }
    }

    /// Makes the decision of `row` again and checks that it is the same.
    pub fn replayed(&mut self, db: &mut Snapshot<'_>, row: &Decision) -> Answer<Replayed> {
        let id = LeadId::from_raw(row.lead_id);
        let Some((record, kept)) = record_format::read(row) else {
            return Ok(Err(cannot(id, "its record has an unknown format")));
        };
        let setup = match self.setup(db, id, row)? {
            Ok(setup) => setup,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let Some(lead) = store::lead::get(db, WORKSPACE, row.lead_id)? else {
            return Ok(Err(cannot(id, "the lead is not there")));
        };
        let mut view = view_at(db, setup.policy(), &lead, row.lead_version, kept.last_activity)?;
        kept.restore(setup.policy(), &mut view, record.now);
        if let Err(error) = replay(&record, &setup, &view) {
            return Ok(Err(cannot(id, &error.to_string())));
        }
        let Some(state) = decide::replay::restore(&record, &setup) else {
            return Ok(Err(cannot(id, "its roster is another one")));
        };
        Ok(Ok(Replayed { setup, state, lead: view, now: record.now, seed: record.seed }))
    }

    fn setup(&mut self, db: &mut Snapshot<'_>, lead: LeadId, row: &Decision) -> Answer<Arc<Setup>> {
        let key = (row.policy_hash.clone(), row.roster_version);
        if let Some(setup) = self.setups.get(&key) {
            return Ok(Ok(Arc::clone(setup)));
        }
        let policy = store::policy::get(db, WORKSPACE, &row.policy_hash)?;
        let roster = store::roster::get(db, WORKSPACE, row.roster_version)?;
        let (Some(policy), Some(roster)) = (policy, roster) else {
            return Ok(Err(cannot(lead, "its policy or roster is not there")));
        };
        let setup = match set_up(&policy.files, &roster.body) {
            Ok(setup) => Arc::new(setup),
            Err(refusal) => return Ok(Err(refusal)),
        };
        self.setups.insert(key, Arc::clone(&setup));
        Ok(Ok(setup))
    }
}

fn cannot(lead: LeadId, why: &str) -> Refusal {
    let message = format!("the decision on {lead} cannot be made again: {why}");
    Refusal::new(RefusalKind::Internal, "A0505", message)
}
