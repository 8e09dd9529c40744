//! Policies.

use serde_json::{Value, json};

use crate::app::{As, TestApp, on_both};

const OPS: As = As::User("rae");

fn live(app: &TestApp) -> Value {
    app.get(&OPS, "/api/v1/policies/live").expect(200).body
}

fn changed(policy: &Value) -> Vec<Value> {
    let text = policy["files"][0]["text"].as_str().unwrap();
    vec![json!({ "path": "policy.yaml", "text": text.replace("name: Demo month", "name: Second") })]
}

#[test]
fn a_policy_is_checked_without_being_stored() {
    on_both(|app| {
        let files = json!([{ "path": "policy.yaml", "text": "schema: 1\nnmae: x\n" }]);
        let check = app.post(&OPS, "/api/v1/policies/check", &json!({ "files": files }));
        let check = check.expect(200).body;
        assert_eq!(check["ok"], false);
        let found = check["findings"].as_array().unwrap();
        assert!(found.iter().any(|it| it["line"] == 2 && it["severity"] == "error"), "{found:?}");
        assert_eq!(
            app.get(&OPS, "/api/v1/policies").expect(200).body["items"].as_array().unwrap().len(),
            1
        );
        let good =
            app.post(&OPS, "/api/v1/policies/check", &json!({ "files": live(app)["files"] }));
        assert_eq!(good.expect(200).body["ok"], true);
    });
}

#[test]
fn a_policy_goes_live_over_its_parent_only() {
    on_both(|app| {
        let first = live(app);
        let body = json!({ "files": changed(&first), "note": "renamed", "parent": first["hash"] });
        let published = app.post(&OPS, "/api/v1/policies/publish", &body).expect(201);
        assert_eq!(published.body["parent"], first["hash"]);
        assert_eq!(live(app)["name"], "Second");
        let read = app.get(&OPS, published.header("location")).expect(200).body;
        assert_eq!((&read["live"], &read["note"]), (&json!(true), &json!("renamed")));
        let text = body["files"][0]["text"].as_str().unwrap().replace("Second", "Third");
        let late = json!({
            "files": [{ "path": "policy.yaml", "text": text }], "note": "late",
            "parent": first["hash"],
        });
        let late = app.post(&OPS, "/api/v1/policies/publish", &late).expect(409);
        assert_eq!(late.code(), "A0602");
        assert_eq!(live(app)["name"], "Second");
    });
}

#[test]
fn a_publication_needs_parent_note_and_a_policy_without_errors() {
    on_both(|app| {
        let first = live(app);
        let path = "/api/v1/policies/publish";
        let files = changed(&first);
        let answer = app.post(&OPS, path, &json!({ "files": files, "note": "x" })).expect(422);
        assert_eq!(answer.body["fields"][0]["loc"], "parent");
        let body = json!({ "files": files, "note": " ", "parent": first["hash"] });
        assert_eq!(app.post(&OPS, path, &body).expect(422).body["fields"][0]["loc"], "note");
        let broken = json!([{ "path": "p.yaml", "text": "schema: 1\n" }]);
        let body = json!({ "files": broken, "note": "x", "parent": first["hash"] });
        let answer = app.post(&OPS, path, &body).expect(422);
        assert_eq!(answer.code(), "A0601");
        assert!(!answer.body["fields"].as_array().unwrap().is_empty());
        assert_eq!(live(app)["hash"], first["hash"]);
    });
}
