//! Who had the last lead of the same company (or whatever field a sticky pool names).
//!
//! A bond is a key like those by which people are found again: a hash of the field's name and
//! value that points to leads; the value itself is compared before it counts.

use std::collections::{BTreeMap, BTreeSet};

use decide::lead::PreviousOwner;
use intake::contract::Accepted;
use model::{RepId, Timestamp, Value};
use policy::{FieldId, Policy};
use sha2::{Digest, Sha256};
use store::{Snapshot, StoreError};

use super::attributes;
use crate::engine::WORKSPACE;

/// Kind of these keys among the stored ones.
const KIND: i64 = 9;

/// A field value that binds leads to each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bond {
    field: FieldId,
    name: String,
    value: String,
    /// As stored.
    pub(super) hash: (i64, i64),
}

/// The owners of the last leads by bond.
#[derive(Debug, Default)]
pub(super) struct Bonds {
    owners: BTreeMap<(i64, i64), (String, RepId, Timestamp)>,
}

/// The fields by which a pool of the policy is sticky.
pub(super) fn fields(policy: &Policy) -> BTreeSet<FieldId> {
    policy.pools.iter().filter_map(|it| it.sticky.as_ref()).map(|it| it.by).collect()
}

/// The bonds of a submission.
pub(super) fn of(policy: &Policy, fields: &BTreeSet<FieldId>, accepted: &Accepted) -> Vec<Bond> {
    let text = |field: &FieldId| match accepted.values.get(*field) {
        Some(Value::Text(text)) => Some(text.to_string()),
        _ => None,
    };
    let bonds = fields.iter().filter_map(|field| Some((*field, text(field)?)));
    bonds.map(|(field, value)| Bond::new(policy, field, value)).collect()
}

impl Bond {
    fn new(policy: &Policy, field: FieldId, value: String) -> Self {
        let name = policy.fields.name(field).to_owned();
        let digest = Sha256::new().chain_update(&name).chain_update([0]).chain_update(&value);
        let first = digest.finalize().iter().take(8).fold(0, |it, byte| it << 8 | u64::from(*byte));
        Self { field, name, value, hash: (KIND, first as i64) }
    }
}

impl Bonds {
    /// Reads who had the last lead of each bond of a wave.
    pub(super) fn read(
        db: &mut Snapshot<'_>,
        policy: &Policy,
        fields: &BTreeSet<FieldId>,
        wave: &[&Accepted],
    ) -> Result<Self, StoreError> {
        if fields.is_empty() {
            return Ok(Self::default());
        }
        let bonds: Vec<Bond> = wave.iter().flat_map(|it| of(policy, fields, it)).collect();
        let hashes: Vec<(i64, i64)> = bonds.iter().map(|it| it.hash).collect();
        let newest = store::lead::newest_with_keys(db, WORKSPACE, &hashes)?;
        let newest: BTreeMap<(i64, i64), i64> =
            newest.into_iter().map(|it| ((it.kind, it.hash), it.lead_id)).collect();
        let ids: Vec<i64> = newest.values().copied().collect();
        let leads = store::lead::get_many(db, WORKSPACE, &ids)?;
        let mut owners = BTreeMap::new();
        for bond in &bonds {
            let id = newest.get(&bond.hash);
            let Some(lead) = leads.iter().find(|it| Some(&it.id) == id) else { continue };
            let rep = lead.owner.as_ref().and_then(|it| it.parse().ok());
            let stored = attributes::read(&lead.attributes);
            let same = stored.get(&bond.name).and_then(|it| it.as_str()) == Some(&bond.value);
            if let Some(rep) = rep.filter(|_| same) {
                let at = Timestamp::from_micros(lead.updated_at);
                owners.insert(bond.hash, (bond.name.clone(), rep, at));
            }
        }
        Ok(Self { owners })
    }

    /// Who had the last leads of these bonds.
    pub(super) fn previous(&self, bonds: &[Bond]) -> Vec<PreviousOwner> {
        let owners = bonds.iter().filter_map(|it| Some((it.field, self.owners.get(&it.hash)?)));
        owners.map(|(by, (_, rep, at))| PreviousOwner { by, rep: rep.clone(), at: *at }).collect()
    }
}
