//! Quarantine.

use serde_json::{Value, json};

use crate::app::{As, TestApp, on_both};

const OPS: As = As::User("rae");

fn quarantined(app: &TestApp) -> String {
    let body = json!({ "fields": { "email": "a@b.example", "country": "DE" } });
    let answer = app.post(&OPS, "/api/v1/leads", &body).expect(422);
    let id = answer.body["state"]["quarantine"].as_str().unwrap().to_owned();
    format!("/api/v1/quarantine/{id}")
}

#[test]
fn a_mended_submission_becomes_a_lead() {
    on_both(|app| {
        let path = quarantined(app);
        let kept = app.get(&OPS, &path).expect(200).body;
        assert_eq!(kept["state"], "open");
        assert_eq!(kept["faults"][0]["loc"], "fields.handoff_reason", "{kept}");
        let useless = json!({ "fields": { "company": "Acme" } });
        let answer = app.post(&OPS, &format!("{path}/replay"), &useless).expect(422);
        assert_eq!(answer.code(), "I0302");
        let mended = json!({ "fields": { "handoff_reason": "Product - Voice" } });
        let answer = app.post(&OPS, &format!("{path}/replay"), &mended).expect(201);
        let lead = app.get(&As::User("admin"), answer.header("location")).expect(200).body;
        assert_eq!(lead["fields"]["email"], "a@b.example");
        let kept = app.get(&OPS, &path).expect(200).body;
        assert_eq!((&kept["state"], &kept["lead"]), (&json!("replayed"), &answer.body["lead"]));
        let again = app.post(&OPS, &format!("{path}/replay"), &mended).expect(409);
        assert_eq!(again.body["state"]["lead"], answer.body["lead"]);
    });
}

#[test]
fn a_discarded_submission_leaves_the_list() {
    on_both(|app| {
        let path = quarantined(app);
        let list = |app: &TestApp| -> Vec<Value> {
            let page = app.get(&OPS, "/api/v1/quarantine").expect(200).body;
            page["items"].as_array().unwrap().clone()
        };
        assert_eq!(list(app).len(), 1);
        let answer = app.post(&OPS, &format!("{path}/discard"), &Value::Null).expect(200);
        assert_eq!(answer.body["state"], "discarded");
        assert!(list(app).is_empty());
        app.post(&OPS, &format!("{path}/discard"), &Value::Null).expect(409);
    });
}
