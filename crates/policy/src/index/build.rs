//! Rules to masks.

use std::collections::BTreeMap;
use std::sync::Arc;

use model::{Number, Timestamp};

use crate::expr::{Expr, ExprKind, Truth, View, eval};
use crate::facts::{Fact, Facts, Word};
use crate::field::FieldId;
use crate::index::{FIELDS_MAX, FieldMasks, OTHER_TEXT, RuleIndex, key};
use crate::symbol::Sym;

/// Parts of rules that read one field, each with the place of its rule.
type Parts<'a> = Vec<(usize, &'a Expr)>;

impl RuleIndex {
    /// The index of `rules`, which are tried in this order.
    pub fn build(rules: &[&Expr]) -> Self {
        let mut by_field: BTreeMap<FieldId, Parts<'_>> = BTreeMap::new();
        let mut rest: Vec<Vec<&Expr>> = vec![Vec::new(); rules.len()];
        for (rule, expr) in rules.iter().enumerate() {
            for part in conjuncts(expr) {
                match only_field(part) {
                    Some(field) => by_field.entry(field).or_default().push((rule, part)),
                    None => push(&mut rest, rule, part),
                }
            }
        }
        let mut groups: Vec<(FieldId, Parts<'_>)> = by_field.into_iter().collect();
        groups.sort_by_key(|(field, parts)| (std::cmp::Reverse(parts.len()), *field));
        for (_, parts) in groups.split_off(groups.len().min(FIELDS_MAX)) {
            parts.iter().for_each(|(rule, part)| push(&mut rest, *rule, part));
        }
        let words = rules.len().div_ceil(64);
        let fields = groups.iter().map(|(field, parts)| field_masks(*field, parts, rules.len()));
        let rest = rest.into_iter().map(joined).collect();
        Self { rules: rules.len(), words, fields: fields.collect(), rest }
    }
}

fn push<'a>(rest: &mut [Vec<&'a Expr>], rule: usize, part: &'a Expr) {
    if let Some(parts) = rest.get_mut(rule) {
        parts.push(part);
    }
}

fn joined(parts: Vec<&Expr>) -> Option<Expr> {
    match parts.as_slice() {
        [] => None,
        [part] => Some((*part).clone()),
        [first, ..] => {
            let span = first.span;
            Some(Expr { kind: ExprKind::All(parts.into_iter().cloned().collect()), span })
        }
    }
}

fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match &expr.kind {
        ExprKind::All(parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => vec![expr],
    }
}

/// The only field that `expr` reads, where a class of its values decides the answer.
fn only_field(expr: &Expr) -> Option<FieldId> {
    match &expr.kind {
        ExprKind::Known(field)
        | ExprKind::Flag(field)
        | ExprKind::OneOf(field, _)
        | ExprKind::Number(field, ..)
        | ExprKind::Time(field, ..) => Some(*field),
        ExprKind::Not(inner) => only_field(inner),
        ExprKind::All(parts) | ExprKind::Any(parts) => {
            let mut fields = parts.iter().map(only_field);
            let first = fields.next()??;
            fields.all(|it| it == Some(first)).then_some(first)
        }
        ExprKind::Literal(_)
        | ExprKind::Since(..)
        | ExprKind::ContainsAny(..)
        | ExprKind::ContainsAll(..)
        | ExprKind::Mentions(..)
        | ExprKind::StartsWith(..)
        | ExprKind::EndsWith(..)
        | ExprKind::Activity(..)
        | ExprKind::Same(..) => None,
    }
}

/// What the tests on one field compare with.
#[derive(Default)]
struct Named {
    symbols: Vec<Sym>,
    numbers: Vec<i64>,
    times: Vec<i64>,
}

impl Named {
    fn collect(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::OneOf(_, symbols) => self.symbols.extend(symbols),
            ExprKind::Number(_, _, value) => self.numbers.push(key(value.get())),
            ExprKind::Time(_, _, value) => self.times.push(value.as_micros()),
            ExprKind::Not(inner) => self.collect(inner),
            ExprKind::All(parts) | ExprKind::Any(parts) => {
                parts.iter().for_each(|it| self.collect(it));
            }
            _ => {}
        }
    }
}

