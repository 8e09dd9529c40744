//! Sets of values: some words or all but some, or ranges of numbers.

use std::collections::BTreeSet;

use model::Number;

use crate::expr::Comparison;
use crate::symbol::Sym;

/// A set of values of one variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Values {
    /// Exactly these words.
    Words(BTreeSet<Sym>),
    /// Every word but these.
    AllBut(BTreeSet<Sym>),
    /// Whole numbers in these ranges, both ends included, ascending and apart. Numbers with a
    /// fraction are taken by their place among all floating-point numbers.
    Ranges(Vec<(i128, i128)>),
}

impl Values {
    /// Everything.
    pub(crate) fn any() -> Self {
        Self::AllBut(BTreeSet::new())
    }

    /// The one value of a yes.
    pub(crate) fn yes() -> Self {
        Self::Ranges(vec![(1, 1)])
    }

    /// These words.
    pub(crate) fn words(words: impl IntoIterator<Item = Sym>) -> Self {
        Self::Words(words.into_iter().collect())
    }

    /// Numbers from `least` on.
    pub(crate) fn at_least(least: i128) -> Self {
        Self::Ranges(vec![(least, i128::MAX)])
    }

    /// Whole numbers that compare so.
    pub(crate) fn whole(comparison: Comparison, to: i128) -> Self {
        let below = |end: i128| (i128::MIN, end);
        let above = |start: i128| (start, i128::MAX);
        Self::Ranges(match comparison {
            Comparison::Less => vec![below(to - 1)],
            Comparison::LessOrEqual => vec![below(to)],
            Comparison::Equal => vec![(to, to)],
            Comparison::NotEqual => vec![below(to - 1), above(to + 1)],
            Comparison::GreaterOrEqual => vec![above(to)],
            Comparison::Greater => vec![above(to + 1)],
        })
    }

    /// Numbers that compare so.
    pub(crate) fn number(comparison: Comparison, to: Number) -> Self {
        Self::whole(comparison, place(to))
    }

    /// Numbers between two, both included.
    pub(crate) fn between(least: Number, most: Number) -> Self {
        Self::Ranges(vec![(place(least), place(most))])
    }

    /// Every value that is not in this set.
    pub(crate) fn complement(&self) -> Self {
        match self {
            Self::Words(words) => Self::AllBut(words.clone()),
            Self::AllBut(words) => Self::Words(words.clone()),
            Self::Ranges(ranges) => {
                let mut gaps = Vec::new();
                let mut from = Some(i128::MIN);
                for (start, end) in ranges {
                    if let Some(from) = from.filter(|it| it < start) {
                        gaps.push((from, start - 1));
                    }
                    from = end.checked_add(1);
                }
                gaps.extend(from.map(|it| (it, i128::MAX)));
                Self::Ranges(gaps)
            }
        }
    }

    /// The values in both sets.
    pub(crate) fn and(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::Words(a), Self::Words(b)) => Self::Words(a & b),
            (Self::Words(a), Self::AllBut(b)) | (Self::AllBut(b), Self::Words(a)) => {
                Self::Words(a - b)
            }
            (Self::AllBut(a), Self::AllBut(b)) => Self::AllBut(a | b),
            (Self::Ranges(a), Self::Ranges(b)) => Self::Ranges(overlaps(a, b)),
            // One variable holds words or numbers, never both; nothing is known of both at once.
            (Self::Ranges(_), _) => self.clone(),
            (_, Self::Ranges(_)) => other.clone(),
        }
    }

    /// Whether there is no such value.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Words(words) => words.is_empty(),
            Self::AllBut(_) => false,
            Self::Ranges(ranges) => ranges.is_empty(),
        }
    }
}

fn overlaps(a: &[(i128, i128)], b: &[(i128, i128)]) -> Vec<(i128, i128)> {
    let mut found = Vec::new();
    for (start, end) in a {
        for (other_start, other_end) in b {
            let both = (*start.max(other_start), *end.min(other_end));
            if both.0 <= both.1 {
                found.push(both);
            }
        }
    }
    found.sort_unstable();
    found
}

/// The place of a number among all floating-point numbers in order.
fn place(number: Number) -> i128 {
    let bits = i128::from(number.get().abs().to_bits());
    if number.get() < 0.0 { -bits } else { bits }
}

/// The number at a place.
pub(crate) fn number_at(place: i128) -> Option<Number> {
    let bits = u64::try_from(place.unsigned_abs()).ok()?;
    let size = f64::from_bits(bits);
    Number::new(if place < 0 { -size } else { size })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: f64) -> Number {
        Number::new(value).unwrap()
    }

    #[test]
    fn places_are_in_the_order_of_the_numbers() {
        let numbers = [-1e9, -2.5, -1e-300, 0.0, 1e-300, 0.1, 74.999, 75.0, 1e18];
        for pair in numbers.windows(2) {
            assert!(place(number(pair[0])) < place(number(pair[1])), "{pair:?}");
        }
        for it in numbers {
            assert_eq!(number_at(place(number(it))), Some(number(it)));
        }
    }

    #[test]
    fn a_set_and_its_complement_share_nothing_and_leave_nothing_out() {
        let sets = [
            Values::number(Comparison::GreaterOrEqual, number(75.0)),
            Values::number(Comparison::NotEqual, number(0.0)),
            Values::whole(Comparison::Less, 3),
            Values::words([Sym(1), Sym(2)]),
            Values::any(),
        ];
        for set in sets {
            assert!(set.and(&set.complement()).is_empty(), "{set:?}");
            assert_eq!(set.complement().complement(), set);
        }
    }
}
