//! Rows of a file, whatever its format: CSV and TSV, JSON lines, Excel.
//!
//! A broken row is handed out with its fault and the text it stands in, so that nothing is lost;
//! only a file that cannot be read at all is an error. Memory is bounded by one row.

mod csv;
mod encoding;
mod fault;
mod json_lines;
mod sheet;

use std::path::Path;

use serde_json::Value;

use super::mends::Mends;
pub use fault::{FileFault, RowFault};

/// The largest row read, in bytes. Above it the row is refused.
pub const ROW_BYTES_MAX: usize = 16 << 20;

/// A field longer than this is refused, in bytes.
pub const FIELD_BYTES_MAX: usize = 1 << 20;

/// One row as it stands in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// Counted from 1 without the header.
    pub number: u64,
    /// The line it starts on, from 1; for Excel the row of the sheet.
    pub line: u64,
    /// The row as text, for the file of rejected rows.
    pub raw: String,
    /// Cells in the order of the columns, or what is wrong with the row.
    pub cells: Result<Cells, RowFault>,
    /// What could be read of a row with a fault, as it belongs to the columns.
    pub seen: Option<Cells>,
    /// The rejected row that this one mends.
    pub mends: Option<Mends>,
}

/// The cells of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cells {
    /// One text for each column of the header.
    Texts(Vec<String>),
    /// Keys and values of a JSON object.
    Object(Vec<(String, Value)>),
}

/// A file opened for reading its rows.
pub struct RowFile {
    columns: Vec<String>,
    rows: Box<dyn Iterator<Item = Result<Row, FileFault>> + Send>,
}

impl std::fmt::Debug for RowFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowFile").field("columns", &self.columns).finish_non_exhaustive()
    }
}

impl RowFile {
    /// Opens `path` by its extension: `.csv`, `.tsv`, `.txt`, `.jsonl`, `.ndjson`, `.xlsx`, `.xls`,
    /// `.ods`. `encoding` names the file's encoding where it is not UTF-8 and has no mark.
    pub fn open(path: &Path, encoding: Option<&str>) -> Result<Self, FileFault> {
        let extension =
            path.extension().and_then(|it| it.to_str()).unwrap_or_default().to_ascii_lowercase();
        let (columns, rows) = match extension.as_str() {
            "csv" | "txt" => csv::open(path, encoding, None)?,
            "tsv" => csv::open(path, encoding, Some(b'\t'))?,
            "jsonl" | "ndjson" => json_lines::open(path, encoding)?,
            "xlsx" | "xls" | "ods" => sheet::open(path)?,
            _ => return Err(FileFault::UnknownFormat { path: path.to_path_buf() }),
        };
        Ok(Self { columns, rows })
    }

    /// The header, trimmed; empty for JSON lines, whose rows name their own keys.
    pub fn columns(&self) -> &[String] {
        &self.columns
    }
}

impl Iterator for RowFile {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rows.next()
    }
}

type Opened = (Vec<String>, Box<dyn Iterator<Item = Result<Row, FileFault>> + Send>);

/// Checks a header: every column has a name of its own. Trailing columns without a name are kept
/// as `column_N`, because many exports end each line with a separator.
fn header(names: impl Iterator<Item = String>) -> Result<Vec<String>, FileFault> {
    let mut columns: Vec<String> = Vec::new();
    for (at, name) in names.enumerate() {
        let name = name.trim().trim_start_matches('\u{feff}').to_owned();
        let name = if name.is_empty() { format!("column_{}", at + 1) } else { name };
        if let Some(first) = columns.iter().position(|it| *it == name) {
            return Err(FileFault::DuplicateColumn { name, first: first + 1, second: at + 1 });
        }
        columns.push(name);
    }
    if columns.is_empty() {
        return Err(FileFault::Empty);
    }
    Ok(columns)
}

/// What every text of a row must satisfy.
fn check_text(column: &str, text: &str) -> Result<(), RowFault> {
    if FIELD_BYTES_MAX < text.len() {
        return Err(RowFault::FieldTooLong { column: column.to_owned(), bytes: text.len() });
    }
    match text.bytes().position(|it| it == 0) {
        Some(_) => Err(RowFault::NulByte { column: column.to_owned() }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests;
