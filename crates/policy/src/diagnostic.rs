//! What the compiler has to say about a policy: every mistake of one run, each with its place.

use crate::span::Span;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Blocks publishing.
    Error,
    /// Publishing records who accepted it.
    Warning,
    /// Shown in editors only.
    Hint,
}

/// One finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code such as `P0207`, with a page in `docs/errors`.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// Lower case, no full stop, user text in backticks.
    pub message: String,
    /// The text to underline.
    pub primary: Span,
    /// What to say beside the underlined text; may be empty.
    pub label: String,
    /// Other places that belong to the finding.
    pub others: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Vec<String>,
    /// A replacement that mends it, if one is certain enough to offer.
    pub fix: Option<Fix>,
}

/// Text to put in place of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// The new text.
    pub text: String,
}

/// The findings of one run, in order of discovery until [`Diagnostics::into_sorted`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    found: Vec<Diagnostic>,
}

impl Diagnostic {
    /// An error at `primary`.
    pub fn error(code: &'static str, message: impl Into<String>, primary: Span) -> Self {
        Self::new(Severity::Error, code, message, primary)
    }

    /// A warning at `primary`.
    pub fn warning(code: &'static str, message: impl Into<String>, primary: Span) -> Self {
        Self::new(Severity::Warning, code, message, primary)
    }

    fn new(
        severity: Severity,
        code: &'static str,
        message: impl Into<String>,
        primary: Span,
    ) -> Self {
        Self {
            code,
            severity,
            message: message.into(),
            primary,
            label: String::new(),
            others: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Says `label` beside the underlined text.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Points at another place.
    #[must_use]
    pub fn other(mut self, span: Span, label: impl Into<String>) -> Self {
        self.others.push((span, label.into()));
        self
    }

    /// Adds advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }

    /// Whether the text itself cannot be read here, whatever it means.
    fn is_of_writing(&self) -> bool {
        self.severity == Severity::Error && self.code.starts_with("P00")
    }

    /// Offers a replacement.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Fix { span, text: text.into() });
        self
    }
}

impl Diagnostics {
    /// Adds a finding.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Adds all findings of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.found.append(&mut other.found);
    }

    /// How many findings there are.
    pub fn len(&self) -> usize {
        self.found.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Whether any finding blocks publishing.
    pub fn has_errors(&self) -> bool {
        self.found.iter().any(|it| it.severity == Severity::Error)
    }

    /// The findings so far.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.found.iter()
    }

    /// All findings by file and place, the graver first at the same place; ahead of all the
    /// mistakes of writing, of which others may be consequences.
    pub fn into_sorted(mut self) -> Vec<Diagnostic> {
        self.found.sort_by(|a, b| {
            (!a.is_of_writing(), a.primary, a.severity, a.code, &a.message).cmp(&(
                !b.is_of_writing(),
                b.primary,
                b.severity,
                b.code,
                &b.message,
            ))
        });
        self.found.dedup();
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mistakes_of_writing_come_before_what_may_follow_from_them() {
        let place = |start| Span { file: 0, start, end: start + 1 };
        let mut found = Diagnostics::default();
        found.push(Diagnostic::error("P0106", "the rule has no target", place(3)));
        found.push(Diagnostic::error("P0001", "a quote is never closed", place(90)));
        found.push(Diagnostic::error("P0102", "no such key", place(1)));
        let codes: Vec<_> = found.into_sorted().into_iter().map(|it| it.code).collect();
        assert_eq!(codes, ["P0001", "P0102", "P0106"]);
    }
}
