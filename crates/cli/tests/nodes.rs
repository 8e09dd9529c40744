//! Several servers on one database behave as one: whoever dies, hangs or comes back changes nothing.

use std::process::Command;
use std::time::{Duration, Instant};

use engine::policies::Publication;
use engine::{Actor, Engine};
use policy::Sources;
use serde_json::json;
use store::testing::TestDatabase;

use crate::binary::baton;
use crate::served::{Client, Served, make_key};

/// Until then another node has fired what a dead one would have.
const LATE_MAX: i64 = 5_000_000;

/// Longer than a node may hold its number without renewing it.
const LEASE_OVER: Duration = Duration::from_secs(11);

const PATIENCE: Duration = Duration::from_secs(30);

const POLICY: &str = include_str!("../../engine/tests/rules/policy.yaml");
const ROSTER: &str = include_str!("../../engine/tests/rules/roster.yaml");

/// Offers are to be accepted within two seconds, by the wall.
fn set_up(database: &TestDatabase) {
    let policy = POLICY
        .replace(
            "acknowledge: [{ hours: team, within: 15m }]",
            "acknowledge: [{ hours: always, within: 2s }]",
        )
        .replace("touch: [{ hours: team, within: 2h }]", "touch: [{ hours: always, within: 2h }]");
    let engine = Engine::new(database.open(), 1022);
    engine.ensure_workspace("Test", "America/New_York", "USD").unwrap();
    let publication = Publication {
        sources: Sources::single("policy.yaml", policy),
        note: "fast".to_owned(),
        from: None,
        parent: None,
        retroactive: false,
    };
    engine.publish_blocking(Actor::Operator, publication).unwrap();
    let roster = Sources::single("roster.yaml", ROSTER);
    engine.put_roster_blocking(Actor::Operator, &roster).unwrap();
}

fn post(node: &Served, key: &str, numbers: std::ops::Range<usize>) {
    let mut client = Client::connect(node.address, key).unwrap();
    for number in numbers {
        let email = format!("person{number}@company{number}.example");
        let body = json!({ "fields": { "email": email, "handoff_reason": "Demo" } });
        let answer = client.post_lead(&format!("once-{number}"), &body).unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
    }
}

fn signal(node: &Served, name: &str) {
    let pid = node.child.id().to_string();
    assert!(Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap().success());
}

/// Waits until `count` offers have been missed; how late the latest of them fired.
fn missed(store: &store::Store, count: usize) -> i64 {
    let start = Instant::now();
    loop {
        let late = store.read(|db| store::timer::lateness(db, 1, "acknowledge")).wait().unwrap();
        if count <= late.len() {
            assert_eq!(late.len(), count);
            return late.into_iter().max().unwrap();
        }
        assert!(start.elapsed() < PATIENCE, "{} of {count} fired", late.len());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn numbers(store: &store::Store) -> Vec<i64> {
    let nodes = store.read(store::node::list).wait().unwrap();
    nodes.into_iter().map(|it| it.number).collect()
}

#[test]
fn a_dead_a_hanging_and_a_returning_node_change_nothing() {
    let Some(database) = TestDatabase::postgres() else { return };
    set_up(&database);
    let key = make_key(&database, &["leads:write"]);
    let store = database.open();
    let (first, second) = (Served::start(&database), Served::start(&database));
    assert_eq!(numbers(&store), [1, 2], "each has a number of its own");
    post(&first, &key, 0..20);
    post(&second, &key, 20..40);
    first.kill();
    assert!(missed(&store, 40) < LATE_MAX, "after a kill");
    let mut third = Served::start(&database);
    assert_eq!(numbers(&store), [1, 2, 3], "the dead one's number is not free yet");
    post(&third, &key, 40..60);
    signal(&third, "STOP");
    assert!(missed(&store, 60) < LATE_MAX, "while a node hangs");
    std::thread::sleep(LEASE_OVER);
    // Whoever comes now takes the numbers of the dead and of the hanging one.
    let (fourth, fifth) = (Served::start(&database), Served::start(&database));
    assert_eq!(numbers(&store), [1, 2, 3]);
    post(&fourth, &key, 60..70);
    signal(&third, "CONT");
    post(&fifth, &key, 70..80);
    assert!(missed(&store, 80) < LATE_MAX, "with a node that came back");
    let start = Instant::now();
    while third.child.try_wait().unwrap().is_none() {
        assert!(start.elapsed() < PATIENCE, "a node whose number another has must end");
        std::thread::sleep(Duration::from_millis(50));
    }
    drop((second, fourth, fifth));
    let fired = store.read(|db| {
        let mut fired = 0;
        for head in store::chain::heads(db, 1)?.iter().filter(|it| it.log == "event") {
            let events = store::event::after(db, 1, head.stream, 0, i64::MAX)?;
            let missed = |it: &&store::event::Event| {
                it.kind == "handoff.timer_fired" && it.body.contains("acknowledge")
            };
            fired += events.iter().filter(missed).count();
        }
        Ok(fired)
    });
    assert_eq!(fired.wait().unwrap(), 80, "each timer fires once, by the log too");
    let run = baton(&["verify", "--database", &database.address(), "--replay", "100"]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_number_that_a_node_has_is_not_given_twice() {
    let database = TestDatabase::sqlite();
    set_up(&database);
    let node = Served::start_with(&database, &["--node", "7"]);
    assert_eq!(numbers(&database.open()), [7]);
    let second = baton(&[
        "serve",
        "--listen",
        "127.0.0.1:0",
        "--node",
        "7",
        "--database",
        &database.address(),
    ]);
    assert_eq!(second.code, Some(2), "{second:?}");
    assert!(second.stderr.contains("A0630"), "{second:?}");
    drop(node);
}
