//! The two schemas are one: same tables, same columns, same order, same nullability.

use store::Engine;
use store::testing::{TestDatabase, for_each_database};

fn columns(database: &TestDatabase) -> Vec<String> {
    static SQLITE: store::sql::Statement = store::sql::Statement::new(
        "columns",
        "select m.name || '.' || c.name || ' ' || case c.type
           when 'INTEGER' then 'bigint' when 'BIGINT' then 'bigint' when 'REAL' then 'double precision'
           when 'BLOB' then 'bytea' else lower(c.type) end
           || case when c.\"notnull\" = 1 or c.pk > 0 then ' not null' else '' end
         from sqlite_schema m join pragma_table_info(m.name) c
         where m.type = 'table' and m.name not like 'sqlite_%' order by m.name, c.cid",
    );
    static POSTGRES: store::sql::Statement = store::sql::Statement::new(
        "columns",
        "select cast(table_name || '.' || column_name || ' ' || data_type
           || case is_nullable when 'NO' then ' not null' else '' end as text)
         from information_schema.columns join information_schema.tables
           using (table_schema, table_name)
         where table_schema = 'public' and table_type = 'BASE TABLE'
         order by table_name collate \"C\", ordinal_position",
    );
    let statement = match database.engine() {
        Engine::Sqlite => &SQLITE,
        Engine::Postgres => &POSTGRES,
    };
    database.open().read(|db| db.query(statement, &[], |row| row.get(0))).wait().unwrap()
}

#[test]
fn both_engines_have_the_same_tables_and_columns() {
    let Some(postgres) = TestDatabase::postgres() else { return };
    let sqlite = columns(&TestDatabase::sqlite());
    assert!(200 < sqlite.len(), "{}", sqlite.len());
    assert_eq!(sqlite, columns(&postgres));
}

#[test]
fn a_schema_migrated_step_by_step_is_the_same_as_a_fresh_one() {
    for_each_database(|fresh| {
        let stepped = match fresh.engine() {
            Engine::Sqlite => TestDatabase::sqlite(),
            Engine::Postgres => TestDatabase::empty_postgres().unwrap(),
        };
        for n in 0..=store::migrate::MIGRATIONS.len() {
            stepped.migrate_to(n);
            stepped.migrate_to(n);
        }
        assert_eq!(columns(&stepped), columns(fresh));
    });
}
