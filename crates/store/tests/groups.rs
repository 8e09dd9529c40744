//! Transactions: what is kept, what is undone, what is answered.

use std::sync::mpsc;
use std::time::Duration;

use store::testing::{TestDatabase, for_each_database, for_each_engine, test_options};
use store::{Clock, ConstraintKind, ManualClock, Store, StoreError};

use crate::scratch::{self, with_table};

/// Holds the writers of `store` until the returned sender is dropped, so that jobs pile up.
fn hold_writers(store: &Store) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (entered, is_in) = mpsc::channel();
    let writers = match store.engine() {
        store::Engine::Sqlite => 1,
        store::Engine::Postgres => test_options().postgres_writers,
    };
    let held = std::sync::Arc::new(std::sync::Mutex::new(held));
    for _ in 0..writers {
        let (held, entered) = (held.clone(), entered.clone());
        drop(store.write(move |_| {
            let _ = entered.send(());
            let _ = held.lock().unwrap().recv_timeout(Duration::from_secs(10));
            Ok(())
        }));
    }
    for _ in 0..writers {
        is_in.recv_timeout(Duration::from_secs(10)).unwrap();
    }
    release
}

#[test]
fn one_failing_job_of_a_group_fails_alone() {
    with_table(|store| {
        let release = hold_writers(store);
        let answers: Vec<_> = (0..100)
            .map(|id| {
                store.write(move |tx| {
                    scratch::insert(tx, &[id])?;
                    match id % 10 {
                        // A second row with the same key, after a row of its own.
                        3 => scratch::insert(tx, &[10_000 + id, id]).map(|_| ()),
                        5 => panic!("planted"),
                        7 => Err(StoreError::Missing { statement: "planted".to_owned() }),
                        _ => Ok(()),
                    }
                })
            })
            .collect();
        drop(release);
        for (id, answer) in (0..100).zip(answers) {
            match (id % 10, answer.wait()) {
                (3, Err(error)) => assert!(error.is_duplicate(), "{error:?}"),
                (5, Err(error)) => assert_eq!(error, StoreError::Panicked),
                (7, Err(error)) => assert_eq!(error.code(), "S0018"),
                (_, answer) => assert_eq!(answer, Ok(()), "job {id}"),
            }
        }
        let expected: Vec<i64> = (0..100).filter(|it| ![3, 5, 7].contains(&(it % 10))).collect();
        assert_eq!(store.read(scratch::ids).wait().unwrap(), expected);
    });
}

#[test]
fn a_failed_statement_fails_its_job_even_if_the_job_ignores_it() {
    with_table(|store| {
        store.write(|tx| scratch::insert(tx, &[1])).wait().unwrap();
        let answer = store.write(|tx| {
            scratch::insert(tx, &[2])?;
            let _ = scratch::insert(tx, &[1]);
            Ok(())
        });
        assert!(answer.wait().unwrap_err().is_duplicate());
        assert_eq!(store.read(scratch::ids).wait().unwrap(), [1]);
    });
}

#[test]
fn a_job_sees_what_the_jobs_before_it_wrote() {
    with_table(|store| {
        store.write(|tx| scratch::insert(tx, &[1])).wait().unwrap();
        let answers: Vec<_> = (0..200)
            .map(|_| {
                store.write(|tx| {
                    scratch::lock(tx, 1)?;
                    scratch::add(tx, 1, 1.0)?;
                    scratch::lock(tx, 1)
                })
            })
            .collect();
        let mut seen: Vec<_> = answers.into_iter().map(|it| it.wait().unwrap() as i64).collect();
        seen.sort_unstable();
        assert_eq!(seen, (1..=200).collect::<Vec<_>>());
    });
}

#[test]
fn values_of_all_types_round_trip() {
    with_table(|store| {
        let lines = vec![
            (i64::MIN, Some(-0.5), Some(String::new()), Some(Vec::new())),
            (0, None, None, None),
            (7, Some(f64::MIN_POSITIVE), Some("Zoë 漢字 'x' {?1}".to_owned()), Some(vec![0, 255])),
            (i64::MAX, Some(f64::MIN), Some("a\nb".to_owned()), Some(vec![1; 5000])),
        ];
        let written = lines.clone();
        let answer = store.write(move |tx| scratch::insert_lines(tx, &written));
        assert_eq!(answer.wait(), Ok(4));
        assert_eq!(store.read(|db| scratch::lines(db, i64::MIN)).wait().unwrap(), lines);
    });
}

