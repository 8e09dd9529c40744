//! What is declared where: names of one section that others refer to.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::nearest::nearest;
use crate::span::Span;
use crate::tree::Node;

/// The names declared in one section, each with its place in order of names.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// What one is called, e.g. `pool`.
    what: &'static str,
    declared: BTreeMap<String, Declared>,
}

#[derive(Clone, Copy, Debug)]
struct Declared {
    place: u16,
    span: Span,
    used: bool,
}

impl Names {
    /// The keys of section `section`; their places are those of the sorted names.
    pub(crate) fn of(root: Option<&Node>, what: &'static str) -> Self {
        let entries = root.map(Node::entries).unwrap_or_default();
        let mut declared: BTreeMap<String, Declared> = entries
            .iter()
            .map(|it| (it.key.clone(), Declared { place: 0, span: it.key_span, used: false }))
            .collect();
        for (place, it) in declared.values_mut().enumerate() {
            it.place = u16::try_from(place).unwrap_or(u16::MAX);
        }
        Self { what, declared }
    }

    /// The place of `name`; unknown ones are reported at `span`.
    pub(crate) fn resolve(
        &mut self,
        name: &str,
        span: Span,
        found: &mut Diagnostics,
    ) -> Option<u16> {
        if let Some(it) = self.declared.get_mut(name) {
            it.used = true;
            return Some(it.place);
        }
        let message = format!("there is no {} `{name}`", self.what);
        let mut diagnostic = Diagnostic::error("P0120", message, span);
        if let Some(near) = nearest(name, self.declared.keys().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(span, near);
        } else if self.declared.is_empty() {
            diagnostic = diagnostic.help(format!("the policy declares no {} at all", self.what));
        }
        found.push(diagnostic);
        None
    }

    /// Counts `name` as used, if it is declared.
    pub(crate) fn mark_used(&mut self, name: &str) {
        if let Some(it) = self.declared.get_mut(name) {
            it.used = true;
        }
    }

    /// The names in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        self.declared.keys().map(String::as_str)
    }

    /// What one is called, and the names that nothing refers to.
    pub(crate) fn unused(&self) -> impl Iterator<Item = (&'static str, &str, Span)> {
        let unused = self.declared.iter().filter(|(_, it)| !it.used);
        unused.map(|(name, it)| (self.what, name.as_str(), it.span))
    }
}
