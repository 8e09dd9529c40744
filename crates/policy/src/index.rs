//! The routing table compiled: which rules may hold, from one bit mask per value of each field.
//!
//! A rule is a conjunction. Each of its parts that reads one field, and of it only what a class of
//! values decides (which symbol, between which two numbers, yes or no, missing), is answered for
//! every class when the index is built. A lead then costs one lookup per field, an `and` of the
//! masks, and the parts that are not covered, for the first rules that remain.

mod build;

use crate::expr::{Expr, Truth, View, eval};
use crate::facts::Fact;
use crate::field::FieldId;

/// The most fields with masks; parts of rules that read further fields are evaluated.
const FIELDS_MAX: usize = 64;

/// Bit masks of the rules by field value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleIndex {
    /// How many rules there are.
    rules: usize,
    /// Words of 64 rules in each mask.
    words: usize,
    fields: Vec<FieldMasks>,
    /// What the masks do not answer, by rule.
    rest: Vec<Option<Expr>>,
}

/// The rules that one field leaves standing, by class of its value.
#[derive(Clone, Debug, PartialEq)]
struct FieldMasks {
    field: FieldId,
    /// The first symbol of `symbols`.
    symbol_first: u32,
    /// The class of each symbol from `symbol_first` on.
    symbols: Vec<u32>,
    /// Ascending keys where the answer of a number may change.
    numbers: Vec<i64>,
    /// Ascending microseconds where the answer of an instant may change.
    times: Vec<i64>,
    /// The class below the first number; two more follow for each: equal and above.
    number_class: u32,
    /// The same for instants.
    time_class: u32,
    /// The masks of all classes, one after the other.
    masks: Vec<u64>,
}

const MISSING: u32 = 0;
const NO: u32 = 1;
const YES: u32 = 2;
const SET: u32 = 3;
/// Texts that no rule names.
const OTHER_TEXT: u32 = 4;

impl RuleIndex {
    /// The place of the first rule that holds; the same as evaluating one rule after the other.
    pub fn first_match(&self, view: &View<'_>) -> Option<usize> {
        let mut rows = [0_usize; FIELDS_MAX];
        for (row, masks) in rows.iter_mut().zip(&self.fields) {
            *row = masks.class(view.fact(masks.field)) as usize * self.words;
        }
        for word in 0..self.words {
            let mut standing = u64::MAX;
            for (row, masks) in rows.iter().zip(&self.fields) {
                standing &= masks.masks.get(row + word).copied().unwrap_or_default();
            }
            while standing != 0 {
                let rule = word * 64 + standing.trailing_zeros() as usize;
                let Some(rest) = self.rest.get(rule) else { break };
                if rest.as_ref().is_none_or(|it| eval(it, view) == Truth::True) {
                    return Some(rule);
                }
                standing &= standing - 1;
            }
        }
        None
    }

    /// How many rules there are.
    pub fn len(&self) -> usize {
        self.rules
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rules == 0
    }
}

impl FieldMasks {
    fn class(&self, fact: &Fact) -> u32 {
        match fact {
            Fact::Missing => MISSING,
            Fact::Bool(false) => NO,
            Fact::Bool(true) => YES,
            Fact::List(_) => SET,
            Fact::Text(word) => word
                .symbol
                .and_then(|it| it.0.checked_sub(self.symbol_first))
                .and_then(|it| self.symbols.get(it as usize).copied())
                .unwrap_or(OTHER_TEXT),
            Fact::Number(number) => self.number_class + segment(&self.numbers, key(number.get())),
            Fact::Time(instant) => self.time_class + segment(&self.times, instant.as_micros()),
        }
    }
}

/// Twice the number of `breaks` below `value`, and one more where it is one of them.
fn segment(breaks: &[i64], value: i64) -> u32 {
    let below = breaks.partition_point(|it| *it < value);
    let equal = breaks.get(below) == Some(&value);
    u32::try_from(below * 2 + usize::from(equal)).unwrap_or(u32::MAX)
}

/// An integer in the order of [`f64::total_cmp`].
fn key(value: f64) -> i64 {
    let bits = value.to_bits().cast_signed();
    bits ^ ((bits >> 63).cast_unsigned() >> 1).cast_signed()
}

#[cfg(test)]
mod tests;
