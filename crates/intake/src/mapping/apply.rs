//! Rows through a mapping.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;

use jiff::tz::TimeZone;
use model::{Number, Timestamp};
use policy::Diagnostic;
use policy::nearest::nearest;
use policy::section::DateFormat;
use serde_json::Value;

use super::{From, Mapping, MappingKind, Other, TextFrom, Unmapped};
use crate::normalise::instant::{self, DayMonthOrder, InstantRules};
use crate::normalise::number::{self, DecimalSign};
use crate::submission::{ConsentAnswer, ExternalId, Submission};

/// A mapping checked against the header of one file.
#[derive(Clone, Debug)]
pub struct Bound<'m> {
    mapping: &'m Mapping,
    rules: InstantRules,
    /// Columns that nothing names: kept as fields of leads, else passed over.
    unnamed: Vec<String>,
    /// Columns the mapping names, where rows name their own keys and the others are kept.
    open: Option<BTreeSet<&'m str>>,
}

/// The cells of one row, by column.
pub trait Cells {
    /// The cell under `column`; `None` where the row has none.
    fn cell(&self, column: &str) -> Option<Cow<'_, Value>>;

    /// The columns of this row; only asked of rows that name their own keys.
    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// A row of an outcome file.
#[derive(Clone, Debug, PartialEq)]
pub struct OutcomeRow {
    /// The lead's id at the sender.
    pub lead: String,
    /// `meeting`, `opportunity`, `won` or `lost`, as the file (translated) says.
    pub kind: String,
    /// When; `None` where the file does not say.
    pub at: Option<Timestamp>,
    /// Worth, in whole units of the workspace's currency.
    pub amount: Option<Number>,
    /// The lead source the CRM has.
    pub lead_source: Option<String>,
    /// The outcome's id at the sender.
    pub external_id: Option<String>,
}

/// A cell that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CellFault {
    /// The column or field.
    pub at: String,
    /// Stable code with a page in `docs/errors`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for CellFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`: {}", self.at, self.message)
    }
}

impl Mapping {
    /// Checks the mapping against the columns of a file; rows of JSON lines name their own keys,
    /// so their header is empty and nothing is checked.
    ///
    /// # Errors
    /// Every column that the mapping names and the file lacks, with the nearest one it has; and,
    /// where the mapping refuses them, every column of the file that the mapping does not name.
    pub fn bind(&self, columns: &[String]) -> Result<Bound<'_>, Vec<Diagnostic>> {
        let mut faults = Vec::new();
        let ignored = self.ignore.iter().map(|(name, span)| (name.as_str(), *span));
        let named: Vec<_> = self.columns().into_iter().chain(ignored).collect();
        for (name, span) in &named {
            if !columns.is_empty() && !columns.iter().any(|it| it == name) {
                let message = format!("the file has no column `{name}`");
                let mut fault = Diagnostic::error("I0508", message, *span);
                if let Some(near) = nearest(name, columns.iter().map(String::as_str)) {
                    fault = fault.help(format!("it has `{near}`"));
                }
                faults.push(fault);
            }
        }
        let named: BTreeSet<&str> = named.iter().map(|(name, _)| *name).collect();
        let unnamed: Vec<&String> =
            columns.iter().filter(|it| !named.contains(it.as_str())).collect();
        if self.unmapped == Unmapped::Refuse && !unnamed.is_empty() {
            let names: Vec<_> = unnamed.iter().map(|it| format!("`{it}`")).collect();
            let message = format!("the mapping says nothing of {}", names.join(", "));
            let fault = Diagnostic::error("I0509", message, policy::Span::default())
                .help("map them, or list them under `ignore`");
            faults.push(fault);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let is_told = self.unmapped == Unmapped::Keep;
        let open = is_told && self.kind == MappingKind::Leads && columns.is_empty();
        let unnamed = if is_told { unnamed.into_iter().cloned().collect() } else { Vec::new() };
        Ok(Bound { mapping: self, rules: rules(self), unnamed, open: open.then_some(named) })
    }
}

impl<'m> Bound<'m> {
    /// Columns of the header that the mapping does not name: kept as fields of leads, passed over
    /// in rows of other kinds.
    pub fn unnamed(&self) -> &[String] {
        &self.unnamed
    }

