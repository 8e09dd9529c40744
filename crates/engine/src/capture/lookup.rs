//! Finding the lead that a submission belongs to.
//!
//! The same external id or the same e-mail address is the same person. The same phone number is,
//! unless both have an e-mail address and these differ: then it is a switchboard. Of several leads
//! found the oldest counts.

use std::collections::BTreeMap;

use decide::lead::ExcludedRep;
use intake::contract::Accepted;
use intake::{MatchKey, MatchKeyKind};
use model::id::LeadId;
use serde_json::{Map, Value};
use store::activity::Activity;
use store::handoff::Handoff;
use store::lead::Lead;
use store::match_lock::Sought;
use store::{StoreError, Tx};

use super::stored::{activities, rejecters};
use super::{ImportRow, Prepared, attributes};
use crate::Engine;
use crate::act::pass_activities;
use crate::engine::WORKSPACE;
use crate::merge::survivor;

/// Leads that share a key with a batch, and what is open of them.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    by_key: BTreeMap<(i64, i64), Vec<i64>>,
    leads: BTreeMap<i64, Stored>,
    known: BTreeMap<i64, Known>,
}

/// A lead that shares a key with one of the batch.
#[derive(Debug)]
struct Stored {
    row: Lead,
    attributes: Map<String, Value>,
}

/// A lead that a submission of the batch belongs to.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) row: Lead,
    pub(super) attributes: Map<String, Value>,
    pub(super) open: Option<Handoff>,
    pub(super) handoffs: Vec<Handoff>,
    pub(super) activities: Vec<Activity>,
    /// The highest number of its activities.
    pub(super) last_activity: Option<i64>,
    /// Reps who rejected it.
    pub(super) rejecters: Vec<ExcludedRep>,
    /// Number of the last decision on it.
    pub(super) decided: i64,
}

impl Lookup {
    /// What is stored of the people of a wave.
    pub(super) fn read(
        engine: &Engine,
        tx: &mut Tx<'_>,
        wave: &[(usize, &Prepared, &Accepted)],
    ) -> Result<Self, StoreError> {
        let mut lookup = Self::lock(tx, wave.iter().map(|(_, one, _)| *one))?;
        for (_, one, accepted) in wave {
            let Some(id) = lookup.owner(accepted, &one.hashes) else { continue };
            if let (false, Some(stored)) = (lookup.known.contains_key(&id), lookup.leads.get(&id)) {
                let known = Known::read(engine, tx, stored)?;
                lookup.known.insert(id, known);
            }
        }
        Ok(lookup)
    }

    /// Locks the slots of these submissions, and the leads that share a key with one of them.
    pub(super) fn lock<'a>(
        tx: &mut Tx<'_>,
        submissions: impl Iterator<Item = &'a Prepared>,
    ) -> Result<Self, StoreError> {
        let mut hashes: Vec<(i64, i64)> = submissions.flat_map(|it| &it.hashes).copied().collect();
        hashes.sort_unstable();
        hashes.dedup();
        let slots: Vec<i64> = hashes.iter().map(|(_, hash)| *hash).collect();
        store::match_lock::lock(tx, WORKSPACE, Sought::People, &slots)?;
        let mut lookup = Self::default();
        for key in store::lead::find_keys(tx, WORKSPACE, &hashes)? {
            lookup.by_key.entry((key.kind, key.hash)).or_default().push(key.lead_id);
        }
        let mut ids: Vec<i64> = lookup.by_key.values().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        // Survivors are locked out of order, but merged leads are rare and a deadlock is only tried
        // again. A survivor may have been merged into another one since.
        while !ids.is_empty() {
            let rows = store::lead::lock(tx, WORKSPACE, &ids)?;
            ids = rows.iter().filter_map(survivor).map(LeadId::raw).collect();
            for row in rows {
                let attributes = attributes::read(&row.attributes);
                lookup.leads.insert(row.id, Stored { row, attributes });
            }
            ids.retain(|it| !lookup.leads.contains_key(it));
            ids.sort_unstable();
            ids.dedup();
        }
        Ok(lookup)
    }

    /// The lead that took this very row of an import before.
    pub(super) fn taken_before(
        &self,
        accepted: &Accepted,
        hashes: &[(i64, i64)],
        row: Option<ImportRow>,
    ) -> Option<LeadId> {
        let digest = row?.digest;
        let found = self.sharing(accepted, hashes);
        let found = found.filter(|(key, _)| key.kind() == MatchKeyKind::ExternalId);
        let mut taken = found.filter(|(key, it)| attributes::has_row(&it.attributes, key, digest));
        taken.next().map(|(_, it)| LeadId::from_raw(it.row.id))
    }

    /// The lead that `accepted` belongs to, if there is one.
    pub(super) fn find(&self, accepted: &Accepted, hashes: &[(i64, i64)]) -> Option<Known> {
        self.known.get(&self.owner(accepted, hashes)?).cloned()
    }

    fn owner(&self, accepted: &Accepted, hashes: &[(i64, i64)]) -> Option<i64> {
        let found = self.sharing(accepted, hashes);
        let found = found.filter(|(key, it)| same_person(key, &it.attributes, accepted));
        found.map(|(_, it)| self.last_survivor(&it.row)).min()
    }

    /// Who a lead is now. Each was merged into one that was not merged then, so this ends.
    fn last_survivor(&self, row: &Lead) -> i64 {
        let mut last = row;
        while let Some(next) = survivor(last).and_then(|it| self.leads.get(&it.raw())) {
            last = &next.row;
        }
        last.id
    }

    /// The leads under the hash of each key; whether the key is theirs is still to be seen.
    fn sharing<'a>(
        &'a self,
        accepted: &'a Accepted,
        hashes: &'a [(i64, i64)],
    ) -> impl Iterator<Item = (&'a MatchKey, &'a Stored)> {
        accepted.keys.iter().zip(hashes).flat_map(move |(key, hash)| {
            let ids = self.by_key.get(hash).into_iter().flatten();
            ids.filter_map(move |id| Some((key, self.leads.get(id)?)))
        })
    }
}

impl Known {
    fn read(engine: &Engine, tx: &mut Tx<'_>, stored: &Stored) -> Result<Self, StoreError> {
        let Stored { row, attributes } = stored;
        let handoffs = store::handoff::of_lead(tx, WORKSPACE, row.id)?;
        let open = handoffs.iter().find(|it| it.closed_at.is_none()).cloned();
        let last_activity = pass_activities(engine, tx, row.id)?;
        let activities = activities(tx, row.id, None)?;
        let rejecters = rejecters(tx, row.id)?;
        let decision = store::decision::last(tx, WORKSPACE, row.id)?;
        let decided = decision.map_or(0, |it| it.number);
        let (row, attributes) = (row.clone(), attributes.clone());
        Ok(Self { row, attributes, open, handoffs, activities, last_activity, rejecters, decided })
    }
}

/// Whether the key really is the lead's, and enough to be the same person.
fn same_person(key: &MatchKey, known: &Map<String, Value>, accepted: &Accepted) -> bool {
    let theirs = attributes::keys(known);
    if !theirs.contains(key) {
        return false;
    }
    let email = |keys: &[MatchKey]| {
        keys.iter().find(|it| it.kind() == MatchKeyKind::Email).map(|it| it.value().to_owned())
    };
    match key.kind() {
        MatchKeyKind::Email | MatchKeyKind::ExternalId => true,
        MatchKeyKind::Phone => match (email(&theirs), email(&accepted.keys)) {
            (Some(theirs), Some(ours)) => theirs == ours,
            _ => true,
        },
    }
}
