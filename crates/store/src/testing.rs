//! A fresh database for each test, on both engines.
//!
//! SQLite files live in a temporary folder. Postgres databases are cloned from a migrated template
//! on the server that `BATON_TEST_POSTGRES` names (`postgres://postgres@127.0.0.1:5432/postgres`).
//! Without that variable the Postgres half fails under `CI` and is skipped loudly elsewhere.

#![allow(clippy::panic, clippy::unwrap_used, reason = "test code: a broken set-up ends the test")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tempfile::TempDir;

use crate::clock::wall_micros;
use crate::migrate::MIGRATIONS;
use crate::postgres::{Migrating, Session};
use crate::sqlite::SqliteConnection;
use crate::url::Target;
use crate::{Clock, DatabaseUrl, Engine, Options, Store, migrate};

/// A database that lives as long as this value.
#[derive(Debug)]
pub struct TestDatabase {
    engine: Engine,
    url: DatabaseUrl,
    folder: Option<TempDir>,
    server: Option<(DatabaseUrl, String)>,
}

/// Key of the advisory lock under which the template is made, on the test server only.
const TEMPLATE_LOCK: i64 = 7_011_202_611_201;

/// Names the server to test on.
const SERVER: &str = "BATON_TEST_POSTGRES";

/// How long a question beside the store waits for a lock.
const BESIDE_WAIT_MAX: Duration = Duration::from_secs(10);

static MADE: AtomicU64 = AtomicU64::new(0);

impl TestDatabase {
    /// An empty SQLite file in a folder of its own.
    pub fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let url = DatabaseUrl::sqlite_file(folder.path().join("baton.db"));
        Self { engine: Engine::Sqlite, url, folder: Some(folder), server: None }
    }

    /// A migrated Postgres database, if there is a server to test on.
    pub fn postgres() -> Option<Self> {
        let server = test_server()?;
        let template = make_template(&server);
        Some(Self::on_server(server, Some(&template)))
    }

    /// An empty Postgres database, if there is a server to test on.
    pub fn empty_postgres() -> Option<Self> {
        Some(Self::on_server(test_server()?, None))
    }

    fn on_server(server: DatabaseUrl, template: Option<&str>) -> Self {
        let n = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("baton_test_{}_{n}_{}", std::process::id(), wall_micros());
        let from = template.map_or(String::new(), |it| format!(" template {it}"));
        run_on(&server, &format!("create database {name}{from}"));
        let url = server.with_database(&name);
        Self { engine: Engine::Postgres, url, folder: None, server: Some((server, name)) }
    }

    /// Which engine it is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// Its address.
    pub fn url(&self) -> &DatabaseUrl {
        &self.url
    }

    /// Its address as text that another process can open, password included.
    pub fn address(&self) -> String {
        let Some((_, name)) = &self.server else { return self.url.to_string() };
        let server = std::env::var(SERVER).unwrap();
        format!("{}/{name}", server.rsplit_once('/').unwrap().0)
    }

    /// Opens it with [`test_options`].
    pub fn open(&self) -> Store {
        self.open_with(test_options())
    }

    /// Opens it with `options`.
    pub fn open_with(&self, options: Options) -> Store {
        Store::open(&self.url, options).unwrap_or_else(|error| panic!("{} {error:?}", self.url))
    }

    /// Applies only the first `n` migrations.
    pub fn migrate_to(&self, n: usize) {
        let list = MIGRATIONS.get(..n).unwrap();
        let options = test_options();
        match self.url.target() {
            Target::Sqlite(path) => {
                let mut connection = SqliteConnection::open_writer(path, &options).unwrap();
                migrate::run_list(&mut connection, &options, list).unwrap();
            }
            Target::Postgres(config) => {
                let mut session = Session::connect(config, &options).unwrap();
                let clock = &Clock::Database;
                let mut connection = Migrating { session: &mut session, clock };
                migrate::run_list(&mut connection, &options, list).unwrap();
            }
        }
    }

    /// The SQLite file, if it is one.
    pub fn file(&self) -> Option<std::path::PathBuf> {
        self.folder.as_ref().map(|it| it.path().join("baton.db"))
    }

    /// The number that a query beside the store answers with.
    pub fn ask(&self, sql: &str) -> i64 {
        match self.url.target() {
            Target::Sqlite(path) => {
                let db = rusqlite::Connection::open(path).unwrap();
                db.busy_timeout(BESIDE_WAIT_MAX).unwrap();
                db.query_row(sql, [], |row| row.get(0)).unwrap()
            }
            Target::Postgres(config) => {
                let mut db = config.connect(::postgres::NoTls).unwrap();
                db.query_one(sql, &[]).unwrap().get(0)
            }
        }
    }

    /// Runs statements beside the store, as an administrator would.
    pub fn run_sql(&self, sql: &str) {
        match self.url.target() {
            Target::Sqlite(path) => {
                rusqlite::Connection::open(path).unwrap().execute_batch(sql).unwrap();
            }
            Target::Postgres(_) => run_on(&self.url, sql),
        }
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Some((server, name)) = &self.server {
            run_on(server, &format!("drop database if exists {name} with (force)"));
        }
    }
}

