use model::{Number, Timestamp};
use proptest::prelude::*;

use super::*;
use crate::expr::sample::{any_expr, any_facts, any_test, bare};
use crate::expr::{Comparison, ExprKind};
use crate::facts::Facts;

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// Rule by rule.
fn reference(rules: &[Expr], view: &View<'_>) -> Option<usize> {
    rules.iter().position(|it| eval(it, view) == Truth::True)
}

/// Rules as people write them: a few tests joined by `and`, some negated, some alternatives.
fn any_rule() -> impl Strategy<Value = Expr> {
    let test = prop_oneof![
        4 => any_test().prop_map(bare),
        1 => any_test().prop_map(|it| bare(ExprKind::Not(Box::new(bare(it))))),
        1 => proptest::collection::vec(any_test().prop_map(bare), 2..3)
            .prop_map(|it| bare(ExprKind::Any(it))),
    ];
    proptest::collection::vec(test, 1..4).prop_map(|it| bare(ExprKind::All(it)))
}

proptest! {
    #[test]
    fn the_index_answers_as_rule_by_rule(
        rules in proptest::collection::vec(any_expr(), 0..12),
        leads in proptest::collection::vec(any_facts(), 1..8),
    ) {
        let index = RuleIndex::build(&rules.iter().collect::<Vec<_>>());
        for lead in &leads {
            let view = View::new(lead, NOW);
            prop_assert_eq!(index.first_match(&view), reference(&rules, &view));
        }
    }

    #[test]
    fn keys_keep_the_order_of_numbers(a in any::<f64>(), b in any::<f64>()) {
        prop_assert_eq!(key(a).cmp(&key(b)), a.total_cmp(&b));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_long_table_answers_as_rule_by_rule(
        rules in proptest::collection::vec(any_rule(), 60..200),
        leads in proptest::collection::vec(any_facts(), 1..8),
        skip in 0_usize..190,
    ) {
        let rules = rules.get(skip..).unwrap_or_default();
        let index = RuleIndex::build(&rules.iter().collect::<Vec<_>>());
        for lead in &leads {
            let view = View::new(lead, NOW);
            prop_assert_eq!(index.first_match(&view), reference(rules, &view));
        }
    }
}

#[test]
fn numbers_at_and_beside_every_bound_are_told_apart() {
    let field = FieldId(0);
    let bounds = [f64::MIN, -1.0, -5e-324, 0.0, 5e-324, 1.0, 1.0_f64.next_up(), f64::MAX];
    for comparison in [
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Equal,
        Comparison::NotEqual,
        Comparison::GreaterOrEqual,
        Comparison::Greater,
    ] {
        let rules: Vec<Expr> = bounds
            .iter()
            .map(|it| bare(ExprKind::Number(field, comparison, Number::new(*it).unwrap())))
            .collect();
        for subset in [&rules[..], &rules[3..4], &rules[..1], &rules[7..]] {
            let index = RuleIndex::build(&subset.iter().collect::<Vec<_>>());
            let values = bounds.iter().flat_map(|it| [*it, it.next_up(), it.next_down(), it / 3.0]);
            for number in values.filter_map(Number::new) {
                let mut lead = Facts::default();
                lead.set(field, Fact::Number(number));
                let view = View::new(&lead, NOW);
                let expect = reference(subset, &view);
                assert_eq!(index.first_match(&view), expect, "{comparison:?} {number:?}");
            }
        }
    }
}

#[test]
fn no_rules_match_nothing() {
    let lead = Facts::default();
    assert_eq!(RuleIndex::default().first_match(&View::new(&lead, NOW)), None);
    assert_eq!(RuleIndex::build(&[]).first_match(&View::new(&lead, NOW)), None);
}
