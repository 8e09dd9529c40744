//! The file of rejected rows: each as it was, with every reason.
//!
//! It is CSV, or JSON lines for JSON lines. Its own columns start with `rejected_` (its own key is
//! `@rejected`), and an import passes over them: mend the cells and import the file again. Texts
//! that a spreadsheet would run are written with a guard ([`super::formula`]).
//!
//! A row is written before the transaction of its group commits. Whoever goes on with an
//! interrupted import drops what lies behind the committed place, so nothing is lost or doubled.

use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use model::id::ImportId;
use serde_json::{Map, Value, json};

use super::ImportError;
use super::formula;
use super::rows::Cells;
use crate::refusal::FieldFault;

/// Columns behind those of the input.
pub(super) const COLUMNS: [&str; 6] = [
    "rejected_row",
    "rejected_import",
    "rejected_codes",
    "rejected_columns",
    "rejected_reasons",
    "rejected_text",
];

/// The key beside those of a JSON line.
pub(super) const KEY: &str = "@rejected";

/// Earlier files of one name that are kept.
const EARLIER_MAX: u32 = 999;

/// A row that cannot be used.
#[derive(Clone, Debug)]
pub(super) struct Rejected {
    /// Counted from 1 without the header.
    pub(super) row: u64,
    /// Its cells, as far as it could be read.
    pub(super) cells: Option<Cells>,
    /// The row as text, where it could not.
    pub(super) text: String,
    /// Every reason.
    pub(super) faults: Vec<FieldFault>,
}

/// The file, made when the first row comes.
#[derive(Debug)]
pub(super) struct RejectFile {
    path: PathBuf,
    /// The file that is imported: it is not to be written over.
    input: PathBuf,
    columns: Vec<String>,
    is_json: bool,
    import: Option<ImportId>,
    /// The place an interrupted run had reached; 0 for a new one.
    keep_to: u64,
    file: Option<File>,
}

impl RejectFile {
    /// Rows of `input` go to `path`; what it holds of rows up to `keep_to` stays.
    pub(super) fn new(
        path: &Path,
        input: &Path,
        columns: &[String],
        import: Option<ImportId>,
        keep_to: u64,
    ) -> Self {
        let is_json = columns.is_empty();
        let (path, input) = (path.to_path_buf(), input.to_path_buf());
        Self { path, input, columns: columns.to_vec(), is_json, import, keep_to, file: None }
    }

    /// Adds rows; they are with the operating system when this returns.
    pub(super) fn add(&mut self, rows: &[Rejected]) -> Result<(), ImportError> {
        self.write(rows).map_err(|source| ImportError::Rejects { path: self.path.clone(), source })
    }

    /// Where the next row goes; `None` before the first one.
    pub(super) fn place(&self) -> Result<Option<u64>, ImportError> {
        let length = self.file.as_ref().map(|it| it.metadata().map(|it| it.len())).transpose();
        length.map_err(|source| ImportError::Rejects { path: self.path.clone(), source })
    }

    /// Drops what was added behind `place`.
    pub(super) fn take_back(&mut self, place: Option<u64>) -> Result<(), ImportError> {
        self.cut(place).map_err(|source| ImportError::Rejects { path: self.path.clone(), source })
    }

    fn cut(&mut self, place: Option<u64>) -> io::Result<()> {
        match (place, &self.file) {
            (_, None) => Ok(()),
            (Some(place), Some(file)) => file.set_len(place),
            (None, Some(_)) => {
                self.file = None;
                match self.keep_to {
                    0 => std::fs::remove_file(&self.path),
                    _ => self.open().map(|_| ()),
                }
            }
        }
    }

    fn write(&mut self, rows: &[Rejected]) -> io::Result<()> {
        if rows.is_empty() {
            return Ok(());
        }
        let mut text = Vec::new();
        for row in rows {
            match self.is_json {
                true => self.json(row, &mut text)?,
                false => self.csv(row, &mut text)?,
            }
        }
        let file = match &mut self.file {
            Some(file) => file,
            None => {
                let opened = self.open()?;
                self.file.insert(opened)
            }
        };
        file.write_all(&text)
    }

    /// The path, if there is such a file; what was written is on the disk.
    pub(super) fn finish(self) -> Result<Option<PathBuf>, ImportError> {
        match self.file {
            Some(file) => match file.sync_data() {
                Ok(()) => Ok(Some(self.path)),
                Err(source) => Err(ImportError::Rejects { path: self.path, source }),
            },
            None if 0 < self.keep_to && self.path.exists() => Ok(Some(self.path)),
            None => Ok(None),
        }
    }

