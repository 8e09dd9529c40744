use proptest::prelude::*;

use super::*;
use crate::expr::sample::{any_expr, any_facts, bare, symbols};
use crate::expr::{fold_case, fold_words};

const NOW: Timestamp = Timestamp::from_seconds(1_800_000_000);

/// The same answers by the plainest means: collect all parts, no early end, no folding kept.
fn reference(expr: &Expr, view: &View<'_>) -> Truth {
    let all = |parts: &[Expr]| parts.iter().map(|it| reference(it, view)).collect::<Vec<_>>();
    let text = |field: &FieldId| match view.fact(*field) {
        Fact::Text(word) => Some(vec![word.text.to_string()]),
        Fact::List(words) => Some(words.iter().map(|it| it.text.to_string()).collect()),
        _ => None,
    };
    let names = |symbols: &[Sym]| -> Vec<String> {
        symbols.iter().map(|it| self::symbols().text(*it).to_owned()).collect()
    };
    let answer = match &expr.kind {
        ExprKind::Not(inner) => match reference(inner, view) {
            Truth::True => Some(false),
            Truth::False => Some(true),
            Truth::Unknown => None,
        },
        ExprKind::All(parts) => {
            let parts = all(parts);
            let known = !parts.contains(&Truth::Unknown);
            let failed = parts.contains(&Truth::False);
            if failed { Some(false) } else { known.then_some(true) }
        }
        ExprKind::Any(parts) => {
            let parts = all(parts);
            let known = !parts.contains(&Truth::Unknown);
            let held = parts.contains(&Truth::True);
            if held { Some(true) } else { known.then_some(false) }
        }
        ExprKind::OneOf(field, symbols) => {
            text(field).map(|it| names(symbols).contains(it.first().unwrap_or(&String::new())))
        }
        ExprKind::ContainsAny(field, symbols) => {
            text(field).map(|all| names(symbols).iter().any(|it| all.contains(it)))
        }
        ExprKind::ContainsAll(field, symbols) => {
            text(field).map(|all| names(symbols).iter().all(|it| all.contains(it)))
        }
        ExprKind::Mentions(field, phrases) => text(field).map(|all| {
            all.iter().any(|text| {
                let folded = fold_case(text);
                let words: Vec<&str> = folded
                    .split(|it: char| !it.is_ascii_alphanumeric())
                    .filter(|it| !it.is_empty())
                    .collect();
                phrases.iter().any(|phrase| {
                    let wanted: Vec<&str> = phrase.words().split(' ').collect();
                    words.windows(wanted.len()).any(|it| it == wanted)
                })
            })
        }),
        ExprKind::Number(field, comparison, value) => match view.fact(*field) {
            Fact::Number(it) => {
                let (a, b) = (it.get(), value.get());
                Some(match comparison {
                    Comparison::Less => a < b,
                    Comparison::LessOrEqual => a <= b,
                    Comparison::Equal => a == b,
                    Comparison::NotEqual => a != b,
                    Comparison::GreaterOrEqual => a >= b,
                    Comparison::Greater => a > b,
                })
            }
            _ => None,
        },
        kind => atom(kind, view),
    };
    answer.map_or(Truth::Unknown, Truth::from)
}

fn any_activities() -> impl Strategy<Value = Vec<ActivityFact>> {
    let one = (0_usize..6, -10_i64..4).prop_map(|(kind, at)| ActivityFact {
        kind: symbols().find(crate::expr::sample::TEXTS[kind]).unwrap_or(Sym(0)),
        at: Timestamp::from_seconds(NOW.as_seconds() + at * 900),
    });
    proptest::collection::vec(one, 0..5)
}

proptest! {
    #[test]
    fn answers_are_those_of_the_reference(
        exprs in proptest::collection::vec(any_expr(), 1..4),
        lead in any_facts(),
        activities in any_activities(),
    ) {
        let view = View::new(&lead, NOW).activities(&activities);
        for expr in &exprs {
            prop_assert_eq!(eval(expr, &view), reference(expr, &view));
        }
    }

    #[test]
    fn an_unknown_answer_names_what_is_missing_and_a_false_one_what_failed(
        expr in any_expr(),
        lead in any_facts(),
    ) {
        let view = View::new(&lead, NOW);
        let (missing, failed) = (missing_fields(&expr, &view), failed_tests(&expr, &view));
        let answer = eval(&expr, &view);
        prop_assert_eq!(missing.is_empty(), answer != Truth::Unknown);
        prop_assert_eq!(failed.is_empty(), answer != Truth::False);
        prop_assert!(missing.iter().all(|it| *lead.get(*it) == Fact::Missing));
    }
}

