#![allow(clippy::unwrap_used, reason = "test code")]
//! A catalogue of fields and random conditions and facts over it, for tests.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use model::{Number, Seconds, Timestamp};
use proptest::prelude::*;

use crate::expr::{Comparison, Expr, ExprKind, Phrase, RepFields, Scope, fold_case, fold_words};
use crate::facts::{Fact, Facts, Word};
use crate::field::{Field, FieldId, FieldOrigin, FieldType, Fields, SystemField};
use crate::span::Span;
use crate::symbol::{Sym, Symbols};

pub(crate) struct Sample {
    pub(crate) fields: Fields,
    pub(crate) symbols: Symbols,
    pub(crate) lists: BTreeMap<String, Vec<String>>,
}

const FIELDS: [(&str, FieldType, FieldOrigin); 16] = [
    ("product", FieldType::Enum, FieldOrigin::Contract),
    ("country", FieldType::Country, FieldOrigin::Contract),
    ("language", FieldType::Language, FieldOrigin::Contract),
    ("email", FieldType::Email, FieldOrigin::Contract),
    ("email.domain", FieldType::Text, FieldOrigin::Contract),
    ("message", FieldType::Text, FieldOrigin::Contract),
    ("employees", FieldType::Employees, FieldOrigin::Contract),
    ("potential", FieldType::Money, FieldOrigin::Contract),
    ("partner", FieldType::Bool, FieldOrigin::Contract),
    ("seen_at", FieldType::Time, FieldOrigin::Contract),
    ("industries", FieldType::List, FieldOrigin::Contract),
    ("score", FieldType::Number, FieldOrigin::System(SystemField::Score)),
    ("segment", FieldType::Enum, FieldOrigin::Derived),
    ("rep.languages", FieldType::List, FieldOrigin::Rep),
    ("rep.load", FieldType::Number, FieldOrigin::Rep),
    ("region", FieldType::Region, FieldOrigin::Contract),
];
const VALUES: [(&str, &[&str]); 2] = [
    ("product", &["voice_ai", "voice", "messaging"]),
    ("segment", &["smb", "mid_market", "enterprise"]),
];

pub(crate) fn sample() -> Sample {
    let (mut fields, mut symbols) = (Fields::default(), Symbols::default());
    for (name, kind, origin) in FIELDS {
        let values = VALUES.iter().filter(|it| it.0 == name).flat_map(|it| it.1);
        let values = values.map(|it| symbols.intern(it)).collect();
        fields.add(Field { name: name.to_owned(), kind, origin, values }).unwrap();
    }
    let list = |name: &str, values: &[&str]| {
        (name.to_owned(), values.iter().map(|it| (*it).to_owned()).collect())
    };
    let lists = BTreeMap::from([
        list("competitors", &["Acme.example", "zeta.example"]),
        list("dach", &["de", "AT", "CH"]),
        list("nobody", &[]),
        list("wrong", &["voice", "video"]),
    ]);
    Sample { fields, symbols, lists }
}

impl Sample {
    /// A scope in which the score is known only later.
    pub(crate) fn scope(&self, rep_fields: RepFields) -> Scope<'_> {
        Scope { fields: &self.fields, lists: &self.lists, known_later: &later, rep_fields }
    }
}

fn later(field: FieldId) -> Option<String> {
    (field == FieldId(11)).then(|| "it is known only after scoring".to_owned())
}

/// Texts that conditions name and leads bring.
pub(crate) const TEXTS: [&str; 6] = ["a", "B c", "d-e", "it's \"x\"", "f\\g", "Größe"];

static SYMBOLS: LazyLock<Symbols> = LazyLock::new(|| {
    let mut symbols = sample().symbols;
    for it in TEXTS {
        symbols.intern(it);
    }
    symbols
});

pub(crate) fn symbols() -> Symbols {
    SYMBOLS.clone()
}

/// Symbols that fit any text field without being changed.
fn some_symbols() -> impl Strategy<Value = Vec<Sym>> {
    proptest::sample::subsequence(&TEXTS[..], 1..4).prop_map(|texts| {
        let mut all: Vec<Sym> = texts.iter().map(|it| SYMBOLS.find(it).unwrap()).collect();
        all.sort_unstable();
        all
    })
}

fn comparison() -> impl Strategy<Value = Comparison> {
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    proptest::sample::select(vec![Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual])
}

const TEXT: FieldId = FieldId(5);
const MONEY: FieldId = FieldId(7);
const FLAG: FieldId = FieldId(8);
const TIME: FieldId = FieldId(9);
const LIST: FieldId = FieldId(10);
const REP_LIST: FieldId = FieldId(13);

fn instant() -> impl Strategy<Value = Timestamp> {
    (-3_i64..4).prop_map(|it| Timestamp::from_seconds(1_800_000_000 + it * 1800))
}

fn number() -> impl Strategy<Value = Number> {
    prop_oneof![(-3_i32..4).prop_map(|it| f64::from(it) / 2.0), any::<f64>()]
        .prop_filter_map("finite", Number::new)
}

