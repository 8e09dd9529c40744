//! P0314: a member with weight 0.
//!
//! What: `weight: 0` in a pool.
//! Why: such a member never gets a lead, and a rotation by weight has no place for it.
//! Example: `{ rep: ana, weight: 0 }`
//! Instead: take the member out, or use the roster's absence

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;

/// Reports each such member.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    for pool in &subject.policy.pools {
        for member in pool.members.iter().filter(|it| it.weight == 0) {
            let message = format!("a member of pool `{}` has weight 0", pool.id);
            found.push(
                Diagnostic::error("P0314", message, member.span)
                    .label("would never get a lead")
                    .help("take the member out, or give it a weight from 1 on"),
            );
        }
    }
}
