//! `baton doctor`.

use std::process::Command;

use serde_json::Value;
use store::testing::TestDatabase;

use crate::binary::{Run, baton, finished};
use crate::scene;
use crate::served::Served;

fn doctor(database: &TestDatabase) -> Run {
    baton(&["doctor", "--format", "json", "--database", &database.address()])
}

/// Status and detail of one check.
fn check(run: &Run, name: &str) -> (String, String) {
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let checks = document.get("checks").unwrap().as_array().unwrap();
    let found = checks.iter().find(|it| it.get("name").unwrap() == name);
    let found = found.unwrap_or_else(|| panic!("no check `{name}`: {document}"));
    let text = |field: &str| found.get(field).unwrap().as_str().unwrap().to_owned();
    (text("status"), text("detail"))
}

#[test]
fn a_sound_database_fails_no_check() {
    scene::on_both(1, |database| {
        let run = doctor(database);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(check(&run, "policy").0, "ok");
        assert_eq!(check(&run, "queues").0, "ok");
        assert_eq!(check(&run, "timers overdue"), ("ok".to_owned(), "none".to_owned()));
        assert_eq!(check(&run, "admins").0, "warn");
        let text = baton(&["doctor", "--database", &database.address()]);
        assert_eq!(text.code, Some(0), "{text:?}");
        assert!(text.last_line().contains("warning"), "{text:?}");
    });
}

#[test]
fn each_finding_says_what_to_do() {
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let document: Value = serde_json::from_str(&doctor(&database).stdout).unwrap();
    for check in document["checks"].as_array().unwrap() {
        assert_eq!(check["advice"].is_null(), check["status"] == "ok", "{check}");
    }
    let text = baton(&["doctor", "--database", &database.address()]).stdout;
    assert!(text.contains("\nadmins: add one with `baton user add"), "{text}");
}

#[test]
fn a_running_node_is_asked_and_a_silent_one_fails() {
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let server = Served::start_with(&database, &["--admin-listen", "127.0.0.1:0"]);
    let node = format!("http://{}", server.admin.unwrap());
    let ask = || {
        let address = database.address();
        let more = ["--node-at", &node, "--format", "json"];
        baton(&[["doctor", "--database", &address].as_slice(), &more].concat())
    };
    let name = format!("node {node}");
    assert_eq!(check(&ask(), &name), ("ok".to_owned(), "ready".to_owned()));
    server.kill();
    let run = ask();
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(check(&run, &name).0, "fail");
}

#[test]
fn timers_that_nobody_fires_are_warned_of() {
    scene::on_both(2, |database| {
        database.run_sql("update timer set due_at = 1700000000000000 where state = 'armed'");
        let run = doctor(database);
        assert_eq!(run.code, Some(0), "{run:?}");
        let (status, detail) = check(&run, "timers overdue");
        assert_eq!(status, "warn");
        assert!(detail.contains("nothing reads them yet"), "{detail}");
    });
}

#[test]
fn a_database_without_policy_fails_and_so_does_one_that_is_not_there() {
    store::testing::for_each_database(|database| {
        drop(database.open());
        let run = doctor(database);
        assert_eq!(run.code, Some(1), "{run:?}");
        assert!(check(&run, "policy").1.contains("no policy"), "{run:?}");
    });
    let run = baton(&["doctor", "--format", "json", "--database", "sqlite:///absent/baton.db"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(check(&run, "database").0, "fail");
}

#[test]
fn ways_out_that_the_policy_needs_are_looked_at_and_tried() {
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let address = database.address();
    let name = "connection smtp";
    let missing = doctor(&database);
    assert_eq!(check(&missing, name).0, "warn", "{missing:?}");
    // Nobody listens on port 9.
    let url = "smtp+plain://127.0.0.1:9?from=b@company.example";
    let ask = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_baton"));
        command.args(["doctor", "--format", "json", "--database", &address]).args(more);
        finished(command.env("BATON_SMTP_URL", url))
    };
    assert_eq!(check(&ask(&[]), name), ("ok".to_owned(), "set up by BATON_SMTP_URL".to_owned()));
    let tried = ask(&["--try-connections"]);
    assert_eq!((check(&tried, name).0.as_str(), tried.code), ("fail", Some(1)), "{tried:?}");
    assert!(check(&tried, name).1.contains("C0002"), "{tried:?}");
}
