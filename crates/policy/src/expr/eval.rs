//! The answer of a condition for one lead, and why it is so.

use std::cell::RefCell;
use std::sync::Arc;

use model::{Seconds, Timestamp};

use crate::expr::fold::{fold_case, fold_words};
use crate::expr::{Comparison, Expr, ExprKind, Phrase, Truth};
use crate::facts::{Fact, Facts, Word};
use crate::field::FieldId;
use crate::symbol::Sym;

/// Something a lead did. Activities of kinds the policy does not name need not be handed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActivityFact {
    /// The kind.
    pub kind: Sym,
    /// When.
    pub at: Timestamp,
}

/// What a condition is asked of. Texts folded for one condition are kept for the next.
#[derive(Clone, Debug)]
pub struct View<'a> {
    /// Facts of the lead.
    pub lead: &'a Facts,
    /// Facts of a rep, in conditions of pools and targets.
    pub rep: Option<&'a Facts>,
    /// What the lead did, in any order.
    pub activities: &'a [ActivityFact],
    /// The time of the decision.
    pub now: Timestamp,
    folded: RefCell<Vec<(FieldId, Arc<str>)>>,
}

impl<'a> View<'a> {
    /// A lead without activities, and no rep.
    pub fn new(lead: &'a Facts, now: Timestamp) -> Self {
        Self { lead, rep: None, activities: &[], now, folded: RefCell::new(Vec::new()) }
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
        Self { rep: Some(rep), folded: RefCell::new(Vec::new()), ..self.clone() }
    }

    /// What is known of `field`, the lead's or the rep's: no field is both.
    pub(crate) fn fact(&self, field: FieldId) -> &'a Fact {
        match (self.lead.get(field), self.rep) {
            (Fact::Missing, Some(rep)) => rep.get(field),
            (fact, _) => fact,
        }
    }

    /// The words of a text or of a set's texts, folded; a set's texts are kept apart by a line
    /// break so that no phrase spans two.
    fn words(&self, field: FieldId) -> Option<Arc<str>> {
        if let Some((_, folded)) = self.folded.borrow().iter().find(|it| it.0 == field) {
            return Some(Arc::clone(folded));
        }
        let folded: Arc<str> = match self.fact(field) {
            Fact::Text(word) => fold_words(&word.text).into(),
            Fact::List(words) => {
                let all: Vec<String> = words.iter().map(|it| fold_words(&it.text)).collect();
                all.join("\n").into()
            }
            Fact::Missing | Fact::Bool(_) | Fact::Number(_) | Fact::Time(_) => return None,
        };
        self.folded.borrow_mut().push((field, Arc::clone(&folded)));
        Some(folded)
    }
}

/// Whether the condition holds.
pub fn eval(expr: &Expr, view: &View<'_>) -> Truth {
    match &expr.kind {
        ExprKind::Not(inner) => !eval(inner, view),
        ExprKind::All(parts) => {
            let mut all = Truth::True;
            for part in parts {
                all = all.min(eval(part, view));
                if all == Truth::False {
                    break;
                }
            }
            all
        }
        ExprKind::Any(parts) => {
            let mut any = Truth::False;
            for part in parts {
                any = any.max(eval(part, view));
                if any == Truth::True {
                    break;
                }
            }
            any
        }
        kind => atom(kind, view).map_or(Truth::Unknown, Truth::from),
    }
}

/// The fields whose absence makes the condition neither true nor false, in order of appearance;
/// empty where it is one of the two.
pub fn missing_fields(expr: &Expr, view: &View<'_>) -> Vec<FieldId> {
    let mut fields = Vec::new();
    for test in reasons(expr, view, Truth::Unknown) {
        let (first, second) = fields_of(&test.kind);
        for field in [first, second].into_iter().flatten() {
            let missing = *view.fact(field) == Fact::Missing;
            if missing && !fields.contains(&field) {
                fields.push(field);
            }
        }
    }
    fields
}

/// The tests that make the condition false, in order of appearance; empty where it is not false. A
/// test below `not` is listed when it holds, since it then is what fails the whole.
pub fn failed_tests<'e>(expr: &'e Expr, view: &View<'_>) -> Vec<&'e Expr> {
    reasons(expr, view, Truth::False)
}

/// The tests without parts that give the condition the answer `wanted`; none where it has another.
fn reasons<'e>(expr: &'e Expr, view: &View<'_>, wanted: Truth) -> Vec<&'e Expr> {
    if eval(expr, view) != wanted {
        return Vec::new();
    }
    match &expr.kind {
        ExprKind::Not(inner) => reasons(inner, view, !wanted),
        ExprKind::All(parts) | ExprKind::Any(parts) => {
            parts.iter().flat_map(|it| reasons(it, view, wanted)).collect()
        }
        _ => vec![expr],
    }
}

