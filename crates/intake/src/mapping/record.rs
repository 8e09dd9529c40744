//! A row of activities, handoffs or reps: its values by field, and what is wrong with them.

use model::Timestamp;
use serde_json::Value;

use super::apply::{Bound, CellFault, Cells, as_text, empty};
use crate::normalise::instant;
use crate::normalise::number::{self, DecimalSign};

/// The values of a row. Whoever takes them is told at the end what was wrong with any.
#[derive(Debug)]
pub struct Record<'b> {
    bound: &'b Bound<'b>,
    values: Vec<(&'b str, Value)>,
    faults: Vec<CellFault>,
}

impl Bound<'_> {
    /// The values of a row, without the empty ones.
    pub fn record(&self, row: &impl Cells) -> Record<'_> {
        let (mut values, mut faults) = (Vec::new(), Vec::new());
        for (name, from) in &self.mapping().fields {
            match self.value(name, from, row) {
                Ok(value) => values.extend(value.map(|it| (name.as_str(), it))),
                Err(fault) => faults.push(fault),
            }
        }
        for field in self.mapping().kind.fields().iter().filter(|it| it.needed) {
            let is_there = values.iter().any(|(name, _)| *name == field.name);
            let is_faulty = faults.iter().any(|it: &CellFault| it.at == field.name);
            if !is_there && !is_faulty {
                faults.push(empty(field.name));
            }
        }
        Record { bound: self, values, faults }
    }
}

impl<'b> Record<'b> {
    /// Every value with the name of its field, in the order of the mapping.
    pub fn values(&self) -> &[(&'b str, Value)] {
        &self.values
    }

    /// A text without the spaces around it.
    pub fn text(&self, name: &str) -> Option<String> {
        let value = self.values.iter().find(|(it, _)| *it == name);
        value.map(|(_, it)| as_text(it).trim().to_owned())
    }

    /// An instant.
    pub fn instant(&mut self, name: &str) -> Option<Timestamp> {
        let text = self.text(name)?;
        let read = instant::normalise(&text, self.bound.rules());
        let read = read.map_err(|it| (it.code(), it.to_string()));
        self.or_fault(name, read.map(|it| it.value.at))
    }

    /// A number, rounded to whole ones.
    pub fn whole(&mut self, name: &str) -> Option<i64> {
        let text = self.text(name)?;
        let read = number::normalise(&text, DecimalSign::Undeclared);
        let read = read.map_err(|it| (it.code(), it.to_string()));
        self.or_fault(name, read.map(|it| it.value.amount.low().round() as i64))
    }

    /// Says that the value of `name` cannot be used.
    pub fn fault(&mut self, name: &str, code: &'static str, message: impl Into<String>) {
        self.faults.push(CellFault { at: name.to_owned(), code, message: message.into() });
    }

    /// What was wrong so far.
    pub fn faults(self) -> Vec<CellFault> {
        self.faults
    }

    fn or_fault<T>(&mut self, name: &str, read: Result<T, (&'static str, String)>) -> Option<T> {
        match read {
            Ok(value) => Some(value),
            Err((code, message)) => {
                self.fault(name, code, message);
                None
            }
        }
    }
}