#[test]
fn an_insert_of_many_rows_counts_what_it_inserted() {
    with_table(|store| {
        let many: Vec<i64> = (0..10_000).collect();
        let answer = store.write(move |tx| scratch::insert(tx, &many)).wait();
        assert_eq!(answer, Ok(10_000));
        let answer = store.write(|tx| scratch::insert_new(tx, &[-1, 5, 6, 10_001])).wait();
        assert_eq!(answer, Ok(2));
        assert_eq!(store.write(|tx| scratch::insert_new(tx, &[])).wait(), Ok(0));
        assert_eq!(store.read(scratch::count).wait(), Ok(10_002));
    });
}

#[test]
fn a_value_of_the_wrong_type_is_refused() {
    with_table(|store| {
        let error = store.write(scratch::insert_wrong_type).wait().unwrap_err();
        assert_eq!(error.code(), "S0012", "{error:?}");
        assert_eq!(store.read(scratch::count).wait(), Ok(0));
    });
}

#[test]
fn a_broken_check_names_its_kind() {
    with_table(|store| {
        store.write(|tx| scratch::insert(tx, &[1])).wait().unwrap();
        let error = store.write(|tx| scratch::add(tx, 1, 5000.0)).wait().unwrap_err();
        let StoreError::Constraint { kind, .. } = error else { panic!("{error:?}") };
        assert_eq!(kind, ConstraintKind::Check);
    });
}

#[test]
fn what_was_acknowledged_is_there_after_opening_again() {
    for_each_database(|database| {
        scratch::create(database);
        let store = database.open();
        let answers: Vec<_> =
            (0..300).map(|id| store.write(move |tx| scratch::insert(tx, &[id]))).collect();
        // Dropping the store first runs what waits.
        drop(store);
        for answer in answers {
            assert_eq!(answer.wait(), Ok(1));
        }
        assert_eq!(database.open().read(scratch::count).wait(), Ok(300));
    });
}

#[test]
fn a_reader_neither_blocks_the_writer_nor_sees_half_of_it() {
    with_table(|store| {
        store.write(|tx| scratch::insert(tx, &[1])).wait().unwrap();
        let (opened, is_open) = mpsc::channel();
        let (go_on, written) = mpsc::channel::<()>();
        let written = std::sync::Mutex::new(written);
        let long = store.read(move |db| {
            let before = scratch::count(db)?;
            let _ = opened.send(());
            written.lock().unwrap().recv_timeout(Duration::from_secs(10)).unwrap();
            Ok((before, scratch::count(db)?))
        });
        is_open.recv_timeout(Duration::from_secs(10)).unwrap();
        // The reader holds its snapshot; the write is committed all the same.
        store.write(|tx| scratch::insert(tx, &[2, 3])).wait().unwrap();
        assert_eq!(store.read(scratch::count).wait(), Ok(3));
        go_on.send(()).unwrap();
        assert_eq!(long.wait(), Ok((1, 1)));
    });
}

#[test]
fn a_snapshot_cannot_write() {
    with_table(|store| {
        static WRITE: store::sql::Statement =
            store::sql::Statement::new("write", "insert into scratch (id) values (1) returning id");
        let error = store.read(|db| db.query(&WRITE, &[], |_| Ok(()))).wait().unwrap_err();
        assert!(["S0011", "S0016"].contains(&error.code()), "{error:?}");
        assert_eq!(store.read(scratch::count).wait(), Ok(0));
    });
}

#[test]
fn now_is_the_clock_of_record() {
    for_each_engine(|store| {
        let a = store.write(|tx| tx.now()).wait().unwrap();
        let b = store.read(|db| db.now()).wait().unwrap();
        assert!("2026-01-01T00:00:00Z".parse::<model::Timestamp>().unwrap() < a);
        assert!(a <= b);
    });
    let database = TestDatabase::sqlite();
    let clock = ManualClock::new(model::Timestamp::from_seconds(1000));
    let options = store::Options { clock: Clock::Manual(clock.clone()), ..test_options() };
    let store = database.open_with(options);
    assert_eq!(store.write(|tx| tx.now()).wait().unwrap().as_seconds(), 1000);
    clock.set(model::Timestamp::from_seconds(2000));
    assert_eq!(store.read(|db| db.now()).wait().unwrap().as_seconds(), 2000);
}

#[test]
fn sqlite_time_does_not_go_back_over_a_restart() {
    let database = TestDatabase::sqlite();
    drop(database.open());
    let ahead = i64::MAX / 2;
    database.run_sql(&format!("insert into store_clock values (1, {ahead})"));
    let now = database.open().write(|tx| tx.now()).wait().unwrap();
    assert_eq!(now.as_micros(), ahead);
}
