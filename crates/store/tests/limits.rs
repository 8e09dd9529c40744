//! Overload, lost connections, shutdown.

use std::sync::{Mutex, mpsc};
use std::time::Duration;

use store::testing::{TestDatabase, for_each_database, test_options};
use store::{Options, StoreError};

use crate::scratch;

#[test]
fn a_full_queue_is_answered_at_once_and_loses_nothing_it_took() {
    for_each_database(|database| {
        scratch::create(database);
        let options = Options {
            write_queue_max: 8,
            read_queue_max: 2,
            readers: 1,
            postgres_writers: 1,
            ..test_options()
        };
        let store = database.open_with(options);
        let (release, held) = mpsc::channel::<()>();
        let held = Mutex::new(held);
        let (entered, is_in) = mpsc::channel();
        let blocker = store.write(move |_| {
            let _ = entered.send(());
            let _ = held.lock().unwrap().recv_timeout(Duration::from_secs(10));
            Ok(())
        });
        is_in.recv_timeout(Duration::from_secs(10)).unwrap();
        let answers: Vec<_> =
            (0..50).map(|id| store.write(move |tx| scratch::insert(tx, &[id]))).collect();
        drop(release);
        blocker.wait().unwrap();
        let answers: Vec<_> = answers.into_iter().map(store::Pending::wait).collect();
        let taken = answers.iter().filter(|it| it.is_ok()).count();
        let refused = answers
            .iter()
            .filter(|it| matches!(it, Err(StoreError::Overloaded { limit: 8 })))
            .count();
        assert_eq!(taken + refused, 50, "{answers:?}");
        assert_eq!(taken, 8);
        assert_eq!(store.read(scratch::count).wait(), Ok(taken as i64));
    });
}

#[test]
fn a_store_can_be_dropped_by_its_own_job() {
    for_each_database(|database| {
        let store = database.open();
        let inner = Mutex::new(Some(store.clone()));
        let answer = store.write(move |_| {
            drop(inner.lock().unwrap().take());
            Ok(7)
        });
        drop(store);
        assert_eq!(answer.wait(), Ok(7));
    });
}

#[test]
fn a_connection_that_is_cut_is_opened_again() {
    let Some(database) = TestDatabase::postgres() else { return };
    scratch::create(&database);
    let store = database.open();
    store.write(|tx| scratch::insert(tx, &[1])).wait().unwrap();
    store.read(scratch::count).wait().unwrap();
    let cut = "select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()";
    database.run_sql(cut);
    for id in 2..10 {
        assert_eq!(store.write(move |tx| scratch::insert(tx, &[id])).wait(), Ok(1));
        assert_eq!(store.read(scratch::count).wait(), Ok(id));
    }
}

#[test]
fn a_job_cut_off_before_its_commit_is_run_again_once() {
    let Some(database) = TestDatabase::postgres() else { return };
    scratch::create(&database);
    let store = database.open();
    let url = database.url().clone();
    let mut runs = 0;
    static CUT: store::sql::Statement = store::sql::Statement::new(
        "cut",
        "select count(pg_terminate_backend(pid)) from pg_stat_activity
         where datname = current_database() and pid <> pg_backend_pid()
         and state = 'idle in transaction'",
    );
    let answer = store.write(move |tx| {
        runs += 1;
        scratch::insert(tx, &[1])?;
        if runs == 1 {
            let other = store::Store::open(&url, test_options())?;
            other.read(|db| db.query_one(&CUT, &[], |row| row.get::<i64>(0))).wait()?;
        }
        scratch::count(tx)?;
        Ok(runs)
    });
    assert_eq!(answer.wait(), Ok(2));
    assert_eq!(store.read(scratch::count).wait(), Ok(1));
}

