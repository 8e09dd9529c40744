//! The database of a command: which one, and how it is opened.

use std::path::Path;
use std::time::Duration;

use engine::{Engine, Refusal};
use store::{DatabaseUrl, Migrate, Options, Store, StoreError};

use crate::outcome::Failure;

/// Names the database where `--database` does not.
const VARIABLE: &str = "BATON_DATABASE";

/// The file in the working directory that is used where neither names one.
const DEFAULT: &str = "sqlite://baton.db";

/// Events and audit rows of commands have a chain of their own, so that they never wait for one of
/// a server.
pub(crate) const COMMAND_NODE: u16 = 1023;

/// A walk over a whole log takes longer than any request.
const STATEMENT_TIME_MAX: Duration = Duration::from_secs(3600);

/// Which database.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct DatabaseArg {
    /// `sqlite://FILE` or `postgres://USER@HOST/NAME`; else `$BATON_DATABASE`, else
    /// `sqlite://baton.db`
    #[arg(long = "database", value_name = "URL")]
    url: Option<String>,
}

/// Whether a command may make a new database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Presence {
    /// It must be there already: a mistyped name shall not make an empty file.
    Required,
    /// An empty one may be made.
    MayBeNew,
}

impl DatabaseArg {
    /// The address.
    pub(crate) fn url(&self) -> Result<DatabaseUrl, Failure> {
        self.text().parse().map_err(|error| of_store(&error))
    }

    fn text(&self) -> String {
        let named = self.url.clone().or_else(|| std::env::var(VARIABLE).ok());
        named.unwrap_or_else(|| DEFAULT.to_owned())
    }

    /// The SQLite file, if it is one.
    pub(crate) fn file(&self) -> Option<std::path::PathBuf> {
        file(&self.text())
    }

    /// Refuses a SQLite file that is not there.
    pub(crate) fn must_be_there(&self) -> Result<(), Failure> {
        must_be_there(&self.text())
    }

    /// Opens it for a command that runs beside a server or without one.
    pub(crate) fn open(&self, presence: Presence, migrate: Migrate) -> Result<Engine, Failure> {
        self.open_with(presence, Options { migrate, ..command_options() })
    }

    /// Opens it for a command that writes very much. Match keys are spread over the whole of their
    /// table: a cache that holds them and a longer log save each of their pages many a write.
    pub(crate) fn open_for_bulk(&self, presence: Presence) -> Result<Engine, Failure> {
        let options = Options {
            migrate: Migrate::Apply,
            writer_cache_kib: 64 * 1024,
            wal_pages_max: 64 * 1024,
            ..command_options()
        };
        self.open_with(presence, options)
    }

    fn open_with(&self, presence: Presence, options: Options) -> Result<Engine, Failure> {
        let url = self.url()?;
        match presence {
            Presence::Required => self.must_be_there()?,
            Presence::MayBeNew => {}
        }
        let store = Store::open(&url, options).map_err(|error| of_store(&error))?;
        Ok(Engine::new(store, COMMAND_NODE))
    }
}

fn file(address: &str) -> Option<std::path::PathBuf> {
    address.strip_prefix("sqlite://").map(Into::into)
}

/// Refuses the address of a SQLite file that is not there.
pub(crate) fn must_be_there(address: &str) -> Result<(), Failure> {
    match file(address) {
        Some(file) if !file.exists() => Err(Failure::Input(format!(
            "there is no database {}; name one with `--database`, or make one with `baton serve`",
            file.display()
        ))),
        _ => Ok(()),
    }
}

/// Few threads and small caches: a command does one thing at a time.
pub(crate) fn command_options() -> Options {
    Options {
        readers: 1,
        postgres_writers: 1,
        writer_cache_kib: 4 * 1024,
        statement_time_max: STATEMENT_TIME_MAX,
        ..Options::standard()
    }
}

/// The folder a database file lies in.
pub(crate) fn folder(file: &Path) -> &Path {
    file.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A failure of the store with its cause and where to read more.
pub(crate) fn of_store(error: &StoreError) -> Failure {
    let cause = std::error::Error::source(error).map_or(String::new(), |it| format!(": {it}"));
    Failure::Input(format!("{error}{cause} (see `baton explain {}`)", error.code()))
}

/// A refusal of a use case, with all that is wrong.
pub(crate) fn of_refusal(refusal: &Refusal) -> Failure {
    let fields: Vec<String> =
        refusal.fields.iter().map(|it| format!("{}: {}", it.at, it.message)).collect();
    let fields = match fields.is_empty() {
        true => String::new(),
        false => format!(": {}", fields.join("; ")),
    };
    Failure::Input(format!("{}{fields} (see `baton explain {}`)", refusal.message, refusal.code))
}

/// Runs a use case that is written for callers with an async runtime.
pub(crate) fn wait<T>(work: impl Future<Output = Result<T, Refusal>>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Failure::Input(format!("cannot start: {error}")))?;
    runtime.block_on(work).map_err(|refusal| of_refusal(&refusal))
}
