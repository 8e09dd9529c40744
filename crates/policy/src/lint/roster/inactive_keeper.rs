//! P0334: a queue whose keeper does not work here any more.
//!
//! What: a keeper who is not active.
//! Why: a lead in the queue would be owned by nobody in fact.
//! Example: `keeper: rosa` and `rosa: { active: false }` in the roster
//! Instead: name a keeper who is active

use model::Roster;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::section::Policy;

/// Reports each queue with such a keeper.
pub(super) fn lint(policy: &Policy, roster: &Roster, found: &mut Diagnostics) {
    for queue in &policy.queues {
        let keeper = roster.find(&queue.keeper).and_then(|it| roster.rep(it));
        if keeper.is_some_and(|it| !it.active) {
            let message =
                format!("`{}`, who keeps queue `{}`, is not active", queue.keeper, queue.id);
            found.push(
                Diagnostic::error("P0334", message, queue.span).help("name a keeper who is active"),
            );
        }
    }
}
