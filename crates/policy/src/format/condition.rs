//! White space in conditions.

use crate::diagnostic::Diagnostics;
use crate::expr::token_spans;

/// Keys whose values are conditions.
const KEYS: [&str; 7] = ["filter", "mql", "only", "sql", "want", "when", "where"];

/// Whether the value under `key` is a condition.
pub(super) fn is_key(key: &str) -> bool {
    KEYS.contains(&key)
}

/// Whether `text` is made of words and marks of conditions.
pub(super) fn reads(text: &str) -> bool {
    let mut found = Diagnostics::default();
    token_spans(text, &mut found);
    found.is_empty()
}

/// `text` with one space between words and none inside brackets; as it is where it cannot be read.
pub(super) fn spaced(text: &str) -> String {
    let mut found = Diagnostics::default();
    let tokens = token_spans(text, &mut found);
    if !found.is_empty() {
        return text.to_owned();
    }
    let mut spaced = String::with_capacity(text.len());
    let mut before = "";
    for (at, token) in tokens.into_iter().enumerate() {
        let call = token == "(" && matches!(before, "did" | "count" | "since");
        let tight =
            at == 0 || call || matches!(before, "(" | "[") || matches!(token, ")" | "]" | ",");
        if !tight {
            spaced.push(' ');
        }
        spaced.push_str(token);
        before = token;
    }
    spaced
}
