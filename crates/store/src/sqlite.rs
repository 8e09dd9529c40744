//! SQLite: one file, one writer thread with group commit, readers beside it.

pub(crate) mod reader;
pub(crate) mod writer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{CachedStatement, Connection, ErrorCode};

use crate::clock::MachineClock;
use crate::job::WriteJob;
use crate::migrate::Transactions;
use crate::sql::{Batch, Columns, Entry, Row, RowSource, SQLITE_ROWS, Statement, Value, fits};
use crate::tx::Backend;
use crate::{Clock, ConstraintKind, Engine, EngineError, Options, StoreError, Tx};

/// Prepared statements kept per connection: more than the catalogue has.
const STATEMENTS_MAX: usize = 512;

/// How long to wait before asking for the log again.
const WAL_PAUSE: Duration = Duration::from_millis(5);

/// A connection and the clock that all connections of the store share.
#[derive(Debug)]
pub(crate) struct SqliteConnection {
    conn: Connection,
    clock: Arc<MachineClock>,
    now_from: Clock,
    /// Pages in the write-ahead log after the last commit of this connection.
    wal_pages: Arc<AtomicU32>,
}

/// What a transaction sees of a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handle<'c> {
    conn: &'c Connection,
    pub(crate) clock: &'c MachineClock,
}

impl SqliteConnection {
    /// Opens the file, making it if it is not there, with the settings of the writer.
    pub(crate) fn open_writer(path: &Path, options: &Options) -> Result<Self, rusqlite::Error> {
        let mut conn = Connection::open(path)?;
        configure(&conn, options, options.writer_cache_kib)?;
        switch_to_wal(&conn, options)?;
        // A commit is answered when it is on the disk: NORMAL would lose the last ones on power loss.
        conn.pragma_update(None, "synchronous", "full")?;
        let limit = i64::from(options.wal_pages_max) * 4096 * 4;
        conn.pragma_update(None, "journal_size_limit", limit)?;
        // The writer moves the log into the file itself, after it has answered.
        conn.pragma_update(None, "wal_autocheckpoint", 0)?;
        let wal_pages = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&wal_pages);
        conn.wal_hook(Some(move |_: &mut rusqlite::hooks::Wal, pages: i32| {
            counter.store(u32::try_from(pages).unwrap_or(0), Ordering::Relaxed);
            Ok(())
        }))?;
        let clock = Arc::new(MachineClock::starting_at(0));
        Ok(Self { conn, clock, now_from: options.clock.clone(), wal_pages })
    }

    /// Opens the file for reading, beside `writer`.
    pub(crate) fn open_reader(
        path: &Path,
        options: &Options,
        writer: &Self,
    ) -> Result<Self, rusqlite::Error> {
        let conn = Connection::open(path)?;
        configure(&conn, options, options.reader_cache_kib)?;
        conn.pragma_update(None, "query_only", true)?;
        Ok(Self {
            conn,
            clock: Arc::clone(&writer.clock),
            now_from: options.clock.clone(),
            wal_pages: Arc::new(AtomicU32::new(0)),
        })
    }

    /// Starts the clock no earlier than the instant the database remembers.
    pub(crate) fn recall_clock(&mut self) -> Result<(), StoreError> {
        let read = "select coalesce(max(last_us), 0) from store_clock";
        let last = self.conn.query_row(read, [], |row| row.get(0));
        let last = last.map_err(|it| failed("store_clock", &it))?;
        self.clock = Arc::new(MachineClock::starting_at(last));
        Ok(())
    }

    fn handle(&self) -> Handle<'_> {
        Handle { conn: &self.conn, clock: &self.clock }
    }

    fn tx(&self) -> Tx<'_> {
        Tx::new(Backend::Sqlite(self.handle()), &self.now_from)
    }

    fn run(&self, job: &mut dyn WriteJob) -> Result<(), StoreError> {
        job.run(&mut self.tx())
    }

    /// Runs one of the statements that bound transactions.
    fn control(&self, sql: &'static str) -> Result<(), StoreError> {
        let done = self.conn.prepare_cached(sql).and_then(|mut it| it.execute([]));
        done.map(|_| ()).map_err(|it| failed(sql, &it))
    }

    /// Gives up the open transaction, if the engine has not done so itself.
    fn roll_back(&self) {
        if !self.conn.is_autocommit() {
            // If this fails the next `begin` fails too and says why.
            let _ = self.control("rollback");
        }
    }

    fn commit(&self) -> Result<(), StoreError> {
        let done = self.conn.prepare_cached("commit").and_then(|mut it| it.execute([]));
        let Err(error) = done else { return Ok(()) };
        self.roll_back();
        // The log may have reached the disk although the flush reported an error.
        if error.sqlite_error_code() == Some(ErrorCode::SystemIoFailure) {
            return Err(StoreError::CommitUnknown { source: EngineError::new(error.to_string()) });
        }
        Err(failed("commit", &error))
    }
}