#[test]
fn a_deadlock_is_resolved_by_running_one_job_again() {
    let Some(database) = TestDatabase::postgres() else { return };
    scratch::create(&database);
    let store = database.open();
    store.write(|tx| scratch::insert(tx, &[1, 2])).wait().unwrap();
    let barrier = std::sync::Arc::new(std::sync::Barrier::new(2));
    let jobs: Vec<_> = [(1, 2), (2, 1)]
        .into_iter()
        .map(|(first, second)| {
            let barrier = barrier.clone();
            let mut runs = 0;
            store.write(move |tx| {
                runs += 1;
                scratch::add(tx, first, 1.0)?;
                if runs == 1 {
                    barrier.wait();
                }
                scratch::add(tx, second, 1.0)?;
                Ok(runs)
            })
        })
        .collect();
    let runs: i32 = jobs.into_iter().map(|it| it.wait().unwrap()).sum();
    assert!(3 <= runs, "no deadlock happened: {runs} runs");
    let scores = store.read(|db| scratch::lines(db, 0)).wait().unwrap();
    assert_eq!(scores.iter().map(|it| it.1).collect::<Vec<_>>(), [Some(2.0), Some(2.0)]);
}

#[test]
fn a_database_that_cannot_be_opened_says_which() {
    let sqlite: store::DatabaseUrl = "sqlite:///nowhere/at/all.db".parse().unwrap();
    let postgres: store::DatabaseUrl = "postgres://bo:s3cret@127.0.0.1:1/none".parse().unwrap();
    for url in [sqlite, postgres] {
        let error = store::Store::open(&url, test_options()).unwrap_err();
        assert_eq!(error.code(), "S0002", "{error:?}");
        assert!(error.to_string().contains(&url.to_string()));
        assert!(!format!("{error:?}").contains("s3cret"));
    }
}

#[test]
fn a_full_disk_acknowledges_nothing_and_needs_no_restart() {
    // The most pages a file may have stands in for the size of the disk.
    static FILL: store::sql::Statement =
        store::sql::Statement::new("fill", "pragma max_page_count = 1");
    static FREE: store::sql::Statement =
        store::sql::Statement::new("free", "pragma max_page_count = 1000000");
    let database = TestDatabase::sqlite();
    scratch::create(&database);
    let store = database.open();
    let set = |limit: &'static store::sql::Statement| {
        store.write(move |tx| tx.query(limit, &[], |_| Ok(()))).wait().unwrap();
    };
    let write = |from: i64| {
        let ids: Vec<_> = (from..from + 100).collect();
        store.write(move |tx| scratch::insert(tx, &ids))
    };
    assert_eq!(write(0).wait(), Ok(100));
    set(&FILL);
    let answers: Vec<_> = (1..60).map(|n| write(n * 100)).collect();
    let answers: Vec<_> = answers.into_iter().map(store::Pending::wait).collect();
    let kept = 1 + answers.iter().filter(|it| it.is_ok()).count();
    let refused = answers.iter().filter_map(|it| it.as_ref().err()).collect::<Vec<_>>();
    assert!(!refused.is_empty());
    assert!(refused.iter().all(|it| it.code() == "S0011" && it.is_transient()), "{refused:?}");
    let count = store.read(scratch::count).wait().unwrap();
    assert_eq!(count, 100 * kept as i64, "exactly what was acknowledged is there");
    set(&FREE);
    assert_eq!(write(100_000).wait(), Ok(100));
}

#[test]
fn readers_that_overlap_for_ever_do_not_let_the_log_grow() {
    let database = TestDatabase::sqlite();
    scratch::create(&database);
    let wal_pages_max = 64;
    let store = database.open_with(Options { wal_pages_max, ..test_options() });
    let stop = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (store, stop) = (store.clone(), stop.clone());
            std::thread::spawn(move || {
                while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                    let read = store.read(|db| {
                        scratch::count(db)?;
                        std::thread::sleep(Duration::from_millis(2));
                        Ok(())
                    });
                    read.wait().unwrap();
                }
            })
        })
        .collect();
    let log = database.file().unwrap().with_file_name("baton.db-wal");
    let mut largest = 0;
    for n in 0..150 {
        let ids: Vec<_> = (n * 400..(n + 1) * 400).collect();
        store.write(move |tx| scratch::insert(tx, &ids)).wait().unwrap();
        largest = largest.max(std::fs::metadata(&log).unwrap().len());
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    for reader in readers {
        reader.join().unwrap();
    }
    let written = std::fs::metadata(database.file().unwrap()).unwrap().len();
    let limit = u64::from(wal_pages_max) * 4096 * 8;
    assert!(largest < limit, "the log grew to {largest} bytes");
    assert!(limit / 2 < written, "too little was written to tell: {written} bytes");
}
