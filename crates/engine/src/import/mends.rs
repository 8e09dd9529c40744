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
    let Ok(Cells::Texts(mut texts)) = row.cells else { return row };
    let own = texts.split_off(columns.min(texts.len()));
    let texts: Vec<String> = texts.iter().map(|it| formula::plain(it).to_owned()).collect();
    let cell = |name: &str| {
        let at = reject::COLUMNS.iter().position(|it| *it == name)?;
        own.get(at).map(|it| formula::plain(it).trim())
    };
    let mends = mends(cell("rejected_import"), cell("rejected_row").and_then(|it| it.parse().ok()));
    settled(Row { cells: Ok(Cells::Texts(texts)), mends, ..row }, cell("rejected_text"))
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
