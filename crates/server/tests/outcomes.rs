//! Outcomes.

use serde_json::{Value, json};

use crate::app::{As, on_both};

const OPS: As = As::User("rae");

#[test]
fn an_outcome_is_counted_for_the_newest_handoff_of_its_lead() {
    on_both(|app| {
        let lead = app.capture("a@b.example");
        let body =
            json!({ "kind": "won", "lead": lead["lead"], "value": 9000, "external_id": "x1" });
        let made = app.post(&OPS, "/api/v1/outcomes", &body).expect(201);
        assert_eq!(made.body["outcome"]["handoff"], lead["handoff"]);
        let again = app.post(&OPS, "/api/v1/outcomes", &body).expect(200);
        assert_eq!(again.body["outcome"], Value::Null, "the external id is known");
        let path = made.header("location").to_owned();
        let listed = app.get(&OPS, &path).expect(200).body;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(listed["items"][0]["value"], 9000);
    });
}

#[test]
fn what_cannot_be_is_refused() {
    on_both(|app| {
        let body = json!({ "kind": "maybe", "value": -1, "at": "2999-01-01T00:00:00Z" });
        let answer = app.post(&OPS, "/api/v1/outcomes", &body).expect(422);
        let locs: Vec<&Value> =
            answer.body["fields"].as_array().unwrap().iter().map(|it| &it["loc"]).collect();
        assert_eq!(locs, ["kind", "at", "value"]);
        let body = json!({ "kind": "won", "lead": "lead_0000000000000" });
        app.post(&OPS, "/api/v1/outcomes", &body).expect(404);
    });
}
