//! Which leads a condition can hold for, as far as it can be proved.
//!
//! A condition becomes a list of regions: conjunctions of what is asked of each variable (a field's
//! value, a field's presence, one word in a set, a count of activities). Tests that say nothing
//! about each other are variables of their own, so that "no lead" is only claimed where it is so.
//! Everything is bounded: a condition with too many regions is `None`, "cannot tell".

mod region;
mod values;

pub(crate) use region::{Region, Variable};
pub(crate) use values::{Values, number_at};

use crate::expr::{Expr, ExprKind};
use crate::field::{FieldId, FieldType, Fields};
use crate::symbol::Sym;

/// The most regions of one condition.
const REGIONS_MAX: usize = 256;
/// The most pairs of regions that are put together at once.
const PAIRS_MAX: usize = 4096;
/// Sets of words above this size are one variable instead of one for each word.
const WORDS_MAX: usize = 12;

/// The answer of a condition that regions are wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Want {
    /// It holds.
    True,
    /// It is known not to hold.
    False,
    /// It does not hold, or a value is missing.
    NotTrue,
    /// It holds, or a value is missing.
    NotFalse,
}

/// The regions in which `condition` answers as wanted; `None` where there are too many to tell.
pub(crate) fn regions(condition: &Expr, want: Want, fields: &Fields) -> Option<Vec<Region>> {
    match &condition.kind {
        ExprKind::Not(inner) => regions(inner, want.of_negation(), fields),
        ExprKind::All(parts) if want.is_positive() => every(parts, want, fields),
        ExprKind::Any(parts) if !want.is_positive() => every(parts, want, fields),
        ExprKind::All(parts) | ExprKind::Any(parts) => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(regions(part, want, fields)?);
                if REGIONS_MAX < all.len() {
                    return None;
                }
            }
            Some(all)
        }
        ExprKind::Literal(value) => {
            Some(if *value == want.is_positive() { vec![Region::default()] } else { Vec::new() })
        }
        ExprKind::Known(field) => Some(vec![if want.is_positive() {
            Region::known(*field)
        } else {
            Region::missing(*field)
        }]),
        _ => test(condition, want, fields),
    }
}

/// The regions that lie in both lists.
pub(crate) fn both(a: &[Region], b: &[Region]) -> Option<Vec<Region>> {
    if PAIRS_MAX < a.len().saturating_mul(b.len()) {
        return None;
    }
    let mut all = Vec::new();
    for first in a {
        for second in b {
            all.extend(first.and(second));
            if REGIONS_MAX < all.len() {
                return None;
            }
        }
    }
    Some(all)
}

/// Whether `condition` can hold for no lead.
pub(crate) fn never(condition: &Expr, fields: &Fields) -> bool {
    regions(condition, Want::True, fields).is_some_and(|it| it.is_empty())
}

impl Want {
    fn is_positive(self) -> bool {
        matches!(self, Self::True | Self::NotFalse)
    }

    fn of_negation(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            Self::NotTrue => Self::NotFalse,
            Self::NotFalse => Self::NotTrue,
        }
    }

    fn takes_missing(self) -> bool {
        matches!(self, Self::NotTrue | Self::NotFalse)
    }
}

fn every(parts: &[Expr], want: Want, fields: &Fields) -> Option<Vec<Region>> {
    let mut all = vec![Region::default()];
    for part in parts {
        all = both(&all, &regions(part, want, fields)?)?;
    }
    Some(all)
}

fn test(condition: &Expr, want: Want, fields: &Fields) -> Option<Vec<Region>> {
    let positive = want.is_positive();
    let named = fields_of(condition);
    let mut known = Region::default();
    for field in &named {
        known = known.and(&Region::known(*field))?;
    }
    let asked = asked(condition, positive, fields)?;
    let mut all: Vec<Region> = asked.iter().filter_map(|it| it.and(&known)).collect();
    if want.takes_missing() {
        all.extend(named.iter().map(|it| Region::missing(*it)));
    }
    Some(all)
}

