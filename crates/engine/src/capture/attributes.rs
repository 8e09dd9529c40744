//! What is stored of a lead's fields: normalised values by field name, and the sender's ids.
//!
//! Names, not numbers: a lead outlives the policy it was captured under. Fields that a later
//! policy does not know stay where they are.

use std::collections::BTreeMap;

use intake::MatchKey;
use intake::contract::Accepted;
use model::{Number, Timestamp};
use policy::{Fact, Facts, FieldType, Policy};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value};

/// Key of the sender's ids, a list of `[kind, id]`, with the hash of the row behind it where an
/// import brought it. No field can be called so.
const EXTERNAL: &str = "@external";
/// Key of the fields outside the contract.
const ASIDE: &str = "@aside";
/// Key of the match keys of e-mail and phone, so that a match can be verified.
const KEYS: &str = "@keys";

/// The stored text as a map; empty where it cannot be read.
pub(crate) fn read(text: &str) -> Map<String, Value> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The map as stored.
pub(super) fn write(attributes: &Map<String, Value>) -> String {
    // A map of texts and JSON values can always be written.
    serde_json::to_string(attributes).unwrap_or_default()
}

/// Puts accepted values over what was known; the newest value counts.
pub(super) fn merge(
    known: &mut Map<String, Value>,
    policy: &Policy,
    accepted: &Accepted,
    digest: Option<u64>,
) {
    let Accepted { values, aside, keys, .. } = accepted;
    for (field, value) in values.iter() {
        known.insert(policy.fields.name(field).to_owned(), to_json(value));
    }
    if !aside.is_empty() {
        let kept = known.entry(ASIDE).or_insert_with(|| Value::Object(Map::new()));
        if let Some(kept) = kept.as_object_mut() {
            kept.extend(aside.iter().cloned());
        }
    }
    for key in keys {
        let list = list_of(key);
        let mut entry: Vec<Value> = vec![key.kind().as_str().into(), key.value().into()];
        let digest = digest.filter(|_| key.kind() == intake::MatchKeyKind::ExternalId);
        entry.extend(digest.map(|it| Value::String(shown(it))));
        let stored = known.entry(list).or_insert_with(|| Value::Array(Vec::new()));
        let Some(stored) = stored.as_array_mut() else { continue };
        match stored.iter_mut().find(|it| is_of(it, key)) {
            None => stored.push(Value::Array(entry)),
            Some(known) if digest.is_some() => *known = Value::Array(entry),
            Some(_) => {}
        }
    }
}

/// The text of a lead of which nothing was known: that of [`merge`], without the map.
pub(super) fn of_new(policy: &Policy, accepted: &Accepted, digest: Option<u64>) -> String {
    let mut text = Vec::with_capacity(1_024);
    let new = New { policy, accepted, digest: digest.map(shown) };
    // A vector takes all that is written to it, and JSON is text.
    let _ = new.serialize(&mut serde_json::Serializer::new(&mut text));
    String::from_utf8(text).unwrap_or_default()
}

struct New<'a> {
    policy: &'a Policy,
    accepted: &'a Accepted,
    digest: Option<String>,
}

impl Serialize for New<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { policy, accepted, digest } = self;
        let mut map = serializer.serialize_map(None)?;
        if !accepted.aside.is_empty() {
            let aside: BTreeMap<&String, &Value> =
                accepted.aside.iter().map(|(name, value)| (name, value)).collect();
            map.serialize_entry(ASIDE, &aside)?;
        }
        for list in [EXTERNAL, KEYS] {
            let digest = digest.as_deref().filter(|_| list == EXTERNAL);
            let own = accepted.keys.iter().filter(|it| list_of(it) == list);
            let entries: Vec<Vec<&str>> = own
                .map(|it| [it.kind().as_str(), it.value()].into_iter().chain(digest).collect())
                .collect();
            if !entries.is_empty() {
                map.serialize_entry(list, &entries)?;
            }
        }
        let values = accepted.values.iter();
        let mut values: Vec<(&str, &model::Value)> =
            values.map(|(field, value)| (policy.fields.name(field), value)).collect();
        values.sort_unstable_by_key(|(name, _)| *name);
        for (name, value) in values {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

/// Where a match key is kept.
fn list_of(key: &MatchKey) -> &'static str {
    match key.kind() {
        intake::MatchKeyKind::ExternalId => EXTERNAL,
        intake::MatchKeyKind::Email | intake::MatchKeyKind::Phone => KEYS,
    }
}

/// Whether the last row of an import that brought `key` had this hash.
pub(super) fn has_row(attributes: &Map<String, Value>, key: &MatchKey, digest: u64) -> bool {
    let entries = attributes.get(EXTERNAL).and_then(Value::as_array);
    let entry = entries.and_then(|all| all.iter().find(|it| is_of(it, key)));
    entry.and_then(|it| it.get(2)).is_some_and(|it| *it == shown(digest).as_str())
}

fn is_of(entry: &Value, key: &MatchKey) -> bool {
    let part = |at: usize| entry.get(at).and_then(Value::as_str);
    part(0) == Some(key.kind().as_str()) && part(1) == Some(key.value())
}

