//! A table outside the schema, to test the layer by itself.

use store::sql::{ColumnType, Insert, Statement};
use store::testing::TestDatabase;
use store::{Snapshot, Store, StoreError, Tx};

static INSERT: Insert = Insert::new(
    "scratch::INSERT",
    "scratch",
    &[
        ("id", ColumnType::Int),
        ("score", ColumnType::Real),
        ("name", ColumnType::Text),
        ("body", ColumnType::Bytes),
    ],
    "",
);
static INSERT_NEW: Insert = Insert::new(
    "scratch::INSERT_NEW",
    "scratch",
    &[("id", ColumnType::Int), ("name", ColumnType::Text)],
    "on conflict do nothing",
);
static ALL: Statement = Statement::new(
    "scratch::ALL",
    "select id, score, name, body from scratch where ?1 <= id order by id",
);
static COUNT: Statement = Statement::new("scratch::COUNT", "select count(*) from scratch");
static ADD: Statement =
    Statement::new("scratch::ADD", "update scratch set score = score + ?1 where id = ?2");
static LOCK: Statement =
    Statement::new("scratch::LOCK", "select score from scratch where id = ?1 {for_update}");

pub(crate) type Line = (i64, Option<f64>, Option<String>, Option<Vec<u8>>);

/// Makes the table.
pub(crate) fn create(database: &TestDatabase) {
    let (key, bytes) = match database.engine() {
        store::Engine::Sqlite => ("integer primary key", "blob"),
        store::Engine::Postgres => ("bigint primary key", "bytea"),
    };
    database.run_sql(&format!(
        "create table scratch (id {key}, score double precision check (score < 1000),
         name text, body {bytes})"
    ));
}

/// Runs `test` on a store with an empty table on each engine.
pub(crate) fn with_table(test: impl Fn(&Store)) {
    store::testing::for_each_database(|database| {
        create(database);
        test(&database.open());
    });
}

pub(crate) fn insert(tx: &mut Tx<'_>, ids: &[i64]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, ids, |id| {
        [(*id).into(), 0.0.into(), "a name".into(), (b"\x00\xff".as_slice()).into()]
    })
}

pub(crate) fn insert_lines(tx: &mut Tx<'_>, lines: &[Line]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, lines, |it| [it.0.into(), it.1.into(), (&it.2).into(), (&it.3).into()])
}

pub(crate) fn insert_new(tx: &mut Tx<'_>, ids: &[i64]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, ids, |id| [(*id).into(), "new".into()])
}

pub(crate) fn insert_wrong_type(tx: &mut Tx<'_>) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, &[()], |()| ["seven".into(), "new".into()])
}

pub(crate) fn lines(db: &mut Snapshot<'_>, from: i64) -> Result<Vec<Line>, StoreError> {
    db.query(&ALL, &[from.into()], |row| {
        Ok((row.get(0)?, row.get(1)?, row.opt_text(2)?.map(str::to_owned), row.get(3)?))
    })
}

pub(crate) fn ids(db: &mut Snapshot<'_>) -> Result<Vec<i64>, StoreError> {
    Ok(lines(db, i64::MIN)?.into_iter().map(|it| it.0).collect())
}

pub(crate) fn count(db: &mut Snapshot<'_>) -> Result<i64, StoreError> {
    db.query_one(&COUNT, &[], |row| row.get(0))
}

pub(crate) fn add(tx: &mut Tx<'_>, id: i64, amount: f64) -> Result<u64, StoreError> {
    tx.execute(&ADD, &[amount.into(), id.into()])
}

pub(crate) fn lock(tx: &mut Tx<'_>, id: i64) -> Result<f64, StoreError> {
    tx.query_one(&LOCK, &[id.into()], |row| row.get(0))
}
