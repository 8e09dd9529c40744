//! A whole database into another.

use std::collections::BTreeSet;

use store::StoreError;
use store::testing::{TestDatabase, for_each_database};

use crate::samples;

/// Those that belong to their database.
const OWN: [&str; 4] = ["migration_lease", "node", "schema_migration", "store_clock"];

/// No code writes it so far; whoever does takes it along.
const EMPTY: [&str; 1] = ["push_subscription"];

#[test]
fn every_table_of_the_schema_is_taken_along() {
    static TABLES: store::sql::Statement = store::sql::Statement::new(
        "tables",
        "select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'",
    );
    let store = TestDatabase::sqlite().open();
    let tables = store.read(|db| db.query(&TABLES, &[], |row| row.get::<String>(0))).wait();
    let tables: BTreeSet<String> = tables.unwrap().into_iter().collect();
    let copied = store::copy::tables().chain(OWN).chain(EMPTY).map(str::to_owned);
    assert_eq!(tables, copied.collect());
}

#[test]
fn more_rows_than_one_chunk_arrive_and_a_second_copy_is_refused() {
    const LEADS: i64 = 2_500;
    for_each_database(|target| {
        let source = TestDatabase::sqlite().open();
        let leads: Vec<_> = (1..=LEADS).map(samples::lead).collect();
        source.write(move |tx| store::lead::insert(tx, &leads)).wait().unwrap();
        let target = target.open();
        let copied = store::copy::copy(&source, &target).unwrap();
        let lead = copied.iter().find(|it| it.0 == "lead").unwrap().1;
        assert_eq!(lead.rows(), 2_500);
        let refused = store::copy::copy(&source, &target).unwrap_err();
        assert_eq!(refused, StoreError::NotEmpty { table: "lead".to_owned() });
    });
}

#[test]
fn a_table_that_changes_on_its_way_is_found_and_nothing_is_kept() {
    let (source, database) = (TestDatabase::sqlite().open(), TestDatabase::sqlite());
    source.write(|tx| store::lead::insert(tx, &[samples::lead(1)])).wait().unwrap();
    drop(database.open());
    database.run_sql(
        "create trigger planted after insert on lead begin
           update lead set channel = 'other' where id = new.id; end",
    );
    let target = database.open();
    let error = store::copy::copy(&source, &target).unwrap_err();
    assert_eq!(error, StoreError::CopyDiffers { table: "lead".to_owned() });
    assert_eq!(target.read(|db| store::lead::get(db, samples::WS, 1)).wait().unwrap(), None);
}
