//! kill -9 in the middle of the load: what was acknowledged is there, once.

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use store::DatabaseUrl;
use store::testing::{for_each_database, test_options};

use crate::scratch;

const URL: &str = "BATON_CRASH_TEST_URL";
const FIRST: &str = "BATON_CRASH_TEST_FIRST";
const ROUNDS: i64 = 6;

/// The process that is killed: prints the id of each write once it is acknowledged. Started by
/// the test below; run by itself it has nothing to write to.
#[test]
fn crash_writer() {
    let Ok(url) = std::env::var(URL) else { return };
    let url: DatabaseUrl = url.parse().unwrap();
    let first: i64 = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = store::Store::open(&url, test_options()).unwrap();
    let mut waiting = std::collections::VecDeque::new();
    for id in first.. {
        waiting.push_back((id, store.write(move |tx| scratch::insert(tx, &[2 * id, 2 * id + 1]))));
        if 64 <= waiting.len() {
            let (id, answer) = waiting.pop_front().unwrap();
            answer.wait().unwrap();
            // One line, one system call: a line is either there or not.
            std::io::stderr().write_all(format!("ack {id}\n").as_bytes()).unwrap();
        }
    }
}

#[test]
fn acknowledged_writes_survive_kill_nine() {
    for_each_database(|database| {
        scratch::create(database);
        drop(database.open());
        let mut acknowledged = Vec::new();
        for round in 0..ROUNDS {
            let url = database.address();
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "crash::crash_writer", "--nocapture"])
                .env(URL, url)
                .env(FIRST, (round * 1_000_000).to_string())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            let lines = BufReader::new(child.stderr.take().unwrap()).lines();
            let mut lines = lines
                .map(Result::unwrap)
                .filter_map(|it| it.strip_prefix("ack ").and_then(|id| id.parse::<i64>().ok()));
            acknowledged.push(lines.next().unwrap());
            std::thread::sleep(Duration::from_millis(40 + 30 * round as u64));
            child.kill().unwrap();
            acknowledged.extend(lines);
            child.wait().unwrap();
        }
        let found = database.open().read(scratch::ids).wait().unwrap();
        let rows: BTreeSet<_> = found.iter().copied().collect();
        assert_eq!(rows.len(), found.len(), "a row is there twice");
        for id in &acknowledged {
            assert!(rows.contains(&(2 * id)), "acknowledged write {id} is lost");
        }
        for id in &rows {
            assert!(rows.contains(&(id ^ 1)), "half of a write is there: {id}");
        }
        assert!(ROUNDS * 10 < acknowledged.len() as i64, "too few: {}", acknowledged.len());
    });
}
