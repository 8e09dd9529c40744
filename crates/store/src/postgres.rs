//! Postgres: a few connections, one transaction per job.

pub(crate) mod worker;

use std::collections::HashMap;
use std::collections::hash_map;

use ::postgres::error::{DbError, Severity};
use ::postgres::fallible_iterator::FallibleIterator;
use ::postgres::types::ToSql;
use ::postgres::{Client, NoTls, RowIter};
use model::Timestamp;

use crate::migrate::Transactions;
use crate::sql::{Batch, ColumnValues, Columns, Entry, Row, RowSource, Statement, Value};
use crate::tx::Backend;
use crate::{Clock, ConstraintKind, Engine, EngineError, Options, StoreError, Tx};

/// A connection with its prepared statements.
pub(crate) struct Session {
    client: Client,
    statements: HashMap<&'static str, ::postgres::Statement>,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("statements", &self.statements.len()).finish()
    }
}

const BEGIN_WRITE: &str = "begin isolation level read committed";
const BEGIN_READ: &str = "begin isolation level repeatable read read only";

impl Session {
    /// Connects with the limits of `options`. Blocks; not for a thread that drives async code.
    pub(crate) fn connect(
        config: &::postgres::Config,
        options: &Options,
    ) -> Result<Self, EngineError> {
        let mut config = config.clone();
        if config.get_application_name().is_none() {
            config.application_name("baton");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(options.lock_wait_max);
        }
        let mut client = config.connect(NoTls).map_err(|it| said(&it))?;
        let settings = format!(
            "set client_min_messages = warning; set lock_timeout = {lock}; \
             set statement_timeout = {statement}; \
             set idle_in_transaction_session_timeout = {statement}; \
             select set_config('synchronous_commit', 'on', false) \
             where current_setting('synchronous_commit') in ('off', 'local')",
            lock = options.lock_wait_max.as_millis(),
            statement = options.statement_time_max.as_millis(),
        );
        // A commit is answered when it is durable here and on the synchronous standby, if any.
        client.batch_execute(&settings).map_err(|it| said(&it))?;
        Ok(Self { client, statements: HashMap::new() })
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    pub(crate) fn begin_write(&mut self) -> Result<(), StoreError> {
        self.batch(BEGIN_WRITE)
    }

    pub(crate) fn begin_read(&mut self) -> Result<(), StoreError> {
        self.batch(BEGIN_READ)
    }

    pub(crate) fn roll_back(&mut self) {
        // If this fails the connection is gone, and the transaction with it.
        let _ = self.client.batch_execute("rollback");
    }

    pub(crate) fn commit(&mut self) -> Result<(), StoreError> {
        let Err(error) = self.client.batch_execute("commit") else { return Ok(()) };
        match error.as_db_error().and_then(DbError::parsed_severity) {
            // The server says it did not commit.
            Some(Severity::Error) => Err(self.failed("commit", &error)),
            // It went away, or was told to, in the middle.
            _ => Err(StoreError::CommitUnknown { source: said(&error) }),
        }
    }

    pub(crate) fn now(&mut self) -> Result<Timestamp, StoreError> {
        static NOW: Statement = Statement::new(
            "store::postgres::NOW",
            "select cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)",
        );
        let mut micros = 0;
        self.for_each(&NOW, &[], &mut |row| {
            micros = row.get(0)?;
            Ok(())
        })?;
        Ok(Timestamp::from_micros(micros))
    }

    pub(crate) fn execute(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
    ) -> Result<u64, StoreError> {
        let name = statement.name();
        let prepared = self.cached(name, statement.postgres())?;
        let params: Vec<_> = params.iter().map(|it| it as &(dyn ToSql + Sync)).collect();
        self.client.execute(&prepared, &params).map_err(|it| self.failed(name, &it))
    }

    pub(crate) fn for_each(
        &mut self,
        statement: &'static Statement,
        params: &[Value<'_>],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let name = statement.name();
        let prepared = self.cached(name, statement.postgres())?;
        let found = self.client.query_raw(&prepared, params);
        visit_all(found, name, visit).map_err(|it| it.named(|it| self.failed(name, it)))
    }

    pub(crate) fn execute_many<T, const N: usize>(
        &mut self,
        entry: Entry,
        rows: &[T],
        values: &impl for<'r> Fn(&'r T) -> [Value<'r>; N],
    ) -> Result<u64, StoreError> {
        let name = entry.name();
        let prepared = self.cached(name, entry.postgres())?;
        let columns = as_columns(name, entry.inputs(), rows, values)?;
        let params: Vec<_> = columns.iter().map(ColumnValues::as_parameter).collect();
        self.client.execute(&prepared, &params).map_err(|it| self.failed(name, &it))
    }

    pub(crate) fn query_many<T, const N: usize>(
        &mut self,
        batch: &'static Batch,
        rows: &[T],
        keys: &impl for<'r> Fn(&'r T) -> [Value<'r>; N],
        visit: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let name = batch.name();
        let prepared = self.cached(name, batch.postgres())?;
        let columns = as_columns(name, batch.keys(), rows, keys)?;
        let params = columns.iter().map(ColumnValues::as_parameter);
        let found = self.client.query_raw(&prepared, params);
        visit_all(found, name, visit).map_err(|it| it.named(|it| self.failed(name, it)))
    }

    pub(crate) fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.client.batch_execute(sql).map_err(|it| self.failed("batch", &it))
    }

    pub(crate) fn prepare(&mut self, entry: Entry) -> Result<(), StoreError> {
        self.cached(entry.name(), entry.postgres()).map(|_| ())
    }

    fn cached(
        &mut self,
        name: &'static str,
        sql: &str,
    ) -> Result<::postgres::Statement, StoreError> {
        let slot = match self.statements.entry(name) {
            hash_map::Entry::Occupied(slot) => return Ok(slot.get().clone()),
            hash_map::Entry::Vacant(slot) => slot,
        };
        match self.client.prepare(sql) {
            Ok(prepared) => Ok(slot.insert(prepared).clone()),
            Err(error) => Err(self.failed(name, &error)),
        }
    }

    /// What a failure of Postgres means to the caller.
    fn failed(&self, statement: &str, error: &::postgres::Error) -> StoreError {
        let source = said(error);
        let Some(db) = error.as_db_error() else {
            let is_io =
                std::error::Error::source(error).is_some_and(|it| it.is::<std::io::Error>());
            return if is_io || error.is_closed() || self.is_closed() {
                StoreError::Disconnected { source }
            } else {
                StoreError::Statement { statement: statement.to_owned(), source }
            };
        };
        let constraint = |kind| {
            let name = db.constraint().or(db.column()).unwrap_or_default().to_owned();
            StoreError::Constraint { kind, name, source: source.clone() }
        };
        match db.code().code() {
            "23505" => constraint(ConstraintKind::Unique),
            "23503" => constraint(ConstraintKind::Foreign),
            "23514" => constraint(ConstraintKind::Check),
            "23502" => constraint(ConstraintKind::NotNull),
            // Serialization failure, deadlock, lock or statement time-out.
            "40001" | "40P01" | "55P03" | "57014" => StoreError::Contended { attempts: 1, source },
            // The server stops, or became a standby that takes no writes.
            "57P01" | "57P02" | "57P03" | "25006" | "25P03" => StoreError::Disconnected { source },
            // Insufficient resources and system errors, e.g. a full disk.
            code if code.starts_with("53") || code.starts_with("58") => {
                StoreError::Storage { source }
            }
            _ => StoreError::Statement { statement: statement.to_owned(), source },
        }
    }
}

/// Why rows could not be visited: the engine's failure, or the visitor's own.
enum Unvisited {
    Engine(::postgres::Error),
    Visitor(StoreError),
}

impl Unvisited {
    fn named(self, name: impl FnOnce(&::postgres::Error) -> StoreError) -> StoreError {
        match self {
            Self::Engine(error) => name(&error),
            Self::Visitor(error) => error,
        }
    }
}

fn visit_all(
    found: Result<RowIter<'_>, ::postgres::Error>,
    name: &'static str,
    visit: &mut dyn FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), Unvisited> {
    let mut rows = found.map_err(Unvisited::Engine)?;
    while let Some(row) = rows.next().map_err(Unvisited::Engine)? {
        visit(&Row::new(RowSource::Postgres(&row), name)).map_err(Unvisited::Visitor)?;
    }
    Ok(())
}

/// Turns rows into one array a column.
fn as_columns<'r, T, const N: usize>(
    name: &str,
    wanted: Columns,
    rows: &'r [T],
    values: &impl Fn(&'r T) -> [Value<'r>; N],
) -> Result<Vec<ColumnValues<'r>>, StoreError> {
    let mut columns: Vec<_> = wanted.iter().map(|it| ColumnValues::new(it.1, rows.len())).collect();
    for row in rows {
        let fit = columns.len() == N
            && columns.iter_mut().zip(values(row)).all(|(column, value)| column.push(value));
        if !fit {
            let source = EngineError::new("a value is of another type than its column");
            return Err(StoreError::Statement { statement: name.to_owned(), source });
        }
    }
    Ok(columns)
}

/// What Postgres said, without the DETAIL line: it quotes values of rows.
pub(crate) fn said(error: &::postgres::Error) -> EngineError {
    if let Some(db) = error.as_db_error() {
        return EngineError::new(format!(
            "{} {}: {}",
            db.severity(),
            db.code().code(),
            db.message()
        ));
    }
    let mut text = error.to_string();
    if let Some(cause) = std::error::Error::source(error) {
        text = format!("{text}: {cause}");
    }
    EngineError::new(text)
}

/// A connection that runs migrations.
#[derive(Debug)]
pub(crate) struct Migrating<'c> {
    pub(crate) session: &'c mut Session,
    pub(crate) clock: &'c Clock,
}

impl Transactions for Migrating<'_> {
    fn engine(&self) -> Engine {
        Engine::Postgres
    }

    fn transaction(
        &mut self,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.session.begin_write()?;
        let mut tx = Tx::new(Backend::Postgres(self.session), self.clock);
        let done = work(&mut tx).and_then(|()| tx.check());
        match done {
            Ok(()) => self.session.commit(),
            Err(error) => {
                self.session.roll_back();
                Err(error)
            }
        }
    }
}
