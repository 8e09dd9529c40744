//! Migrations: once, in order, never edited, never backwards.

use store::migrate::MIGRATIONS;
use store::testing::{TestDatabase, for_each_database, test_options};
use store::{Migrate, Options, Store, StoreError};

fn empty_databases() -> Vec<TestDatabase> {
    [Some(TestDatabase::sqlite()), TestDatabase::empty_postgres()].into_iter().flatten().collect()
}

#[test]
fn many_nodes_migrate_an_empty_database_once() {
    // Some rounds, because the nodes must meet at the lease to be in each other's way.
    for database in (0..8).flat_map(|_| empty_databases()) {
        std::thread::scope(|scope| {
            let nodes: Vec<_> = (0..6)
                .map(|_| scope.spawn(|| Store::open(database.url(), test_options())))
                .collect();
            for node in nodes {
                node.join().unwrap().unwrap();
            }
        });
        assert_eq!(applied(&database.open()), MIGRATIONS.len() as i64);
    }
}

#[test]
fn opening_again_changes_nothing() {
    for_each_database(|database| {
        for _ in 0..2 {
            assert_eq!(applied(&database.open()), MIGRATIONS.len() as i64);
        }
        let options = Options { migrate: Migrate::Check, ..test_options() };
        assert!(Store::open(database.url(), options).is_ok());
    });
}

#[test]
fn a_newer_database_is_refused() {
    for_each_database(|database| {
        drop(database.open());
        database.run_sql("insert into schema_migration values (9999, '9999_later', 'x', 0)");
        let error = Store::open(database.url(), test_options()).unwrap_err();
        let known = MIGRATIONS.len() as i64;
        assert_eq!(error, StoreError::Newer { found: 9999, known });
    });
}

#[test]
fn an_edited_migration_is_refused() {
    for_each_database(|database| {
        drop(database.open());
        database.run_sql("update schema_migration set checksum = 'x' where number = 1");
        let error = Store::open(database.url(), test_options()).unwrap_err();
        let migration = MIGRATIONS[0].name().to_owned();
        assert_eq!(error, StoreError::Edited { migration });
    });
}

#[test]
fn an_empty_database_is_outdated_when_migrations_are_forbidden() {
    for database in empty_databases() {
        let options = Options { migrate: Migrate::Check, ..test_options() };
        let error = Store::open(database.url(), options).unwrap_err();
        let needed = MIGRATIONS.len() as i64;
        assert_eq!(error, StoreError::Outdated { found: 0, needed });
    }
}

#[test]
fn a_migration_that_fails_leaves_nothing_behind() {
    for database in empty_databases() {
        database.run_sql("create table store_clock (x bigint)");
        let error = Store::open(database.url(), test_options()).unwrap_err();
        assert_eq!(error.code(), "S0005", "{error:?}");
        database.run_sql("drop table store_clock");
        assert_eq!(applied(&database.open()), MIGRATIONS.len() as i64);
    }
}

#[test]
fn a_lease_that_another_node_holds_is_waited_for() {
    for database in empty_databases() {
        database.migrate_to(0);
        database.run_sql(
            "insert into migration_lease values (1, 'other', 9000000000000000)
             on conflict (id) do update set holder = 'other', until_us = 9000000000000000",
        );
        let wait = std::time::Duration::from_millis(250);
        let options = Options { migrate_wait_max: wait, ..test_options() };
        let error = Store::open(database.url(), options).unwrap_err();
        assert_eq!(error, StoreError::Lease { holder: "other".to_owned(), waited: wait });
        database.run_sql("update migration_lease set until_us = 1");
        assert_eq!(applied(&database.open()), MIGRATIONS.len() as i64);
    }
}

#[test]
fn timers_and_messages_outlive_the_change_of_their_keys() {
    for database in empty_databases() {
        database.migrate_to(6);
        database.run_sql(
            "insert into timer values (7, 3, 5, 5, null, 'touch', 30, 'armed', 1, 0, 0, 2, null, 'z'),
                 (7, 4, 5, 5, null, 'acknowledge', 20, 'fired', 1, 0, 0, 2, 25, 'z');
             insert into outbox values (7, 8, 1, 9, 5, 5, 'ana', 'slack', 't', 'b', 'queued', 0, 30, 2, null)",
        );
        let store = database.open();
        let timers = store.read(|db| store::timer::of_handoff(db, 7, 5)).wait().unwrap();
        let timers: Vec<_> = timers.iter().map(|it| (it.id, it.due_at, it.ended_at)).collect();
        assert_eq!(timers, [(3, 30, None), (4, 20, Some(25))]);
        let claimed = store.write(|tx| store::outbox::claim(tx, 30, 60, 9)).wait().unwrap();
        assert_eq!(claimed.iter().map(|it| (it.id, it.attempt)).collect::<Vec<_>>(), [(8, 1)]);
    }
}

