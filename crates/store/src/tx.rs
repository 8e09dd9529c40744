//! Transactions: what a use case sees of the database.

use std::ops::{Deref, DerefMut};

use model::Timestamp;

use crate::clock::Clock;
use crate::postgres::Session;
use crate::sql::{Batch, Entry, Insert, Row, Statement, Value};
use crate::sqlite::Handle;
use crate::{Engine, StoreError};

/// A read-only view of the database as it was when it was opened.
#[derive(Debug)]
pub struct Snapshot<'c> {
    backend: Backend<'c>,
    clock: &'c Clock,
    failed: Option<StoreError>,
}

/// A write transaction. Reads see what it wrote itself.
#[derive(Debug)]
pub struct Tx<'c> {
    snapshot: Snapshot<'c>,
}

#[derive(Debug)]
pub(crate) enum Backend<'c> {
    Sqlite(Handle<'c>),
    Postgres(&'c mut Session),
}

/// Rows of one statement that travel to Postgres together.
const CHUNK_ROWS: usize = 4096;

/// Asked on Postgres alone, so it is not in the catalogue, which holds for both engines.
static SERVER_VERSION: Statement =
    Statement::new("store::tx::SERVER_VERSION", "select current_setting('server_version')");

impl<'c> Snapshot<'c> {
    pub(crate) fn new(backend: Backend<'c>, clock: &'c Clock) -> Self {
        Self { backend, clock, failed: None }
    }

    /// Which engine is below. For tests and diagnostics: use cases do not branch on it.
    pub fn engine(&self) -> Engine {
        match self.backend {
            Backend::Sqlite(_) => Engine::Sqlite,
            Backend::Postgres(_) => Engine::Postgres,
        }
    }

    /// The current instant by the clock of record.
    pub fn now(&mut self) -> Result<Timestamp, StoreError> {
        if let Clock::Manual(clock) = self.clock {
            return Ok(clock.now());
        }
        let now = match &mut self.backend {
            Backend::Sqlite(handle) => Ok(handle.clock.now()),
            Backend::Postgres(session) => session.now(),
        };
        self.note(now)
    }

    /// Version of the engine below, e.g. `3.54.1` or `15.14`. For diagnostics.
    pub fn engine_version(&mut self) -> Result<String, StoreError> {
        match self.engine() {
            Engine::Sqlite => Ok(rusqlite::version().to_owned()),
            Engine::Postgres => self.query_one(&SERVER_VERSION, &[], |row| {
                Ok(row.opt_text(0)?.unwrap_or_default().to_owned())
            }),
        }
    }

    /// Calls `visit` for each row, in the order of the statement, without keeping the rows.
    pub fn for_each(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        mut visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let done = match &mut self.backend {
            Backend::Sqlite(handle) => handle.for_each(statement, params, &mut visit),
            Backend::Postgres(session) => session.for_each(statement, params, &mut visit),
        };
        self.note(done)
    }

    /// All rows, each made into a value by `read`.
    pub fn query<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<T>, StoreError> {
        let mut all = Vec::new();
        self.for_each(statement, params, |row| {
            all.push(read(row)?);
            Ok(())
        })?;
        Ok(all)
    }

    /// The first row, if there is one.
    pub fn query_opt<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut first = None;
        self.for_each(statement, params, |row| {
            if first.is_none() {
                first = Some(read(row)?);
            }
            Ok(())
        })?;
        Ok(first)
    }

    /// The first row; an error if there is none.
    pub fn query_one<T>(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.query_opt(statement, params, read)?
            .ok_or_else(|| StoreError::Missing { statement: statement.name().to_owned() })
    }

    /// The rows that `batch` finds for `rows`, whose keys `keys` gives. No order is promised: the
    /// result names its key.
    pub fn query_many<T, U, const N: usize>(
        &mut self,
        batch: &'static Batch,
        rows: &[T],
        keys: impl for<'r> Fn(&'r T) -> [Value<'r>; N],
        mut read: impl FnMut(&Row<'_>) -> Result<U, StoreError>,
    ) -> Result<Vec<U>, StoreError> {
        let mut all = Vec::new();
        let mut visit = |row: &Row<'_>| {
            all.push(read(row)?);
            Ok(())
        };
        for chunk in rows.chunks(CHUNK_ROWS) {
            let done = match &mut self.backend {
                Backend::Sqlite(handle) => handle.query_many(batch, chunk, &keys, &mut visit),
                Backend::Postgres(session) => session.query_many(batch, chunk, &keys, &mut visit),
            };
            self.note(done)?;
        }
        Ok(all)
    }

    /// The first failure of a statement in this transaction, if there was one.
    pub(crate) fn check(&self) -> Result<(), StoreError> {
        match &self.failed {
            None => Ok(()),
            Some(error) => Err(error.clone()),
        }
    }

    /// Prepares a statement without running it.
    pub(crate) fn prepare(&mut self, entry: Entry) -> Result<(), StoreError> {
        let done = match &mut self.backend {
            Backend::Sqlite(handle) => handle.prepare(entry),
            Backend::Postgres(session) => session.prepare(entry),
        };
        self.note(done)
    }

    fn note<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result
            && self.failed.is_none()
        {
            self.failed = Some(error.clone());
        }
        result
    }
}

