//! `baton serve`: start, first set-up, end.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use store::testing::TestDatabase;

use crate::binary::baton;
use crate::scene;
use crate::served::{Client, Served, make_key};

const LINGER: Duration = Duration::from_secs(2);

fn example(name: &str) -> String {
    format!("{}/../../examples/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// Starts a server with the policy and people of the demo.
fn serve_demo(database: &TestDatabase) -> Served {
    let (policy, roster) = (example("demo/policy.yaml"), example("demo/roster.yaml"));
    Served::start_with(database, &["--policy", &policy, "--roster", &roster])
}

#[test]
fn an_empty_database_is_set_up_and_serves_at_once() {
    store::testing::for_each_database(|database| {
        let server = serve_demo(database);
        let key = make_key(database, &["leads:write", "leads:read"]);
        let mut client = Client::connect(server.address, &key).unwrap();
        let answer = client.post_lead("one", &scene::lead(1)).unwrap();
        assert_eq!(answer.status, 201, "{answer:?}");
        let path = format!("/api/v1/leads/{}", answer.body["lead"].as_str().unwrap());
        let lead = client.send("GET", &path, "", "").unwrap();
        assert_eq!(lead.status, 200, "{lead:?}");
        let mut stranger = Client::connect(server.address, "baton_wrong").unwrap();
        assert_eq!(stranger.post_lead("two", &scene::lead(2)).unwrap().status, 401);
    });
}

#[test]
fn the_server_ends_by_itself_when_it_is_asked_to() {
    for signal in [Signal::TERM, Signal::INT] {
        let database = TestDatabase::sqlite();
        let mut server = serve_demo(&database);
        let id = Pid::from_child(&server.child);
        kill_process(id, signal).unwrap();
        let ended = server.child.wait().unwrap();
        assert_eq!(ended.code(), Some(0), "{signal:?}: {ended:?}");
        let run = baton(&["verify", "--database", &database.address()]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    store::testing::for_each_database(|database| {
        let more = ["--admin-listen", "127.0.0.1:0", "--linger", "2"];
        scene::fill(database, 0);
        let mut server = Served::start_with(database, &more);
        let key = make_key(database, &["leads:write"]);
        let mut admin = Client::connect(server.admin.unwrap(), "").unwrap();
        assert_eq!(admin.send("GET", "/health/ready", "", "").unwrap().status, 200);
        // One request is half sent when the end is asked for, another is sent afterwards.
        let mut slow = Client::connect(server.address, &key).unwrap();
        let body = scene::lead(1).to_string();
        let json = "content-type: application/json\r\n";
        slow.begin("POST", "/api/v1/leads", json, body.len()).unwrap();
        let asked = Instant::now();
        kill_process(Pid::from_child(&server.child), Signal::TERM).unwrap();
        let mut ready = admin.send("GET", "/health/ready", "", "").unwrap();
        while ready.status == 200 {
            assert!(asked.elapsed() < LINGER, "it says that it is ready");
            ready = admin.send("GET", "/health/ready", "", "").unwrap();
        }
        assert_eq!((ready.status, ready.body["status"].as_str()), (503, Some("stopping")));
        let mut late = Client::connect(server.address, &key).unwrap();
        assert_eq!(late.post_lead("late", &scene::lead(2)).unwrap().status, 201);
        assert_eq!(slow.finish(&body).unwrap().status, 201);
        assert_eq!(server.child.wait().unwrap().code(), Some(0));
        assert!(LINGER <= asked.elapsed(), "it did not linger");
        assert!(Client::connect(server.address, "").is_err());
    });
}

#[test]
fn a_server_that_cannot_start_says_why_in_one_line() {
    let database = TestDatabase::sqlite();
    let address = database.address();
    let run = baton(&["serve", "--no-migrate", "--database", &address]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("S0017") && run.stderr.lines().count() == 1, "{run:?}");

    let server = serve_demo(&database);
    let taken = server.address.to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["serve", "--listen", &taken, "--database", &address])
        .stdout(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains(&format!("cannot listen on {taken}")), "{said}");
}
