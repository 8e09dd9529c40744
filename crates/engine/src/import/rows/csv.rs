//! CSV and TSV (RFC 4180, quotes lenient).
//!
//! A quote that is never closed swallows the lines behind it. A record that spans several lines
//! and has the wrong number of cells is therefore taken as broken in its first line only, and
//! reading goes on at the next line: one bad row never costs its neighbours.
//!
//! Lines end with a line feed; a carriage return before it is dropped with it. (Left to itself the
//! `csv` reader ends a record at the carriage return and counts the line feed to the next one, so
//! that its places would be one byte and one line off.) A file with carriage returns only is read
//! too.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use csv::{ByteRecord, Position, Reader, ReaderBuilder, Terminator};

use super::{Cells, FileFault, Opened, ROW_BYTES_MAX, Row, RowFault, check_text, encoding, header};

struct CsvRows {
    path: PathBuf,
    columns: Vec<String>,
    reader: Reader<File>,
    /// The same file again, to read the text of a broken row. It shares the reader's offset, so
    /// the reader must be told where to go on after each use.
    lines: File,
    line_end: u8,
    record: ByteRecord,
    number: u64,
    ended: bool,
}

pub(super) fn open(
    path: &Path,
    name: Option<&str>,
    delimiter: Option<u8>,
) -> Result<Opened, FileFault> {
    let unreadable =
        |source: std::io::Error| FileFault::Unreadable { path: path.to_path_buf(), source };
    let mut file = encoding::open(path, name)?;
    let shape = Shape::guess(&mut file).map_err(unreadable)?;
    let lines = file.try_clone().map_err(unreadable)?;
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(shape.delimiter))
        .terminator(Terminator::Any(shape.line_end))
        .flexible(true)
        .has_headers(false)
        .buffer_capacity(128 << 10)
        .from_reader(file);
    let mut first = ByteRecord::new();
    if !reader.read_byte_record(&mut first).map_err(|error| unreadable(error.into()))? {
        return Err(FileFault::Empty);
    }
    let names = first.iter().map(|it| String::from_utf8_lossy(it).into_owned());
    let columns = header(names)?;
    let rows = CsvRows {
        path: path.to_path_buf(),
        columns: columns.clone(),
        reader,
        lines,
        line_end: shape.line_end,
        record: first,
        number: 0,
        ended: false,
    };
    Ok((columns, Box::new(rows)))
}

/// How the file is written, by its first line.
struct Shape {
    /// The separator that stands most often; a comma where none does.
    delimiter: u8,
    line_end: u8,
}

impl Shape {
    fn guess(file: &mut File) -> std::io::Result<Self> {
        let mut line = Vec::new();
        BufReader::new(Read::by_ref(file).take(ROW_BYTES_MAX as u64))
            .read_until(b'\n', &mut line)?;
        file.seek(SeekFrom::Start(0))?;
        let line_end = if !line.ends_with(b"\n") && line.contains(&b'\r') { b'\r' } else { b'\n' };
        let first = line.split(|it| *it == line_end).next().unwrap_or_default();
        let count = |wanted: u8| first.iter().filter(|it| **it == wanted).count();
        let candidates = [b';', b'\t', b'|', b','];
        let delimiter = candidates.into_iter().max_by_key(|it| count(*it)).unwrap_or(b',');
        Ok(Self { delimiter, line_end })
    }
}

impl Iterator for CsvRows {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.read() {
            Ok(row) => row.map(Ok),
            Err(source) => {
                self.ended = true;
                Some(Err(FileFault::Unreadable { path: self.path.clone(), source }))
            }
        }
    }
}

impl CsvRows {
    fn read(&mut self) -> std::io::Result<Option<Row>> {
        if !self.reader.read_byte_record(&mut self.record)? {
            self.ended = true;
            return Ok(None);
        }
        self.number += 1;
        let start = self.record.position().cloned().unwrap_or_else(Position::new);
        let after = self.reader.position().clone();
        let cells = self.cells();
        let mut seen = None;
        let (raw, resume) = match &cells {
            Ok(_) => (String::new(), None),
            Err(RowFault::CellCount { .. } | RowFault::RowTooLong)
                if start.line() + 1 < after.line() =>
            {
                let (raw, next) = self.first_line(&start)?;
                (raw, Some(next))
            }
            Err(fault) => {
                if let RowFault::CellCount { .. } = fault {
                    seen = Some(self.seen());
                }
                (self.text(&start, &after)?, Some(after))
            }
        };
        if let Some(resume) = resume {
            self.reader.seek_raw(SeekFrom::Start(resume.byte()), resume)?;
        }
        let (number, line) = (self.number, start.line());
        Ok(Some(Row { number, line, raw, cells, seen, mends: None }))
    }

    fn cells(&self) -> Result<Cells, RowFault> {
        if ROW_BYTES_MAX < self.record.as_slice().len() {
            return Err(RowFault::RowTooLong);
        }
        let (expected, found) = (self.columns.len(), self.record.len());
        if expected != found {
            return Err(RowFault::CellCount { expected, found });
        }
        let mut texts = Vec::with_capacity(found);
        let mut before = 0;
        for (column, bytes) in self.columns.iter().zip(self.record.iter()) {
            let text = std::str::from_utf8(bytes)
                .map_err(|error| RowFault::NotUtf8 { at: before + error.valid_up_to() })?;
            check_text(column, text)?;
            before += bytes.len() + 1;
            texts.push(text.to_owned());
        }
        if let Some(last) = texts.last_mut()
            && last.ends_with('\r')
        {
            last.pop();
        }
        Ok(Cells::Texts(texts))
    }

    /// The cells that belong to a column, of a record with too few or too many.
    fn seen(&self) -> Cells {
        let cells = self.record.iter().take(self.columns.len());
        Cells::Texts(cells.map(as_text).collect())
    }

    /// The first line of the record at `start`, and the place of the line after it.
    fn first_line(&mut self, start: &Position) -> std::io::Result<(String, Position)> {
        let mut line = Vec::new();
        self.lines.seek(SeekFrom::Start(start.byte()))?;
        BufReader::new(self.lines.by_ref().take(ROW_BYTES_MAX as u64))
            .read_until(self.line_end, &mut line)?;
        let mut next = Position::new();
        next.set_byte(start.byte() + line.len() as u64).set_line(start.line() + 1);
        Ok((as_text(&line), next))
    }

    /// The record from `start` to `end` as it stands in the file.
    fn text(&mut self, start: &Position, end: &Position) -> std::io::Result<String> {
        let length = end.byte().saturating_sub(start.byte()).min(ROW_BYTES_MAX as u64);
        let mut bytes = Vec::new();
        self.lines.seek(SeekFrom::Start(start.byte()))?;
        self.lines.by_ref().take(length).read_to_end(&mut bytes)?;
        Ok(as_text(&bytes))
    }
}

fn as_text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end_matches(['\r', '\n']).to_owned()
}
