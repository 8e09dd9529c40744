//! P0332: a pool without active member.
//!
//! What: a pool of which nobody works here.
//! Why: every lead passes it by; the rule that names it sends its leads to the next target.
//! Example: `members: [{ team: emea }]` and nobody in team `emea`
//! Instead: add members, or take the pool out of the rules

use model::Roster;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::roster::active_members;
use crate::section::Policy;

/// Reports each empty pool.
pub(super) fn lint(policy: &Policy, roster: &Roster, found: &mut Diagnostics) {
    for pool in &policy.pools {
        if active_members(policy, roster, pool).is_empty() {
            let message = format!("pool `{}` has no active member", pool.id);
            found.push(
                Diagnostic::error("P0332", message, pool.span)
                    .help("add members, or take the pool out of the rules"),
            );
        }
    }
}
