//! Nothing is claimed that evaluation does not bear out.
#![allow(clippy::unwrap_used, reason = "test code")]

use model::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::expr::sample::{any_expr, any_facts, sample};
use crate::expr::{ActivityFact, Truth, View, eval};
use crate::facts::Facts;

fn answer(condition: &Expr, facts: &Facts, activities: &[ActivityFact]) -> Truth {
    let now = Timestamp::from_seconds(1_800_000_000);
    eval(condition, &View::new(facts, now).activities(activities))
}

fn none(condition: &Expr, want: Want) -> bool {
    regions(condition, want, &sample().fields).is_some_and(|it| it.is_empty())
}

/// Whether no lead is claimed for which `a` holds and `b` does not.
fn implied(a: &Expr, b: &Expr) -> bool {
    let fields = sample().fields;
    let (held, outside) = (regions(a, Want::True, &fields), regions(b, Want::NotTrue, &fields));
    held.zip(outside).and_then(|(a, b)| both(&a, &b)).is_some_and(|it| it.is_empty())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_wanted_answer_without_region_is_never_given(condition in any_expr(), facts in any_facts()) {
        let given = answer(&condition, &facts, &[]);
        let claims = [
            (Want::True, given != Truth::True),
            (Want::False, given != Truth::False),
            (Want::NotTrue, given == Truth::True),
            (Want::NotFalse, given == Truth::False),
        ];
        for (want, borne_out) in claims {
            prop_assert!(!none(&condition, want) || borne_out, "{want:?} {given:?}");
        }
    }

    #[test]
    fn what_is_said_to_follow_follows(a in any_expr(), b in any_expr(), facts in any_facts()) {
        // Random conditions seldom imply each other; one with its own parts often does.
        let either = Expr { kind: ExprKind::Any(vec![a.clone(), b.clone()]), span: a.span };
        let both = Expr { kind: ExprKind::All(vec![a.clone(), b.clone()]), span: a.span };
        for (first, second) in [(&a, &b), (&both, &a), (&a, &either), (&either, &both), (&b, &a)] {
            if implied(first, second) && answer(first, &facts, &[]) == Truth::True {
                prop_assert_eq!(answer(second, &facts, &[]), Truth::True);
            }
        }
    }
}

#[test]
fn a_part_follows_from_the_whole_and_the_choice_from_a_part() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut told = 0;
    for _ in 0..200 {
        let (a, b) = (any_expr(), any_expr()).new_tree(&mut runner).unwrap().current();
        let either = Expr { kind: ExprKind::Any(vec![a.clone(), b.clone()]), span: a.span };
        let both = Expr { kind: ExprKind::All(vec![a.clone(), b]), span: a.span };
        told += usize::from(implied(&both, &a)) + usize::from(implied(&a, &either));
    }
    // The rest has too many regions to tell.
    assert!(told > 300, "{told} of 400");
}