/// A test without parts.
pub(crate) fn any_test() -> impl Strategy<Value = ExprKind> {
    let phrase = |it: &str| Phrase(fold_words(it).into());
    let text = proptest::sample::select(&TEXTS[..]);
    prop_oneof![
        any::<bool>().prop_map(ExprKind::Literal),
        (0_u16..16).prop_map(|it| ExprKind::Known(FieldId(it))),
        Just(ExprKind::Flag(FLAG)),
        some_symbols().prop_map(|it| ExprKind::OneOf(TEXT, it)),
        (prop_oneof![Just(FieldId(6)), Just(MONEY)], comparison(), number())
            .prop_map(|(field, comparison, value)| ExprKind::Number(field, comparison, value)),
        (comparison(), instant()).prop_map(|(it, value)| ExprKind::Time(TIME, it, value)),
        (comparison(), 0_u32..9000).prop_map(|(it, s)| ExprKind::Since(TIME, it, Seconds::new(s))),
        some_symbols().prop_map(|it| ExprKind::ContainsAny(LIST, it)),
        some_symbols().prop_map(|it| match it.len() {
            1 => ExprKind::ContainsAny(LIST, it),
            _ => ExprKind::ContainsAll(LIST, it),
        }),
        (prop_oneof![Just(TEXT), Just(LIST)], text.clone())
            .prop_map(move |(field, it)| ExprKind::Mentions(field, vec![phrase(it)])),
        text.clone().prop_map(|it| ExprKind::StartsWith(TEXT, fold_case(it).into())),
        text.prop_map(|it| ExprKind::EndsWith(TEXT, fold_case(it).into())),
        (0_u32..6, proptest::option::of(0_u32..9000), comparison(), 0_u32..4).prop_map(
            |(kind, within, comparison, count)| {
                let kind = SYMBOLS.find(TEXTS[kind as usize]).unwrap();
                ExprKind::Activity(kind, within.map(Seconds::new), comparison, count)
            }
        ),
        prop_oneof![
            Just((LIST, TEXT)),
            Just((REP_LIST, FieldId(2))),
            Just((TEXT, FieldId(4))),
            Just((FieldId(6), MONEY))
        ]
        .prop_map(|(a, b)| ExprKind::Same(a, b)),
    ]
}

/// Any condition in the form that the checker gives: connectives of one kind not nested.
pub(crate) fn any_expr() -> impl Strategy<Value = Expr> {
    let leaf = any_test().prop_map(bare);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            inner.clone().prop_map(|it| bare(ExprKind::Not(Box::new(it)))),
            proptest::collection::vec(inner.clone(), 2..4).prop_map(|parts| {
                bare(ExprKind::All(
                    parts
                        .into_iter()
                        .flat_map(|it| match it.kind {
                            ExprKind::All(parts) => parts,
                            kind => vec![bare(kind)],
                        })
                        .collect(),
                ))
            }),
            proptest::collection::vec(inner, 2..4).prop_map(|parts| {
                bare(ExprKind::Any(
                    parts
                        .into_iter()
                        .flat_map(|it| match it.kind {
                            ExprKind::Any(parts) => parts,
                            kind => vec![bare(kind)],
                        })
                        .collect(),
                ))
            }),
        ]
    })
}

fn any_text() -> impl Strategy<Value = Word> {
    let known = proptest::sample::select(&TEXTS[..]).prop_map(str::to_owned);
    prop_oneof![known, "[abAB ]{0,4}"].prop_map(|it| Word::new(Arc::from(it), &SYMBOLS))
}

/// Facts that fit the types of the fields, about a third of them missing.
pub(crate) fn any_facts() -> impl Strategy<Value = Facts> {
    let fact = |kind: FieldType| -> BoxedStrategy<Fact> {
        let value = match kind {
            FieldType::Number | FieldType::Money | FieldType::Employees | FieldType::Revenue => {
                number().prop_map(Fact::Number).boxed()
            }
            FieldType::Bool => any::<bool>().prop_map(Fact::Bool).boxed(),
            FieldType::Time => instant().prop_map(Fact::Time).boxed(),
            FieldType::List => {
                proptest::collection::vec(any_text(), 0..4).prop_map(Fact::List).boxed()
            }
            _ => any_text().prop_map(Fact::Text).boxed(),
        };
        prop_oneof![1 => Just(Fact::Missing), 3 => value].boxed()
    };
    let all: Vec<_> = FIELDS.iter().map(|it| fact(it.1)).collect();
    all.prop_map(|all| {
        let mut facts = Facts::with_len(all.len());
        for (at, fact) in all.into_iter().enumerate() {
            facts.set(FieldId(u16::try_from(at).unwrap()), fact);
        }
        facts
    })
}

pub(crate) fn bare(kind: ExprKind) -> Expr {
    Expr { kind, span: Span::default() }
}

/// The same condition without places.
pub(crate) fn without_spans(expr: &Expr) -> Expr {
    let all = |parts: &[Expr]| parts.iter().map(without_spans).collect();
    bare(match &expr.kind {
        ExprKind::Not(inner) => ExprKind::Not(Box::new(without_spans(inner))),
        ExprKind::All(parts) => ExprKind::All(all(parts)),
        ExprKind::Any(parts) => ExprKind::Any(all(parts)),
        kind => kind.clone(),
    })
}
