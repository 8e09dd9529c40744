//! The character U+0000: Postgres keeps it in no text, so it is refused on every database, wherever
//! it stands.

use serde_json::Value;

use crate::error::ApiError;

/// How JSON writes it; there is no other way.
const ESCAPE: &[u8] = b"\\u0000";

/// Places named in one answer.
const PLACES_MAX: usize = 100;

/// What is wrong with it.
pub(super) const MESSAGE: &str = "holds the character U+0000, which cannot be kept";

/// Refuses a body of JSON in which a text or a name holds it.
pub(super) fn refuse(body: &[u8]) -> Result<(), ApiError> {
    if !body.windows(ESCAPE.len()).any(|it| it == ESCAPE) {
        return Ok(());
    }
    // What is no JSON is told better by whoever reads it.
    let Ok(value) = serde_json::from_slice(body) else { return Ok(()) };
    let mut places = Vec::new();
    find(&value, "", &mut places);
    let mut places = places.into_iter();
    let Some(first) = places.next() else { return Ok(()) };
    Err(places.fold(ApiError::invalid(first, MESSAGE), |error, place| error.at(place, MESSAGE)))
}

/// Whether a part of an address holds it.
pub(super) fn is_in_address(part: &str) -> bool {
    part.contains("%00")
}

fn find(value: &Value, at: &str, places: &mut Vec<String>) {
    if PLACES_MAX <= places.len() {
        return;
    }
    match value {
        Value::String(text) if text.contains('\0') => places.push(named(at)),
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                find(item, &format!("{at}[{n}]"), places);
            }
        }
        Value::Object(entries) => {
            for (name, item) in entries {
                let at = if at.is_empty() { name.clone() } else { format!("{at}.{name}") };
                match name.contains('\0') {
                    true => places.push(at),
                    false => find(item, &at, places),
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn named(at: &str) -> String {
    if at.is_empty() { "body".to_owned() } else { at.to_owned() }
}
