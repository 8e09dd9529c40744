//! From a row to a checked submission, or to every reason why not. Needs no database.

use intake::mapping::{Bound, CellFault, MappingKind};
use intake::normalise::instant::{self, DayMonthOrder, InstantRules};
use intake::submission::{ExternalId, ShapeFault};
use intake::{Refusal as ValueRefusal, Submission, fold};
use model::Timestamp;
use model::id::ImportId;
use serde_json::Value;

use super::cells::{self, NamedCells};
use super::mapping::MappingFile;
use super::mends::Mends;
use super::reject::Rejected;
use super::rows::{Cells, Row, RowFault};
use super::{ImportError, leads::History, table};
use crate::Actor;
use crate::capture::{self, CaptureRequest, ImportRow, Prepared};
use crate::live::Live;
use crate::refusal::FieldFault;

/// Columns that stand for themselves where there is no mapping.
const EXTERNAL_ID: &str = "external_id";
const CAPTURED_AT: &str = "captured_at";

/// Who gave ids of files whose mapping does not say.
pub(super) const SOURCE: &str = "import";

/// What becomes of a row.
pub(super) enum Item {
    /// It goes to the database; what the contract refuses is kept in quarantine and in the file.
    Capture(Box<Ready>),
    /// It cannot be read as a submission.
    Rejected(Box<Rejected>),
    /// The mapping does not take it.
    LeftOut,
}

/// A row that was read as a submission.
pub(super) struct Ready {
    pub(super) row: u64,
    pub(super) cells: Cells,
    pub(super) prepared: Prepared,
    pub(super) mends: Option<Mends>,
}

/// How the rows of one file become submissions.
pub(super) struct Preparer<'a> {
    live: &'a Live,
    columns: Vec<String>,
    /// For each column the one it stands for, if it is not a field.
    own: Vec<Option<&'static str>>,
    order: Vec<usize>,
    reading: Reading<'a>,
    source: String,
    actor: Actor,
    import: ImportId,
    history: History,
    now: Timestamp,
}

enum Reading<'a> {
    Mapped(Bound<'a>),
    /// By the names of the columns.
    Named(InstantRules),
}

impl<'a> Preparer<'a> {
    pub(super) fn new(
        live: &'a Live,
        mapping: Option<&'a MappingFile>,
        columns: &[String],
        history: History,
        now: Timestamp,
    ) -> Result<Self, ImportError> {
        let reading = match mapping {
            Some(mapping) => Reading::Mapped(mapping.bind(MappingKind::Leads, columns)?),
            None => {
                let order = DayMonthOrder::Undeclared;
                Reading::Named(InstantRules { order, zone: live.rules.zone.clone() })
            }
        };
        let source = mapping.and_then(|it| it.mapping().source.clone());
        Ok(Self {
            live,
            columns: columns.to_vec(),
            own: columns.iter().map(|it| own_name(it)).collect(),
            order: cells::by_name(columns),
            reading,
            source: source.unwrap_or_else(|| SOURCE.to_owned()),
            actor: Actor::System,
            import: ImportId::from_raw(0),
            history,
            now,
        })
    }

    /// The same for the rows of a stored run.
    pub(super) fn of_import(self, actor: Actor, import: ImportId) -> Self {
        Self { actor, import, ..self }
    }

    /// Columns of the header that the contract does not know and that are kept beside the fields.
    pub(super) fn aside(&self, mapping: Option<&MappingFile>) -> Vec<String> {
        let named: Vec<&String> = match &self.reading {
            Reading::Mapped(bound) => {
                let fields = mapping.into_iter().flat_map(|it| &it.mapping().fields);
                fields.map(|(name, _)| name).chain(bound.unnamed()).collect()
            }
            Reading::Named(_) => {
                let own = |it: &&String| own_name(it).is_none();
                self.columns.iter().filter(own).collect()
            }
        };
        let unknown = named.into_iter().filter(|it| !self.live.contract.knows(it));
        unknown.cloned().collect()
    }

    pub(super) fn prepare(&self, row: Row) -> Item {
        let cells = match row.cells {
            Ok(cells) => cells,
            Err(fault) => {
                return Item::Rejected(Box::new(unreadable(row.number, row.seen, row.raw, &fault)));
            }
        };
        let named = NamedCells { columns: &self.columns, cells: &cells };
        if let Reading::Mapped(bound) = &self.reading
            && !bound.takes(&named)
        {
            return Item::LeftOut;
        }
        let (submission, mut faults) = self.submission(named);
        let prepared = submission.map(|it| self.check(row.number, named, it));
        match prepared {
            Some(prepared) if faults.is_empty() => Item::Capture(Box::new(Ready {
                row: row.number,
                cells,
                prepared,
                mends: row.mends,
            })),
            prepared => {
                let others = prepared.map(|it| it.faults_beside(self.live, &faults, self.now));
                faults.extend(others.into_iter().flatten());
                Item::Rejected(Box::new(table::refused(row.number, cells, faults)))
            }
        }
    }

