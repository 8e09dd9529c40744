//! Evaluation of conditions until `policy::expr::eval` is there; to be removed then.

use model::{Seconds, Timestamp};
use policy::expr::Comparison;
use policy::{Expr, ExprKind, Fact, Facts, FieldId, Sym, Truth};

/// Something the lead did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivityFact {
    /// Its kind.
    pub kind: Sym,
    /// When.
    pub at: Timestamp,
}

/// What a condition may look at.
pub struct View<'a> {
    /// The lead.
    pub lead: &'a Facts,
    /// The rep.
    pub rep: Option<&'a Facts>,
    /// What the lead did.
    pub activities: &'a [ActivityFact],
    /// Now.
    pub now: Timestamp,
}

impl<'a> View<'a> {
    /// A lead without activities, and no rep.
    pub fn new(lead: &'a Facts, now: Timestamp) -> Self {
        Self { lead, rep: None, activities: &[], now }
    }

    /// With what the lead did.
    #[must_use]
    pub fn activities(mut self, activities: &'a [ActivityFact]) -> Self {
        self.activities = activities;
        self
    }

    /// The same lead, seen with a rep.
    #[must_use]
    pub fn with_rep(&self, rep: &'a Facts) -> Self {
        Self { rep: Some(rep), lead: self.lead, activities: self.activities, now: self.now }
    }
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

fn ordered<T: PartialOrd>(left: &T, comparison: Comparison, right: &T) -> Truth {
    truth(match comparison {
        Comparison::Less => left < right,
        Comparison::LessOrEqual => left <= right,
        Comparison::Equal => left == right,
        Comparison::NotEqual => left != right,
        Comparison::GreaterOrEqual => left >= right,
        Comparison::Greater => left > right,
    })
}

/// The answer of a condition.
pub fn eval(expr: &Expr, view: &View<'_>) -> Truth {
    let fact = |field: FieldId| match view.rep.map(|it| it.get(field)) {
        Some(fact) if *fact != Fact::Missing => fact,
        _ => view.lead.get(field),
    };
    match &expr.kind {
        ExprKind::Literal(it) => truth(*it),
        ExprKind::Known(field) => truth(*fact(*field) != Fact::Missing),
        ExprKind::Flag(field) => match fact(*field) {
            Fact::Bool(it) => truth(*it),
            _ => Truth::Unknown,
        },
        ExprKind::OneOf(field, all) => match fact(*field) {
            Fact::Text(word) => truth(word.symbol.is_some_and(|it| all.contains(&it))),
            _ => Truth::Unknown,
        },
        ExprKind::Number(field, comparison, number) => match fact(*field) {
            Fact::Number(it) => ordered(it, *comparison, number),
            _ => Truth::Unknown,
        },
        ExprKind::Time(field, comparison, at) => match fact(*field) {
            Fact::Time(it) => ordered(it, *comparison, at),
            _ => Truth::Unknown,
        },
        ExprKind::Since(field, comparison, limit) => match fact(*field) {
            Fact::Time(it) => ordered(
                &view.now.micros_since(*it),
                *comparison,
                &(i64::from(Seconds::get(*limit)) * 1_000_000),
            ),
            _ => Truth::Unknown,
        },
        ExprKind::ContainsAny(field, all) => match fact(*field) {
            Fact::List(words) => {
                truth(words.iter().any(|it| it.symbol.is_some_and(|it| all.contains(&it))))
            }
            _ => Truth::Unknown,
        },
        ExprKind::ContainsAll(field, all) => match fact(*field) {
            Fact::List(words) => {
                truth(all.iter().all(|wanted| words.iter().any(|it| it.symbol == Some(*wanted))))
            }
            _ => Truth::Unknown,
        },
        ExprKind::Same(left, right) => match (fact(*left), fact(*right)) {
            (Fact::Missing, _) | (_, Fact::Missing) => Truth::Unknown,
            (Fact::List(all), Fact::Text(one)) | (Fact::Text(one), Fact::List(all)) => {
                truth(all.iter().any(|it| it.text == one.text))
            }
            (Fact::Text(left), Fact::Text(right)) => truth(left.text == right.text),
            (left, right) => truth(left == right),
        },
        ExprKind::Activity(kind, within, comparison, count) => {
            let counted = view.activities.iter().filter(|it| {
                it.kind == *kind && within.is_none_or(|limit| view.now.minus(limit) < it.at)
            });
            let counted = u32::try_from(counted.count()).unwrap_or(u32::MAX);
            ordered(&counted, *comparison, count)
        }
        ExprKind::Mentions(..) | ExprKind::StartsWith(..) | ExprKind::EndsWith(..) => {
            Truth::Unknown
        }
        ExprKind::Not(inner) => match eval(inner, view) {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        },
        ExprKind::All(parts) => parts.iter().map(|it| eval(it, view)).min().unwrap_or(Truth::True),
        ExprKind::Any(parts) => parts.iter().map(|it| eval(it, view)).max().unwrap_or(Truth::False),
    }
}
