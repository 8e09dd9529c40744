//! A conjunction: what is asked of each variable.

use std::collections::BTreeMap;

use crate::field::FieldId;
use crate::lint::logic::Values;
use crate::symbol::Sym;

/// Something a test asks about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Variable {
    /// Whether the field has a value: 1 for yes.
    Presence(FieldId),
    /// A yes-or-no field: 1 for yes.
    Flag(FieldId),
    /// The text of a field.
    Word(FieldId),
    /// The number in a field.
    Number(FieldId),
    /// The instant in a field, in microseconds.
    Time(FieldId),
    /// The age of the instant in a field, in microseconds.
    Since(FieldId),
    /// Whether the set in a field has the word: 1 for yes.
    Has(FieldId, Sym),
    /// How many activities of a kind, of an age in seconds at most.
    Count(Sym, Option<u32>),
    /// Any other test by its text, 1 where it holds.
    Other(String),
}

/// A conjunction that some lead may satisfy: no variable is left without a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Region {
    asked: BTreeMap<Variable, Values>,
}

impl Region {
    /// All leads whose `variable` is one of `values`; `None` where there is no such value.
    pub(crate) fn of(variable: Variable, values: Values) -> Option<Self> {
        (!values.is_empty()).then(|| Self { asked: BTreeMap::from([(variable, values)]) })
    }

    /// All leads with a value in `field`.
    pub(crate) fn known(field: FieldId) -> Self {
        Self { asked: BTreeMap::from([(Variable::Presence(field), Values::yes())]) }
    }

    /// All leads without a value in `field`.
    pub(crate) fn missing(field: FieldId) -> Self {
        let missing = Values::yes().complement();
        Self { asked: BTreeMap::from([(Variable::Presence(field), missing)]) }
    }

    /// The leads of both; `None` where there are none.
    pub(crate) fn and(&self, other: &Self) -> Option<Self> {
        let mut asked = self.asked.clone();
        for (variable, values) in &other.asked {
            let narrowed = asked.get(variable).map_or_else(|| values.clone(), |it| it.and(values));
            if narrowed.is_empty() {
                return None;
            }
            asked.insert(variable.clone(), narrowed);
        }
        Some(Self { asked })
    }

    /// What is asked, by variable.
    pub(crate) fn asked(&self) -> impl Iterator<Item = (&Variable, &Values)> {
        self.asked.iter()
    }

    /// How many fields must be without a value, then how many variables are asked about: the lower,
    /// the plainer as an example.
    pub(crate) fn strangeness(&self) -> (usize, usize) {
        let missing = self.asked.iter().filter(|(variable, values)| {
            matches!(variable, Variable::Presence(_)) && values.and(&Values::yes()).is_empty()
        });
        (missing.count(), self.asked.len())
    }
}
