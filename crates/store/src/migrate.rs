//! Migrations: numbered files, the same names for both engines, forward only.
//!
//! N nodes may start at once: the one that holds the lease row migrates, the others wait. Each
//! migration runs in one transaction that also renews the lease, so a node that lost it (it stood
//! still for too long) cannot commit. What was applied is remembered with a checksum.

use std::thread;
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::clock::wall_micros;
use crate::{Engine, EngineError, Migrate, Options, StoreError, Tx};

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        /// All migrations, in order.
        pub const MIGRATIONS: &[Migration] = &[$(Migration {
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),+];
    };
}

migrations! {
    "0001_start", "0002_handoff_life", "0003_idempotency_age", "0004_match_lock",
    "0005_imported_handoffs",
    "0006_quarantined_rows",
    "0007_natural_keys",
    "0008_time_and_nodes",
    "0009_messages",
    "0010_one_verdict",
    "0011_outbox_by_channel",
    "0012_held_messages",
    "0013_breached_handoffs",
}

/// Something that can run transactions, before there is a store.
pub(crate) trait Transactions {
    fn engine(&self) -> Engine;

    fn transaction(
        &mut self,
        work: &mut dyn FnMut(&mut Tx<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError>;
}

struct Applied {
    number: i64,
    name: String,
    checksum: String,
}

crate::statements! {
    /// What was applied, in order.
    Statement APPLIED = "select number, name, checksum from schema_migration order by number";
    /// Remembers an applied migration.
    Statement REMEMBER = "insert into schema_migration (number, name, checksum, applied_at) \
        values (?1, ?2, ?3, ?4)";
    /// Takes the lease if it is free, expired or ours.
    Statement TAKE_LEASE = "insert into migration_lease (id, holder, until_us) \
        values (1, ?1, ?3) on conflict (id) do update \
        set holder = excluded.holder, until_us = excluded.until_us \
        where migration_lease.until_us <= ?2 or migration_lease.holder = ?1";
    /// Holds on to the lease; no row if it was lost.
    Statement RENEW_LEASE = "update migration_lease set until_us = ?2 \
        where id = 1 and holder = ?1";
    /// Frees the lease.
    Statement FREE_LEASE = "update migration_lease set until_us = 0 where id = 1 and holder = ?1";
    /// Who holds the lease.
    Statement HOLDER = "select holder from migration_lease where id = 1";
}

/// How long a node may take for one migration before another may take over.
const LEASE_US: i64 = 120_000_000;

/// How long to wait before looking at the lease again.
const LEASE_PAUSE: Duration = Duration::from_millis(100);

/// Tries to make the runner's own tables: two nodes that do it at once may collide on Postgres.
const TABLES_ATTEMPTS_MAX: u32 = 5;

const TABLES: &str = "
create table if not exists schema_migration (
    number bigint primary key, name text not null, checksum text not null,
    applied_at bigint not null);
create table if not exists migration_lease (
    id bigint primary key, holder text not null, until_us bigint not null);";

impl Migration {
    /// The name of its files, e.g. `0001_start`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The leading digits of its name.
    pub fn number(&self) -> i64 {
        self.name.split('_').next().and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    /// Its text for one engine.
    pub const fn sql(&self, engine: Engine) -> &'static str {
        match engine {
            Engine::Sqlite => self.sqlite,
            Engine::Postgres => self.postgres,
        }
    }

    /// SHA-256 of its text, in hexadecimal; line ends do not count.
    pub fn checksum(&self, engine: Engine) -> String {
        let text = self.sql(engine).replace("\r\n", "\n");
        Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// Brings the schema up to date, or only checks it, as `options` say.
pub(crate) fn run(db: &mut dyn Transactions, options: &Options) -> Result<(), StoreError> {
    run_list(db, options, MIGRATIONS)
}

/// Brings the schema up to the end of `list`.
pub(crate) fn run_list(
    db: &mut dyn Transactions,
    options: &Options,
    list: &[Migration],
) -> Result<(), StoreError> {
    match options.migrate {
        Migrate::Apply => make_tables(db)?,
        Migrate::Check => return check(db, list),
    }
    let (process, thread) = (std::process::id(), thread::current().id());
    let holder = format!("process {process} ({thread:?}) at {}", wall_micros());
    let done = apply_missing(db, options, list, &holder);
    // Free it after a failure too: whoever repairs the database wants to start at once.
    let free =
        db.transaction(&mut |tx| tx.execute(&FREE_LEASE, &[holder.as_str().into()]).map(|_| ()));
    done.and(free)
}

fn apply_missing(
    db: &mut dyn Transactions,
    options: &Options,
    list: &[Migration],
    holder: &str,
) -> Result<(), StoreError> {
    let start = Instant::now();
    loop {
        let missing = missing(db, list)?;
        let Some(next) = missing.first() else { return Ok(()) };
        if take_lease(db, holder)? {
            apply(db, holder, next)?;
        } else if options.migrate_wait_max <= start.elapsed() {
            let holder = current_holder(db)?;
            return Err(StoreError::Lease { holder, waited: options.migrate_wait_max });
        } else {
            thread::sleep(LEASE_PAUSE);
        }
    }
}

fn make_tables(db: &mut dyn Transactions) -> Result<(), StoreError> {
    let mut attempts = 1;
    loop {
        let done = db.transaction(&mut |tx| tx.batch(TABLES));
        if done.is_ok() || TABLES_ATTEMPTS_MAX <= attempts {
            return done;
        }
        attempts += 1;
        thread::sleep(LEASE_PAUSE);
    }
}

fn check(db: &mut dyn Transactions, list: &[Migration]) -> Result<(), StoreError> {
    let needed = list.last().map_or(0, Migration::number);
    let missing = match missing(db, list) {
        // The runner's own tables are not there: nothing was ever applied.
        Err(StoreError::Statement { .. }) => return Err(StoreError::Outdated { found: 0, needed }),
        missing => missing?,
    };
    match missing.first() {
        None => Ok(()),
        Some(first) => Err(StoreError::Outdated { found: first.number() - 1, needed }),
    }
}

/// The migrations of `list` that are yet to be applied; an error if those applied do not fit.
fn missing<'l>(
    db: &mut dyn Transactions,
    list: &'l [Migration],
) -> Result<&'l [Migration], StoreError> {
    let engine = db.engine();
    let mut found = Vec::new();
    db.transaction(&mut |tx| {
        found = applied(tx)?;
        Ok(())
    })?;
    let known = list.last().map_or(0, Migration::number);
    if let Some(last) = found.last()
        && known < last.number
    {
        return Err(StoreError::Newer { found: last.number, known });
    }
    for (it, migration) in found.iter().zip(list) {
        if it.name != migration.name || it.checksum != migration.checksum(engine) {
            return Err(StoreError::Edited { migration: it.name.clone() });
        }
    }
    Ok(list.get(found.len()..).unwrap_or_default())
}

fn applied(tx: &mut Tx<'_>) -> Result<Vec<Applied>, StoreError> {
    tx.query(&APPLIED, &[], |row| {
        Ok(Applied { number: row.get(0)?, name: row.get(1)?, checksum: row.get(2)? })
    })
}

fn take_lease(db: &mut dyn Transactions, holder: &str) -> Result<bool, StoreError> {
    let mut taken = false;
    let done = db.transaction(&mut |tx| {
        let now = tx.now()?.as_micros();
        let params = [holder.into(), now.into(), (now + LEASE_US).into()];
        taken = tx.execute(&TAKE_LEASE, &params)? != 0;
        Ok(())
    });
    match done {
        // The holder is in the middle of a migration and keeps the row locked.
        Err(StoreError::Contended { .. }) => Ok(false),
        done => done.map(|()| taken),
    }
}

fn current_holder(db: &mut dyn Transactions) -> Result<String, StoreError> {
    let mut holder = None;
    db.transaction(&mut |tx| {
        holder = tx.query_opt(&HOLDER, &[], |row| row.get(0))?;
        Ok(())
    })?;
    Ok(holder.unwrap_or_default())
}

fn apply(db: &mut dyn Transactions, holder: &str, next: &Migration) -> Result<(), StoreError> {
    let engine = db.engine();
    let checksum = next.checksum(engine);
    let done = db.transaction(&mut |tx| {
        if engine == Engine::Postgres {
            tx.batch("set local statement_timeout = 0")?;
        }
        let now = tx.now()?.as_micros();
        if tx.execute(&RENEW_LEASE, &[holder.into(), (now + LEASE_US).into()])? == 0 {
            let source = EngineError::new("another node took the lease");
            return Err(StoreError::Contended { attempts: 1, source });
        }
        // Another node may have applied it between the look at what is missing and the lease.
        if applied(tx)?.iter().any(|it| it.number == next.number()) {
            return Ok(());
        }
        tx.batch(next.sql(engine))?;
        let params = [next.number().into(), next.name.into(), checksum.as_str().into(), now.into()];
        tx.execute(&REMEMBER, &params)?;
        Ok(())
    });
    match done {
        Ok(()) => Ok(()),
        // Lost the lease or the answer: what is applied is looked up again.
        Err(StoreError::Contended { .. } | StoreError::CommitUnknown { .. }) => Ok(()),
        Err(StoreError::Statement { source, .. } | StoreError::Constraint { source, .. }) => {
            Err(StoreError::Migration { migration: next.name.to_owned(), source })
        }
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_file_is_listed_once_and_numbers_have_no_gap() {
        let listed: Vec<_> = MIGRATIONS.iter().map(|it| format!("{}.sql", it.name)).collect();
        for engine in ["sqlite", "postgres"] {
            let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
            let found: BTreeSet<_> = std::fs::read_dir(folder)
                .unwrap()
                .map(|it| it.unwrap().file_name().into_string().unwrap())
                .collect();
            assert_eq!(found.into_iter().collect::<Vec<_>>(), listed, "{engine}");
        }
        let numbers: Vec<_> = MIGRATIONS.iter().map(Migration::number).collect();
        assert_eq!(numbers, (1..).take(numbers.len()).collect::<Vec<_>>());
    }

    #[test]
    fn line_ends_do_not_change_a_checksum() {
        let unix = Migration { name: "0001_a", sqlite: "a;\nb;\n", postgres: "" };
        let dos = Migration { sqlite: "a;\r\nb;\r\n", ..unix };
        let edited = Migration { sqlite: "a;\nb; \n", ..unix };
        assert_eq!(unix.checksum(Engine::Sqlite), dos.checksum(Engine::Sqlite));
        assert_ne!(unix.checksum(Engine::Sqlite), edited.checksum(Engine::Sqlite));
    }
}