#[test]
fn of_two_verdicts_on_a_deal_the_later_stays() {
    for database in empty_databases() {
        database.migrate_to(9);
        let row = |id: i64, kind: &str, at: i64, external: &str| {
            format!("(7, {id}, null, null, '{kind}', {at}, null, null, null, {external}, '{{}}')")
        };
        let rows = [
            row(1, "won", 10, "'crm:a'"),
            row(2, "lost", 20, "'crm:a'"),
            row(3, "won", 20, "'crm:b'"),
            row(4, "lost", 20, "'crm:b'"),
            row(5, "opportunity", 30, "'crm:a'"),
            row(6, "won", 10, "'crm:c'"),
            row(7, "won", 10, "null"),
            row(8, "lost", 20, "null"),
        ];
        database.run_sql(&format!("insert into outcome values {}", rows.join(", ")));
        let store = database.open();
        let mut ids = Vec::new();
        for (kind, deal) in
            ["won", "lost", "opportunity"].iter().flat_map(|it| ["a", "b", "c"].map(|d| (*it, d)))
        {
            let key = [(kind.to_owned(), format!("crm:{deal}"))];
            let found = store.read(move |db| store::outcome::by_external_ids(db, 7, &key)).wait();
            ids.extend(found.unwrap().iter().map(|it| it.id));
        }
        ids.sort_unstable();
        assert_eq!(ids, [2, 4, 5, 6]);
    }
}

#[test]
fn leads_and_handoffs_outlive_the_change_of_their_checks() {
    for database in empty_databases() {
        database.migrate_to(6);
        // A value of its own in each column: none may come back in another.
        database.run_sql(
            "insert into lead (workspace_id, id, version, state, owner, queue, captured_at,
                 received_at, channel, reason, attributes, originals, closed_reason, updated_at)
             values (7, 5, 3, 'accepted', 'ana', 'desk', 11, 12, 'api', 'demo', '{\"a\":1}', '{}',
                 'done', 13);
             insert into handoff (workspace_id, id, lead_id, number, reason, tier, sla, score,
                 state, version, owner, queue, pool, value, created_at, acknowledge_due, touch_due,
                 disposition_due, acknowledged_at, accepted_at, rejected_at, reject_reason,
                 reject_note, first_touch_at, first_attempt_at, disposed_at, disposition,
                 breached_at, closed_at)
             values (7, 6, 5, 2, 'demo', '1', 'fast', 0.5, 'rejected', 4, 'ana', 'desk', 'all', 900,
                 21, 22, 23, 24, 25, 26, 27, 'other', 'no', 28, 29, 30, 'recycled', 31, 32)",
        );
        let store = database.open();
        let lead = store.read(|db| store::lead::get(db, 7, 5)).wait().unwrap().unwrap();
        let text = |it: &str| it.to_owned();
        let some = |it: &str| Some(it.to_owned());
        let expected = store::lead::Lead {
            workspace_id: 7,
            id: 5,
            version: 3,
            state: text("accepted"),
            owner: some("ana"),
            queue: some("desk"),
            captured_at: 11,
            received_at: 12,
            channel: text("api"),
            reason: text("demo"),
            attributes: text("{\"a\":1}"),
            originals: text("{}"),
            closed_reason: some("done"),
            updated_at: 13,
        };
        assert_eq!(lead, expected);
        let handoff = store.read(|db| store::handoff::get(db, 7, 6)).wait().unwrap().unwrap();
        let expected = store::handoff::Handoff {
            workspace_id: 7,
            id: 6,
            lead_id: 5,
            number: 2,
            reason: text("demo"),
            tier: some("1"),
            sla: some("fast"),
            score: Some(0.5),
            state: text("rejected"),
            version: 4,
            owner: some("ana"),
            queue: some("desk"),
            pool: some("all"),
            value: Some(900),
            created_at: 21,
            acknowledge_due: Some(22),
            touch_due: Some(23),
            disposition_due: Some(24),
            acknowledged_at: Some(25),
            accepted_at: Some(26),
            rejected_at: Some(27),
            reject_reason: some("other"),
            reject_note: some("no"),
            first_touch_at: Some(28),
            first_attempt_at: Some(29),
            disposed_at: Some(30),
            disposition: some("recycled"),
            breached_at: Some(31),
            closed_at: Some(32),
        };
        assert_eq!(handoff, expected);
    }
}

fn applied(store: &Store) -> i64 {
    static APPLIED: store::sql::Statement =
        store::sql::Statement::new("applied", "select count(*) from schema_migration");
    store.read(|db| db.query_one(&APPLIED, &[], |row| row.get(0))).wait().unwrap()
}
