//! Outcomes in groups, with their leads named by the sender.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use model::id::OutcomeId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::lead::Lead;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use super::correct::{corrected, event};
use super::place::{Placed, attributed};
use super::said::{Said, exclusive};
use super::{Wrong, wrongs};
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

    fn deal(&self) -> Deal {
        deal(&self.key())
    }

    fn said(&self, lead: Option<&Lead>) -> Said<'_> {
        Said {
            kind: &self.kind,
            lead: lead.map(|it| it.id),
            handoff: None,
            at: self.at,
            value: self.value,
            lead_source: self.lead_source.as_deref(),
            attributed_source: None,
        }
    }
}

/// What became of a reported row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Recorded {
    /// It was not known.
    New,
    /// It was known, but its lead was not.
    Linked,
    /// It was known, and is corrected.
    Updated,
    /// It was known; nothing was written.
    Unchanged,
    /// A later verdict on the same deal is known; nothing was written.
    Superseded,
}

/// What became of a reported row and whether its lead is known, or everything that is wrong with it.
pub type Filed = Result<(Recorded, bool), Vec<FieldFault>>;

/// Records a group; for each what became of it.
///
/// An outcome belongs to the newest handoff of its lead that was made by then; where all were made
/// later (a list of the past), to the first. The source it is credited to is the one the policy
/// gives for the handoff's reason, kept beside the sender's own and never over it. One that is known
/// is corrected as [`super::record`] does.
pub fn record_group(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Live,
    actor: &Actor,
    group: &[Reported],
    now: Timestamp,
) -> Result<Vec<Filed>, StoreError> {
    let keys: Vec<(String, String)> = group.iter().map(Reported::key).collect();
    let mut known = known(tx, &keys)?;
    let names: Vec<LeadName> = group.iter().map(Reported::lead_name).collect();
    let leads = NamedLeads::read(tx, names.iter())?;
    lock_told(tx, &mut known, group.iter().zip(names.iter().map(|it| leads.find(it))), now)?;
    let told_last = told_last(group, now);
    let (mut new, mut updated, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut results = Vec::with_capacity(group.len());
    for (at, (reported, name)) in group.iter().zip(&names).enumerate() {
        let faults = faults(reported, now);
        if !faults.is_empty() {
            results.push(Err(faults));
            continue;
        }
        let lead = leads.find(name);
        let earlier = known.get(&reported.deal());
        if told_last.get(&reported.deal()) != Some(&at) {
            results.push(Ok((Recorded::Unchanged, lead.is_some())));
        } else if let Some(earlier) = earlier {
            let (what, row) = over(tx, live, reported, earlier, lead, now)?;
            results.push(Ok((what, row.lead_id.is_some())));
            match what {
                Recorded::Linked => events.push(event(actor, &row, now)),
                Recorded::Updated => events.push(corrected(actor, earlier, &row, now)),
                Recorded::New | Recorded::Unchanged | Recorded::Superseded => continue,
            }
            updated.push(row);
        } else {
            new.push((results.len(), row(engine, tx, live, reported, lead, now)?));
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
    store::outcome::update(tx, &updated)?;
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &events)?;
    Ok(results)
}

/// The row that counts of each deal, where a group tells of it several times: the last one, and
/// of two verdicts the later.
fn told_last(group: &[Reported], now: Timestamp) -> BTreeMap<Deal, usize> {
    let mut last: BTreeMap<Deal, usize> = BTreeMap::new();
    for (at, reported) in group.iter().enumerate() {
        let before = last.get(&reported.deal()).and_then(|it| group.get(*it));
        let happened = |it: &Reported| it.at.unwrap_or(now);
        let stands =
            before.is_some_and(|it| it.kind != reported.kind && happened(reported) < happened(it));
        if !stands && faults(reported, now).is_empty() {
            last.insert(reported.deal(), at);
        }
    }
    last
}

/// A known outcome after a report.
fn over(
    tx: &mut Tx<'_>,
    live: &Live,
    reported: &Reported,
    earlier: &Outcome,
    lead: Option<&Lead>,
    now: Timestamp,
) -> Result<(Recorded, Outcome), StoreError> {
    let said = reported.said(lead);
    if said.is_superseded(earlier, now) {
        return Ok((Recorded::Superseded, earlier.clone()));
    }
    let moved = match said.moves(earlier, now) {
        false => None,
        true => {
            let known = match (lead, earlier.lead_id) {
                (None, Some(id)) => store::lead::get(tx, WORKSPACE, id)?,
                (None, None) | (Some(_), _) => None,
            };
            let placed = placed(tx, lead.or(known.as_ref()), said.at(earlier, now))?;
            let credited = attributed(live, placed.reason.as_deref());
            Some((placed, credited))
        }
    };
    let row = said.over(earlier, now, moved);
    let what = match (row == *earlier, earlier.lead_id) {
        (true, _) => Recorded::Unchanged,
        (false, None) if row.lead_id.is_some() => Recorded::Linked,
        (false, _) => Recorded::Updated,
    };
    Ok((what, row))
}

fn placed(tx: &mut Tx<'_>, lead: Option<&Lead>, at: i64) -> Result<Placed, StoreError> {
    lead.map_or_else(|| Ok(Placed::default()), |it| Placed::by_then(tx, it, at))
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

/// The row of an outcome that is not known.
fn row(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Live,
    reported: &Reported,
    lead: Option<&Lead>,
    now: Timestamp,
) -> Result<Outcome, StoreError> {
    let at = reported.at.unwrap_or(now).as_micros();
    let placed = placed(tx, lead, at)?;
    let id: OutcomeId = engine.next_id(now);
    Ok(Outcome {
        workspace_id: WORKSPACE,
        id: id.raw(),
        lead_id: placed.lead,
        handoff_id: placed.handoff,
        kind: reported.kind.clone(),
        at,
        value: reported.value,
        lead_source: reported.lead_source.clone(),
        attributed_source: attributed(live, placed.reason.as_deref()),
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
    let keys: Vec<(String, String)> = rows.iter().filter_map(key_of).collect();
    let mut stored = known(tx, &keys)?;
    let other = |row: &Outcome| {
        let stored = stored.remove(&deal(&key_of(row)?))?;
        (stored.id != row.id).then_some((row.id, stored))
    };
    Ok(rows.iter().filter_map(other).collect())
}

/// What is known of these outcomes, given as kind and id as stored: by deal, and of two verdicts
/// on one the kind that was asked for.
pub(super) fn known(
    tx: &mut Tx<'_>,
    keys: &[(String, String)],
) -> Result<BTreeMap<Deal, Outcome>, StoreError> {
    let asked: BTreeSet<&(String, String)> = keys.iter().collect();
    let all: BTreeSet<(String, String)> = keys.iter().flat_map(exclusives).collect();
    let all: Vec<(String, String)> = all.into_iter().collect();
    let mut known = BTreeMap::new();
    for row in store::outcome::by_external_ids(tx, WORKSPACE, &all)? {
        let Some(key) = key_of(&row) else { continue };
        let deal = deal(&key);
        if asked.contains(&key) || !known.contains_key(&deal) {
            known.insert(deal, row);
        }
    }
    Ok(known)
}

/// Keys of what excludes each other with this one, itself included.
pub(crate) fn exclusives(key: &(String, String)) -> Vec<(String, String)> {
    exclusive(&key.0).map(|kind| (kind.to_owned(), key.1.clone())).collect()
}

/// Locks those of which something is told that is not known, and has them as they are then.
fn lock_told<'a>(
    tx: &mut Tx<'_>,
    known: &mut BTreeMap<Deal, Outcome>,
    told: impl Iterator<Item = (&'a Reported, Option<&'a Lead>)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let news = told.filter_map(|(reported, lead)| {
        let earlier = known.get(&reported.deal())?;
        let said = reported.said(lead);
        let says_more = said.moves(earlier, now) || said.over(earlier, now, None) != *earlier;
        says_more.then_some(earlier.id)
    });
    let ids: BTreeSet<i64> = news.collect();
    let ids: Vec<i64> = ids.into_iter().collect();
    let locked = store::outcome::lock(tx, WORKSPACE, &ids)?;
    known.extend(locked.into_iter().filter_map(|it| Some((deal(&key_of(&it)?), it))));
    Ok(())
}

/// Kind and id as stored; see [`Reported::key`].
fn key_of(row: &Outcome) -> Option<(String, String)> {
    Some((row.kind.clone(), row.external_id.clone()?))
}

/// What has one outcome: the first of the kinds that exclude each other, and the id.
type Deal = (String, String);

fn deal(key: &(String, String)) -> Deal {
    let first = exclusive(&key.0).min().unwrap_or_default();
    (first.to_owned(), key.1.clone())
}
