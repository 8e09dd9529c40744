//! Finding leads by the names that others have for them: an id at the sender, an e-mail address.

use std::collections::BTreeMap;

use intake::MatchKey;
use intake::normalise::email;
use model::id::LeadId;
use store::lead::Lead;
use store::{Snapshot, StoreError};

use crate::capture::{attributes, key_hash};
use crate::engine::WORKSPACE;
use crate::merge::last_survivor;
use crate::{Refusal, RefusalKind};

/// A lead as somebody names it.
#[derive(Clone, Debug, PartialEq)]
pub enum LeadName {
    /// The id that a sender gave it.
    ExternalId {
        /// Who gave it, e.g. `salesforce`.
        source: String,
        /// The id.
        id: String,
    },
    /// Its e-mail address.
    Email(String),
    /// Our id, the id that `source` gave, or an e-mail address: whatever a cell holds.
    Cell {
        /// Who gave the ids in the file.
        source: String,
        /// The text of the cell.
        text: String,
    },
}

impl LeadName {
    /// The keys it may be found by, the surer first.
    fn keys(&self) -> Vec<MatchKey> {
        let address = |text: &str| email::normalise(text).ok().map(|it| MatchKey::email(&it.value));
        match self {
            Self::ExternalId { source, id } => {
                MatchKey::external_id(source, id).into_iter().collect()
            }
            Self::Email(text) => address(text).into_iter().collect(),
            Self::Cell { source, text } => {
                let id = MatchKey::external_id(source, text);
                id.into_iter().chain(address(text).filter(|_| text.contains('@'))).collect()
            }
        }
    }

    fn id(&self) -> Option<LeadId> {
        match self {
            Self::Cell { text, .. } => text.trim().parse().ok(),
            Self::ExternalId { .. } | Self::Email(_) => None,
        }
    }

    /// What is read to find it: hashes of keys, and our id.
    pub(crate) fn traces(&self) -> (Vec<(i64, i64)>, Option<i64>) {
        (self.keys().iter().map(key_hash).collect(), self.id().map(LeadId::raw))
    }
}

/// The leads that a group names.
pub(crate) struct NamedLeads {
    by_key: BTreeMap<(i64, i64), Vec<i64>>,
    leads: BTreeMap<i64, Named>,
}

/// A lead under one of its names.
struct Named {
    /// Itself, or who it was merged into.
    lead: Lead,
    /// The keys that are really its own.
    keys: Vec<MatchKey>,
}

impl NamedLeads {
    /// Reads the leads that `names` may mean.
    pub(crate) fn read<'n>(
        db: &mut Snapshot<'_>,
        names: impl Iterator<Item = &'n LeadName>,
    ) -> Result<Self, StoreError> {
        let (mut hashes, mut ids) = (Vec::new(), Vec::new());
        for name in names {
            let (of_name, id) = name.traces();
            hashes.extend(of_name);
            ids.extend(id);
        }
        hashes.sort_unstable();
        hashes.dedup();
        let mut by_key: BTreeMap<(i64, i64), Vec<i64>> = BTreeMap::new();
        for key in store::lead::find_keys(db, WORKSPACE, &hashes)? {
            by_key.entry((key.kind, key.hash)).or_default().push(key.lead_id);
        }
        ids.extend(by_key.values().flatten());
        ids.sort_unstable();
        ids.dedup();
        let mut leads = BTreeMap::new();
        for lead in store::lead::get_many(db, WORKSPACE, &ids)? {
            let keys = attributes::keys(&attributes::read(&lead.attributes));
            let id = lead.id;
            leads.insert(id, Named { lead: last_survivor(db, lead)?, keys });
        }
        Ok(Self { by_key, leads })
    }

    /// The lead, by our id, then the sender's, then the address; of several the oldest. Of one that
    /// was merged the survivor.
    pub(crate) fn find(&self, name: &LeadName) -> Option<&Lead> {
        if let Some(named) = name.id().and_then(|it| self.leads.get(&it.raw())) {
            return Some(&named.lead);
        }
        name.keys().into_iter().find_map(|key| {
            let ids = self.by_key.get(&key_hash(&key))?;
            let leads = ids.iter().filter_map(|id| self.leads.get(id));
            let really = leads.filter(|it| it.keys.contains(&key));
            really.map(|it| &it.lead).min_by_key(|it| it.id)
        })
    }
}

/// Nobody knows a lead by that name. The name itself is personal data and is not repeated.
pub(crate) fn unknown() -> Refusal {
    let message = "no lead has this id or e-mail address; import or capture the lead first";
    Refusal::new(RefusalKind::NotFound, "I0603", message)
}