/// The fields a test without parts reads.
pub(crate) fn fields_of(kind: &ExprKind) -> (Option<FieldId>, Option<FieldId>) {
    match kind {
        ExprKind::Known(field)
        | ExprKind::Flag(field)
        | ExprKind::OneOf(field, _)
        | ExprKind::Number(field, ..)
        | ExprKind::Time(field, ..)
        | ExprKind::Since(field, ..)
        | ExprKind::ContainsAny(field, _)
        | ExprKind::ContainsAll(field, _)
        | ExprKind::Mentions(field, _)
        | ExprKind::StartsWith(field, _)
        | ExprKind::EndsWith(field, _) => (Some(*field), None),
        ExprKind::Same(a, b) => (Some(*a), Some(*b)),
        ExprKind::Literal(_)
        | ExprKind::Activity(..)
        | ExprKind::Not(_)
        | ExprKind::All(_)
        | ExprKind::Any(_) => (None, None),
    }
}

/// The answer of a test without parts; `None` where a value is missing or of another type.
fn atom(kind: &ExprKind, view: &View<'_>) -> Option<bool> {
    Some(match kind {
        ExprKind::Literal(value) => *value,
        ExprKind::Known(field) => *view.fact(*field) != Fact::Missing,
        ExprKind::Flag(field) => match view.fact(*field) {
            Fact::Bool(value) => *value,
            _ => return None,
        },
        ExprKind::OneOf(field, symbols) => match view.fact(*field) {
            Fact::Text(word) => is_one_of(word, symbols),
            _ => return None,
        },
        ExprKind::Number(field, comparison, value) => match view.fact(*field) {
            Fact::Number(number) => comparison.holds(number.cmp(value)),
            _ => return None,
        },
        ExprKind::Time(field, comparison, value) => match view.fact(*field) {
            Fact::Time(instant) => comparison.holds(instant.cmp(value)),
            _ => return None,
        },
        ExprKind::Since(field, comparison, wanted) => match view.fact(*field) {
            Fact::Time(instant) => {
                let passed = view.now.micros_since(*instant);
                comparison.holds(passed.cmp(&(i64::from(wanted.get()) * 1_000_000)))
            }
            _ => return None,
        },
        ExprKind::ContainsAny(field, symbols) => match view.fact(*field) {
            Fact::List(words) => words.iter().any(|it| is_one_of(it, symbols)),
            _ => return None,
        },
        ExprKind::ContainsAll(field, symbols) => match view.fact(*field) {
            Fact::List(words) => {
                symbols.iter().all(|it| words.iter().any(|word| word.symbol == Some(*it)))
            }
            _ => return None,
        },
        ExprKind::Mentions(field, phrases) => mentions(&view.words(*field)?, phrases),
        ExprKind::StartsWith(field, start) => match view.fact(*field) {
            Fact::Text(word) => fold_case(&word.text).starts_with(&**start),
            _ => return None,
        },
        ExprKind::EndsWith(field, end) => match view.fact(*field) {
            Fact::Text(word) => fold_case(&word.text).ends_with(&**end),
            _ => return None,
        },
        ExprKind::Activity(kind, within, comparison, wanted) => {
            comparison.holds(count(view, *kind, *within).cmp(wanted))
        }
        ExprKind::Same(a, b) => return same(view.fact(*a), view.fact(*b)),
        ExprKind::Not(_) | ExprKind::All(_) | ExprKind::Any(_) => return None,
    })
}

/// Activities of a kind up to now, and not older than `within`.
fn count(view: &View<'_>, kind: Sym, within: Option<Seconds>) -> u32 {
    let from = within.map(|it| view.now.minus(it));
    let counted = view
        .activities
        .iter()
        .filter(|it| it.kind == kind && it.at <= view.now && from.is_none_or(|from| from <= it.at));
    u32::try_from(counted.count()).unwrap_or(u32::MAX)
}

fn mentions(words: &str, phrases: &[Phrase]) -> bool {
    phrases.iter().any(|it| words.contains(&*it.0))
}

fn is_one_of(word: &Word, symbols: &[Sym]) -> bool {
    word.symbol.is_some_and(|it| symbols.binary_search(&it).is_ok())
}

fn same(a: &Fact, b: &Fact) -> Option<bool> {
    Some(match (a, b) {
        (Fact::Text(a), Fact::Text(b)) => a.text == b.text,
        (Fact::Number(a), Fact::Number(b)) => a == b,
        (Fact::Bool(a), Fact::Bool(b)) => a == b,
        (Fact::Time(a), Fact::Time(b)) => a == b,
        (Fact::List(all), Fact::Text(one)) | (Fact::Text(one), Fact::List(all)) => {
            all.iter().any(|it| it.text == one.text)
        }
        _ => return None,
    })
}

impl Comparison {
    /// Whether `left` stands to the right side so, given their order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::GreaterOrEqual => order.is_ge(),
            Self::Greater => order.is_gt(),
        }
    }
}

/// True for false, false for true.
impl std::ops::Not for Truth {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Truth {
    fn from(value: bool) -> Self {
        match value {
            true => Self::True,
            false => Self::False,
        }
    }
}

#[cfg(test)]
mod tests;
