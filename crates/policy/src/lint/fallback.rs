//! P0309: a fallback that may leave a lead without owner.
//!
//! What: a routing fallback that is missing or whose last target is not an unconditional queue.
//! Why: no lead is ever unowned. A pool may be full or asleep; a queue always takes the lead and
//! has a keeper.
//! Example: `fallback: [{ pool: everyone }]`
//! Instead: `fallback: [{ pool: everyone }, { queue: triage }]`

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::section::Destination;

/// Reports a fallback that does not end in a queue, and targets after one.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let routing = &subject.policy.routing;
    let Some(section) = subject.root.child("routing").and_then(|it| it.get("fallback")) else {
        // Reported as a missing key.
        return;
    };
    if section.value.scalar().is_some() || section.value.items().len() != routing.fallback.len() {
        return;
    }
    let help = "end it with `{ queue: … }`, without `only`";
    let Some(last) = routing.fallback.last() else {
        let message = "the fallback is empty";
        found.push(Diagnostic::error("P0309", message, section.value.span).help(help));
        return;
    };
    if !matches!(last.to, Destination::Queue(_)) {
        let message = "the fallback does not end in a queue";
        found.push(
            Diagnostic::error("P0309", message, last.span)
                .label("a lead may pass this target")
                .help(help),
        );
    } else if let Some(only) = &last.only {
        let message = "the last queue of the fallback has a condition";
        found.push(Diagnostic::error("P0309", message, only.span).help(help));
    }
}
