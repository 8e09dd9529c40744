//! A condition as canonical text: what [`crate::expr::compile_condition`] reads back as the same.

use std::fmt::Write;

use crate::expr::token::quoted;
use crate::expr::{Comparison, Expr, ExprKind, Phrase};
use crate::field::{FieldId, FieldType, Fields};
use crate::symbol::{Sym, Symbols};

/// The text of `expr`.
pub fn print(expr: &Expr, fields: &Fields, symbols: &Symbols) -> String {
    let mut printer = Printer { fields, symbols, text: String::new() };
    printer.expr(expr, Place::Alone);
    printer.text
}

/// What a condition stands in, the weaker first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Alone,
    Any,
    All,
    Not,
}

struct Printer<'a> {
    fields: &'a Fields,
    symbols: &'a Symbols,
    text: String,
}

impl Printer<'_> {
    fn expr(&mut self, expr: &Expr, place: Place) {
        match &expr.kind {
            ExprKind::Any(parts) => self.joined(parts, " or ", Place::Any, place),
            ExprKind::All(parts) => self.joined(parts, " and ", Place::All, place),
            ExprKind::Not(inner) => self.not(inner),
            kind => self.test(kind, false),
        }
    }

    fn joined(&mut self, parts: &[Expr], word: &str, own: Place, place: Place) {
        let parted = place >= own && place != Place::Alone;
        self.text.push_str(if parted { "(" } else { "" });
        for (at, part) in parts.iter().enumerate() {
            self.text.push_str(if at > 0 { word } else { "" });
            self.expr(part, own);
        }
        if parts.is_empty() {
            // Nothing is missing from no tests, and none of no tests holds.
            self.text.push_str(if own == Place::All { "true" } else { "false" });
        }
        self.text.push_str(if parted { ")" } else { "" });
    }

    fn not(&mut self, inner: &Expr) {
        let own_form =
            matches!(inner.kind, ExprKind::OneOf(..) | ExprKind::Known(_) | ExprKind::Same(..));
        if own_form {
            return self.test(&inner.kind, true);
        }
        self.text.push_str("not ");
        self.expr(inner, Place::Not);
    }

    fn test(&mut self, kind: &ExprKind, negated: bool) {
        match kind {
            ExprKind::Literal(value) => self.push(format_args!("{value}")),
            ExprKind::Known(field) => {
                let state = if negated { "missing" } else { "known" };
                self.on(*field, format_args!("is {state}"));
            }
            ExprKind::Flag(field) => self.text.push_str(self.fields.name(*field)),
            ExprKind::OneOf(field, symbols) => {
                let (one, several) = if negated { ("!=", "not in") } else { ("==", "in") };
                self.set(*field, symbols, one, several);
            }
            ExprKind::Number(field, comparison, value) => {
                self.on(*field, format_args!("{} {}", mark(*comparison), value.get()));
            }
            ExprKind::Time(field, comparison, value) => {
                self.on(*field, format_args!("{} {value}", mark(*comparison)));
            }
            ExprKind::Since(field, comparison, value) => {
                let name = self.fields.name(*field);
                self.push(format_args!("since({name}) {} {value}", mark(*comparison)));
            }
            ExprKind::ContainsAny(field, symbols) => {
                self.set(*field, symbols, "contains", "contains any");
            }
            ExprKind::ContainsAll(field, symbols) => {
                self.set(*field, symbols, "contains", "contains all");
            }
            ExprKind::Mentions(field, phrases) => {
                let phrases: Vec<&str> = phrases.iter().map(Phrase::words).collect();
                self.texts(*field, &phrases, "mentions", "mentions");
            }
            ExprKind::StartsWith(field, text) => {
                self.on(*field, format_args!("starts with {}", quoted(text)))
            }
            ExprKind::EndsWith(field, text) => {
                self.on(*field, format_args!("ends with {}", quoted(text)))
            }
            ExprKind::Activity(kind, within, comparison, count) => {
                let kind = self.kind(*kind);
                let within = within.map_or_else(String::new, |it| format!(", within {it}"));
                match (comparison, count) {
                    (Comparison::GreaterOrEqual, 1) => {
                        self.push(format_args!("did({kind}{within})"))
                    }
                    _ => self
                        .push(format_args!("count({kind}{within}) {} {count}", mark(*comparison))),
                }
            }
            ExprKind::Same(a, b) => self.same(*a, *b, negated),
            ExprKind::Not(_) | ExprKind::All(_) | ExprKind::Any(_) => {}
        }
    }

    fn same(&mut self, a: FieldId, b: FieldId, negated: bool) {
        let other = self.fields.name(b);
        let is_set = self.fields.get(a).is_some_and(|it| it.kind == FieldType::List);
        match (is_set, negated) {
            (true, false) => self.on(a, format_args!("contains {other}")),
            (true, true) => self.on(a, format_args!("not contains {other}")),
            (false, false) => self.on(a, format_args!("== {other}")),
            (false, true) => self.on(a, format_args!("!= {other}")),
        }
    }

    fn set(&mut self, field: FieldId, symbols: &[Sym], one: &str, several: &str) {
        let texts: Vec<&str> = symbols.iter().map(|it| self.symbols.text(*it)).collect();
        self.texts(field, &texts, one, several);
    }

    fn texts(&mut self, field: FieldId, texts: &[&str], one: &str, several: &str) {
        match texts {
            [text] => self.on(field, format_args!("{one} {}", quoted(text))),
            texts => {
                let texts: Vec<String> = texts.iter().map(|it| quoted(it)).collect();
                self.on(field, format_args!("{several} [{}]", texts.join(", ")));
            }
        }
    }

    /// A kind of activity, in quotes where it is not a word.
    fn kind(&self, kind: Sym) -> String {
        let text = self.symbols.text(kind);
        let plain = text.starts_with(|it: char| it.is_ascii_alphabetic())
            && text.chars().all(|it| it.is_ascii_alphanumeric() || it == '_');
        if plain { text.to_owned() } else { quoted(text) }
    }

    fn on(&mut self, field: FieldId, rest: std::fmt::Arguments<'_>) {
        self.text.push_str(self.fields.name(field));
        self.push(format_args!(" {rest}"));
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string cannot fail.
        let _ = self.text.write_fmt(text);
    }
}

impl Phrase {
    /// The folded words with single spaces.
    pub fn words(&self) -> &str {
        self.0.trim()
    }
}

fn mark(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::GreaterOrEqual => ">=",
        Comparison::Greater => ">",
    }
}
