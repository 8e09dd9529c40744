//! The database of an import: the one named, or a scratch one on which the import is tried.

use engine::Engine;
use engine::import::Purpose;
use store::{DatabaseUrl, Migrate, Options, Store};
use tempfile::TempDir;

use super::Common;
use crate::database::{COMMAND_NODE, Presence, command_options, of_refusal, of_store};
use crate::outcome::Failure;

/// Where rows go.
pub(super) struct Target {
    pub(super) engine: Engine,
    trial: Option<Trial>,
}

struct Trial {
    /// The database named, if it is there.
    original: Option<Engine>,
    /// Removed when the trial is over.
    _folder: TempDir,
}

impl Target {
    /// Opens the database; for a dry run a scratch one beside it.
    pub(super) fn open(common: &Common, presence: Presence) -> Result<Self, Failure> {
        if !common.dry_run {
            let engine = common.database.open_for_bulk(presence)?;
            return Ok(Self { engine, trial: None });
        }
        let is_new = presence == Presence::MayBeNew && common.database.must_be_there().is_err();
        let original = match is_new {
            true => None,
            false => Some(common.database.open(Presence::Required, Migrate::Check)?),
        };
        let no_scratch = |error| Failure::Input(format!("no scratch database: {error}"));
        let folder = tempfile::tempdir().map_err(no_scratch)?;
        let url = DatabaseUrl::sqlite_file(folder.path().join("trial.db"));
        let options = Options { migrate: Migrate::Apply, ..command_options() };
        let store = Store::open(&url, options).map_err(|error| of_store(&error))?;
        let engine = Engine::new(store, COMMAND_NODE);
        if let Some(original) = &original {
            engine.rehearse_blocking(original).map_err(|it| of_refusal(&it))?;
        }
        Ok(Self { engine, trial: Some(Trial { original, _folder: folder }) })
    }

    /// Whether the import counts.
    pub(super) fn purpose(&self) -> Purpose<'_> {
        match &self.trial {
            None => Purpose::Real,
            Some(trial) => Purpose::Trial(trial.original.as_ref()),
        }
    }
}
