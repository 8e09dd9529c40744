//! P0316: an SLA tier that no lead gets.
//!
//! What: a tier that is neither the default nor chosen by a rule.
//! Why: its times are promised to nobody.
//! Example: tiers `tier_1`, `vip` and no rule with `sla: vip`
//! Instead: add `{ sla: vip, when: … }`

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;

/// Reports each such tier.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let slas = &subject.policy.slas;
    let Some(section) = subject.root.child("slas") else { return };
    if section.child("rules").is_some_and(|it| it.scalar().is_some()) {
        // Reported as no list; who knows what it chooses.
        return;
    }
    let chosen: Vec<&str> = section.list("rules").iter().filter_map(|it| it.text("sla")).collect();
    for tier in &slas.tiers {
        let name = tier.id.as_str();
        if section.text("default") != Some(name) && !chosen.contains(&name) {
            let message = format!("no lead gets SLA tier `{name}`");
            found.push(
                Diagnostic::warning("P0316", message, tier.span)
                    .help(format!("choose it under `rules`: `{{ sla: {name}, when: … }}`")),
            );
        }
    }
}
