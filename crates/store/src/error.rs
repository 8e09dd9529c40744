//! What can go wrong with the database, as codes a person can look up.
//!
//! A message says only its own layer; what the engine said is the source. Neither holds values of
//! rows, so both may be logged: Postgres' DETAIL lines, which quote values, are dropped.

use std::time::Duration;

/// What the database engine itself said, without values of rows.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    message: String,
}

impl EngineError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// Which promise of the schema a write would have broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConstraintKind {
    /// A row with this key is there already.
    Unique,
    /// A row points to another that is not there.
    Foreign,
    /// The values of a row contradict each other.
    Check,
    /// A value that must be there is missing.
    NotNull,
}

/// A failure of the store. `code()` names the page of `docs/errors` that explains it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The address of the database cannot be read.
    #[error("`{address}` is not a database address: {problem}")]
    Url {
        /// The address without its password.
        address: String,
        /// What is wrong with it and what to write instead.
        problem: String,
    },
    /// The database could not be opened or reached.
    #[error("cannot open the database `{address}`")]
    Open {
        /// The address without its password.
        address: String,
        /// What the engine said.
        source: EngineError,
    },
    /// The database was migrated by a newer program.
    #[error(
        "the database has migration {found}, this program knows only up to {known}; start a newer program"
    )]
    Newer {
        /// Number of the newest migration in the database.
        found: i64,
        /// Number of the newest migration of this program.
        known: i64,
    },
    /// An applied migration differs from the one in this program.
    #[error("migration `{migration}` was applied with another text than this program has")]
    Edited {
        /// Name of the migration.
        migration: String,
    },
    /// A migration failed; it left nothing behind.
    #[error("migration `{migration}` failed and was rolled back")]
    Migration {
        /// Name of the migration.
        migration: String,
        /// What the engine said.
        source: EngineError,
    },
    /// Another node has been migrating for too long.
    #[error("another node (`{holder}`) is still migrating the database after {} s", waited.as_secs())]
    Lease {
        /// Who holds the lease.
        holder: String,
        /// How long this node waited.
        waited: Duration,
    },
    /// The queue of the store is full; nothing was done.
    #[error("the database is busy: {limit} jobs are waiting; try again later")]
    Overloaded {
        /// Size of the queue.
        limit: usize,
    },
    /// The connection or disk failed during the commit: the change may be there or not.
    #[error("it is unknown whether the change was committed; repeat it with the same key")]
    CommitUnknown {
        /// What the engine said.
        source: EngineError,
    },
    /// The write would have broken a promise of the schema; nothing was changed.
    #[error("the change breaks the {kind:?} constraint `{name}`")]
    Constraint {
        /// Which kind of promise.
        kind: ConstraintKind,
        /// The name the engine gives: of the constraint, the index or the columns.
        name: String,
        /// What the engine said.
        source: EngineError,
    },
    /// Others kept changing the same rows; nothing was changed.
    #[error("the change collided with others {attempts} times; try again later")]
    Contended {
        /// How often it was tried.
        attempts: u32,
        /// What the engine said.
        source: EngineError,
    },
    /// The disk is full or failing; nothing was changed.
    #[error("the storage under the database is full or failing")]
    Storage {
        /// What the engine said.
        source: EngineError,
    },
    /// A statement was refused: a fault in this program or a damaged schema.
    #[error("the statement `{statement}` failed")]
    Statement {
        /// Name of the statement in the catalogue.
        statement: String,
        /// What the engine said.
        source: EngineError,
    },
    /// A job panicked; its changes were rolled back.
    #[error("a database job stopped with a fault of this program; its changes were rolled back")]
    Panicked,
    /// The store is shut down; the job was not run.
    #[error("the store is shut down")]
    Closed,
    /// A column holds another type than the code expects.
    #[error("column {column} of `{statement}` is not of the expected type")]
    Decode {
        /// Name of the statement in the catalogue.
        statement: String,
        /// Position of the column, from 0.
        column: usize,
        /// What the engine said.
        source: EngineError,
    },
    /// The connection was lost before the commit; nothing was changed.
    #[error("the connection to the database was lost; nothing was changed")]
    Disconnected {
        /// What the engine said.
        source: EngineError,
    },
    /// The database lacks migrations and the caller forbade to apply them.
    #[error("the database has migration {found}, this program needs {needed}; run `baton migrate`")]
    Outdated {
        /// Number of the newest migration in the database, 0 if it is empty.
        found: i64,
        /// Number of the newest migration of this program.
        needed: i64,
    },
    /// A row that must be there is not.
    #[error("`{statement}` found no row")]
    Missing {
        /// Name of the statement in the catalogue.
        statement: String,
    },
    /// A database that was to be filled holds something.
    #[error("the target of the copy is not empty: the table `{table}` has rows")]
    NotEmpty {
        /// The first table with rows.
        table: String,
    },
    /// A table came out otherwise than it went in; nothing was kept.
    #[error("the table `{table}` came out otherwise than it was read; nothing was kept")]
    CopyDiffers {
        /// The table.
        table: String,
    },
}

impl StoreError {
    /// Every code, in order; each has a page in `docs/errors`.
    pub const CODES: [&str; 20] = [
        "S0001", "S0002", "S0003", "S0004", "S0005", "S0006", "S0007", "S0008", "S0009", "S0010",
        "S0011", "S0012", "S0013", "S0014", "S0015", "S0016", "S0017", "S0018", "S0019", "S0020",
    ];

    /// The code of the page that explains this error, e.g. `S0009`.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Url { .. } => "S0001",
            Self::Open { .. } => "S0002",
            Self::Newer { .. } => "S0003",
            Self::Edited { .. } => "S0004",
            Self::Migration { .. } => "S0005",
            Self::Lease { .. } => "S0006",
            Self::Overloaded { .. } => "S0007",
            Self::CommitUnknown { .. } => "S0008",
            Self::Constraint { .. } => "S0009",
            Self::Contended { .. } => "S0010",
            Self::Storage { .. } => "S0011",
            Self::Statement { .. } => "S0012",
            Self::Panicked => "S0013",
            Self::Closed => "S0014",
            Self::Decode { .. } => "S0015",
            Self::Disconnected { .. } => "S0016",
            Self::Outdated { .. } => "S0017",
            Self::Missing { .. } => "S0018",
            Self::NotEmpty { .. } => "S0019",
            Self::CopyDiffers { .. } => "S0020",
        }
    }

    /// A stored text, by table and column, that is not in the form its reader knows.
    pub fn unreadable(column: &str, error: &dyn std::error::Error) -> Self {
        let source = EngineError::new(match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        });
        Self::Decode { statement: column.to_owned(), column: 0, source }
    }

    /// Whether the same call with the same key may succeed later without any repair.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Overloaded { .. }
            | Self::CommitUnknown { .. }
            | Self::Contended { .. }
            | Self::Storage { .. }
            | Self::Disconnected { .. }
            | Self::Lease { .. } => true,
            Self::Url { .. }
            | Self::Open { .. }
            | Self::Newer { .. }
            | Self::Edited { .. }
            | Self::Migration { .. }
            | Self::Constraint { .. }
            | Self::Statement { .. }
            | Self::Panicked
            | Self::Closed
            | Self::Decode { .. }
            | Self::Outdated { .. }
            | Self::Missing { .. }
            | Self::NotEmpty { .. }
            | Self::CopyDiffers { .. } => false,
        }
    }

    /// Whether a row with the same key was there already.
    pub const fn is_duplicate(&self) -> bool {
        matches!(self, Self::Constraint { kind: ConstraintKind::Unique, .. })
    }
}
