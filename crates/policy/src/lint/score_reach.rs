//! P0313: a threshold that no score reaches.
//!
//! What: a test on `score`, `score.<group>` or `matrix.…` that holds for no score the rules can
//! give, or that every score passes.
//! Why: the threshold was right before a cap or a rule was changed.
//! Example: `score.fit >= 60` where the group's `cap` is 50
//! Instead: `score.fit >= 40`

use model::Number;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Expr, ExprKind};
use crate::field::{FieldId, SystemField};
use crate::lint::Subject;
use crate::lint::logic::Values;
use crate::section::{Policy, ScoreGroup, ScoreKind, ScoreRule};
use crate::tree::Node;

const SCORE_MAX: i64 = 100;

/// Reports each threshold out of reach.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    if lost_rules(subject) {
        return;
    }
    let reach = reach(subject.policy);
    subject.conditions.iter().for_each(|it| look(it, &reach, found));
}

/// Whether a rule that may give points was lost to an error.
fn lost_rules(subject: &Subject<'_>) -> bool {
    let scoring = &subject.policy.scoring;
    [("groups", &scoring.groups), ("matrix", &scoring.matrix)].into_iter().any(|(key, groups)| {
        let section = subject.root.child("scoring").and_then(|it| it.child(key));
        let entries = section.map(Node::entries).unwrap_or_default();
        let declared: usize = entries.iter().map(|it| it.value.list("rules").len()).sum();
        declared != groups.iter().map(|it| it.rules.len()).sum::<usize>()
    })
}

fn look(condition: &Expr, reach: &[(FieldId, i64, i64)], found: &mut Diagnostics) {
    match &condition.kind {
        ExprKind::Number(field, comparison, number) => {
            let Some((_, least, most)) = reach.iter().find(|it| it.0 == *field) else { return };
            let bounds = whole(*least).zip(whole(*most));
            let Some((low, high)) = bounds else { return };
            let holds = Values::number(*comparison, *number);
            if holds.and(&Values::between(low, high)).is_empty() {
                found.push(
                    Diagnostic::warning("P0313", "no lead ever has such a score", condition.span)
                        .label(format!("the rules give {least} to {most}"))
                        .help("change the threshold, the caps or the points"),
                );
            }
        }
        ExprKind::Not(inner) => look(inner, reach, found),
        ExprKind::All(parts) | ExprKind::Any(parts) => {
            parts.iter().for_each(|it| look(it, reach, found));
        }
        _ => {}
    }
}

fn whole(value: i64) -> Option<Number> {
    Number::new(value as f64)
}

/// The least and most of each score field.
fn reach(policy: &Policy) -> Vec<(FieldId, i64, i64)> {
    let mut all = Vec::new();
    let scoring = &policy.scoring;
    for (groups, total, limit) in [
        (&scoring.groups, SystemField::Score, Some(SCORE_MAX)),
        (&scoring.matrix, SystemField::MatrixTotal, None),
    ] {
        let mut sum = (0, 0);
        for group in groups {
            let (least, most) = reach_of_group(group);
            all.push((group.field, least, most));
            sum = (sum.0 + least, sum.1 + most);
        }
        if let Some(field) = policy.fields.system(total).filter(|_| !groups.is_empty()) {
            let (least, most) = limit.map_or(sum, |it| (sum.0.clamp(0, it), sum.1.clamp(0, it)));
            all.push((field, least, most));
        }
    }
    all
}

fn reach_of_group(group: &ScoreGroup) -> (i64, i64) {
    let (floor, cap) = (i64::from(group.floor), i64::from(group.cap));
    let sums = group.rules.iter().map(reach_of_rule).fold((0_i64, 0_i64), |sum, rule| {
        (sum.0.saturating_add(rule.0), sum.1.saturating_add(rule.1))
    });
    (sums.0.clamp(floor, cap.max(floor)), sums.1.clamp(floor, cap.max(floor)))
}

fn reach_of_rule(rule: &ScoreRule) -> (i64, i64) {
    let points = i64::from(rule.points);
    let unbounded = |up: bool| if up { (0, i64::MAX) } else { (i64::MIN, 0) };
    match &rule.kind {
        ScoreKind::When(_) => (points.min(0), points.max(0)),
        ScoreKind::Activity { max: Some(max), .. } => {
            (i64::from(*max).min(0), i64::from(*max).max(0))
        }
        ScoreKind::Activity { max: None, .. } => unbounded(0 <= points),
        // The number itself may be negative.
        ScoreKind::Share { .. } => (i64::MIN, i64::MAX),
    }
}
