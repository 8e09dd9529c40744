//! Excel and OpenDocument workbooks: the first sheet, its first row as header.

use std::path::Path;

use calamine::{Data, Reader, open_workbook_auto};

use super::{Cells, FileFault, Opened, Row, check_text, header};

pub(super) fn open(path: &Path) -> Result<Opened, FileFault> {
    let broken = |message: String| FileFault::NotAWorkbook { path: path.to_path_buf(), message };
    if let Err(source) = std::fs::File::open(path) {
        return Err(FileFault::Unreadable { path: path.to_path_buf(), source });
    }
    let mut workbook = open_workbook_auto(path).map_err(|error| broken(error.to_string()))?;
    let range = workbook
        .worksheet_range_at(0)
        .ok_or(FileFault::Empty)?
        .map_err(|error| broken(error.to_string()))?;
    let (first_line, _) = range.start().ok_or(FileFault::Empty)?;
    let mut rows = range.rows();
    let columns = header(rows.next().ok_or(FileFault::Empty)?.iter().map(text))?;
    let rows: Vec<Row> = rows
        .map(|cells| cells.iter().map(text).collect::<Vec<_>>())
        .zip(1_u64..)
        .filter(|(cells, _)| cells.iter().any(|it| !it.is_empty()))
        .map(|(cells, number)| {
            let checked =
                columns.iter().zip(&cells).try_for_each(|(column, text)| check_text(column, text));
            let raw = if checked.is_err() { cells.join("\t") } else { String::new() };
            let line = u64::from(first_line) + number + 1;
            let (cells, seen) = match checked {
                Ok(()) => (Ok(Cells::Texts(cells)), None),
                Err(fault) => (Err(fault), Some(Cells::Texts(cells))),
            };
            Row { number, line, raw, cells, seen, mends: None }
        })
        .collect();
    Ok((columns, Box::new(rows.into_iter().map(Ok))))
}

/// A cell as text: dates in ISO 8601 without a zone, whole numbers without a fraction.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty | Data::Error(_) => String::new(),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
            match (hour, minute, second) {
                (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
                _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
            }
        }
        other => other.to_string(),
    }
}
