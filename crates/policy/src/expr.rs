//! Conditions after checking: typed, names resolved, ready to be evaluated.
//!
//! Three-valued: a test on a missing value is neither true nor false, and the connectives follow
//! Kleene. No loops, no IO, bounded work. Text becomes a condition in [`compile_condition`], a
//! condition is answered by [`eval`], and [`print`](print()) writes it back.

mod check;
mod eval;
mod fold;
mod parse;
mod print;
#[cfg(test)]
pub(crate) mod sample;
mod scope;
mod token;

pub use check::compile_condition;
pub use eval::{ActivityFact, View, eval, failed_tests, missing_fields};
pub use fold::{fold_case, fold_words};
pub use print::print;
pub use scope::{RepFields, Scope};
pub(crate) use token::token_spans;

use std::sync::Arc;

use model::{Number, Seconds, Timestamp};

use crate::field::FieldId;
use crate::span::Span;
use crate::symbol::Sym;

/// A condition, with the text it was written as.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it asks.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// What a condition asks.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `true`, `false`.
    Literal(bool),
    /// `x is known`.
    Known(FieldId),
    /// A yes-or-no field by itself.
    Flag(FieldId),
    /// `x == "a"`, `x in ["a", "b"]`, `x in list_name`: sorted symbols.
    OneOf(FieldId, Vec<Sym>),
    /// `x >= 75`.
    Number(FieldId, Comparison, Number),
    /// `x < 2026-11-20T00:00:00Z`.
    Time(FieldId, Comparison, Timestamp),
    /// `since(x) < 14d`: time from the field's instant to now.
    Since(FieldId, Comparison, Seconds),
    /// `x contains "a"`, `x contains any [..]`: at least one of the sorted symbols is in the set.
    ContainsAny(FieldId, Vec<Sym>),
    /// `x contains all [..]`: every one of the sorted symbols is in the set.
    ContainsAll(FieldId, Vec<Sym>),
    /// `x mentions "ai voice"`, `x mentions list_name`: one of the phrases stands in the text as
    /// whole words, case and accents folded.
    Mentions(FieldId, Vec<Phrase>),
    /// `x starts with "a"`, folded like phrases.
    StartsWith(FieldId, Arc<str>),
    /// `x ends with "a"`, folded like phrases.
    EndsWith(FieldId, Arc<str>),
    /// `did(kind)`, `count(kind, within 7d) >= 3`: activities of a kind, optionally recent ones.
    Activity(Sym, Option<Seconds>, Comparison, u32),
    /// `a == b` between two fields: equal, or for a set and a text: the set holds the text.
    Same(FieldId, FieldId),
    /// `not x`.
    Not(Box<Expr>),
    /// `a and b`.
    All(Vec<Expr>),
    /// `a or b`.
    Any(Vec<Expr>),
}

/// A phrase to look for: its words folded by [`fold_words`], with a space before, between and after
/// them, so that a search finds whole words only.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phrase(pub Arc<str>);

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Comparison {
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `>=`
    GreaterOrEqual,
    /// `>`
    Greater,
}

/// The answer of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Truth {
    /// It does not hold.
    False,
    /// A value it needs is missing.
    Unknown,
    /// It holds.
    True,
}