impl<'c> Tx<'c> {
    pub(crate) fn new(backend: Backend<'c>, clock: &'c Clock) -> Self {
        Self { snapshot: Snapshot::new(backend, clock) }
    }

    /// Runs a statement; the number of rows it changed.
    pub fn execute(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let changed = match &mut self.backend {
            Backend::Sqlite(handle) => handle.execute(statement, params),
            Backend::Postgres(session) => session.execute(statement, params),
        };
        self.note(changed)
    }

    /// Inserts `rows`, whose columns `values` gives in the order of `insert`; the number of rows
    /// inserted, which is less than that of `rows` only if the insert passes over conflicts.
    pub fn insert_many<T, const N: usize>(
        &mut self,
        insert: &'static Insert,
        rows: &[T],
        values: impl for<'r> Fn(&'r T) -> [Value<'r>; N],
    ) -> Result<u64, StoreError> {
        self.run_many(Entry::Insert(insert), rows, values)
    }

    /// Runs `batch` for `rows`, whose keys `keys` gives; the number of rows changed.
    pub fn execute_many<T, const N: usize>(
        &mut self,
        batch: &'static Batch,
        rows: &[T],
        keys: impl for<'r> Fn(&'r T) -> [Value<'r>; N],
    ) -> Result<u64, StoreError> {
        self.run_many(Entry::Batch(batch), rows, keys)
    }

    fn run_many<T, const N: usize>(
        &mut self,
        entry: Entry,
        rows: &[T],
        values: impl for<'r> Fn(&'r T) -> [Value<'r>; N],
    ) -> Result<u64, StoreError> {
        let mut changed = 0;
        for chunk in rows.chunks(CHUNK_ROWS) {
            let done = match &mut self.backend {
                Backend::Sqlite(handle) => handle.execute_many(entry, chunk, &values),
                Backend::Postgres(session) => session.execute_many(entry, chunk, &values),
            };
            changed += self.note(done)?;
        }
        Ok(changed)
    }

    /// Runs a text of several statements, without parameters: migrations.
    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        let done = match &mut self.backend {
            Backend::Sqlite(handle) => handle.batch(sql),
            Backend::Postgres(session) => session.batch(sql),
        };
        self.note(done)
    }
}

impl<'c> Deref for Tx<'c> {
    type Target = Snapshot<'c>;

    fn deref(&self) -> &Snapshot<'c> {
        &self.snapshot
    }
}

impl<'c> DerefMut for Tx<'c> {
    fn deref_mut(&mut self) -> &mut Snapshot<'c> {
        &mut self.snapshot
    }
}