/// The standard options with fewer threads.
pub fn test_options() -> Options {
    Options { readers: 2, postgres_writers: 3, ..Options::standard() }
}

/// Runs `test` on a fresh, migrated database of each engine.
pub fn for_each_database(test: impl Fn(&TestDatabase)) {
    test(&TestDatabase::sqlite());
    if let Some(database) = TestDatabase::postgres() {
        test(&database);
    }
}

/// Runs `test` on a store over a fresh, migrated database of each engine.
pub fn for_each_engine(test: impl Fn(&Store)) {
    for_each_database(|database| test(&database.open()));
}

fn test_server() -> Option<DatabaseUrl> {
    match std::env::var(SERVER) {
        Ok(url) => Some(url.parse().unwrap()),
        Err(_) if std::env::var_os("CI").is_some() => {
            panic!("BATON_TEST_POSTGRES must name a Postgres server under CI")
        }
        Err(_) => {
            eprintln!("SKIPPED on Postgres: BATON_TEST_POSTGRES is not set");
            None
        }
    }
}

/// Makes the migrated template unless another test has; its name holds what it was made from.
fn make_template(server: &DatabaseUrl) -> String {
    let sums: Vec<_> = MIGRATIONS.iter().map(|it| it.checksum(Engine::Postgres)).collect();
    let sum: String = sums.iter().flat_map(|it| it.chars().take(12)).collect();
    let name = format!("baton_template_{}", sum.chars().take(40).collect::<String>());
    let Target::Postgres(config) = server.target() else { panic!("{server} is not Postgres") };
    let mut admin = config.connect(::postgres::NoTls).unwrap();
    admin.execute("select pg_advisory_lock($1)", &[&TEMPLATE_LOCK]).unwrap();
    let made = admin.query_opt("select 1 from pg_database where datname = $1", &[&name]).unwrap();
    if made.is_none() {
        let draft = format!("{name}_draft");
        admin.batch_execute(&format!("drop database if exists {draft} with (force)")).unwrap();
        admin.batch_execute(&format!("create database {draft}")).unwrap();
        let store = Store::open(&server.with_database(&draft), test_options());
        drop(store.unwrap_or_else(|error| panic!("the template: {error:?}")));
        admin.batch_execute(&format!("alter database {draft} rename to {name}")).unwrap();
    }
    name
}

fn run_on(url: &DatabaseUrl, sql: &str) {
    let Target::Postgres(config) = url.target() else { panic!("{url} is not Postgres") };
    config.connect(::postgres::NoTls).unwrap().batch_execute(sql).unwrap();
}
