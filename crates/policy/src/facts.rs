//! What is known of one lead when it is decided on: a value or nothing for each field.

use std::sync::Arc;

use model::{Number, Timestamp, Value};

use crate::field::FieldId;
use crate::symbol::{Sym, Symbols};

/// What is known of one field.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Fact {
    /// Nothing: conditions on it are neither true nor false.
    #[default]
    Missing,
    /// Yes or no.
    Bool(bool),
    /// A number.
    Number(Number),
    /// An instant.
    Time(Timestamp),
    /// A text.
    Text(Word),
    /// A set of texts.
    List(Vec<Word>),
}

/// A text, with its symbol where the policy names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// The symbol; `None` means that no condition can be equal to this text.
    pub symbol: Option<Sym>,
    /// The text itself.
    pub text: Arc<str>,
}

/// The facts of one lead (or one rep), by field. Clones share them until one is changed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    slots: Arc<Vec<Fact>>,
}

impl Word {
    /// The word of `text` under `symbols`.
    pub fn new(text: Arc<str>, symbols: &Symbols) -> Self {
        Self { symbol: symbols.find(&text), text }
    }
}

impl Fact {
    /// The fact of a value under `symbols`.
    pub fn of(value: &Value, symbols: &Symbols) -> Self {
        match value {
            Value::Bool(it) => Self::Bool(*it),
            Value::Number(it) => Self::Number(*it),
            Value::Time(it) => Self::Time(*it),
            Value::Text(it) => Self::Text(Word::new(Arc::clone(it), symbols)),
            Value::List(all) => {
                Self::List(all.iter().map(|it| Word::new(Arc::clone(it), symbols)).collect())
            }
        }
    }

    /// Back to a value; `None` for a missing one.
    pub fn value(&self) -> Option<Value> {
        match self {
            Self::Missing => None,
            Self::Bool(it) => Some(Value::Bool(*it)),
            Self::Number(it) => Some(Value::Number(*it)),
            Self::Time(it) => Some(Value::Time(*it)),
            Self::Text(it) => Some(Value::Text(Arc::clone(&it.text))),
            Self::List(all) => {
                Some(Value::List(all.iter().map(|it| Arc::clone(&it.text)).collect()))
            }
        }
    }
}

impl Facts {
    /// Room for `fields` fields, all missing.
    pub fn with_len(fields: usize) -> Self {
        Self { slots: Arc::new(vec![Fact::Missing; fields]) }
    }

    /// What is known of `field`.
    pub fn get(&self, field: FieldId) -> &Fact {
        self.slots.get(usize::from(field.0)).unwrap_or(&Fact::Missing)
    }

    /// Sets what is known of `field`; grows where needed.
    pub fn set(&mut self, field: FieldId, fact: Fact) {
        let at = usize::from(field.0);
        let slots = Arc::make_mut(&mut self.slots);
        if slots.len() <= at {
            slots.resize(at + 1, Fact::Missing);
        }
        if let Some(slot) = slots.get_mut(at) {
            *slot = fact;
        }
    }
}
