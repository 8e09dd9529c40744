//! P0302: alternatives that leave nothing out.
//!
//! What: tests joined by `or` of which one always holds wherever the values are known.
//! Why: almost always an `or` that was meant to be an `and`; the rule takes every lead.
//! Example: `country != "de" or country != "fr"`
//! Instead: `country != "de" and country != "fr"`, or `country is known` if that was meant

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Expr, ExprKind};
use crate::field::Fields;
use crate::lint::Subject;
use crate::lint::logic::{Want, regions};

/// Reports every such list of alternatives.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    subject.conditions.iter().for_each(|it| look(it, &subject.policy.fields, found));
}

fn look(condition: &Expr, fields: &Fields, found: &mut Diagnostics) {
    let parts = match &condition.kind {
        ExprKind::Any(parts) => {
            let nothing_left =
                regions(condition, Want::False, fields).is_some_and(|it| it.is_empty());
            let plain = parts.iter().any(|it| matches!(it.kind, ExprKind::Literal(_)));
            if nothing_left && !plain {
                found.push(
                    Diagnostic::warning(
                        "P0302",
                        "these alternatives leave nothing out",
                        condition.span,
                    )
                    .label("holds for every lead whose values are known")
                    .help("did you mean `and`? To ask for a value at all, write `... is known`"),
                );
                return;
            }
            parts.as_slice()
        }
        ExprKind::All(parts) => parts.as_slice(),
        ExprKind::Not(inner) => std::slice::from_ref(inner.as_ref()),
        _ => &[],
    };
    parts.iter().for_each(|it| look(it, fields, found));
}
