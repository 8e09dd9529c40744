//! What a lead holds after a submission: its stored fields, and the same as facts.

use std::collections::BTreeMap;

use intake::contract::Accepted;
use policy::{Facts, Policy};
use serde_json::{Map, Value};

use super::lookup::Known;
use super::{ImportRow, attributes};

/// The contents of a lead.
#[derive(Clone, Debug, Default)]
pub(super) struct Contents {
    /// The fields as stored.
    pub(super) attributes: String,
    /// Values as they came, of the fields that were changed in reading.
    pub(super) originals: String,
    /// The handoff reason.
    pub(super) reason: String,
    /// The fields as the policy sees them.
    pub(super) facts: Facts,
}

impl Contents {
    /// What `accepted` makes of `known`, or of nothing.
    pub(super) fn of(
        policy: &Policy,
        known: Option<&Known>,
        accepted: &Accepted,
        import: Option<ImportRow>,
    ) -> Self {
        let digest = import.map(|it| it.digest);
        let (attributes, facts) = match known {
            None => (
                attributes::of_new(policy, accepted, digest),
                attributes::facts_of_new(policy, accepted),
            ),
            Some(known) => {
                let mut stored = known.attributes.clone();
                attributes::merge(&mut stored, policy, accepted, digest);
                (attributes::write(&stored), attributes::facts(policy, &stored))
            }
        };
        Self {
            attributes,
            originals: originals(policy, known, accepted),
            reason: reason(policy, accepted),
            facts,
        }
    }
}

fn originals(policy: &Policy, known: Option<&Known>, accepted: &Accepted) -> String {
    let earlier: Map<String, Value> =
        known.and_then(|it| serde_json::from_str(&it.row.originals).ok()).unwrap_or_default();
    let mut originals: BTreeMap<&str, &Value> =
        earlier.iter().map(|(name, value)| (name.as_str(), value)).collect();
    for original in &accepted.originals {
        originals.insert(policy.fields.name(original.field), &original.raw);
    }
    // Texts and JSON values can always be written.
    serde_json::to_string(&originals).unwrap_or_default()
}

fn reason(policy: &Policy, accepted: &Accepted) -> String {
    match policy.contract.reason_field.and_then(|it| accepted.values.get(it)) {
        Some(model::Value::Text(text)) => text.to_string(),
        _ => "unknown".to_owned(),
    }
}
