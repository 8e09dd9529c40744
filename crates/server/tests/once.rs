//! Idempotency keys.

use serde_json::json;

use crate::app::{As, answer, lead, on_both, request};

const ADMIN: As = As::User("admin");
const LEADS: &str = "/api/v1/leads";

#[test]
fn a_repeat_gets_the_first_answer_and_says_so() {
    on_both(|app| {
        let body = lead("a@b.example", "DE");
        let first = app.post_keyed(&ADMIN, LEADS, &body, "k1").expect(201);
        assert_eq!(first.header("idempotent-replayed"), "");
        let again = app.post_keyed(&ADMIN, LEADS, &body, "k1").expect(201);
        assert_eq!(again.header("idempotent-replayed"), "true");
        assert_eq!(again.header("location"), first.header("location"));
        assert_eq!(again.body, first.body);
        let without = app.post(&ADMIN, LEADS, &body).expect(201);
        assert_eq!(without.body["outcome"], "attached", "without the key it is a second one");
    });
}

#[test]
fn the_key_belongs_to_one_body_one_path_and_one_caller() {
    on_both(|app| {
        app.post_keyed(&ADMIN, LEADS, &lead("a@b.example", "DE"), "k1").expect(201);
        let other = app.post_keyed(&ADMIN, LEADS, &lead("c@d.example", "DE"), "k1").expect(422);
        assert_eq!(other.code(), "A0412");
        let activity = json!({ "kind": "visit" });
        let key = app.key(&["leads:write"]);
        app.post_keyed(&key, LEADS, &lead("e@f.example", "DE"), "k1").expect(201);
        let made = app.capture("g@h.example");
        let path = format!("{LEADS}/{}/activities", made["lead"].as_str().unwrap());
        app.post_keyed(&ADMIN, &path, &activity, "k1").expect(422);
    });
}

#[test]
fn a_quarantined_lead_is_kept_once() {
    on_both(|app| {
        let bad = json!({ "fields": { "company": "x" } });
        let first = app.post_keyed(&ADMIN, LEADS, &bad, "k1").expect(422);
        let again = app.post_keyed(&ADMIN, LEADS, &bad, "k1").expect(422);
        assert_eq!(again.body["state"], first.body["state"]);
        let kept = app.get(&ADMIN, "/api/v1/quarantine").expect(200).body;
        assert_eq!(kept["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn a_stale_action_is_not_kept_and_an_accepted_one_is() {
    on_both(|app| {
        let lead = app.lead_of("olga");
        let path = format!("/api/v1/handoffs/{}/accept", lead["handoff"].as_str().unwrap());
        let rep = As::User("olga");
        let body = json!({ "version": lead["version"] });
        let first = app.post_keyed(&rep, &path, &body, "k1").expect(200);
        let again = app.post_keyed(&rep, &path, &body, "k1").expect(200);
        assert_eq!(again.body, first.body);
        app.post_keyed(&rep, &path, &body, "k2").expect(409);
    });
}

#[test]
fn a_batch_is_done_once() {
    on_both(|app| {
        let batch = json!({ "leads": [lead("a@b.example", "DE"), lead("c@d.example", "US"), 7] });
        let path = "/api/v1/leads/batch";
        let first = app.post_keyed(&ADMIN, path, &batch, "k1").expect(200);
        let again = app.post_keyed(&ADMIN, path, &batch, "k1").expect(200);
        assert_eq!(again.body, first.body);
        assert_eq!(again.header("idempotent-replayed"), "true");
    });
}

#[test]
fn keys_that_are_none_are_refused() {
    on_both(|app| {
        for key in ["", "a b", &"x".repeat(201)] {
            let answer = app.post_keyed(&ADMIN, LEADS, &lead("a@b.example", "DE"), key).expect(422);
            assert_eq!(answer.code(), "A0414", "{key}");
        }
    });
}

#[test]
fn of_twenty_at_once_with_one_key_one_makes_the_lead() {
    on_both(|app| {
        let key = app.key(&["leads:write"]);
        let body = lead("a@b.example", "DE");
        let answers = app.runtime.block_on(async {
            let tasks: Vec<_> = (0..20)
                .map(|_| {
                    let request = request(&key, "POST", LEADS, &body, Some("k1"));
                    tokio::spawn(answer(app.app.clone(), request))
                })
                .collect();
            let mut answers = Vec::new();
            for task in tasks {
                answers.push(task.await.unwrap());
            }
            answers
        });
        assert!(answers.iter().all(|it| it.status == 201), "{:?}", answers[0].body);
        assert!(answers.iter().all(|it| it.body == answers[0].body));
        let fresh = answers.iter().filter(|it| it.header("idempotent-replayed").is_empty());
        assert_eq!(fresh.count(), 1);
    });
}