    fn open(&self) -> io::Result<File> {
        let mut kept = Vec::new();
        if !self.is_json {
            let names = self.columns.iter().map(String::as_str).chain(COLUMNS);
            write_record(&mut kept, names.map(|it| formula::guarded(it).into_owned()))?;
        }
        if 0 < self.keep_to && self.path.exists() {
            match self.is_json {
                true => self.keep_json(&mut kept)?,
                false => self.keep_csv(&mut kept)?,
            }
        }
        if self.path.exists() {
            self.check_replaceable()?;
            if self.keep_to == 0 {
                std::fs::rename(&self.path, self.free_name()?)?;
            }
        }
        // The old file is replaced in one step, so that a kill in between costs no row.
        let folder = self.path.parent().filter(|it| !it.as_os_str().is_empty());
        let mut draft = draft_builder().tempfile_in(folder.unwrap_or(Path::new(".")))?;
        draft.write_all(&kept)?;
        draft.persist(&self.path).map_err(|it| it.error)?;
        OpenOptions::new().append(true).open(&self.path)
    }

    fn check_replaceable(&self) -> io::Result<()> {
        if !self.path.metadata()?.is_file() {
            return Err(io::Error::other("there is something that is no file"));
        }
        if self.path.canonicalize()? == self.input.canonicalize()? {
            return Err(io::Error::other("it is the file that is imported"));
        }
        Ok(())
    }

    /// Where an earlier file of this name is kept: somebody may be mending it.
    fn free_name(&self) -> io::Result<PathBuf> {
        let extension = self.path.extension().and_then(|it| it.to_str()).unwrap_or("old");
        let name = |n: u32| self.path.with_extension(format!("{n}.{extension}"));
        let free = (1..=EARLIER_MAX).map(name).find(|it| !it.exists());
        free.ok_or_else(|| io::Error::other("there are too many earlier ones: remove some"))
    }

    fn keep_csv(&self, kept: &mut Vec<u8>) -> io::Result<()> {
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(&self.path)?;
        for record in reader.byte_records() {
            // A kill may have cut the last one short.
            let Ok(record) = record else { break };
            let row = record.get(self.columns.len()).and_then(|it| std::str::from_utf8(it).ok());
            let row = row.and_then(|it| it.parse::<u64>().ok());
            if record.len() == self.columns.len() + COLUMNS.len()
                && row.is_some_and(|it| it <= self.keep_to)
            {
                write_record(kept, record.iter())?;
            }
        }
        Ok(())
    }

    fn keep_json(&self, kept: &mut Vec<u8>) -> io::Result<()> {
        for line in BufReader::new(File::open(&self.path)?).split(b'\n') {
            let line = line?;
            // A kill may have cut the last one short, inside a letter even.
            let value: Option<Value> = serde_json::from_slice(&line).ok();
            let row = value.and_then(|it| it.get(KEY)?.get("row")?.as_u64());
            if row.is_some_and(|it| it <= self.keep_to) {
                kept.extend_from_slice(&line);
                kept.push(b'\n');
            }
        }
        Ok(())
    }

    fn csv(&self, rejected: &Rejected, out: &mut Vec<u8>) -> io::Result<()> {
        let joined = |part: fn(&FieldFault) -> &str| {
            let all: Vec<&str> = rejected.faults.iter().map(part).collect();
            all.join("; ")
        };
        let own = [
            rejected.row.to_string(),
            self.import.map_or_else(String::new, |it| it.to_string()),
            joined(|it| &it.code),
            joined(|it| &it.at),
            joined(|it| &it.message),
            rejected.text.clone(),
        ];
        let none = Vec::new();
        let texts = match &rejected.cells {
            Some(Cells::Texts(texts)) => texts,
            Some(Cells::Object(_)) | None => &none,
        };
        let cells = (0..self.columns.len()).map(|at| texts.get(at).map_or("", String::as_str));
        let all = cells.chain(own.iter().map(String::as_str));
        write_record(out, all.map(|it| formula::guarded(it).into_owned()))
    }

    fn json(&self, rejected: &Rejected, out: &mut Vec<u8>) -> io::Result<()> {
        let mut object: Map<String, Value> = match &rejected.cells {
            Some(Cells::Object(pairs)) => pairs.iter().cloned().collect(),
            Some(Cells::Texts(_)) | None => Map::new(),
        };
        let mut own =
            json!({ "row": rejected.row, "import": self.import, "reasons": rejected.faults });
        if let (Some(own), false) = (own.as_object_mut(), rejected.text.is_empty()) {
            own.insert("text".to_owned(), rejected.text.clone().into());
        }
        object.insert(KEY.to_owned(), own);
        serde_json::to_writer(&mut *out, &object)?;
        out.push(b'\n');
        Ok(())
    }
}

/// A file that ordinary rules of the folder apply to, not one for its owner's eyes alone.
fn draft_builder() -> tempfile::Builder<'static, 'static> {
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder
}

