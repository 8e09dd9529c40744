//! P0303 and P0304: rules that are never reached.
//!
//! What: in a list of which the first rule that holds decides, a rule after one that always holds
//! (P0304), or one whose leads are all taken by rules before it (P0303). Looks at routing, tiers,
//! SLAs, the gateway, exclusions, cases of derived fields and minimums of the fast track.
//! Why: an edit below the rule that takes the leads changes nothing.
//! Example: `score >= 50` before `score >= 80`
//! Instead: write the narrower rule first

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Expr;
use crate::lint::Subject;
use crate::lint::logic::{self, Region, Want, both, regions};
use crate::section::{DerivedRule, Policy};
use crate::span::Span;

/// Rules are compared pair by pair until so many pairs were looked at.
const PAIRS_MAX: usize = 20_000;

/// One rule of a list.
struct Item<'a> {
    when: &'a Expr,
    span: Span,
    name: String,
}

/// Reports every rule that is never reached.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    for list in lists(subject.policy) {
        look(&list, subject.policy, found);
    }
}

fn lists(policy: &Policy) -> Vec<Vec<Item<'_>>> {
    let named = |when, span, id: &model::RuleId| Item { when, span, name: format!("rule `{id}`") };
    let mut lists = vec![
        policy.routing.rules.iter().map(|it| named(&it.when, it.span, &it.id)).collect(),
        policy.disqualify.iter().map(|it| named(&it.when, it.span, &it.id)).collect(),
        policy.suppress.iter().map(|it| named(&it.when, it.span, &it.id)).collect(),
        policy
            .qualification
            .tiers
            .iter()
            .map(|it| Item { when: &it.when, span: it.span, name: format!("tier {}", it.tier) })
            .collect(),
        policy
            .slas
            .rules
            .iter()
            .map(|it| Item { when: &it.when, span: it.span, name: "this choice".to_owned() })
            .collect(),
    ];
    if let Some(gateway) = &policy.gateway {
        lists.push(gateway.rules.iter().map(|it| named(&it.when, it.span, &it.id)).collect());
    }
    if let Some(lane) = &policy.fast_track {
        lists.push(lane.minimums.iter().map(|(when, _)| case(when)).collect());
    }
    for derived in &policy.derived {
        if let DerivedRule::Cases { cases, .. } = &derived.rule {
            lists.push(cases.iter().map(|(when, _)| case(when)).collect());
        }
    }
    lists
}

fn case(when: &Expr) -> Item<'_> {
    Item { when, span: when.span, name: "this case".to_owned() }
}

fn look(list: &[Item<'_>], policy: &Policy, found: &mut Diagnostics) {
    let mut left = Some(vec![Region::default()]);
    let mut pairs = 0;
    let mut catch_all: Option<&Item<'_>> = None;
    for (place, item) in list.iter().enumerate() {
        let before = list.get(..place).unwrap_or_default();
        if let Some(all) = catch_all {
            let message = format!("{} is never reached", item.name);
            found.push(
                Diagnostic::warning("P0304", message, item.span)
                    .other(all.when.span, "always holds, so nothing after it is tried"),
            );
            continue;
        }
        if logic::always(item.when, policy) {
            catch_all = Some(item);
        }
        let Some(held) = regions(item.when, Want::True, policy).filter(|it| !it.is_empty()) else {
            continue;
        };
        pairs += place;
        let taken = (pairs <= PAIRS_MAX)
            .then(|| before.iter().find(|it| implies(&held, it.when, policy)))
            .flatten();
        if let Some(first) = taken {
            let message = format!("{} is never reached", item.name);
            found.push(
                Diagnostic::warning("P0303", message, item.span)
                    .label("all its leads are taken before")
                    .other(first.span, "takes them: it holds whenever the later one does")
                    .help("write the narrower one first"),
            );
            continue;
        }
        let none_left =
            left.as_ref().and_then(|left| both(left, &held)).is_some_and(|it| it.is_empty());
        if none_left {
            let message = format!("{} is never reached", item.name);
            found.push(
                Diagnostic::warning("P0303", message, item.span)
                    .label("those before it take all its leads, together")
                    .help("write the narrower ones first"),
            );
            continue;
        }
        let passed = regions(item.when, Want::NotTrue, policy);
        left = left.zip(passed).and_then(|(left, passed)| both(&left, &passed));
    }
}

/// Whether `condition` holds in all of `held`.
fn implies(held: &[Region], condition: &Expr, policy: &Policy) -> bool {
    let outside = regions(condition, Want::NotTrue, policy);
    outside.and_then(|it| both(held, &it)).is_some_and(|it| it.is_empty())
}
