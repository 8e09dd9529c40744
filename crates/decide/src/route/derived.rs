//! Derived fields, in an order in which each uses only earlier ones.

use std::sync::Arc;

use model::Number;
use policy::section::{DerivedRule, Table};
use policy::{Fact, FieldId, Sym, Truth, Word};

use super::Work;
use crate::trace::{Step, TraceSink};

impl<T: TraceSink> Work<'_, T> {
    pub(super) fn derive(&mut self) {
        let policy = self.policy();
        for derived in &policy.derived {
            let fact = self.derived(&derived.rule);
            let field = derived.field;
            self.tell(|| Step::Derived { field, value: fact.value() });
            self.facts.set(field, fact);
        }
    }

    fn derived(&self, rule: &DerivedRule) -> Fact {
        let scene = self.scene();
        match rule {
            DerivedRule::When(expr) => match scene.truth(expr) {
                Truth::True => Fact::Bool(true),
                Truth::False => Fact::Bool(false),
                Truth::Unknown => Fact::Missing,
            },
            DerivedRule::Band { of, steps, rest } => match self.facts.get(*of) {
                Fact::Number(number) => {
                    let step = steps.iter().find(|(bound, _)| number < bound).map(|it| it.1);
                    self.word(step.or(*rest))
                }
                _ => Fact::Missing,
            },
            DerivedRule::Lookup { table, by, column, default } => {
                let row = self.policy().tables.get(*table).and_then(|it| self.row(it, by));
                self.word(row.and_then(|it| it.get(*column).copied()).or(*default))
            }
            DerivedRule::Cases { cases, default } => {
                let case = cases.iter().find(|(when, _)| scene.holds(when)).map(|it| it.1);
                self.word(case.or(*default))
            }
            DerivedRule::Sum(parts) => {
                let sum: f64 =
                    parts.iter().filter(|(when, _)| scene.holds(when)).map(|it| it.1.get()).sum();
                Number::new(sum).map_or(Fact::Missing, Fact::Number)
            }
        }
    }

    fn word(&self, symbol: Option<Sym>) -> Fact {
        match symbol.and_then(|it| self.policy().symbols.shared(it).map(|text| (it, text))) {
            Some((symbol, text)) => {
                Fact::Text(Word { symbol: Some(symbol), text: Arc::clone(text) })
            }
            None => Fact::Missing,
        }
    }

    /// The row whose key fits, with the fewest `*`; among those the first.
    fn row<'p>(&self, table: &'p Table, by: &[FieldId]) -> Option<&'p Vec<Sym>> {
        let any = self.setup.any();
        let key: Vec<Option<Sym>> = by
            .iter()
            .map(|it| match self.facts.get(*it) {
                Fact::Text(word) => word.symbol,
                _ => None,
            })
            .collect();
        let mut best: Option<(usize, &Vec<Sym>)> = None;
        for row in &table.rows {
            let mut jokers = 0;
            let fits = row.iter().take(table.keys).zip(&key).all(|(cell, wanted)| {
                let joker = Some(*cell) == any;
                jokers += usize::from(joker);
                joker || Some(*cell) == *wanted
            });
            if fits && best.is_none_or(|(least, _)| jokers < least) {
                best = Some((jokers, row));
            }
        }
        best.map(|(_, row)| row)
    }
}
