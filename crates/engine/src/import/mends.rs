//! Rows of a file of rejected rows: which row each mends, and whether it was mended.

use model::id::ImportId;
use serde_json::Value;

use super::formula;
use super::reject;
use super::rows::{Cells, Row, RowFault};

/// The row of an import that was rejected and is mended by this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mends {
    /// The import.
    pub import: ImportId,
    /// Counted from 1 without the header.
    pub row: u64,
}

/// Takes the cells of reasons off a row with texts, of which the first `columns` are its own.
pub(super) fn of_texts(row: Row, columns: usize) -> Row {
    match (row.cells, row.seen) {
        (Ok(Cells::Texts(texts)), seen) => {
            let (cells, own) = apart(texts, columns);
            let text = own_cell(&own, "rejected_text").map(str::to_owned);
            let row = Row { cells: Ok(cells), seen, mends: mended(&own), ..row };
            settled(row, text.as_deref())
        }
        // Of a row with too few or too many cells, its own ones stand behind the columns or last.
        (Err(fault), Some(Cells::Texts(texts))) => {
            let last = texts.len().saturating_sub(reject::COLUMNS.len());
            let is_whole = |at: &usize| texts.get(*at..).and_then(mended).is_some();
            let at = [columns, last].into_iter().find(is_whole).unwrap_or(columns);
            let (cells, own) = apart(texts, at.min(columns));
            Row { cells: Err(fault), seen: Some(cells), mends: mended(&own), ..row }
        }
        (cells, seen) => Row { cells, seen, ..row },
    }
}

/// The cells before `at` as they were, and the row's own cells behind them.
fn apart(mut texts: Vec<String>, at: usize) -> (Cells, Vec<String>) {
    let own = texts.split_off(at.min(texts.len()));
    let texts = texts.iter().map(|it| formula::plain(it).to_owned());
    (Cells::Texts(texts.collect()), own)
}

fn own_cell<'a>(own: &'a [String], name: &str) -> Option<&'a str> {
    let at = reject::COLUMNS.iter().position(|it| *it == name)?;
    own.get(at).map(|it| formula::plain(it).trim())
}

fn mended(own: &[String]) -> Option<Mends> {
    let row = own_cell(own, "rejected_row").and_then(|it| it.parse().ok());
    mends(own_cell(own, "rejected_import"), row)
}

/// The same of a JSON line.
pub(super) fn of_object(row: Row) -> Row {
    let Ok(Cells::Object(mut pairs)) = row.cells else { return row };
    let at = pairs.iter().position(|(key, _)| key == reject::KEY);
    let own = at.map(|it| pairs.remove(it).1).unwrap_or_default();
    let text = |key: &str| own.get(key).and_then(Value::as_str);
    let mends = mends(text("import"), own.get("row").and_then(Value::as_u64));
    settled(Row { cells: Ok(Cells::Object(pairs)), mends, ..row }, text("text"))
}

fn mends(import: Option<&str>, row: Option<u64>) -> Option<Mends> {
    Some(Mends { import: import?.parse().ok()?, row: row? })
}

/// A row that could not be read comes with its text, and is not to come in by mistake as what
/// little could be read of it.
fn settled(row: Row, text: Option<&str>) -> Row {
    match text.filter(|it| !it.is_empty()) {
        None => row,
        Some(text) => Row {
            raw: text.to_owned(),
            seen: row.cells.ok(),
            cells: Err(RowFault::NotMended),
            ..row
        },
    }
}