#[test]
fn connectives_follow_kleene() {
    let missing = || bare(ExprKind::Flag(FieldId(8)));
    let lead = Facts::with_len(16);
    let view = View::new(&lead, NOW);
    let literal = |it| bare(ExprKind::Literal(it));
    for (kind, expect) in [
        (ExprKind::All(vec![missing(), literal(false)]), Truth::False),
        (ExprKind::All(vec![missing(), literal(true)]), Truth::Unknown),
        (ExprKind::Any(vec![missing(), literal(true)]), Truth::True),
        (ExprKind::Any(vec![missing(), literal(false)]), Truth::Unknown),
        (ExprKind::Not(Box::new(missing())), Truth::Unknown),
        (ExprKind::Known(FieldId(8)), Truth::False),
        (ExprKind::All(vec![]), Truth::True),
        (ExprKind::Any(vec![]), Truth::False),
    ] {
        assert_eq!(eval(&bare(kind.clone()), &view), expect, "{kind:?}");
    }
}

#[test]
fn a_phrase_is_found_as_whole_words_only() {
    let mut lead = Facts::with_len(6);
    let set = |text: &str| Fact::Text(Word::new(text.into(), &symbols()));
    lead.set(FieldId(5), set("Wir suchen AI-Voice für Müller & Söhne"));
    let view = View::new(&lead, NOW);
    for (phrase, expect) in [
        ("ai voice", true),
        ("VOICE", true),
        ("oice", false),
        ("voice ai", false),
        ("für muller", true),
        ("sohne", true),
    ] {
        let phrases = vec![Phrase(fold_words(phrase).into())];
        let expr = bare(ExprKind::Mentions(FieldId(5), phrases));
        assert_eq!(eval(&expr, &view), Truth::from(expect), "{phrase}");
    }
}

#[test]
fn a_phrase_does_not_span_two_texts_of_a_set() {
    let mut lead = Facts::with_len(11);
    let words = ["ai", "voice"].map(|it| Word::new(it.into(), &symbols()));
    lead.set(FieldId(10), Fact::List(words.into()));
    let view = View::new(&lead, NOW);
    let expr =
        |it: &str| bare(ExprKind::Mentions(FieldId(10), vec![Phrase(fold_words(it).into())]));
    assert_eq!(eval(&expr("ai voice"), &view), Truth::False);
    assert_eq!(eval(&expr("voice"), &view), Truth::True);
}

#[test]
fn rep_facts_are_seen_beside_the_leads() {
    let (mut lead, mut rep) = (Facts::with_len(16), Facts::with_len(16));
    let word = |it: &str| Word::new(it.into(), &symbols());
    lead.set(FieldId(2), Fact::Text(word("de")));
    rep.set(FieldId(13), Fact::List(vec![word("en"), word("de")]));
    let expr = bare(ExprKind::Same(FieldId(13), FieldId(2)));
    let view = View::new(&lead, NOW);
    assert_eq!(eval(&expr, &view), Truth::Unknown);
    assert_eq!(missing_fields(&expr, &view), [FieldId(13)]);
    assert_eq!(eval(&expr, &view.with_rep(&rep)), Truth::True);
}

#[test]
fn activities_count_up_to_now_and_within_the_window() {
    let kind = Sym(0);
    let at = |minutes: i64| ActivityFact {
        kind,
        at: Timestamp::from_seconds(NOW.as_seconds() + minutes * 60),
    };
    let activities = [at(-120), at(-60), at(0), at(1), ActivityFact { kind: Sym(1), at: NOW }];
    let lead = Facts::default();
    let view = View::new(&lead, NOW).activities(&activities);
    let counted = |within: Option<u32>, count| {
        let within = within.map(Seconds::from_minutes);
        eval(&bare(ExprKind::Activity(kind, within, Comparison::Equal, count)), &view)
    };
    assert_eq!(counted(None, 3), Truth::True);
    assert_eq!(counted(Some(60), 2), Truth::True);
    assert_eq!(counted(Some(59), 1), Truth::True);
}
