//! Outcomes.

use serde_json::{Value, json};

use crate::app::{As, on_both};

const OPS: As = As::User("rae");

#[test]
fn an_outcome_is_counted_for_the_newest_handoff_of_its_lead() {
    on_both(|app| {
        let lead = app.capture("a@b.example");
        let body = json!({ "kind": "won", "lead": lead["lead"], "value": 9000,
                "external_id": { "source": "crm", "id": "x:1" } });
        let made = app.post(&OPS, "/api/v1/outcomes", &body).expect(201);
        assert_eq!(made.body["outcome"]["handoff"], lead["handoff"]);
        let again = app.post(&OPS, "/api/v1/outcomes", &body).expect(200);
        assert_eq!(again.body["result"], "unchanged", "the external id is known");
        assert_eq!(again.body["outcome"], made.body["outcome"]);
        let path = made.header("location").to_owned();
        let listed = app.get(&OPS, &path).expect(200).body;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert_eq!(listed["items"][0]["value"], 9000);
        assert_eq!(listed["items"][0]["external_id"], body["external_id"]);
        let unnamed = json!({ "kind": "won", "lead": lead["lead"],
            "external_id": { "source": "c:rm", "id": "1" } });
        let refused = app.post(&OPS, "/api/v1/outcomes", &unnamed).expect(422);
        assert_eq!(refused.body["fields"][0]["loc"], "external_id");
    });
}

#[test]
fn an_outcome_that_is_sent_again_is_corrected_and_counts_once() {
    on_both(|app| {
        let lead = app.capture("a@b.example");
        let send = |kind: &str, more: &Value| {
            let mut body = json!({ "kind": kind, "lead": lead["lead"],
                "external_id": { "source": "crm", "id": "006" } });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.post(&OPS, "/api/v1/outcomes", &body)
        };
        let day = |day: u32| format!("2026-11-{day:02}T10:00:00Z");
        let made = send("won", &json!({ "value": 9000, "at": day(10) })).expect(201).body;
        assert_eq!(made["result"], "new");
        let more = send("won", &json!({ "value": 12000 })).expect(200).body;
        assert_eq!(
            (&more["result"], &more["outcome"]["value"]),
            (&json!("updated"), &json!(12000))
        );
        assert_eq!(more["outcome"]["id"], made["outcome"]["id"]);
        assert_eq!(more["outcome"]["at"], day(10), "what is left out stays");
        let older = send("lost", &json!({ "at": day(9) })).expect(200).body;
        assert_eq!((&older["result"], &older["outcome"]), (&json!("superseded"), &more["outcome"]));
        let lost = send("lost", &json!({ "at": day(12) })).expect(200).body;
        assert_eq!(
            (&lost["result"], &lost["outcome"]["kind"]),
            (&json!("updated"), &json!("lost"))
        );
        // An opportunity of the same id is a step before the verdict, and counts beside it.
        assert_eq!(send("opportunity", &json!({})).expect(201).body["result"], "new");
        let path = format!("/api/v1/outcomes?lead={}", lead["lead"].as_str().unwrap());
        let listed = app.get(&OPS, &path).expect(200).body;
        let kinds: Vec<_> =
            listed["items"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
        assert_eq!(kinds, ["lost", "opportunity"]);
    });
}

#[test]
fn what_cannot_be_is_refused() {
    on_both(|app| {
        let body = json!({ "kind": "maybe", "value": -1, "at": "2999-01-01T00:00:00Z" });
        let answer = app.post(&OPS, "/api/v1/outcomes", &body).expect(422);
        let locs: Vec<&Value> =
            answer.body["fields"].as_array().unwrap().iter().map(|it| &it["loc"]).collect();
        assert_eq!(locs, ["kind", "at", "value", "lead"]);
        let lead = app.capture("a@b.example");
        let body = json!({ "kind": "won", "lead": lead["lead"], "value": i64::MAX });
        let answer = app.post(&OPS, "/api/v1/outcomes", &body).expect(422);
        assert_eq!(answer.body["fields"][0]["loc"], "value");
        let body = json!({ "kind": "won", "lead": "lead_0000000000000" });
        app.post(&OPS, "/api/v1/outcomes", &body).expect(404);
    });
}

#[test]
fn the_lead_may_be_named_as_its_sender_names_it() {
    on_both(|app| {
        let body = json!({
            "fields": { "email": "a@b.example", "country": "DE", "handoff_reason": "demo" },
            "external_id": { "source": "crm", "id": "00Q1" },
        });
        let lead = app.post(&OPS, "/api/v1/leads", &body).expect(201).body;
        let record = |more: &Value| {
            let mut body = json!({ "kind": "won" });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            app.post(&OPS, "/api/v1/outcomes", &body)
        };
        let names = [
            json!({ "lead_external_id": { "source": "crm", "id": "00Q1" } }),
            json!({ "lead_email": " A@B.example" }),
            json!({ "lead_email": "a@b.example", "handoff": lead["handoff"] }),
        ];
        for name in names {
            let made = record(&name).expect(201).body;
            assert_eq!(made["outcome"]["lead"], lead["lead"], "{name}");
            assert_eq!(made["outcome"]["handoff"], lead["handoff"], "{name}");
        }
        let strangers = [
            json!({ "lead_external_id": { "source": "other", "id": "00Q1" } }),
            json!({ "lead_email": "z@z.example" }),
            json!({ "lead_email": "no address" }),
        ];
        for name in strangers {
            let refused = record(&name).expect(404).body;
            assert_eq!(refused["code"], "I0603", "{name}");
            assert!(!refused.to_string().contains("z.example"), "{refused}");
        }
        let twice = json!({ "lead": lead["lead"], "lead_email": "a@b.example" });
        assert_eq!(record(&twice).expect(422).body["fields"][0]["loc"], "lead");
        let twice = json!({ "lead_email": "a@b.example",
            "lead_external_id": { "source": "crm", "id": "00Q1" } });
        assert_eq!(record(&twice).expect(422).body["fields"][0]["loc"], "lead_email");
    });
}