fn write_record<I, T>(out: &mut Vec<u8>, cells: I) -> io::Result<()>
where
    I: IntoIterator<Item = T>,
    T: AsRef<[u8]>,
{
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(cells)?;
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rejected(row: u64) -> Rejected {
        let cells = Some(Cells::Texts(vec![format!("a{row}"), "x, \"y\"".to_owned()]));
        let fault = FieldFault {
            at: "email".to_owned(),
            code: "I0302".to_owned(),
            message: "must not be empty".to_owned(),
        };
        Rejected { row, cells, text: String::new(), faults: vec![fault] }
    }

    #[test]
    fn an_interrupted_file_keeps_what_was_committed_and_drops_the_rest() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leads.csv.rejected.csv");
        let columns = ["name".to_owned(), "note".to_owned()];
        let input = folder.path().join("leads.csv");
        let mut first = RejectFile::new(&path, &input, &columns, None, 0);
        first.add(&[rejected(3), rejected(7), rejected(12)]).unwrap();
        // Killed in the middle of a row.
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.get(..text.len() - 9).unwrap()).unwrap();
        std::fs::write(&input, "").unwrap();
        let mut second = RejectFile::new(&path, &input, &columns, None, 7);
        second.add(&[rejected(12), rejected(13)]).unwrap();
        assert_eq!(second.finish().unwrap().unwrap(), path);
        let mut reader = csv::Reader::from_path(&path).unwrap();
        let rows: Vec<_> = reader.records().map(|it| it.unwrap()[2].to_owned()).collect();
        assert_eq!(rows, ["3", "7", "12", "13"]);
        assert!(text.starts_with("name,note,rejected_row,rejected_import,"), "{text}");
    }

    #[test]
    fn lines_cut_inside_a_letter_are_dropped_like_others() {
        let folder = tempfile::tempdir().unwrap();
        let (path, input) = (folder.path().join("out.jsonl"), folder.path().join("leads.jsonl"));
        std::fs::write(&input, "").unwrap();
        let named = |row| {
            let cells = vec![("name".to_owned(), Value::from("Zoé"))];
            Rejected { cells: Some(Cells::Object(cells)), ..rejected(row) }
        };
        let mut first = RejectFile::new(&path, &input, &[], None, 0);
        first.add(&[named(3), named(12)]).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let cut = bytes.iter().rposition(|it| *it == 0xc3).unwrap();
        std::fs::write(&path, &bytes[..=cut]).unwrap();
        let mut second = RejectFile::new(&path, &input, &[], None, 7);
        second.add(&[named(12)]).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), bytes);
    }

    #[test]
    fn what_is_taken_back_leaves_what_was_there_before() {
        let folder = tempfile::tempdir().unwrap();
        let (path, input) = (folder.path().join("out.csv"), folder.path().join("leads.csv"));
        std::fs::write(&input, "").unwrap();
        let columns = ["name".to_owned(), "note".to_owned()];
        let mut file = RejectFile::new(&path, &input, &columns, None, 0);
        file.add(&[rejected(1)]).unwrap();
        file.take_back(None).unwrap();
        assert!(!path.exists());
        file.add(&[rejected(2)]).unwrap();
        let before = std::fs::read(&path).unwrap();
        let place = file.place().unwrap();
        file.add(&[rejected(3)]).unwrap();
        file.take_back(place).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), before);
        let mut resumed = RejectFile::new(&path, &input, &columns, None, 2);
        resumed.add(&[rejected(3)]).unwrap();
        resumed.take_back(None).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn nothing_that_lies_there_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("leads.csv");
        let columns = ["name".to_owned(), "note".to_owned()];
        let write = |path: &Path| {
            let mut file = RejectFile::new(path, &input, &columns, None, 0);
            file.add(&[rejected(1)]).map_err(|it| it.to_string())
        };
        std::fs::write(&input, "name,note\n").unwrap();
        assert!(write(&input).unwrap_err().contains("is the file that is imported"));
        assert!(write(folder.path()).unwrap_err().contains("no file"));
        let path = folder.path().join("out.csv");
        for content in ["mine", "mended"] {
            std::fs::write(&path, content).unwrap();
            write(&path).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(
            (read("out.1.csv"), read("out.2.csv")),
            ("mine".to_owned(), "mended".to_owned())
        );
        assert!(read("out.csv").starts_with("name,note,rejected_row"));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 4, "no draft is left");
    }

    #[test]
    fn without_a_rejected_row_there_is_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leads.csv.rejected.csv");
        let mut file = RejectFile::new(&path, &path, &["name".to_owned()], None, 0);
        file.add(&[]).unwrap();
        assert_eq!(file.finish().unwrap(), None);
        assert!(!path.exists());
    }
}
