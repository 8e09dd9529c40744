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
use crate::field::Fields;
use crate::lint::Subject;
use crate::lint::logic::{Region, Want, both, regions};
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
        look(&list, &subject.policy.fields, found);
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

fn look(list: &[Item<'_>], fields: &Fields, found: &mut Diagnostics) {
    // Where each rule that was reached does not hold.
    let mut passed: Vec<(&Item<'_>, Option<Vec<Region>>)> = Vec::new();
    let mut left = Some(vec![Region::default()]);
    let mut pairs = 0;
    for item in list {
        let all = passed.iter().find(|(_, outside)| outside.as_ref().is_some_and(Vec::is_empty));
        if let Some((all, _)) = all {
            found.push(
                unreached("P0304", item)
                    .other(all.when.span, "always holds, so nothing after it is tried"),
            );
            continue;
        }
        let held = regions(item.when, Want::True, fields).filter(|it| !it.is_empty());
        let Some(held) = held else { continue };
        pairs += passed.len();
        let outside = |outside: &Option<Vec<Region>>| {
            let both = outside.as_ref().and_then(|it| both(&held, it));
            both.is_some_and(|it| it.is_empty())
        };
        let taken = passed.iter().find(|it| pairs <= PAIRS_MAX && outside(&it.1));
        if let Some((first, _)) = taken {
            found.push(
                unreached("P0303", item)
                    .label("all its leads are taken before")
                    .other(first.span, "takes them: it holds whenever the later one does")
                    .help("write the narrower one first"),
            );
            continue;
        }
        if outside(&left) {
            found.push(
                unreached("P0303", item)
                    .label("those before it take all its leads, together")
                    .help("write the narrower ones first"),
            );
            continue;
        }
        let not_taken = regions(item.when, Want::NotTrue, fields);
        left = left.zip(not_taken.as_ref()).and_then(|(left, it)| both(&left, it));
        passed.push((item, not_taken));
    }
}

fn unreached(code: &'static str, item: &Item<'_>) -> Diagnostic {
    Diagnostic::warning(code, format!("{} is never reached", item.name), item.span)
}
