//! What can be wrong with a file or one of its rows.

use std::fmt;
use std::path::PathBuf;

/// A file that cannot be read (further).
#[derive(Debug)]
pub enum FileFault {
    /// No rows can be had from this kind of file.
    UnknownFormat {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is no header.
    Empty,
    /// Two columns have the same name.
    DuplicateColumn {
        /// The name.
        name: String,
        /// Place of the first, from 1.
        first: usize,
        /// Place of the second, from 1.
        second: usize,
    },
    /// The encoding asked for does not exist.
    UnknownEncoding {
        /// As given.
        name: String,
    },
    /// The file is not a workbook.
    NotAWorkbook {
        /// The file.
        path: PathBuf,
        /// What the reader says.
        message: String,
    },
}

/// A row that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowFault {
    /// It has more or fewer cells than the header has columns.
    CellCount {
        /// Columns of the header.
        expected: usize,
        /// Cells of the row.
        found: usize,
    },
    /// It is not text in the file's encoding.
    NotUtf8 {
        /// The first byte that is wrong, from 0 within the row.
        at: usize,
    },
    /// A cell holds a NUL byte.
    NulByte {
        /// The column.
        column: String,
    },
    /// A cell is larger than [`super::FIELD_BYTES_MAX`].
    FieldTooLong {
        /// The column.
        column: String,
        /// Its size.
        bytes: usize,
    },
    /// The row is larger than [`super::ROW_BYTES_MAX`].
    RowTooLong,
    /// A JSON line that is not a JSON object.
    NotAnObject {
        /// What the parser says.
        message: String,
    },
    /// It could not be read before and stands as it was.
    NotMended,
    /// A JSON object names a key twice.
    DuplicateKey {
        /// The key.
        key: String,
    },
}

impl FileFault {
    /// Its code, with a page in `docs/errors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat { .. } => "I0401",
            Self::Unreadable { .. } => "I0402",
            Self::Empty => "I0403",
            Self::DuplicateColumn { .. } => "I0404",
            Self::UnknownEncoding { .. } => "I0405",
            Self::NotAWorkbook { .. } => "I0406",
        }
    }
}

impl RowFault {
    /// Its code, with a page in `docs/errors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CellCount { .. } => "I0411",
            Self::NotUtf8 { .. } => "I0412",
            Self::NulByte { .. } => "I0413",
            Self::FieldTooLong { .. } => "I0414",
            Self::RowTooLong => "I0415",
            Self::NotAnObject { .. } => "I0416",
            Self::DuplicateKey { .. } => "I0417",
            Self::NotMended => "I0418",
        }
    }
}

impl fmt::Display for FileFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat { path } => write!(
                f,
                "`{}` is no format rows can be read from: use .csv, .tsv, .jsonl or .xlsx",
                path.display()
            ),
            Self::Unreadable { path, .. } => write!(f, "`{}` cannot be read", path.display()),
            Self::Empty => f.write_str("the file has no header row"),
            Self::DuplicateColumn { name, first, second } => {
                write!(f, "columns {first} and {second} are both called `{name}`")
            }
            Self::UnknownEncoding { name } => {
                write!(f, "`{name}` is no encoding: use utf-8, windows-1252, utf-16le, ...")
            }
            Self::NotAWorkbook { path, message } => {
                write!(f, "`{}` is not a workbook: {message}", path.display())
            }
        }
    }
}

impl fmt::Display for RowFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CellCount { expected, found } => {
                write!(f, "the row has {found} cells, the header has {expected} columns")
            }
            Self::NotUtf8 { at } => write!(
                f,
                "byte {at} of the row is not UTF-8: name the file's encoding, e.g. windows-1252"
            ),
            Self::NulByte { column } => write!(f, "`{column}` holds a NUL byte"),
            Self::FieldTooLong { column, bytes } => write!(
                f,
                "`{column}` has {bytes} bytes, at most {} are read",
                super::FIELD_BYTES_MAX
            ),
            Self::RowTooLong => write!(
                f,
                "the row has more than {} bytes: a quote may be missing its end",
                super::ROW_BYTES_MAX
            ),
            Self::NotAnObject { message } => write!(f, "not a JSON object: {message}"),
            Self::NotMended => f.write_str(
                "the row could not be read: put its cells right and empty `rejected_text`",
            ),
            Self::DuplicateKey { key } => write!(f, "the key `{key}` stands twice"),
        }
    }
}

impl std::error::Error for FileFault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { source, .. } => Some(source),
            Self::UnknownFormat { .. }
            | Self::Empty
            | Self::DuplicateColumn { .. }
            | Self::UnknownEncoding { .. }
            | Self::NotAWorkbook { .. } => None,
        }
    }
}

impl std::error::Error for RowFault {}
