//! A file and how to take it: what imports of all kinds ask.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use intake::mapping::MappingKind;

use super::{ImportError, MappingFile};
use crate::Engine;

/// A file and how to take it.
#[derive(Clone, Copy, Debug)]
pub struct FileImport<'a> {
    /// The file.
    pub path: &'a Path,
    /// What its columns mean; by their names where absent.
    pub mapping: Option<&'a MappingFile>,
    /// Where rejected rows go; nowhere where absent.
    pub rejected: Option<&'a Path>,
    /// Whether it counts.
    pub purpose: Purpose<'a>,
}

/// Whether an import counts.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// It does.
    Real,
    /// It is tried, on a scratch database that is thrown away. What it would meet is copied from
    /// the database named, where one is.
    Trial(Option<&'a Engine>),
}

impl FileImport<'_> {
    pub(super) fn is_trial(&self) -> bool {
        matches!(self.purpose, Purpose::Trial(_))
    }

    pub(super) fn encoding(&self) -> Option<&str> {
        self.mapping.and_then(|it| it.mapping().encoding.as_deref())
    }

    /// The mapping, or the one by the names of the columns.
    pub(super) fn mapping_for(
        &self,
        kind: MappingKind,
        columns: &[String],
        zone: Option<&str>,
    ) -> Result<Cow<'_, MappingFile>, ImportError> {
        match self.mapping {
            Some(mapping) => Ok(Cow::Borrowed(mapping)),
            None => MappingFile::by_name(kind, columns, zone).map(Cow::Owned),
        }
    }

    /// Who gave the ids in the file.
    pub(super) fn source(&self) -> String {
        let named = self.mapping.and_then(|it| it.mapping().source.clone());
        named.unwrap_or_else(|| super::prepare::SOURCE.to_owned())
    }
}

/// Where rejected rows go if nobody says otherwise: beside the file.
pub fn rejected_beside(path: &Path) -> PathBuf {
    let extension = path.extension().and_then(|it| it.to_str()).unwrap_or_default();
    let lines = ["jsonl", "ndjson"].iter().any(|it| extension.eq_ignore_ascii_case(it));
    let mut name = path.as_os_str().to_owned();
    name.push(if lines { ".rejected.jsonl" } else { ".rejected.csv" });
    PathBuf::from(name)
}
