//! P0308: an escalation that does not end with a queue.
//!
//! What: a chain whose last step leaves the lead with a person.
//! Why: the backup may be on leave and the manager in a meeting; a queue always exists and has a
//! keeper, so a lead in it is nobody's blind spot. A chain that ends with a person never ends.
//! Example: `steps: [{after: 5m, to: backup}, {after: 15m, to: manager}]`
//! Instead: add `{after: 1h, to: {queue: triage}}`

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::section::{StepAction, StepTarget};

/// Reports chains that do not end in a queue and steps after one.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    for chain in &subject.policy.chains {
        let declared = subject
            .root
            .child("escalations")
            .and_then(|it| it.child(chain.id.as_str()))
            .map_or(0, |it| it.list("steps").len());
        if declared != chain.steps.len() {
            // A step was lost to an error.
            continue;
        }
        let to_queue = |action, target: &StepTarget| {
            action == StepAction::Reassign && matches!(target, StepTarget::Queue(_))
        };
        let Some((last, before)) = chain.steps.split_last() else {
            let message = format!("escalation `{}` has no steps", chain.id);
            found.push(Diagnostic::error("P0308", message, chain.span));
            continue;
        };
        if !to_queue(last.action, &last.target) {
            let message = format!("escalation `{}` does not end in a queue", chain.id);
            found.push(
                Diagnostic::error("P0308", message, last.span)
                    .label("the last step")
                    .help("end it with `{ after: 1h, to: { queue: … } }`"),
            );
        }
        if let Some(early) = before.iter().find(|it| to_queue(it.action, &it.target)) {
            let message = format!("escalation `{}` goes on after its queue", chain.id);
            found.push(
                Diagnostic::error("P0308", message, early.span)
                    .label("from here on a keeper answers for the lead")
                    .help("make this the last step"),
            );
        }
    }
}