    /// The row as a submission, as far as it can be read, and what cannot.
    fn submission(&self, row: NamedCells<'_>) -> (Option<Submission>, Vec<FieldFault>) {
        match &self.reading {
            Reading::Mapped(bound) => {
                let (submission, faults) = bound.lead(&row);
                (Some(submission), field_faults(faults))
            }
            Reading::Named(rules) => self.by_name(row.cells, rules),
        }
    }

    /// A row whose columns are called as the contract's fields; a JSON line may also have the form
    /// that the API takes.
    fn by_name(
        &self,
        cells: &Cells,
        rules: &InstantRules,
    ) -> (Option<Submission>, Vec<FieldFault>) {
        let (submission, faults) = match cells {
            Cells::Object(pairs) if pairs.iter().any(|(k, v)| k == "fields" && v.is_object()) => {
                let body: Value = pairs.iter().cloned().collect();
                return match Submission::from_json(body) {
                    Ok(submission) => (Some(submission), Vec::new()),
                    Err(faults) => (None, faults.iter().map(shape_fault).collect()),
                };
            }
            Cells::Object(pairs) => {
                self.flat(pairs.iter().map(|(key, it)| (key, own_name(key), it.clone())), rules)
            }
            Cells::Texts(texts) => {
                let columns = self.columns.iter().zip(&self.own).zip(texts);
                let full = columns.filter(|(_, text)| !text.trim().is_empty());
                let cell = |((name, own), text): ((_, &Option<_>), &String)| {
                    (name, *own, Value::String(text.clone()))
                };
                self.flat(full.map(cell), rules)
            }
        };
        (Some(submission), faults)
    }

    fn flat<'c>(
        &self,
        cells: impl Iterator<Item = (&'c String, Option<&'static str>, Value)>,
        rules: &InstantRules,
    ) -> (Submission, Vec<FieldFault>) {
        let (mut submission, mut faults) = (Submission::default(), Vec::new());
        let text = |value: &Value| match value {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        for (name, own, value) in cells {
            if value.is_null() || value.as_str().is_some_and(|it| it.trim().is_empty()) {
                continue;
            }
            match own.unwrap_or(name) {
                EXTERNAL_ID => {
                    let source = self.source.clone();
                    submission.external = Some(ExternalId { source, id: text(&value) });
                }
                CAPTURED_AT => match instant::normalise(&text(&value), rules) {
                    Ok(at) => submission.captured_at = Some(at.value.at),
                    Err(refusal) => faults.push(cell_fault(CAPTURED_AT, &refusal)),
                },
                _ => submission.fields.push((name.clone(), value)),
            }
        }
        (submission, faults)
    }

    fn check(&self, row: u64, cells: NamedCells<'_>, mut submission: Submission) -> Prepared {
        let digest = cells::digest(cells, &self.order);
        if submission.external.is_none() {
            let id = cells::natural_id(&digest);
            submission.external = Some(ExternalId { source: self.source.clone(), id });
        }
        let is_history = match self.history {
            History::All => true,
            History::ByAge => ImportRow::is_past(submission.captured_at, self.now),
        };
        let digest = cells::short(&digest);
        let request = CaptureRequest {
            submission,
            channel: "import".to_owned(),
            import: Some(ImportRow { import: self.import, row, digest, is_history }),
            raw: String::new(),
        };
        capture::prepare(self.live, self.actor.clone(), request).as_of(self.now)
    }
}

/// The column that `name` stands for whatever its letter case, spaces and points, if it is not a
/// field.
fn own_name(name: &str) -> Option<&'static str> {
    match fold::words(name).as_str() {
        "external id" => Some(EXTERNAL_ID),
        "captured at" => Some(CAPTURED_AT),
        _ => None,
    }
}

fn shape_fault(fault: &ShapeFault) -> FieldFault {
    FieldFault {
        at: fault.at.clone(),
        code: ShapeFault::CODE.to_owned(),
        message: fault.to_string(),
    }
}

fn cell_fault(at: &str, refusal: &ValueRefusal) -> FieldFault {
    FieldFault { at: at.to_owned(), code: refusal.code().to_owned(), message: refusal.to_string() }
}

pub(super) fn field_faults(faults: Vec<CellFault>) -> Vec<FieldFault> {
    let faults = faults.into_iter();
    faults
        .map(|it| FieldFault { at: it.at, code: it.code.to_owned(), message: it.message })
        .collect()
}

/// A row that cannot be read, or of which only these cells can.
pub(super) fn unreadable(
    row: u64,
    cells: Option<Cells>,
    text: String,
    fault: &RowFault,
) -> Rejected {
    let faults = vec![FieldFault {
        at: "row".to_owned(),
        code: fault.code().to_owned(),
        message: fault.to_string(),
    }];
    Rejected { row, cells, text, faults }
}
