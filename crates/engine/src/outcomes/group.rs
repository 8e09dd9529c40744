//! Outcomes in groups, with their leads named by the sender.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::id::OutcomeId;
use serde_json::json;
use store::chain::NewEvent;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use super::{attributed, handoff_at};
use crate::Actor;
use crate::engine::{Engine, WORKSPACE};
use crate::lead_names::{LeadName, NamedLeads};
use crate::live::Live;

/// An outcome as its sender names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// One of [`super::KINDS`].
    pub kind: String,
    /// Who gave the ids, e.g. `salesforce`.
    pub source: String,
    /// The lead: its id at the sender, or its e-mail address.
    pub lead: String,
    /// When it happened; now where absent.
    pub at: Option<Timestamp>,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// The lead source the sender's system has.
    pub lead_source: Option<String>,
    /// Its id at the sender; with the kind it makes the outcome known again.
    pub id: String,
}

impl Reported {
    /// The lead it names.
    pub(crate) fn lead_name(&self) -> LeadName {
        LeadName::Cell { source: self.source.clone(), text: self.lead.clone() }
    }

    /// Kind and id as stored, by which it is known again.
    pub(crate) fn key(&self) -> (String, String) {
        // Two systems may give the same id.
        (self.kind.clone(), format!("{}:{}", self.source, self.id))
    }
}

/// What became of a reported row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Recorded {
    /// It was not known.
    New,
    /// It was known, but its lead was not.
    Linked,
    /// It was known; nothing was written.
    Unchanged,
}

/// Records a group; for each what became of it and whether its lead is known.
///
/// An outcome belongs to the newest handoff of its lead that was made by then; where all were made
/// later (a list of the past), to the first. The source it is credited to is the one the policy
/// gives for the handoff's reason, kept beside the sender's own and never over it.
pub fn record_group(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Live,
    actor: &Actor,
    group: &[Reported],
    now: Timestamp,
) -> Result<Vec<(Recorded, bool)>, StoreError> {
    let mut known = known(tx, group)?;
    let names: Vec<LeadName> = group.iter().map(Reported::lead_name).collect();
    let leads = NamedLeads::read(tx, names.iter())?;
    let (mut new, mut linked, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut results = Vec::with_capacity(group.len());
    let mut seen = BTreeSet::new();
    for (reported, name) in group.iter().zip(&names) {
        let key = reported.key();
        if !seen.insert(key.clone()) {
            results.push((Recorded::Unchanged, leads.find(name).is_some()));
            continue;
        }
        let earlier = known.remove(&key);
        let lead = leads.find(name).cloned();
        if let Some(earlier) = &earlier
            && (earlier.lead_id.is_some() || lead.is_none())
        {
            results.push((Recorded::Unchanged, earlier.lead_id.is_some()));
            continue;
        }
        let at = earlier.as_ref().map(|it| it.at);
        let at = at.unwrap_or_else(|| reported.at.unwrap_or(now).as_micros());
        let handoff = match &lead {
            Some(lead) => {
                handoff_at(&store::handoff::of_lead(tx, WORKSPACE, lead.id)?, at).cloned()
            }
            None => None,
        };
        let reason = handoff
            .as_ref()
            .map(|it| it.reason.clone())
            .or(lead.as_ref().map(|it| it.reason.clone()));
        let credited = attributed(live, reason.as_deref());
        let row = Outcome {
            workspace_id: WORKSPACE,
            id: match &earlier {
                Some(earlier) => earlier.id,
                None => engine.next_id::<model::id::OutcomeKind>(now).raw(),
            },
            lead_id: lead.as_ref().map(|it| it.id),
            handoff_id: handoff.as_ref().map(|it| it.id),
            kind: reported.kind.clone(),
            at,
            value: reported.value,
            lead_source: reported.lead_source.clone(),
            attributed_source: credited,
            external_id: Some(key.1),
            body: json!({ "v": 1, "lead": reported.lead, "source": reported.source }).to_string(),
        };
        events.push(event(actor, &row, now));
        let recorded = if earlier.is_some() { Recorded::Linked } else { Recorded::New };
        results.push((recorded, lead.is_some()));
        match recorded {
            Recorded::Linked => linked.push(row),
            Recorded::New | Recorded::Unchanged => new.push(row),
        }
    }
    store::outcome::insert_new(tx, &new)?;
    store::outcome::link(tx, &linked)?;
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &events)?;
    Ok(results)
}

fn event(actor: &Actor, row: &Outcome, now: Timestamp) -> NewEvent {
    let at = Timestamp::from_micros(row.at);
    let body = json!({
        "v": 1, "outcome": OutcomeId::from_raw(row.id), "at": at,
        "lead_source": row.lead_source, "attributed_source": row.attributed_source,
    });
    NewEvent {
        at: now.as_micros(),
        kind: format!("outcome.{}", row.kind),
        lead_id: row.lead_id,
        handoff_id: row.handoff_id,
        actor: actor.to_string(),
        body: body.to_string(),
    }
}

fn known(
    tx: &mut Tx<'_>,
    group: &[Reported],
) -> Result<BTreeMap<(String, String), Outcome>, StoreError> {
    let keys: Vec<(String, String)> = group.iter().map(Reported::key).collect();
    let rows = store::outcome::by_external_ids(tx, WORKSPACE, &keys)?;
    let keyed =
        rows.into_iter().filter_map(|it| Some(((it.kind.clone(), it.external_id.clone()?), it)));
    Ok(keyed.collect())
}
