//! One JSON object a line.

use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

use super::{Cells, FileFault, Opened, ROW_BYTES_MAX, Row, RowFault, check_text, encoding};

struct JsonLines {
    path: PathBuf,
    reader: BufReader<File>,
    number: u64,
    line: u64,
    ended: bool,
}

pub(super) fn open(path: &Path, name: Option<&str>) -> Result<Opened, FileFault> {
    let reader = BufReader::with_capacity(128 << 10, encoding::open(path, name)?);
    let rows = JsonLines { path: path.to_path_buf(), reader, number: 0, line: 0, ended: false };
    Ok((Vec::new(), Box::new(rows)))
}

impl Iterator for JsonLines {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let mut bytes = Vec::new();
            if let Err(source) = self.read_line(&mut bytes) {
                self.ended = true;
                return Some(Err(FileFault::Unreadable { path: self.path.clone(), source }));
            }
            if bytes.is_empty() {
                self.ended = true;
                return None;
            }
            self.line += 1;
            if bytes.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            self.number += 1;
            let cells = read_object(&bytes);
            let raw = match &cells {
                Ok(_) => String::new(),
                Err(_) => String::from_utf8_lossy(&bytes).trim_end().to_owned(),
            };
            return Some(Ok(Row {
                number: self.number,
                line: self.line,
                raw,
                cells,
                seen: None,
                mends: None,
            }));
        }
        None
    }
}

impl JsonLines {
    /// Reads one line; of a line over the limit only the start is kept and the rest passed over.
    fn read_line(&mut self, bytes: &mut Vec<u8>) -> std::io::Result<()> {
        let limit = ROW_BYTES_MAX as u64 + 1;
        self.reader.by_ref().take(limit).read_until(b'\n', bytes)?;
        if bytes.len() as u64 == limit && bytes.last() != Some(&b'\n') {
            self.reader.skip_until(b'\n')?;
        }
        Ok(())
    }
}

fn read_object(bytes: &[u8]) -> Result<Cells, RowFault> {
    if ROW_BYTES_MAX < bytes.len() {
        return Err(RowFault::RowTooLong);
    }
    let text =
        std::str::from_utf8(bytes).map_err(|it| RowFault::NotUtf8 { at: it.valid_up_to() })?;
    let mut parser = serde_json::Deserializer::from_str(text);
    let pairs = parser.deserialize_map(Pairs).and_then(|pairs| parser.end().map(|()| pairs));
    let pairs = pairs.map_err(|error| RowFault::NotAnObject { message: error.to_string() })?;
    for (at, (key, value)) in pairs.iter().enumerate() {
        if pairs.iter().take(at).any(|(earlier, _)| earlier == key) {
            return Err(RowFault::DuplicateKey { key: key.clone() });
        }
        if let Value::String(text) = value {
            check_text(key, text)?;
        }
    }
    Ok(Cells::Object(pairs))
}

/// Keeps every pair of an object, repeated keys too.
struct Pairs;

impl<'de> Visitor<'de> for Pairs {
    type Value = Vec<(String, Value)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(pairs)
    }
}
