//! Outcomes in groups, with their leads named by the sender.

use std::collections::{BTreeMap, BTreeSet};

use intake::MatchKey;
use intake::normalise::email;
use model::Timestamp;
use model::id::OutcomeId;
use serde_json::json;
use store::chain::NewEvent;
use store::handoff::Handoff;
use store::lead::Lead;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use super::{attributed, handoff_at};
use crate::Actor;
use crate::capture::{attributes, key_hash};
use crate::engine::{Engine, WORKSPACE};
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

/// What became of a reported outcome.
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
    let mut people = People::read(tx, group)?;
    let (mut new, mut linked, mut events) = (Vec::new(), Vec::new(), Vec::new());
    let mut results = Vec::with_capacity(group.len());
    let mut seen = BTreeSet::new();
    for reported in group {
        let key = (reported.kind.clone(), external_id(reported));
        if !seen.insert(key.clone()) {
            results.push((Recorded::Unchanged, people.find(reported).is_some()));
            continue;
        }
        let earlier = known.remove(&key);
        let lead = people.find(reported).cloned();
        if let Some(earlier) = &earlier
            && (earlier.lead_id.is_some() || lead.is_none())
        {
            results.push((Recorded::Unchanged, earlier.lead_id.is_some()));
            continue;
        }
        let at = earlier.as_ref().map(|it| it.at);
        let at = at.unwrap_or_else(|| reported.at.unwrap_or(now).as_micros());
        let handoff = match &lead {
            Some(lead) => handoff_at(people.handoffs(tx, lead.id)?, at),
            None => None,
        };
        let reason =
            handoff.map(|it| it.reason.clone()).or(lead.as_ref().map(|it| it.reason.clone()));
        let credited = attributed(live, reason.as_deref());
        let row = Outcome {
            workspace_id: WORKSPACE,
            id: match &earlier {
                Some(earlier) => earlier.id,
                None => engine.next_id::<model::id::OutcomeKind>(now).raw(),
            },
            lead_id: lead.as_ref().map(|it| it.id),
            handoff_id: handoff.map(|it| it.id),
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

/// The id as stored: two systems may give the same one.
fn external_id(reported: &Reported) -> String {
    format!("{}:{}", reported.source, reported.id)
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
    let keys: Vec<(String, String)> =
        group.iter().map(|it| (it.kind.clone(), external_id(it))).collect();
    let rows = store::outcome::by_external_ids(tx, WORKSPACE, &keys)?;
    let keyed =
        rows.into_iter().filter_map(|it| Some(((it.kind.clone(), it.external_id.clone()?), it)));
    Ok(keyed.collect())
}

/// The leads that a group names.
struct People {
    by_key: BTreeMap<(i64, i64), Vec<i64>>,
    leads: BTreeMap<i64, (Lead, Vec<MatchKey>)>,
    handoffs: BTreeMap<i64, Vec<Handoff>>,
}

impl People {
    fn read(tx: &mut Tx<'_>, group: &[Reported]) -> Result<Self, StoreError> {
        let mut hashes: Vec<_> = group.iter().flat_map(keys).map(|it| key_hash(&it)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let mut by_key: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
        for key in store::lead::find_keys(tx, WORKSPACE, &hashes)? {
            by_key.entry((key.kind, key.hash)).or_default().push(key.lead_id);
        }
        let mut ids: Vec<i64> = by_key.values().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        let leads = store::lead::get_many(tx, WORKSPACE, &ids)?.into_iter().map(|lead| {
            let keys = attributes::keys(&attributes::read(&lead.attributes));
            (lead.id, (lead, keys))
        });
        Ok(Self { by_key, leads: leads.collect(), handoffs: BTreeMap::new() })
    }

    /// The lead, by its id at the sender before its address; of several the oldest.
    fn find(&self, reported: &Reported) -> Option<&Lead> {
        keys(reported).into_iter().find_map(|key| {
            let ids = self.by_key.get(&key_hash(&key))?;
            let leads = ids.iter().filter_map(|id| self.leads.get(id));
            let really = leads.filter(|(_, keys)| keys.contains(&key));
            really.map(|(lead, _)| lead).min_by_key(|it| it.id)
        })
    }

    fn handoffs(&mut self, tx: &mut Tx<'_>, lead: i64) -> Result<&[Handoff], StoreError> {
        let read = match self.handoffs.remove(&lead) {
            Some(read) => read,
            None => store::handoff::of_lead(tx, WORKSPACE, lead)?,
        };
        Ok(self.handoffs.entry(lead).or_insert(read))
    }
}

fn keys(reported: &Reported) -> Vec<MatchKey> {
    let id = MatchKey::external_id(&reported.source, &reported.lead);
    let address = reported.lead.contains('@').then(|| email::normalise(&reported.lead).ok());
    id.into_iter().chain(address.flatten().map(|it| MatchKey::email(&it.value))).collect()
}