impl Transactions for SqliteConnection {
    fn engine(&self) -> Engine {
        Engine::Sqlite
    }

    fn transaction(
        &mut self,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.control("begin immediate")?;
        let mut tx = self.tx();
        let done = work(&mut tx).and_then(|()| tx.check());
        match done {
            Ok(()) => self.commit(),
            Err(error) => {
                self.roll_back();
                Err(error)
            }
        }
    }
}

impl Handle<'_> {
    pub(crate) fn execute(
        &self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let name = statement.name();
        let mut prepared = self.cached(name, statement.sqlite())?;
        let changed = prepared.execute(rusqlite::params_from_iter(params));
        changed.map(|it| it as u64).map_err(|it| failed(name, &it))
    }

    pub(crate) fn for_each(
        &self,
        statement: &'static Statement,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let name = statement.name();
        let mut prepared = self.cached(name, statement.sqlite())?;
        let rows = prepared.query(rusqlite::params_from_iter(params));
        let mut rows = rows.map_err(|it| failed(name, &it))?;
        while let Some(row) = rows.next().map_err(|it| failed(name, &it))? {
            visit(&Row::new(RowSource::Sqlite(row), name))?;
        }
        Ok(())
    }

    pub(crate) fn execute_many<T, const N: usize>(
        &self,
        entry: Entry,
        rows: &[T],
        values: &impl for<'r> Fn(&'r T) -> [Value<'r>; N],
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        let mut rest = rows;
        if let Entry::Insert(insert) = entry
            && SQLITE_ROWS <= rows.len()
        {
            let chunks = rows.chunks_exact(SQLITE_ROWS);
            rest = chunks.remainder();
            changed += self.run_rows(entry, insert.sqlite_rows(), chunks, values)?;
        }
        Ok(changed + self.run_rows(entry, entry.sqlite(), rest.chunks(1), values)?)
    }

    /// Runs the statement for chunks of as many rows as its text takes.
    fn run_rows<'r, T: 'r, const N: usize>(
        &self,
        entry: Entry,
        sql: &str,
        chunks: impl Iterator<Item = &'r [T]>,
        values: &impl Fn(&'r T) -> [Value<'r>; N],
    ) -> Result<u64, StoreError> {
        let name = entry.name();
        let mut prepared = self.cached(name, sql)?;
        // The text need not mention the last columns of its keys.
        let n = prepared.parameter_count();
        let mut changed = 0;
        for chunk in chunks {
            let mut places = 1..=n;
            for row in chunk {
                let row = values(row);
                check_types(name, entry.inputs(), &row)?;
                for (value, place) in row.iter().zip(places.by_ref()) {
                    let bound = prepared.raw_bind_parameter(place, value);
                    bound.map_err(|it| failed(name, &it))?;
                }
            }
            changed += prepared.raw_execute().map_err(|it| failed(name, &it))? as u64;
        }
        Ok(changed)
    }

    pub(crate) fn query_many<T, const N: usize>(
        &self,
        batch: &'static Batch,
        rows: &[T],
        keys: &impl for<'r> Fn(&'r T) -> [Value<'r>; N],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let name = batch.name();
        let mut prepared = self.cached(name, batch.sqlite())?;
        let n = prepared.parameter_count();
        for row in rows {
            let row = keys(row);
            check_types(name, batch.keys(), &row)?;
            let found = prepared.query(rusqlite::params_from_iter(row.iter().take(n)));
            let mut found = found.map_err(|it| failed(name, &it))?;
            while let Some(row) = found.next().map_err(|it| failed(name, &it))? {
                visit(&Row::new(RowSource::Sqlite(row), name))?;
            }
        }
        Ok(())
    }

    pub(crate) fn batch(&self, sql: &str) -> Result<(), StoreError> {
        self.conn.execute_batch(sql).map_err(|it| failed("batch", &it))
    }

    pub(crate) fn prepare(&self, entry: Entry) -> Result<(), StoreError> {
        if let Entry::Insert(insert) = entry {
            self.cached(entry.name(), insert.sqlite_rows())?;
        }
        self.cached(entry.name(), entry.sqlite()).map(|_| ())
    }

    fn cached(&self, name: &'static str, sql: &str) -> Result<CachedStatement<'_>, StoreError> {
        self.conn.prepare_cached(sql).map_err(|it| failed(name, &it))
    }
}

