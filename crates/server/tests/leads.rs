//! Leads.

use expect_test::expect;
use serde_json::{Value, json};

use crate::app::{As, lead, on_both, redacted};

#[test]
fn a_lead_is_answered_with_owner_deadlines_and_reason() {
    on_both(|app| {
        let answer = app.post(&As::User("admin"), "/api/v1/leads", &lead("a@b.example", "DE"));
        let answer = answer.expect(201);
        let location = answer.header("location").to_owned();
        assert_eq!(location, format!("/api/v1/leads/{}", answer.body["lead"].as_str().unwrap()));
        expect![[r#"
            {
              "acknowledge_due": "INSTANT",
              "disposition_due": "INSTANT",
              "fast_track": false,
              "handoff": "handoff_ID",
              "lead": "lead_ID",
              "outcome": "assigned",
              "owner": {
                "id": "olga",
                "name": "Olga Brandt"
              },
              "queue": null,
              "reason": {
                "code": "D0401",
                "pool": "emea",
                "rule": "emea"
              },
              "score": 55,
              "sla": "tier_1",
              "tier": 1,
              "touch_due": "INSTANT"
            }
        "#]]
        .assert_eq(&redacted(&answer.body));
    });
}

#[test]
fn a_lead_is_read_with_its_fields_handoffs_and_activities() {
    on_both(|app| {
        let made = app.capture("a@b.example");
        let path = format!("/api/v1/leads/{}", made["lead"].as_str().unwrap());
        let mut read = app.get(&As::User("admin"), &path).expect(200).body;
        assert_eq!(read["handoffs"][0]["id"], made["handoff"]);
        assert_eq!(read["handoffs"][0]["owner_name"], "Olga Brandt");
        read["handoffs"] = Value::Null;
        expect![[r#"
            {
              "activities": [
                {
                  "at": "INSTANT",
                  "id": "activity_ID",
                  "kind": "demo_request"
                }
              ],
              "captured_at": "INSTANT",
              "channel": "api",
              "closed_reason": null,
              "fields": {
                "company": "Acme Robotics",
                "company.key": "acme robotics",
                "country": "DE",
                "country.groups": [
                  "DACH",
                  "EEA",
                  "EMEA",
                  "EU",
                  "EUROPE"
                ],
                "email": "a@b.example",
                "email.class": "business",
                "email.domain": "b.example",
                "employees": 120.0,
                "employees.band": "51-200",
                "handoff_reason": "Product - Voice"
              },
              "handoffs": null,
              "id": "lead_ID",
              "masked": [],
              "owner": "olga",
              "queue": null,
              "reason": "Product - Voice",
              "received_at": "INSTANT",
              "state": "assigned",
              "updated_at": "INSTANT",
              "version": 1
            }
        "#]]
        .assert_eq(&redacted(&read));
    });
}

#[test]
fn a_lead_that_misses_the_contract_is_kept_and_every_fault_named() {
    on_both(|app| {
        let body = json!({ "fields": { "company": "Acme", "employees": "many" } });
        let answer = app.post(&As::User("admin"), "/api/v1/leads", &body).expect(422);
        expect![[r#"
            {
              "code": "I0302",
              "fields": [
                {
                  "code": "I0302",
                  "loc": "fields.handoff_reason",
                  "message": "`handoff_reason` is missing"
                },
                {
                  "code": "I0303",
                  "loc": "fields",
                  "message": "none of `email`, `phone` is there"
                }
              ],
              "message": "the submission does not meet the data contract; kept as quarantine_ID",
              "request_id": "REQUEST",
              "state": {
                "quarantine": "quarantine_ID"
              }
            }
        "#]]
        .assert_eq(&redacted(&answer.body));
    });
}

#[test]
fn a_body_that_is_no_lead_names_every_wrong_part() {
    on_both(|app| {
        let body = json!({ "fields": [], "activities": [{ "at": 3 }] });
        let answer = app.post(&As::User("admin"), "/api/v1/leads", &body).expect(422);
        assert_eq!(answer.code(), "I0301");
        let fields = answer.body["fields"].as_array().unwrap();
        assert!(2 <= fields.len(), "{fields:?}");
    });
}

#[test]
fn each_lead_of_a_batch_has_its_own_result() {
    on_both(|app| {
        let batch = json!({ "leads": [
            lead("a@b.example", "DE"), { "fields": { "company": "x" } }, 7, lead("c@d.example", "US"),
        ] });
        let answer = app.post(&As::User("admin"), "/api/v1/leads/batch", &batch).expect(200);
        let results: Vec<&Value> =
            answer.body["items"].as_array().unwrap().iter().map(|it| &it["result"]).collect();
        assert_eq!(results, ["captured", "quarantined", "refused", "captured"]);
        assert_eq!(answer.body["items"][2]["fields"][0]["loc"], "leads[2].body");
    });
}

#[test]
fn a_batch_has_at_most_a_thousand_leads() {
    on_both(|app| {
        let batch = json!({ "leads": vec![lead("a@b.example", "DE"); 1_001] });
        let answer = app.post(&As::User("admin"), "/api/v1/leads/batch", &batch).expect(422);
        assert_eq!(answer.body["fields"][0]["loc"], "leads");
        app.post(&As::User("admin"), "/api/v1/leads/batch", &json!({ "leads": [] })).expect(422);
    });
}

#[test]
fn pages_follow_each_other_without_gap_or_repeat() {
    on_both(|app| {
        let admin = As::User("admin");
        let made: Vec<Value> =
            (0..7).map(|at| app.capture(&format!("p{at}@b.example"))["lead"].clone()).collect();
        let mut seen = Vec::new();
        let mut path = "/api/v1/leads?limit=3".to_owned();
        loop {
            let page = app.get(&admin, &path).expect(200).body;
            seen.extend(page["items"].as_array().unwrap().iter().map(|it| it["id"].clone()));
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/leads?limit=3&after={next}");
        }
        seen.reverse();
        assert_eq!(seen, made);
    });
}

#[test]
fn a_page_with_a_narrow_sight_looks_past_what_belongs_to_others() {
    on_both(|app| {
        for at in 0..13 {
            app.capture(&format!("p{at}@b.example"));
        }
        // Six reps in turn: olga has the first, the seventh and the thirteenth.
        let page = app.get(&As::User("olga"), "/api/v1/leads?limit=2").expect(200).body;
        assert_eq!(page["items"].as_array().unwrap().len(), 2);
        let next = page["next"].as_str().unwrap();
        let path = format!("/api/v1/leads?limit=2&after={next}");
        let page = app.get(&As::User("olga"), &path).expect(200).body;
        assert_eq!(page["items"].as_array().unwrap().len(), 1);
        assert_eq!(page["next"], Value::Null);
    });
}

#[test]
fn an_activity_is_added_and_shown() {
    on_both(|app| {
        let made = app.capture("a@b.example");
        let path = format!("/api/v1/leads/{}", made["lead"].as_str().unwrap());
        let activity = json!({ "kind": "pricing_page", "subject": "/pricing" });
        let answer = app.post(&As::User("admin"), &format!("{path}/activities"), &activity);
        assert!(answer.expect(201).body["id"].as_str().unwrap().starts_with("activity_"));
        let read = app.get(&As::User("admin"), &path).expect(200).body;
        let kinds: Vec<&Value> =
            read["activities"].as_array().unwrap().iter().map(|it| &it["kind"]).collect();
        assert_eq!(kinds, ["demo_request", "pricing_page"]);
        let future = json!({ "kind": "x", "at": "2999-01-01T00:00:00Z" });
        let answer = app.post(&As::User("admin"), &format!("{path}/activities"), &future);
        assert_eq!(answer.expect(422).body["fields"][0]["loc"], "at");
    });
}

#[test]
fn two_leads_of_one_person_are_merged_and_parted_again() {
    on_both(|app| {
        let admin = As::User("admin");
        let (one, other) = (app.capture("a@b.example"), app.capture("a@c.example"));
        let path = |lead: &Value, action: &str| {
            format!("/api/v1/leads/{}/{action}", lead["lead"].as_str().unwrap())
        };
        let into = json!({ "into": other["lead"] });
        app.post(&admin, &path(&one, "merge"), &into).expect(204);
        let read = |lead: &Value| {
            let path = format!("/api/v1/leads/{}", lead["lead"].as_str().unwrap());
            app.get(&admin, &path).expect(200).body["state"].clone()
        };
        assert_eq!((read(&one), read(&other)), (json!("merged"), json!("assigned")));
        let again = app.post(&admin, &path(&one, "merge"), &into).expect(409);
        assert_eq!(again.code(), "A0634");
        // The person's next submission belongs to the one that goes on.
        assert_eq!(app.capture("a@b.example")["lead"], other["lead"]);
        app.post(&admin, &path(&one, "unmerge"), &json!({})).expect(204);
        assert_eq!((read(&one), read(&other)), (json!("assigned"), json!("assigned")));
        app.post(&As::User("olga"), &path(&one, "merge"), &into).expect(403);
    });
}
