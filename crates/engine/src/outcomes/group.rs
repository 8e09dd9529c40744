//! Outcomes in groups, with their leads named by the sender.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::id::OutcomeId;
use serde_json::json;
use store::chain::NewEvent;
use store::lead::Lead;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use super::{Wrong, attributed, handoff_at, wrongs};
use crate::engine::{Engine, WORKSPACE};
use crate::lead_names::{LeadName, NamedLeads};
use crate::live::Live;
use crate::{Actor, FieldFault};

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

/// What became of a reported row and whether its lead is known, or everything that is wrong with it.
pub type Filed = Result<(Recorded, bool), Vec<FieldFault>>;

/// Records a group; for each what became of it.
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
) -> Result<Vec<Filed>, StoreError> {
    let mut known = known(tx, group.iter().map(Reported::key).collect())?;
    lock_unlinked(tx, &mut known)?;
    let names: Vec<LeadName> = group.iter().map(Reported::lead_name).collect();
    let leads = NamedLeads::read(tx, names.iter())?;
    let (mut new, mut linked, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut results = Vec::with_capacity(group.len());
    let mut seen = BTreeSet::new();
    for (reported, name) in group.iter().zip(&names) {
        let faults = faults(reported, now);
        if !faults.is_empty() {
            results.push(Err(faults));
            continue;
        }
        let (key, lead) = (reported.key(), leads.find(name));
        if !seen.insert(key.clone()) {
            results.push(Ok((Recorded::Unchanged, lead.is_some())));
            continue;
        }
        let earlier = known.remove(&key);
        if let Some(earlier) = &earlier
            && (earlier.lead_id.is_some() || lead.is_none())
        {
            results.push(Ok((Recorded::Unchanged, earlier.lead_id.is_some())));
            continue;
        }
        let mut row = row(tx, live, reported, earlier.as_ref(), lead, now)?;
        if earlier.is_some() {
            events.push(event(actor, &row, now));
            results.push(Ok((Recorded::Linked, lead.is_some())));
            linked.push(row);
        } else {
            row.id = engine.next_id::<model::id::OutcomeKind>(now).raw();
            new.push((results.len(), row));
            results.push(Ok((Recorded::New, lead.is_some())));
        }
    }
    let mut others = insert(tx, &new)?;
    for (place, row) in &new {
        match others.remove(&row.id) {
            None => events.push(event(actor, row, now)),
            Some(other) => {
                if let Some(result) = results.get_mut(*place) {
                    *result = Ok((Recorded::Unchanged, other.lead_id.is_some()));
                }
            }
        }
    }
    store::outcome::link(tx, &linked)?;
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &events)?;
    Ok(results)
}

/// What the API would not take either.
fn faults(reported: &Reported, now: Timestamp) -> Vec<FieldFault> {
    let wrongs = wrongs(reported.at.unwrap_or(now), reported.value, now);
    let fault = |it: Wrong| {
        // Fields as mappings name them.
        let (at, code) = match it {
            Wrong::InTheFuture => ("at", "I0605"),
            Wrong::ValueOutOfRange => ("amount", "I0608"),
        };
        FieldFault { at: at.to_owned(), code: code.to_owned(), message: it.text().to_owned() }
    };
    wrongs.map(fault).collect()
}

/// The row of an outcome; a new one still needs its id.
fn row(
    tx: &mut Tx<'_>,
    live: &Live,
    reported: &Reported,
    earlier: Option<&Outcome>,
    lead: Option<&Lead>,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let at = earlier.map_or_else(|| reported.at.unwrap_or(now).as_micros(), |it| it.at);
    let handoff = match lead {
        Some(lead) => handoff_at(&store::handoff::of_lead(tx, WORKSPACE, lead.id)?, at).cloned(),
        None => None,
    };
    let reason = handoff.as_ref().map(|it| &it.reason).or(lead.map(|it| &it.reason));
    Ok(Outcome {
        workspace_id: WORKSPACE,
        id: earlier.map_or(0, |it| it.id),
        lead_id: lead.map(|it| it.id),
        handoff_id: handoff.as_ref().map(|it| it.id),
        kind: reported.kind.clone(),
        at,
        value: reported.value,
        lead_source: reported.lead_source.clone(),
        attributed_source: attributed(live, reason.map(String::as_str)),
        external_id: Some(reported.key().1),
        body: json!({ "v": 1, "lead": reported.lead, "source": reported.source }).to_string(),
    })
}

/// Inserts the new rows. Of those that somebody else brought since they were looked for, nothing is
/// written: the rows that are there instead, by the ids of ours.
fn insert(tx: &mut Tx<'_>, new: &[(usize, Outcome)]) -> Result<BTreeMap<i64, Outcome>, StoreError> {
    let mut rows: Vec<Outcome> = new.iter().map(|(_, row)| row.clone()).collect();
    // In one order, so that two groups with the same outcomes do not wait for each other.
    rows.sort_by(|a, b| (&a.kind, &a.external_id).cmp(&(&b.kind, &b.external_id)));
    if store::outcome::insert_new(tx, &rows)? == rows.len() as u64 {
        return Ok(BTreeMap::new());
    }
    let mut stored = known(tx, rows.iter().filter_map(key_of).collect())?;
    let other = |row: &Outcome| {
        let stored = stored.remove(&key_of(row)?)?;
        (stored.id != row.id).then_some((row.id, stored))
    };
    Ok(rows.iter().filter_map(other).collect())
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
    keys: Vec<(String, String)>,
) -> Result<BTreeMap<(String, String), Outcome>, StoreError> {
    let rows = store::outcome::by_external_ids(tx, WORKSPACE, &keys)?;
    Ok(rows.into_iter().filter_map(|it| Some((key_of(&it)?, it))).collect())
}

/// Locks those without a lead, which this group may link, and has them as they are then.
fn lock_unlinked(
    tx: &mut Tx<'_>,
    known: &mut BTreeMap<(String, String), Outcome>,
) -> Result<(), StoreError> {
    let unlinked = known.values().filter(|it| it.lead_id.is_none());
    let ids: Vec<i64> = unlinked.map(|it| it.id).collect();
    let locked = store::outcome::lock(tx, WORKSPACE, &ids)?;
    known.extend(locked.into_iter().filter_map(|it| Some((key_of(&it)?, it))));
    Ok(())
}

/// Kind and id as stored; see [`Reported::key`].
fn key_of(row: &Outcome) -> Option<(String, String)> {
    Some((row.kind.clone(), row.external_id.clone()?))
}