    pub(super) fn mapping(&self) -> &'m Mapping {
        self.mapping
    }

    pub(super) fn rules(&self) -> &InstantRules {
        &self.rules
    }

    /// Whether the mapping takes this row at all.
    pub fn takes(&self, row: &impl Cells) -> bool {
        self.mapping.only.as_ref().is_none_or(|only| {
            row.cell(&only.column.0).is_some_and(|cell| as_text(&cell) == only.equals)
        })
    }

    /// A row of leads as a submission, as far as its cells can be used, and every cell that
    /// cannot.
    pub fn lead(&self, row: &impl Cells) -> (Submission, Vec<CellFault>) {
        let mut faults = Vec::new();
        let mut submission = Submission::default();
        for (field, from) in &self.mapping.fields {
            match self.value(field, from, row) {
                Ok(Some(value)) => submission.fields.push((field.clone(), value)),
                Ok(None) => {}
                Err(fault) => faults.push(fault),
            }
        }
        let names = self.open.iter().flat_map(|named| {
            row.names().into_iter().filter(|it| !named.contains(it)).collect::<Vec<_>>()
        });
        for column in self.unnamed.iter().map(String::as_str).chain(names) {
            let cell = row.cell(column).filter(|it| !self.is_missing(it));
            submission.fields.extend(cell.map(|it| (column.to_owned(), it.into_owned())));
        }
        for (purpose, from) in &self.mapping.consent {
            match self.consent(purpose, from, row) {
                Ok(answer) => submission.consent.extend(answer),
                Err(fault) => faults.push(fault),
            }
        }
        submission.external = self.external(row, &mut faults);
        submission.captured_at = self.at("captured_at", row, &mut faults);
        (submission, faults)
    }

    /// A row of outcomes.
    ///
    /// # Errors
    /// Every cell that cannot be used.
    pub fn outcome(&self, row: &impl Cells) -> Result<OutcomeRow, Vec<CellFault>> {
        let mut faults = Vec::new();
        let Some(columns) = &self.mapping.outcome else { return Err(faults) };
        let mut text = |at: &str, from: Option<&From>| {
            let value = from.map_or(Ok(None), |it| self.value(at, it, row));
            value.unwrap_or_else(|fault| {
                faults.push(fault);
                None
            })
        };
        let lead = text("lead", Some(&columns.lead));
        let kind = text("outcome", Some(&columns.kind));
        let lead_source = text("lead_source", columns.lead_source.as_ref());
        let amount = text("amount", columns.amount.as_ref());
        let external_id = text("external_id", self.mapping.external_id.as_ref());
        for (at, value) in [("lead", &lead), ("outcome", &kind)] {
            if value.is_none() {
                faults.push(empty(at));
            }
        }
        let amount = amount.and_then(|value| match amount_of(&value) {
            Ok(amount) => Some(amount),
            Err(fault) => {
                faults.push(fault);
                None
            }
        });
        let at = self.at("at", row, &mut faults);
        let as_text = |value: Option<Value>| value.map(|it| as_text(&it).into_owned());
        match (as_text(lead), as_text(kind)) {
            (Some(lead), Some(kind)) if faults.is_empty() => Ok(OutcomeRow {
                lead,
                kind,
                at,
                amount,
                lead_source: as_text(lead_source),
                external_id: as_text(external_id),
            }),
            _ => Err(faults),
        }
    }

    fn external(&self, row: &impl Cells, faults: &mut Vec<CellFault>) -> Option<ExternalId> {
        let from = self.mapping.external_id.as_ref()?;
        let source = self.mapping.source.clone().unwrap_or_else(|| "import".to_owned());
        match self.value("external_id", from, row) {
            Ok(Some(value)) => Some(ExternalId { source, id: as_text(&value).into_owned() }),
            Ok(None) => {
                faults.push(empty("external_id"));
                None
            }
            Err(fault) => {
                faults.push(fault);
                None
            }
        }
    }

    fn consent(
        &self,
        purpose: &str,
        from: &From,
        row: &impl Cells,
    ) -> Result<Option<ConsentAnswer>, CellFault> {
        let at = format!("consent.{purpose}");
        let Some(value) = self.value(&at, from, row)? else { return Ok(None) };
        let given = crate::normalise::boolean::normalise(&as_text(&value));
        let given = given.map_err(|refusal| CellFault {
            at,
            code: refusal.code(),
            message: refusal.to_string(),
        })?;
        Ok(Some(ConsentAnswer {
            purpose: purpose.to_owned(),
            given: given.value,
            wording: None,
            at: None,
        }))
    }

    fn at(&self, name: &str, row: &impl Cells, faults: &mut Vec<CellFault>) -> Option<Timestamp> {
        let when = self.mapping.at.as_ref()?;
        let value = self.value(name, &when.from, row);
        let read = value.and_then(|value| match value {
            None => Ok(None),
            Some(value) => match instant::normalise(&as_text(&value), &self.rules) {
                Ok(instant) => Ok(Some(instant.value.at)),
                Err(refusal) => Err(CellFault {
                    at: name.to_owned(),
                    code: refusal.code(),
                    message: refusal.to_string(),
                }),
            },
        });
        read.unwrap_or_else(|fault| {
            faults.push(fault);
            None
        })
    }

    /// The value that `from` gives for this row; `None` where it is empty.
    pub(super) fn value(
        &self,
        at: &str,
        from: &From,
        row: &impl Cells,
    ) -> Result<Option<Value>, CellFault> {
        let value = match &from.text {
            TextFrom::Column(column, _) => row.cell(column).unwrap_or(Cow::Owned(Value::Null)),
            TextFrom::Columns(columns, join) => Cow::Owned(self.joined(columns, join, row)),
            TextFrom::Constant(text) => Cow::Owned(Value::String(text.clone())),
        };
        let missing = self.is_missing(&value);
        if !from.values.is_empty() {
            let text = if missing { Cow::Borrowed("") } else { as_text(&value) };
            if let Some((_, to)) = from.values.iter().find(|(it, _)| *it == text) {
                return Ok(Some(Value::String(to.clone())));
            }
            match from.other {
                Other::Keep => {}
                Other::Missing => return Ok(None),
                Other::Refuse => {
                    let shown: String = text.chars().take(40).collect();
                    let message = format!("`{shown}` is not among the values of the mapping");
                    return Err(CellFault { at: at.to_owned(), code: "I0511", message });
                }
            }
        }
        Ok((!missing).then(|| value.into_owned()))
    }

    fn joined(&self, columns: &[(String, policy::Span)], join: &str, row: &impl Cells) -> Value {
        let parts: Vec<String> = columns
            .iter()
            .filter_map(|(column, _)| row.cell(column))
            .filter(|it| !self.is_missing(it))
            .map(|it| as_text(&it).into_owned())
            .collect();
        Value::String(parts.join(join))
    }

    fn is_missing(&self, value: &Value) -> bool {
        match value {
            Value::Null => true,
            Value::String(text) => {
                let text = text.trim();
                text.is_empty() || self.mapping.missing.iter().any(|it| it == text)
            }
            Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => false,
        }
    }
}

