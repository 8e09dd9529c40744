//! Why a use case said no: a code, a message a person can act on, and what stands in the way.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A use case that was refused. Nothing was changed, except that bad input was kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What kind of no; decides the HTTP status and the exit code.
    pub kind: RefusalKind,
    /// Stable code with a page in `docs/errors`.
    pub code: &'static str,
    /// What a person can act on.
    pub message: String,
    /// The parts of the input that are wrong, all at once.
    pub fields: Vec<FieldFault>,
    /// The state that stands in the way, e.g. the handoff as it is now.
    pub state: Option<Value>,
}

/// What kind of no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RefusalKind {
    /// The request is wrong as it stands: mend it.
    Invalid,
    /// There is no such thing, or not for this caller.
    NotFound,
    /// This caller may not.
    Forbidden,
    /// The state has moved on: look at it and decide again.
    Conflict,
    /// Too much at once: try again later.
    Overloaded,
    /// The database cannot be reached or a commit's end is unknown: try again with the same key.
    Unavailable,
    /// A fault of ours.
    Internal,
}

/// A part of the input that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldFault {
    /// Where, e.g. `fields.email`.
    pub at: String,
    /// Stable code with a page in `docs/errors`.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

impl Refusal {
    /// A refusal without parts.
    pub fn new(kind: RefusalKind, code: &'static str, message: impl Into<String>) -> Self {
        Self { kind, code, message: message.into(), fields: Vec::new(), state: None }
    }

    /// Names the parts that are wrong.
    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldFault>) -> Self {
        self.fields = fields;
        self
    }

    /// Shows the state that stands in the way.
    #[must_use]
    pub fn with_state(mut self, state: Value) -> Self {
        self.state = Some(state);
        self
    }

    /// There is no `what` called `name`; one of `names` may be meant.
    pub fn unknown<'a>(what: &str, name: &str, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut refusal = Self::not_found(what, name);
        if let Some(nearest) = policy::nearest::nearest(name, names) {
            refusal.message.push_str(&format!("; `{nearest}` may be meant"));
        }
        refusal
    }

    /// There is no `what` called `name`.
    pub fn not_found(what: &str, name: impl fmt::Display) -> Self {
        Self::new(RefusalKind::NotFound, "A0404", format!("there is no {what} `{name}`"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)?;
        for field in &self.fields {
            write!(f, "; {} `{}`: {}", field.code, field.at, field.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}
