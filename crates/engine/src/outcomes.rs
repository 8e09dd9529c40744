//! Outcomes: meetings, opportunities, wins and losses that others report.

mod deals;
mod events;
mod group;
mod key;
mod place;
mod said;
mod tell;

use model::Timestamp;
use model::id::{HandoffId, LeadId, OutcomeId};
use serde::{Deserialize, Serialize};
use store::lead::Lead;
use store::outcome::Outcome;
use store::{Snapshot, StoreError, Tx};

pub use key::OutcomeKey;

pub use group::{Filed, Recorded, Reported, record_group};

use crate::ahead::lies_ahead;
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::lead_names::{self, LeadName, NamedLeads};
use crate::merge::last_survivor;
use crate::refusal::FieldFault;
use crate::{Actor, Refusal, RefusalKind};
use deals::{News, Report, record_all};
use said::Said;

/// The kinds of outcomes.
pub const KINDS: [&str; 4] = ["meeting", "opportunity", "won", "lost"];

/// An outcome to record.
#[derive(Clone, Debug)]
pub struct OutcomeRequest {
    /// One of [`KINDS`].
    pub kind: String,
    /// The lead; may be absent where the handoff or a name is given.
    pub lead: Option<LeadId>,
    /// The lead as the sender names it.
    pub named: Option<LeadName>,
    /// The handoff; where absent the lead's newest that was made by then.
    pub handoff: Option<HandoffId>,
    /// When it happened; now where absent.
    pub at: Option<Timestamp>,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// Lead source as the sender's system has it.
    pub lead_source: Option<String>,
    /// Source the sender credits; the one the policy gives for the handoff's reason where absent.
    pub attributed_source: Option<String>,
    /// Its id in the sender's system; a second report of the kind with the same id corrects the
    /// first.
    pub external_id: Option<OutcomeKey>,
}

/// An outcome as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeView {
    /// The outcome.
    pub id: OutcomeId,
    /// `meeting`, `opportunity`, `won` or `lost`.
    pub kind: String,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The handoff it is counted for.
    pub handoff: Option<HandoffId>,
    /// When it happened.
    pub at: Timestamp,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// Lead source as the sender's system has it.
    pub lead_source: Option<String>,
    /// Source the sender credits.
    pub attributed_source: Option<String>,
    /// Its id in the sender's system.
    pub external_id: Option<OutcomeKey>,
}

impl Engine {
    /// Records an outcome, or corrects the one that is known by its external id: what the request
    /// says counts, the rest stays. A handoff or source to credit that it once named stays too,
    /// whatever else is corrected. A deal has one verdict: of `won` and `lost` the later one
    /// counts. What became of the request, and the outcome as it is known now.
    ///
    /// # Errors
    /// `A0404` for an unknown lead or handoff, `I0603` where nobody knows a lead by the sender's
    /// name for it, `A0411` for an unknown kind, an instant in the future or a lead that is named
    /// twice. Failures of the store.
    pub async fn record_outcome(
        &self,
        actor: Actor,
        request: OutcomeRequest,
    ) -> Result<(Recorded, OutcomeView), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| record(&engine, tx, &actor, &request, now)).await
    }

    /// The outcomes of a lead, oldest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn outcomes_of(&self, lead: LeadId) -> Result<Vec<OutcomeView>, Refusal> {
        self.read(move |db| {
            let rows = store::outcome::of_lead(db, WORKSPACE, lead.raw())?;
            Ok(Ok(rows.iter().map(view).collect()))
        })
        .await
    }
}

