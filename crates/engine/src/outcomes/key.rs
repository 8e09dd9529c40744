//! The id of an outcome in the system that reports it.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Who gave the id, and the id. Stored as `source:id`, by imports and by the API alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutcomeKey {
    /// Who gave the id.
    pub source: String,
    /// The id.
    pub id: String,
}

impl OutcomeKey {
    /// `None` for an empty part, or a source with a colon.
    pub fn new(source: String, id: String) -> Option<Self> {
        let sound = !source.is_empty() && !id.is_empty() && !source.contains(':');
        sound.then_some(Self { source, id })
    }

    /// As stored.
    pub(super) fn of_text(text: &str) -> Option<Self> {
        let (source, id) = text.split_once(':')?;
        Some(Self { source: source.to_owned(), id: id.to_owned() })
    }
}

impl fmt::Display for OutcomeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.source, self.id)
    }
}