fn rules(mapping: &Mapping) -> InstantRules {
    let when = mapping.at.as_ref();
    let order = match when.and_then(|it| it.order).or(mapping.order) {
        None => DayMonthOrder::Undeclared,
        Some(DateFormat::DayFirst) => DayMonthOrder::DayFirst,
        Some(DateFormat::MonthFirst) => DayMonthOrder::MonthFirst,
    };
    let zone = when.and_then(|it| it.zone.as_deref()).or(mapping.zone.as_deref());
    let zone = zone.and_then(|it| TimeZone::get(it).ok());
    InstantRules { order, zone: zone.unwrap_or(TimeZone::UTC) }
}

pub(super) fn empty(at: &str) -> CellFault {
    CellFault { at: at.to_owned(), code: "I0510", message: "must not be empty".to_owned() }
}

fn amount_of(value: &Value) -> Result<Number, CellFault> {
    let read = number::normalise(&as_text(value), DecimalSign::Undeclared);
    let fault = |code, message| CellFault { at: "amount".to_owned(), code, message };
    let quantity = read.map_err(|it| fault(it.code(), it.to_string()))?;
    Number::new(quantity.value.amount.low())
        .ok_or_else(|| fault("I0109", "the number is too large".to_owned()))
}

/// A value as text; what is not a text stands as JSON.
pub(super) fn as_text(value: &Value) -> Cow<'_, str> {
    match value {
        Value::String(text) => Cow::Borrowed(text),
        Value::Null => Cow::Borrowed(""),
        other => Cow::Owned(other.to_string()),
    }
}