/// A text, because JSON numbers of 64 bits do not survive every reader.
fn shown(digest: u64) -> String {
    format!("{digest:016x}")
}

/// The match keys of a stored lead.
pub(crate) fn keys(attributes: &Map<String, Value>) -> Vec<MatchKey> {
    let lists = [EXTERNAL, KEYS].into_iter().filter_map(|it| attributes.get(it)?.as_array());
    lists
        .flatten()
        .filter_map(|it| MatchKey::from_parts(it.get(0)?.as_str()?, it.get(1)?.as_str()?))
        .collect()
}

/// The facts of a lead of which nothing was known: those that its stored text gives.
pub(super) fn facts_of_new(policy: &Policy, accepted: &Accepted) -> Facts {
    let mut facts = Facts::with_len(policy.fields.len());
    for (field, value) in accepted.values.iter() {
        facts.set(field, Fact::of(value, &policy.symbols));
    }
    facts
}

/// The facts of a stored lead under `policy`.
pub(crate) fn facts(policy: &Policy, attributes: &Map<String, Value>) -> Facts {
    let mut facts = Facts::with_len(policy.fields.len());
    for (name, value) in attributes {
        let Some(id) = policy.fields.find(name) else { continue };
        let Some(field) = policy.fields.get(id) else { continue };
        if let Some(value) = of_json(field.kind, value) {
            facts.set(id, Fact::of(&value, &policy.symbols));
        }
    }
    facts
}

fn to_json(value: &model::Value) -> Value {
    serde_json::to_value(value).unwrap_or(Value::Null)
}

/// A stored value of a field of this type; `None` where it is of another shape by now.
fn of_json(kind: FieldType, value: &Value) -> Option<model::Value> {
    match (kind, value) {
        (FieldType::Time, Value::String(text)) => {
            text.parse::<Timestamp>().ok().map(model::Value::Time)
        }
        (_, Value::Bool(it)) => Some(model::Value::Bool(*it)),
        (_, Value::Number(it)) => it.as_f64().and_then(Number::new).map(model::Value::Number),
        (_, Value::String(text)) => Some(model::Value::text(text.as_str())),
        (_, Value::Array(all)) => {
            let texts = all.iter().map(|it| it.as_str().map(Into::into));
            texts.collect::<Option<Vec<_>>>().map(model::Value::List)
        }
        (_, Value::Null | Value::Object(_)) => None,
    }
}

#[cfg(test)]
mod tests {
    use intake::contract::{CheckRules, Checked, ContractCheck, OptionalValues};
    use intake::submission::ExternalId;
    use serde_json::json;

    use super::*;

    const POLICY: &str = include_str!("../../../../examples/demo/policy.yaml");

    /// Every type of the contract, a field beside it twice, an id and both kinds of keys.
    fn accepted(policy: &Policy) -> Accepted {
        let fields = json!({
            "email": "Ana@Acme.example", "phone": "+1 415 555 2671", "employees": "51-200",
            "title": "VP of \"Sales\"", "company": "Acme Inc", "website": "acme.example",
            "country": "Deutschland", "product": "voice", "monthly_potential": 0.1,
            "message": "two\nlines\u{7}", "handoff_reason": "demo", "zebra": [1, {"a": null}],
        });
        let mut submission = intake::Submission::from_json(json!({ "fields": fields })).unwrap();
        submission.fields.push(("zebra".to_owned(), json!("last")));
        submission.fields.push(("first".to_owned(), json!(18_446_744_073_709_551_615_u64)));
        submission.external = Some(ExternalId { source: "crm".to_owned(), id: "7".to_owned() });
        let check = ContractCheck::new(&policy.contract, &policy.fields, &policy.symbols);
        let zone = jiff::tz::TimeZone::UTC;
        let rules = CheckRules { zone, optional_values: OptionalValues::Refuse };
        match check.check(&submission, &rules) {
            Checked::Accepted(accepted) => accepted,
            Checked::Quarantined(faults) => panic!("{faults:?}"),
        }
    }

    #[test]
    fn a_new_lead_is_written_and_read_as_one_that_is_merged_into_nothing() {
        let (policy, findings) = policy::compile(&policy::Sources::single("p.yaml", POLICY));
        let policy = policy.unwrap_or_else(|| panic!("{findings:?}"));
        let mut accepted = accepted(&policy);
        let at = Timestamp::from_micros(1_764_000_000_123_456);
        let time = policy.fields.iter().find(|(_, it)| it.kind == FieldType::Time).unwrap().0;
        accepted.values.put(time, model::Value::Time(at));
        for digest in [None, Some(7)] {
            let mut merged = Map::new();
            merge(&mut merged, &policy, &accepted, digest);
            let text = of_new(&policy, &accepted, digest);
            assert_eq!(text, write(&merged));
            assert_eq!(read(&text), merged);
            assert_eq!(facts_of_new(&policy, &accepted), facts(&policy, &merged));
        }
    }
}
