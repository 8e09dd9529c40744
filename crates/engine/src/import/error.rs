//! Why an import could not go on. What was committed before stays, and the import can be repeated.

use std::fmt;
use std::path::PathBuf;

use policy::{Diagnostic, Sources};

use super::rows::FileFault;
use crate::Refusal;

/// Why an import could not go on.
#[derive(Debug)]
pub enum ImportError {
    /// The file cannot be read.
    File(FileFault),
    /// The mapping has mistakes or does not fit the file.
    Mapping {
        /// Its text.
        sources: Sources,
        /// The mistakes.
        findings: Vec<Diagnostic>,
    },
    /// The file of rejected rows cannot be written.
    Rejects {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The use case was refused.
    Refused(Refusal),
}

impl From<FileFault> for ImportError {
    fn from(fault: FileFault) -> Self {
        Self::File(fault)
    }
}

impl From<Refusal> for ImportError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl ImportError {
    /// Its code, with a page in `docs/errors`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::File(fault) => fault.code(),
            Self::Mapping { findings, .. } => findings.first().map_or("I0501", |it| it.code),
            Self::Rejects { .. } => "I0602",
            Self::Refused(refusal) => refusal.code,
        }
    }
}

impl fmt::Display for ImportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(fault) => match std::error::Error::source(fault) {
                Some(source) => write!(f, "{fault}: {source}"),
                None => fault.fmt(f),
            },
            Self::Mapping { findings, .. } => {
                let all: Vec<_> = findings.iter().map(|it| it.message.as_str()).collect();
                f.write_str(&all.join("; "))
            }
            Self::Rejects { path, source } => {
                write!(f, "`{}` cannot be written: {source}", path.display())
            }
            Self::Refused(refusal) => f.write_str(&refusal.message),
        }
    }
}

impl std::error::Error for ImportError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File(fault) => Some(fault),
            Self::Rejects { source, .. } => Some(source),
            Self::Refused(refusal) => Some(refusal),
            Self::Mapping { .. } => None,
        }
    }
}
