//! The log: a line for every request, and no word of what people typed.

use std::fs::File;
use std::process::Stdio;

use serde_json::{Value, json};
use store::testing::TestDatabase;

use crate::scene;
use crate::served::{Answer, Client, Served, make_key};

/// What people type. None of it may stand in a log.
const CANARIES: [&str; 5] =
    ["canary@canary-mail.example", "canary-mail", "Zebedee", "5550199", "canary-word"];

/// Where the server closed the connection first.
const NO_ANSWER: Answer = Answer { status: 0, body: Value::Null };

const SCOPES: [&str; 2] = ["leads:write", "leads:read"];

/// Runs a server at the most talkative level, sends canaries through all inputs, and reads the log.
fn logged(database: &TestDatabase, format: &str) -> String {
    let folder = tempfile::TempDir::new().unwrap();
    scene::fill(database, 0);
    let key = make_key(database, &SCOPES);
    let file = folder.path().join(format!("{format}.log"));
    let log = Stdio::from(File::create(&file).unwrap());
    let server = Served::start_logged(database, &["--log", format], log);
    send_canaries(&server, &key);
    server.kill();
    std::fs::read_to_string(&file).unwrap()
}

fn lead() -> Value {
    let mut lead = scene::lead(1);
    for (name, value) in [
        ("email", "canary@canary-mail.example"),
        ("first_name", "Zebedee"),
        ("last_name", "Zebedee"),
        ("phone", "+1 202 5550199"),
        ("company", "canary-word"),
    ] {
        lead["fields"][name] = json!(value);
    }
    lead["activities"] = json!([{ "kind": "demo_request", "subject": "canary-word" }]);
    lead
}

fn send_canaries(server: &Served, key: &str) {
    // A connection each: what is refused before its body was read ends with its connection.
    let connect = |key: &str| Client::connect(server.address, key).unwrap();
    let post = |path: &str, body: &str| -> Answer {
        let head = "content-type: application/json\r\nidempotency-key: canary-word\r\n";
        connect(key).send("POST", path, head, body).unwrap_or(NO_ANSWER)
    };
    let made = post("/api/v1/leads", &lead().to_string());
    assert_eq!(made.status, 201, "{made:?}");
    let conflict = post("/api/v1/leads/batch", &json!({ "leads": [lead()] }).to_string());
    assert_eq!(conflict.status, 422, "{conflict:?}");
    let id = made.body["lead"].as_str().unwrap();
    let activity = json!({ "kind": "canary-word", "subject": "Zebedee" }).to_string();
    post(&format!("/api/v1/leads/{id}/activities"), &activity);
    for body in ["{ \"canary-word", "{\"fields\":{\"email\":\"canary-mail\"}}", "[\"Zebedee\"]"] {
        post("/api/v1/leads", body);
        post("/api/v1/outcomes", body);
        post("/api/v1/users", body);
        post("/api/v1/policies", body);
        post("/canary-word", body);
    }
    let basic = "authorization: Basic Y2FuYXJ5QGNhbmFyeS1tYWlsLmV4YW1wbGU6Y2FuYXJ5LXdvcmQ=\r\n";
    for path in [
        "/api/v1/leads/canary@canary-mail.example",
        "/api/v1/leads?owner=Zebedee&canary-word=5550199",
        "/api/v1/reps/Zebedee",
        "/api/v1/policies/canary-word",
    ] {
        for method in ["GET", "DELETE", "CANARY-WORD"] {
            connect(key).send(method, path, "", "").unwrap();
            connect("").send(method, path, basic, "").unwrap();
        }
    }
}

#[test]
fn no_line_names_a_person_and_each_request_has_one() {
    for format in ["json", "text"] {
        store::testing::for_each_database(|database| {
            let log = logged(database, format);
            for canary in CANARIES {
                let found = log.lines().find(|it| it.contains(canary));
                assert!(found.is_none(), "`{canary}` is in the log: {found:?}");
            }
            // The log is there.
            assert!(log.lines().filter(|it| it.contains("/api/v1/leads")).count() > 10, "{log}");
        });
    }
}

#[test]
fn a_line_tells_the_request_its_route_and_its_lead() {
    let log = logged(&TestDatabase::sqlite(), "json");
    let lines: Vec<Value> = log.lines().map(|it| serde_json::from_str(it).unwrap()).collect();
    let first = lines.iter().find(|it| it["http.status"] == 201).unwrap();
    assert_eq!(first["level"], "INFO");
    assert_eq!(first["http.method"], "POST");
    assert_eq!(first["http.route"], "/api/v1/leads");
    assert!(first["duration_ms"].as_f64().unwrap() > 0.0);
    assert!(first["request.id"].as_str().unwrap().contains('-'));
    assert!(first["actor.id"].as_str().unwrap().starts_with("key:"), "{first}");
    let lead = first["lead.id"].as_str().unwrap();
    assert!(lead.starts_with("lead_"), "{first}");
    assert!(first["handoff.id"].as_str().unwrap().starts_with("handoff_"), "{first}");
    let other = lines.iter().find(|it| it["http.route"] == "/api/v1/leads/{lead}/activities");
    assert_eq!(other.unwrap()["lead.id"], lead);
}

#[test]
fn a_level_that_does_not_exist_is_refused() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["serve", "--database", "sqlite://none.db"])
        .env("BATON_LOG", "loud")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("`BATON_LOG` is `loud`"), "{said}");
}
