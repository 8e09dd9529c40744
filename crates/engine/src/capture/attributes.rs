//! What is stored of a lead's fields: normalised values by field name, and the sender's ids.
//!
//! Names, not numbers: a lead outlives the policy it was captured under. Fields that a later
//! policy does not know stay where they are.

use std::collections::BTreeMap;

use intake::MatchKey;
use model::{Number, Timestamp};
use policy::{Fact, Facts, FieldId, FieldType, Policy};
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
    values: &BTreeMap<FieldId, model::Value>,
    aside: &[(String, Value)],
    keys: &[MatchKey],
    digest: Option<u64>,
) {
    for (field, value) in values {
        known.insert(policy.fields.name(*field).to_owned(), to_json(value));
    }
    if !aside.is_empty() {
        let kept = known.entry(ASIDE).or_insert_with(|| Value::Object(Map::new()));
        if let Some(kept) = kept.as_object_mut() {
            kept.extend(aside.iter().cloned());
        }
    }
    for key in keys {
        let list = match key.kind() {
            intake::MatchKeyKind::ExternalId => EXTERNAL,
            intake::MatchKeyKind::Email | intake::MatchKeyKind::Phone => KEYS,
        };
        let mut entry: Vec<Value> = vec![key.kind().as_str().into(), key.value().into()];
        let digest = digest.filter(|_| key.kind() == intake::MatchKeyKind::ExternalId);
        entry.extend(digest.map(shown));
        let stored = known.entry(list).or_insert_with(|| Value::Array(Vec::new()));
        let Some(stored) = stored.as_array_mut() else { continue };
        match stored.iter_mut().find(|it| is_of(it, key)) {
            None => stored.push(Value::Array(entry)),
            Some(known) if digest.is_some() => *known = Value::Array(entry),
            Some(_) => {}
        }
    }
}

/// Whether the last row of an import that brought `key` had this hash.
pub(super) fn has_row(attributes: &Map<String, Value>, key: &MatchKey, digest: u64) -> bool {
    let entries = attributes.get(EXTERNAL).and_then(Value::as_array);
    let entry = entries.and_then(|all| all.iter().find(|it| is_of(it, key)));
    entry.and_then(|it| it.get(2)).is_some_and(|it| *it == shown(digest))
}

fn is_of(entry: &Value, key: &MatchKey) -> bool {
    let part = |at: usize| entry.get(at).and_then(Value::as_str);
    part(0) == Some(key.kind().as_str()) && part(1) == Some(key.value())
}

/// A text, because JSON numbers of 64 bits do not survive every reader.
fn shown(digest: u64) -> Value {
    Value::String(format!("{digest:016x}"))
}

/// The match keys of a stored lead.
pub(crate) fn keys(attributes: &Map<String, Value>) -> Vec<MatchKey> {
    let lists = [EXTERNAL, KEYS].into_iter().filter_map(|it| attributes.get(it)?.as_array());
    lists
        .flatten()
        .filter_map(|it| MatchKey::from_parts(it.get(0)?.as_str()?, it.get(1)?.as_str()?))
        .collect()
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
