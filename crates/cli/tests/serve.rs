//! `baton serve`: start, first set-up, end.

use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use store::testing::TestDatabase;

use crate::binary::baton;
use crate::scene;
use crate::served::{Client, Served, make_key};

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
