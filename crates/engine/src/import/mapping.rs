//! A mapping with the text it was read from, so that its mistakes can be shown in place.

use std::path::Path;

use intake::Mapping;
use intake::mapping::{Bound, MappingKind};
use policy::Sources;
use sha2::{Digest, Sha256};

use super::ImportError;
use super::rows::FileFault;
use crate::{Refusal, RefusalKind};

/// A mapping and its text.
#[derive(Clone, Debug)]
pub struct MappingFile {
    sources: Sources,
    mapping: Mapping,
}

impl MappingFile {
    /// Reads the file at `path`.
    pub fn open(path: &Path) -> Result<Self, ImportError> {
        let text = std::fs::read_to_string(path)
            .map_err(|source| FileFault::Unreadable { path: path.to_path_buf(), source })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// Reads the text of a mapping; `name` is what its mistakes are shown under.
    pub fn parse(name: &str, text: &str) -> Result<Self, ImportError> {
        let sources = Sources::single(name, text);
        match intake::mapping::read(&sources) {
            (Some(mapping), _) => Ok(Self { sources, mapping }),
            (None, findings) => Err(ImportError::Mapping { sources, findings }),
        }
    }

    /// The mapping of a file whose columns are called as the fields of `kind`.
    pub(super) fn by_name(
        kind: MappingKind,
        columns: &[String],
        zone: Option<&str>,
    ) -> Result<Self, ImportError> {
        let mapping = Mapping::by_name(kind, columns, zone).map_err(|missing| {
            let missing: Vec<_> = missing.iter().map(|it| format!("`{it}`")).collect();
            let message = format!(
                "no column is called {}: {} need that, or a mapping that says which it is",
                missing.join(" or "),
                kind.word()
            );
            Refusal::new(RefusalKind::Invalid, "I0508", message)
        })?;
        Ok(Self { sources: Sources::default(), mapping })
    }

    /// What it says.
    pub fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    /// SHA-256 of its text, in hexadecimal.
    pub(super) fn hash(&self) -> String {
        let text = self.sources.files.first().map_or("", |it| &it.text);
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Checks it against the columns of a file of `kind`.
    pub(super) fn bind(
        &self,
        kind: MappingKind,
        columns: &[String],
    ) -> Result<Bound<'_>, ImportError> {
        if self.mapping.kind != kind {
            let message = format!(
                "the mapping is one of {}, this import takes {}",
                self.mapping.kind.word(),
                kind.word()
            );
            return Err(Refusal::new(RefusalKind::Invalid, "I0601", message).into());
        }
        let bound = self.mapping.bind(columns);
        bound.map_err(|findings| ImportError::Mapping { sources: self.sources.clone(), findings })
    }
}