/// Refuses values that Postgres would refuse, so that a fault shows on both engines.
fn check_types(name: &str, wanted: Columns, row: &[Value<'_>]) -> Result<(), StoreError> {
    let fit = row.len() == wanted.len()
        && row.iter().zip(wanted).all(|(value, (_, kind))| fits(*value, *kind));
    if fit {
        return Ok(());
    }
    let source = EngineError::new("a value is of another type than its column");
    Err(StoreError::Statement { statement: name.to_owned(), source })
}

fn configure(conn: &Connection, options: &Options, cache_kib: u32) -> rusqlite::Result<()> {
    conn.busy_timeout(options.lock_wait_max)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    // Plans do not depend on bound values: otherwise each new value of a `limit ?` parses the
    // statement again, which took a tenth of the time of a capture.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    // Journals of savepoints and sorts stay in memory: no further file to sync or fill.
    conn.pragma_update(None, "temp_store", "memory")?;
    conn.pragma_update(None, "cache_size", -i64::from(cache_kib))
}

/// Turns the log on. Where several processes make one file at once SQLite refuses all but one of them
/// without waiting, whatever its busy timeout.
fn switch_to_wal(conn: &Connection, options: &Options) -> rusqlite::Result<()> {
    let start = Instant::now();
    loop {
        let done = conn.pragma_update(None, "journal_mode", "wal");
        let busy = done.as_ref().err().and_then(rusqlite::Error::sqlite_error_code);
        let is_busy = matches!(busy, Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked));
        if !is_busy || options.lock_wait_max <= start.elapsed() {
            return done;
        }
        std::thread::sleep(WAL_PAUSE);
    }
}

/// What a failure of SQLite means to the caller.
fn failed(statement: &str, error: &rusqlite::Error) -> StoreError {
    let source = EngineError::new(error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => {
            let code = error.sqlite_error().map_or(0, |it| it.extended_code);
            let name = error.to_string();
            let name = name.split_once("failed: ").map_or("", |(_, name)| name).to_owned();
            StoreError::Constraint { kind: constraint_kind(code), name, source }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            StoreError::Contended { attempts: 1, source }
        }
        Some(
            ErrorCode::DiskFull
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen
            | ErrorCode::ReadOnly
            | ErrorCode::OutOfMemory
            | ErrorCode::DatabaseCorrupt
            | ErrorCode::NotADatabase,
        ) => StoreError::Storage { source },
        _ => StoreError::Statement { statement: statement.to_owned(), source },
    }
}

fn constraint_kind(extended_code: i32) -> ConstraintKind {
    use rusqlite::ffi;
    match extended_code {
        ffi::SQLITE_CONSTRAINT_FOREIGNKEY => ConstraintKind::Foreign,
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => ConstraintKind::Unique,
        ffi::SQLITE_CONSTRAINT_NOTNULL => ConstraintKind::NotNull,
        _ => ConstraintKind::Check,
    }
}

/// The failure to open `path`.
pub(crate) fn cannot_open(address: &str, error: &rusqlite::Error) -> StoreError {
    StoreError::Open { address: address.to_owned(), source: EngineError::new(error.to_string()) }
}
