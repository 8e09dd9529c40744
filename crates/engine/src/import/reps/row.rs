//! A rep as a row of a table has them, put into the document of a roster.

use intake::mapping::{CellFault, Record};
use intake::normalise::boolean;
use serde_json::{Map, Value, json};

/// Fields that hold a list.
const LISTS: [&str; 6] =
    ["skills", "languages", "territories", "segments", "industries", "products"];

/// Fields that hold a whole number.
const COUNTS: [&str; 5] =
    ["capacity.open", "capacity.value", "caps.day", "caps.week", "caps.month"];

/// Where attributes stand whose names the roster does not know.
const ATTRIBUTES: &str = "attributes";

/// What a row says of a rep; an empty cell says nothing.
#[derive(Clone, Debug)]
pub(super) struct RepRow {
    pub(super) id: String,
    /// Path and value of each cell.
    changes: Vec<(String, Value)>,
}

impl RepRow {
    pub(super) fn read(mut record: Record<'_>) -> Result<Self, Vec<CellFault>> {
        let values: Vec<(String, Value)> =
            record.values().iter().map(|(name, it)| ((*name).to_owned(), it.clone())).collect();
        let mut changes = Vec::new();
        for (name, value) in values.into_iter().filter(|(name, _)| name != "id") {
            let value = match name.as_str() {
                it if COUNTS.contains(&it) => record.whole(it).map(Value::from),
                it if LISTS.contains(&it) => Some(list(value, &[';', ','])),
                "active" => Some(flag(value)),
                it if it.starts_with(ATTRIBUTES) => Some(attribute(value)),
                it => record.text(it).map(Value::String),
            };
            changes.extend(value.map(|it| (name, it)));
        }
        let id = record.text("id");
        let faults = record.faults();
        match id {
            Some(id) if faults.is_empty() => Ok(Self { id, changes }),
            _ => Err(faults),
        }
    }

    /// The calendar it names.
    pub(super) fn calendar(&self) -> Option<&str> {
        let found = self.changes.iter().find(|(name, _)| name == "calendar");
        found.and_then(|(_, value)| value.as_str())
    }

    /// Puts what the row says into `reps`, which is the section of a roster.
    pub(super) fn put(&self, reps: &mut Map<String, Value>) {
        let rep = reps.entry(self.id.clone()).or_insert_with(|| json!({}));
        for (path, value) in &self.changes {
            set(rep, path, value.clone());
        }
    }
}

fn set(rep: &mut Value, path: &str, value: Value) {
    let (group, name) = match path.split_once('.') {
        Some((group, name)) => (Some(group), name),
        // A roster may have its lists among the other attributes, where they count for more.
        None if rep.get(ATTRIBUTES).is_some_and(|it| it.get(path).is_some()) => {
            (Some(ATTRIBUTES), path)
        }
        None => (None, path),
    };
    let Some(mut place) = rep.as_object_mut() else { return };
    if let Some(group) = group {
        let inner = place.entry(group).or_insert_with(|| json!({}));
        let Some(inner) = inner.as_object_mut() else { return };
        place = inner;
    }
    place.insert(name.to_owned(), value);
}

/// The parts of a text between separators.
fn list(value: Value, separators: &[char]) -> Value {
    match value {
        Value::String(text) => {
            let parts = text.split(separators).map(str::trim).filter(|it| !it.is_empty());
            parts.map(Value::from).collect()
        }
        other => other,
    }
}

/// Yes or no where the text is clear; else the text, which the roster refuses.
fn flag(value: Value) -> Value {
    match value.as_str().and_then(|it| boolean::normalise(it).ok()) {
        Some(it) => Value::Bool(it.value),
        None => value,
    }
}

/// A list where `;` separates, else a number or yes or no written plainly, else text.
fn attribute(value: Value) -> Value {
    let Value::String(text) = &value else { return value };
    if text.contains(';') {
        return list(value, &[';']);
    }
    match text.trim() {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        other => match other.parse::<i64>() {
            Ok(number) if number.to_string() == other => number.into(),
            _ => other.into(),
        },
    }
}
