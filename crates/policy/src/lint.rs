//! What can be said about a policy before it goes live, one lint a file.
//!
//! A lint never raises a false alarm: what it cannot prove it keeps to itself. Lints look at a
//! policy that may have lost parts to errors elsewhere, so they say nothing about absence that an
//! error has already explained.

mod acknowledge;
mod attribution;
mod contradiction;
mod duplicate_id;
mod endless_chain;
mod evidence;
mod fallback;
mod first_match;
mod idle_sla;
mod logic;
mod never_open;
mod prospect;
mod roster;
mod score_reach;
mod tautology;
mod uncovered;
mod unused;
mod weight;

use crate::diagnostic::Diagnostics;
use crate::expr::Expr;
use crate::section::Policy;
use crate::tree::Node;

pub use roster::lint_roster;
pub(crate) use unused::unused;

/// What is looked at.
pub(crate) struct Subject<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) root: &'a Node,
    pub(crate) conditions: &'a [Expr],
}

/// Runs every lint that needs no roster.
pub(crate) fn policy(subject: &Subject<'_>, found: &mut Diagnostics) {
    contradiction::lint(subject, found);
    tautology::lint(subject, found);
    first_match::lint(subject, found);
    uncovered::lint(subject, found);
    acknowledge::lint(subject, found);
    never_open::lint(subject, found);
    endless_chain::lint(subject, found);
    fallback::lint(subject, found);
    attribution::lint(subject, found);
    evidence::lint(subject, found);
    score_reach::lint(subject, found);
    weight::lint(subject, found);
    duplicate_id::lint(subject, found);
    idle_sla::lint(subject, found);
    prospect::lint(subject, found);
}

#[cfg(test)]
mod tests;