/// Records an outcome inside a transaction.
///
/// # Errors
/// As [`Engine::record_outcome`].
pub fn record(
    engine: &Engine,
    tx: &mut Tx<'_>,
    actor: &Actor,
    request: &OutcomeRequest,
    now: Timestamp,
) -> Answer<(Recorded, OutcomeView)> {
    let at = request.at.unwrap_or(now);
    if let Err(refusal) = check(request, at, now) {
        return Ok(Err(refusal));
    }
    let (lead, handoff) = match place_of(tx, request)? {
        Ok(place) => place,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let said = Said {
        kind: &request.kind,
        external_id: request.external_id.as_ref().map(ToString::to_string),
        lead: lead.as_ref(),
        handoff,
        at: request.at,
        value: request.value,
        lead_source: request.lead_source.as_deref(),
        attributed_source: request.attributed_source.as_deref(),
        cell: None,
    };
    let live = engine.live(tx, now)?.ok();
    let report = Report { engine, live: live.as_deref(), actor, now, news: News::Told };
    let recorded = record_all(report, tx, &[said])?;
    let missing = || StoreError::Missing { statement: "the outcome that was recorded".to_owned() };
    let (what, row) = recorded.into_iter().next().ok_or_else(missing)?;
    Ok(Ok((what, view(&row))))
}

/// The lead and the handoff that a request names.
fn place_of(
    db: &mut Snapshot<'_>,
    request: &OutcomeRequest,
) -> Answer<(Option<Lead>, Option<i64>)> {
    let lead = match (&request.named, request.lead) {
        (Some(name), _) => {
            let leads = NamedLeads::read(db, std::iter::once(name))?;
            let Some(lead) = leads.find(name) else { return Ok(Err(lead_names::unknown())) };
            Some(lead.clone())
        }
        (None, Some(id)) => {
            let lead = store::lead::get(db, WORKSPACE, id.raw())?;
            let Some(lead) = lead else { return Ok(Err(Refusal::not_found("lead", id))) };
            Some(last_survivor(db, lead)?)
        }
        (None, None) => None,
    };
    let Some(id) = request.handoff else { return Ok(Ok((lead, None))) };
    let not_found = || Refusal::not_found("handoff of this lead", id);
    let handoff = store::handoff::get(db, WORKSPACE, id.raw())?;
    let Some(handoff) = handoff else { return Ok(Err(not_found())) };
    // A handoff that is named keeps its lead, also where that was merged since.
    let own = store::lead::get(db, WORKSPACE, handoff.lead_id)?;
    let now = own.clone().map(|it| last_survivor(db, it)).transpose()?;
    if lead.is_some_and(|lead| now.is_none_or(|it| it.id != lead.id)) {
        return Ok(Err(not_found()));
    }
    Ok(Ok((own, Some(handoff.id))))
}

/// The largest value of an outcome: sums of very many stay within 64 bits.
const VALUE_MAX: i64 = 1_000_000_000_000;

/// What is wrong with an outcome, whoever reports it. Each way to report one has its own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    InTheFuture,
    ValueOutOfRange,
}

impl Wrong {
    fn field(self) -> &'static str {
        match self {
            Self::InTheFuture => "at",
            Self::ValueOutOfRange => "value",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::InTheFuture => "lies in the future",
            Self::ValueOutOfRange => "is not from 0 to a million millions",
        }
    }
}

fn wrongs(at: Timestamp, value: Option<i64>, now: Timestamp) -> impl Iterator<Item = Wrong> {
    let in_the_future = lies_ahead(at, now).then_some(Wrong::InTheFuture);
    let out = value.is_some_and(|it| !(0..=VALUE_MAX).contains(&it));
    in_the_future.into_iter().chain(out.then_some(Wrong::ValueOutOfRange))
}

fn check(request: &OutcomeRequest, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |at: &str, message: String| {
        faults.push(FieldFault { at: at.to_owned(), code: "A0411".to_owned(), message });
    };
    if !KINDS.contains(&request.kind.as_str()) {
        fault("kind", format!("use one of {}", KINDS.join(", ")));
    }
    for wrong in wrongs(at, request.value, now) {
        fault(wrong.field(), wrong.text().to_owned());
    }
    if request.lead.is_none() && request.named.is_none() && request.handoff.is_none() {
        fault("lead", "name the lead or the handoff it came of".to_owned());
    }
    if request.lead.is_some() && request.named.is_some() {
        fault("lead", "names the lead a second time; one name is enough".to_owned());
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the outcome cannot be recorded like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}

fn view(row: &Outcome) -> OutcomeView {
    OutcomeView {
        id: OutcomeId::from_raw(row.id),
        kind: row.kind.clone(),
        lead: row.lead_id.map(LeadId::from_raw),
        handoff: row.handoff_id.map(HandoffId::from_raw),
        at: Timestamp::from_micros(row.at),
        value: row.value,
        lead_source: row.lead_source.clone(),
        attributed_source: row.attributed_source.clone(),
        external_id: row.external_id.as_deref().and_then(OutcomeKey::of_text),
    }
}
