//! P0207: a condition that can never hold. P0301: a part that cannot, where the whole still can.
//!
//! What: tests joined by `and` that exclude each other: `country == "de" and country == "fr"`,
//! `score >= 80 and score < 75`.
//! Why: the rule looks alive and never fires.
//! Example: `segment == "smb" and segment == "enterprise"`
//! Instead: `segment in ["smb", "enterprise"]`

use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::expr::{Expr, ExprKind};
use crate::field::Fields;
use crate::lint::Subject;
use crate::lint::logic::{self, Want, both, regions};

/// The condition can never hold.
const WHOLE: &str = "P0207";
/// One alternative of it cannot.
const PART: &str = "P0301";

/// Reports every contradiction, once each.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    for condition in subject.conditions {
        look(condition, true, &subject.policy.fields, found);
    }
}

fn look(condition: &Expr, whole: bool, fields: &Fields, found: &mut Diagnostics) {
    match &condition.kind {
        ExprKind::All(parts) => {
            if let Some(diagnostic) = clash(parts, fields) {
                found.push(weighed(diagnostic, whole));
                return;
            }
            parts.iter().for_each(|it| look(it, whole, fields, found));
        }
        ExprKind::Any(parts) => {
            parts.iter().for_each(|it| look(it, whole && parts.len() == 1, fields, found));
        }
        ExprKind::Literal(_) => {}
        _ => {
            if logic::never(condition, fields) {
                let message = "this test can never hold";
                found.push(weighed(Diagnostic::error(WHOLE, message, condition.span), whole));
            }
        }
    }
}

/// In one alternative of several it is a warning.
fn weighed(diagnostic: Diagnostic, whole: bool) -> Diagnostic {
    if whole {
        return diagnostic;
    }
    let message = "this alternative can never hold".to_owned();
    Diagnostic { severity: Severity::Warning, code: PART, message, ..diagnostic }
}

/// The first part that excludes what stands before it.
fn clash(parts: &[Expr], fields: &Fields) -> Option<Diagnostic> {
    let mut so_far = vec![logic::Region::default()];
    for (place, part) in parts.iter().enumerate() {
        let held = regions(part, Want::True, fields)?;
        if held.is_empty() {
            // A mistake inside the part, reported there.
            return None;
        }
        let narrowed = both(&so_far, &held)?;
        if narrowed.is_empty() {
            let before = parts.get(..place).unwrap_or_default();
            return Some(report(part, &held, before, fields));
        }
        so_far = narrowed;
    }
    None
}

fn report(part: &Expr, held: &[logic::Region], before: &[Expr], fields: &Fields) -> Diagnostic {
    let excludes = |it: &&Expr| {
        let other = regions(it, Want::True, fields);
        other.and_then(|it| both(&it, held)).is_some_and(|it| it.is_empty())
    };
    let mut diagnostic = Diagnostic::error(WHOLE, "this condition can never hold", part.span);
    match before.iter().find(excludes) {
        Some(first) => {
            diagnostic =
                diagnostic.label("excludes the other test").other(first.span, "the other test");
            if let (ExprKind::OneOf(a, _), ExprKind::OneOf(b, _)) = (&first.kind, &part.kind)
                && a == b
            {
                let name = fields.name(*a);
                diagnostic =
                    diagnostic.help(format!("write `{name} in [..., ...]` to accept either"));
            }
        }
        None => diagnostic = diagnostic.label("excludes the tests before it, taken together"),
    }
    diagnostic
}
