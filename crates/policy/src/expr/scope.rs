//! What a condition may name where it stands.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::field::{FieldId, Fields};
use crate::span::Span;
use crate::tree::{Scalar, ScalarStyle};

/// What a condition may name where it stands.
#[derive(Clone, Copy)]
pub struct Scope<'a> {
    /// Every field of the policy.
    pub fields: &'a Fields,
    /// The lists of the policy by name.
    pub lists: &'a BTreeMap<String, Vec<String>>,
    /// Why a field has no value yet where the condition stands, e.g. `it is known only after
    /// scoring`; `None` for a field that may be named.
    pub known_later: &'a dyn Fn(FieldId) -> Option<String>,
    /// Whether fields of reps may be named.
    pub rep_fields: RepFields,
}

/// Whether a condition is asked about a rep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RepFields {
    /// In pools and targets.
    Allowed,
    /// Everywhere else.
    Refused,
}

/// A piece of a condition's text, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl At {
    pub(super) fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A condition's text and where it stands.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) scalar: &'a Scalar,
    pub(super) whole: Span,
}

impl<'a> Source<'a> {
    pub(super) fn text(&self, at: At) -> &'a str {
        self.scalar.text.get(at.start..at.end).unwrap_or_default()
    }

    pub(super) fn span(&self, at: At) -> Span {
        self.scalar.span_of(self.whole, at.start..at.end)
    }

    /// Offers to write `text` at `at`, with the escapes that the scalar's quotes ask for.
    pub(super) fn offer(&self, found: Diagnostic, at: At, text: &str) -> Diagnostic {
        if self.scalar.places.is_empty() {
            return found;
        }
        let text = match self.scalar.style {
            ScalarStyle::Plain | ScalarStyle::Block => text.to_owned(),
            ScalarStyle::Single => text.replace('\'', "''"),
            ScalarStyle::Double => text.replace('\\', "\\\\").replace('"', "\\\""),
        };
        found.fix(self.span(at), text)
    }
}