/// The fields whose absence leaves a test open.
fn fields_of(condition: &Expr) -> Vec<FieldId> {
    match &condition.kind {
        ExprKind::Flag(field)
        | ExprKind::OneOf(field, _)
        | ExprKind::Number(field, ..)
        | ExprKind::Time(field, ..)
        | ExprKind::Since(field, ..)
        | ExprKind::ContainsAny(field, _)
        | ExprKind::ContainsAll(field, _)
        | ExprKind::Mentions(field, _)
        | ExprKind::StartsWith(field, _)
        | ExprKind::EndsWith(field, _) => vec![*field],
        ExprKind::Same(a, b) => vec![*a, *b],
        ExprKind::Literal(_)
        | ExprKind::Known(_)
        | ExprKind::Activity(..)
        | ExprKind::Not(_)
        | ExprKind::All(_)
        | ExprKind::Any(_) => Vec::new(),
    }
}

/// The regions in which a test with all its values known holds, or does not.
fn asked(condition: &Expr, positive: bool, fields: &Fields) -> Option<Vec<Region>> {
    let one = |variable: Variable, values: Values| {
        let values = if positive { values } else { values.complement() };
        Region::of(variable, values).into_iter().collect()
    };
    Some(match &condition.kind {
        ExprKind::Flag(field) => one(Variable::Flag(*field), Values::yes()),
        ExprKind::OneOf(field, symbols) => {
            let values = Values::words(symbols.iter().copied());
            let values = if positive { values } else { values.complement() };
            let values = values.and(&domain(*field, fields));
            Region::of(Variable::Word(*field), values).into_iter().collect()
        }
        ExprKind::Number(field, comparison, number) => {
            one(Variable::Number(*field), Values::number(*comparison, *number))
        }
        ExprKind::Time(field, comparison, at) => {
            one(Variable::Time(*field), Values::whole(*comparison, at.as_micros().into()))
        }
        ExprKind::Since(field, comparison, age) => {
            // Measured in microseconds, so that strict bounds stay strict.
            let micros = i128::from(age.get()) * 1_000_000;
            one(Variable::Since(*field), Values::whole(*comparison, micros))
        }
        ExprKind::Activity(kind, within, comparison, count) => {
            let variable = Variable::Count(*kind, within.map(|it| it.get()));
            let counts = Values::at_least(0);
            let values = Values::whole(*comparison, i128::from(*count));
            let values = if positive { values } else { values.complement() };
            Region::of(variable, values.and(&counts)).into_iter().collect()
        }
        ExprKind::ContainsAny(field, symbols) if symbols.len() <= WORDS_MAX => {
            words(*field, symbols, positive, positive)
        }
        ExprKind::ContainsAll(field, symbols) if symbols.len() <= WORDS_MAX => {
            words(*field, symbols, positive, !positive)
        }
        _ => one(Variable::Other(format!("{:?}", condition.kind)), Values::yes()),
    })
}

/// The values a field can have at all.
fn domain(field: FieldId, fields: &Fields) -> Values {
    match fields.get(field) {
        // An enum that lost its values to an error elsewhere says nothing.
        Some(it) if it.kind == FieldType::Enum && !it.values.is_empty() => {
            Values::words(it.values.iter().copied())
        }
        Some(_) | None => Values::any(),
    }
}

/// The regions in which some (`either`) or all of `symbols` are, or are not, in the set.
fn words(field: FieldId, symbols: &[Sym], positive: bool, either: bool) -> Vec<Region> {
    let values = if positive { Values::yes() } else { Values::yes().complement() };
    let mut each =
        symbols.iter().filter_map(|it| Region::of(Variable::Has(field, *it), values.clone()));
    if either {
        return each.collect();
    }
    each.try_fold(Region::default(), |all, it| all.and(&it)).into_iter().collect()
}

#[cfg(test)]
mod tests;