fn field_masks(field: FieldId, parts: &Parts<'_>, rules: usize) -> FieldMasks {
    let mut named = Named::default();
    parts.iter().for_each(|(_, part)| named.collect(part));
    for all in [&mut named.numbers, &mut named.times] {
        all.sort_unstable();
        all.dedup();
    }
    named.symbols.sort_unstable();
    named.symbols.dedup();

    let mut masks = Masks { field, parts, rules, masks: Vec::new(), count: 0 };
    // The classes in the order of the constants of the index.
    masks.push(Some(Fact::Missing));
    masks.push(Some(Fact::Bool(false)));
    masks.push(Some(Fact::Bool(true)));
    masks.push(Some(Fact::List(Vec::new())));
    masks.push(Some(text(None)));
    let symbol_first = named.symbols.first().map_or(0, |it| it.0);
    let length = named.symbols.last().map_or(0, |it| it.0 - symbol_first + 1);
    let mut symbols = vec![OTHER_TEXT; length as usize];
    for symbol in &named.symbols {
        if let Some(class) = symbols.get_mut((symbol.0 - symbol_first) as usize) {
            *class = masks.count;
        }
        masks.push(Some(text(Some(*symbol))));
    }
    let number_class = masks.count;
    masks.push_segments(&named.numbers, key(f64::MIN), key(f64::MAX), |it| {
        let number = Number::new(value(it))?;
        (key(number.get()) == it).then_some(Fact::Number(number))
    });
    let time_class = masks.count;
    masks.push_segments(&named.times, i64::MIN, i64::MAX, |it| {
        Some(Fact::Time(Timestamp::from_micros(it)))
    });
    FieldMasks {
        field,
        symbol_first,
        symbols,
        numbers: named.numbers,
        times: named.times,
        number_class,
        time_class,
        masks: masks.masks,
    }
}

fn text(symbol: Option<Sym>) -> Fact {
    Fact::Text(Word { symbol, text: Arc::from("") })
}

/// Back from [`key`].
fn value(key: i64) -> f64 {
    let bits = key ^ ((key >> 63).cast_unsigned() >> 1).cast_signed();
    f64::from_bits(bits.cast_unsigned())
}

struct Masks<'a> {
    field: FieldId,
    parts: &'a Parts<'a>,
    rules: usize,
    masks: Vec<u64>,
    count: u32,
}

impl Masks<'_> {
    /// The mask of the class that `fact` stands for; no rule stands where no value is of it.
    fn push(&mut self, fact: Option<Fact>) {
        let words = self.rules.div_ceil(64);
        let mut mask = vec![if fact.is_some() { u64::MAX } else { 0 }; words];
        if let Some(fact) = fact {
            let mut facts = Facts::default();
            facts.set(self.field, fact);
            let view = View::new(&facts, Timestamp::default());
            for (rule, part) in self.parts {
                let holds = eval(part, &view) == Truth::True;
                if let Some(word) = mask.get_mut(rule / 64).filter(|_| !holds) {
                    *word &= !(1 << (rule % 64));
                }
            }
        }
        self.masks.extend(mask);
        self.count += 1;
    }

    /// The classes below, at and above each of `breaks`.
    fn push_segments(
        &mut self,
        breaks: &[i64],
        least: i64,
        most: i64,
        fact: impl Fn(i64) -> Option<Fact>,
    ) {
        let below = breaks.first().copied().unwrap_or(most);
        self.push(if least < below || breaks.is_empty() { fact(least) } else { None });
        for (at, here) in breaks.iter().enumerate() {
            self.push(fact(*here));
            let above = match breaks.get(at + 1) {
                // Zero has no negative twin, so one of the keys between may stand for nothing.
                Some(next) => [here.midpoint(*next), here + 1, next - 1]
                    .into_iter()
                    .find(|it| here < it && it < next && fact(*it).is_some()),
                None => Some(most).filter(|it| here < it),
            };
            self.push(above.and_then(&fact));
        }
    }
}
