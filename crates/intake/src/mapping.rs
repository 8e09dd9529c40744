//! How the columns of a file become submissions, activities, handoffs, reps or outcomes.
//!
//! A mapping is a small YAML file, read with the same tree, places and manners as a policy. Without
//! one, columns of leads are taken by the names and aliases of the data contract, those of other
//! kinds by the names of [`MappingKind::fields`].

mod apply;
mod kind;
mod named;
mod read;
mod record;

use policy::Span;

pub use apply::{Bound, CellFault, Cells, OutcomeRow};
pub use kind::{KnownField, MappingKind};
pub use read::read;
pub use record::Record;

/// How the columns of a file are used.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapping {
    /// What the rows are.
    pub kind: MappingKind,
    /// Name of the file's encoding, where it is not UTF-8.
    pub encoding: Option<String>,
    /// Who gave the ids in the file.
    pub source: Option<String>,
    /// The zone of times without an offset, an IANA name; UTC where absent.
    pub zone: Option<String>,
    /// Order of day and month in `01/02/2026`.
    pub order: Option<policy::section::DateFormat>,
    /// The id of the lead (for leads) or of the outcome (for outcomes).
    pub external_id: Option<From>,
    /// When: the capture of a lead, the time of an outcome.
    pub at: Option<When>,
    /// Name of a field and where its value comes from: fields of the contract for leads, those of
    /// [`MappingKind::fields`] for the kinds that have any.
    pub fields: Vec<(String, From)>,
    /// Purpose of consent and where the answer comes from.
    pub consent: Vec<(String, From)>,
    /// What an outcome file says; only for outcomes.
    pub outcome: Option<OutcomeColumns>,
    /// Rows to take; all where absent.
    pub only: Option<Only>,
    /// Cells with one of these texts count as empty.
    pub missing: Vec<String>,
    /// Columns left out on purpose.
    pub ignore: Vec<(String, Span)>,
    /// What happens to columns nothing names.
    pub unmapped: Unmapped,
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct From {
    /// The source of the text.
    pub text: TextFrom,
    /// Texts to replace by others, compared whole.
    pub values: Vec<(String, String)>,
    /// What happens to texts that `values` does not name.
    pub other: Other,
}

/// The source of a text.
#[derive(Clone, Debug, PartialEq)]
pub enum TextFrom {
    /// A column.
    Column(String, Span),
    /// Several columns, joined; empty ones are left out.
    Columns(Vec<(String, Span)>, String),
    /// The same text for every row.
    Constant(String),
}

/// What happens to texts that a translation does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Other {
    /// They stay as they are.
    Keep,
    /// They count as empty.
    Missing,
    /// The row is refused.
    Refuse,
}

/// Where an instant comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct When {
    /// The text.
    pub from: From,
    /// The zone of texts without an offset, an IANA name; the mapping's where absent.
    pub zone: Option<String>,
    /// Order of day and month in `01/02/2026`; the mapping's where absent.
    pub order: Option<policy::section::DateFormat>,
}

/// What an outcome file says.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeColumns {
    /// The external id of the lead.
    pub lead: From,
    /// `meeting`, `opportunity`, `won` or `lost`.
    pub kind: From,
    /// Worth, in whole units of the workspace's currency.
    pub amount: Option<From>,
    /// The lead source the CRM has.
    pub lead_source: Option<From>,
}

/// Rows to take.
#[derive(Clone, Debug, PartialEq)]
pub struct Only {
    /// The column asked.
    pub column: (String, Span),
    /// The text it must hold.
    pub equals: String,
}

/// What happens to columns nothing names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unmapped {
    /// Leads keep them as fields outside the contract; other kinds pass them over and say so.
    Keep,
    /// They are dropped without a word.
    Ignore,
    /// The file is refused, so that nothing is dropped by mistake.
    Refuse,
}

impl Mapping {
    /// Every column the mapping names, with its place.
    pub fn columns(&self) -> Vec<(&str, Span)> {
        let mut all: Vec<(&str, Span)> = Vec::new();
        let outcome = self.outcome.iter().flat_map(|it| {
            [Some(&it.lead), Some(&it.kind), it.amount.as_ref(), it.lead_source.as_ref()]
        });
        let values = self
            .fields
            .iter()
            .map(|(_, from)| from)
            .chain(self.consent.iter().map(|(_, from)| from))
            .chain(&self.external_id)
            .chain(self.at.iter().map(|it| &it.from))
            .chain(outcome.flatten());
        for from in values {
            match &from.text {
                TextFrom::Column(name, span) => all.push((name, *span)),
                TextFrom::Columns(names, _) => {
                    all.extend(names.iter().map(|(name, span)| (name.as_str(), *span)));
                }
                TextFrom::Constant(_) => {}
            }
        }
        all.extend(self.only.iter().map(|it| (it.column.0.as_str(), it.column.1)));
        all
    }
}

#[cfg(test)]
mod tests;
