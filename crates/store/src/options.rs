//! The limits of a store.

use std::time::Duration;

use crate::clock::Clock;

/// What to do with migrations that the database lacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Migrate {
    /// Apply them, as one node of many.
    Apply,
    /// Refuse to open.
    Check,
}

/// Limits and choices of a [`crate::Store`]. Start from [`Options::standard`].
#[derive(Clone, Debug)]
pub struct Options {
    /// What to do with missing migrations.
    pub migrate: Migrate,
    /// Where `now` comes from.
    pub clock: Clock,
    /// Writes that may wait; one more is answered with `Overloaded`.
    pub write_queue_max: usize,
    /// Reads that may wait; one more is answered with `Overloaded`.
    pub read_queue_max: usize,
    /// Threads with a read connection each.
    pub readers: usize,
    /// Threads with a write connection each; Postgres only, SQLite has one writer.
    pub postgres_writers: usize,
    /// Runs of one job before it is answered with `Contended`; Postgres only.
    pub attempts_max: u32,
    /// Jobs in one commit; SQLite only.
    pub group_max: usize,
    /// Time after which a group takes no more jobs; SQLite only.
    pub group_time_max: Duration,
    /// Pages of 4 KiB in the write-ahead log before they are moved into the file; SQLite only.
    pub wal_pages_max: u32,
    /// Page cache of the writer in KiB; SQLite only.
    pub writer_cache_kib: u32,
    /// Page cache of each reader in KiB; SQLite only.
    pub reader_cache_kib: u32,
    /// How long to wait for a lock of another process, and for a Postgres connection.
    pub lock_wait_max: Duration,
    /// How long one statement may take; Postgres only.
    pub statement_time_max: Duration,
    /// How long to wait for another node's migration.
    pub migrate_wait_max: Duration,
}

impl Options {
    /// The settings of a server on a small machine.
    pub fn standard() -> Self {
        Self {
            migrate: Migrate::Apply,
            clock: Clock::Database,
            write_queue_max: 4096,
            read_queue_max: 1024,
            readers: 2,
            postgres_writers: 4,
            attempts_max: 8,
            group_max: 512,
            group_time_max: Duration::from_millis(20),
            wal_pages_max: 2048,
            writer_cache_kib: 16 * 1024,
            reader_cache_kib: 2 * 1024,
            lock_wait_max: Duration::from_secs(5),
            statement_time_max: Duration::from_secs(60),
            migrate_wait_max: Duration::from_secs(300),
        }
    }
}
