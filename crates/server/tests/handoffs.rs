//! Handoffs: what reps and managers do with them.

use expect_test::expect;
use serde_json::{Value, json};

use crate::app::{As, OWN, TEAM, TestApp, on_both, redacted};

const REP: As = As::User("olga");
const MANAGER: As = As::User("svenja");

fn path(lead: &Value, action: &str) -> String {
    format!("/api/v1/handoffs/{}/{action}", lead["handoff"].as_str().unwrap())
}

fn act(app: &TestApp, who: &As, lead: &Value, action: &str, body: Value) -> Value {
    app.post(who, &path(lead, action), &body).expect(200).body
}

#[test]
fn a_handoff_is_accepted_touched_and_disposed_of() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let after = act(app, &REP, &lead, "accept", json!({ "version": lead["version"] }));
        assert_eq!((&after["state"], &after["owner"]), (&json!("accepted"), &json!("olga")));
        let touch = json!({ "version": after["version"], "kind": "call", "seconds": 140 });
        let after = act(app, &REP, &lead, "touch", touch);
        assert_ne!(after["first_touch_at"], Value::Null);
        let verdict = json!({ "version": after["version"], "verdict": "submitted" });
        let after = act(app, &REP, &lead, "dispose", verdict);
        assert_eq!(after["disposition"], "submitted");
        expect![[r#"
            {
              "accepted_at": "INSTANT",
              "acknowledge_due": "INSTANT",
              "breached_at": null,
              "closed_at": "INSTANT",
              "created_at": "INSTANT",
              "disposed_at": "INSTANT",
              "disposition": "submitted",
              "disposition_due": "INSTANT",
              "first_attempt_at": "INSTANT",
              "first_touch_at": "INSTANT",
              "id": "handoff_ID",
              "lead": "lead_ID",
              "owner": "olga",
              "owner_name": "Olga Brandt",
              "pool": "emea",
              "queue": null,
              "reason": "Product - Voice",
              "reject_note": null,
              "reject_reason": null,
              "rejected_at": null,
              "score": 55.0,
              "sla": "tier_1",
              "state": "disposed",
              "tier": "1",
              "touch_due": "INSTANT",
              "value": null,
              "version": 4
            }
        "#]]
        .assert_eq(&redacted(&after));
    });
}

#[test]
fn a_stale_version_gets_409_with_the_handoff_as_it_is_now() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let after = act(app, &REP, &lead, "accept", json!({ "version": lead["version"] }));
        let again = app.post(&REP, &path(&lead, "accept"), &json!({ "version": lead["version"] }));
        let again = again.expect(409);
        assert_eq!(again.body["state"]["version"], after["version"]);
        assert_eq!(again.body["state"]["owner"], "olga");
        assert_eq!(again.code(), "D0501");
    });
}

#[test]
fn a_rejected_lead_goes_to_somebody_else_and_out_of_sight() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let answer = app.post(&REP, &path(&lead, "reject"), &json!({ "reason": "nonsense" }));
        let refused = answer.expect(422);
        assert_eq!(refused.code(), "D0504");
        let message = refused.body["message"].as_str().unwrap();
        assert!(message.contains("wrong_persona, ") && message.contains("no_budget"), "{message}");
        let after =
            act(app, &REP, &lead, "reject", json!({ "reason": "no_budget", "note": "2027" }));
        assert_eq!(after["reject_reason"], "no_budget");
    });
}

#[test]
fn a_manager_reassigns_within_the_team_only() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let answer = app.post(&MANAGER, &path(&lead, "reassign"), &json!({ "to_rep": "amos" }));
        let refused = answer.expect(403);
        assert_eq!(refused.code(), "A0418", "everybody sees that rep in the roster");
        let ghost = json!({ "to_rep": "tilda" });
        let ghost = app.post(&MANAGER, &path(&lead, "reassign"), &ghost).expect(404);
        assert!(ghost.body["message"].as_str().unwrap().contains("`tilde` may be meant"));
        let both = json!({ "to_rep": TEAM, "to_queue": "triage" });
        app.post(&MANAGER, &path(&lead, "reassign"), &both).expect(422);
        let after = act(app, &MANAGER, &lead, "reassign", json!({ "to_rep": TEAM }));
        assert_eq!(after["owner"], TEAM);
        let lost = app.post(&REP, &path(&lead, "accept"), &json!({ "version": lead["version"] }));
        assert_eq!(lost.expect(404).code(), "A0404", "it is somebody else's now");
    });
}

#[test]
fn a_manager_acts_for_a_rep_of_the_team() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let body = json!({ "rep": "amos" });
        app.post(&MANAGER, &path(&lead, "accept"), &body).expect(403);
        let after = act(app, &MANAGER, &lead, "accept", json!({ "rep": OWN }));
        assert_eq!(after["owner"], OWN);
    });
}

#[test]
fn clocks_stop_and_go_on() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        act(app, &REP, &lead, "accept", json!({}));
        let soon = "2999-01-01T00:00:00Z";
        let long = json!({ "reason": "asked to wait", "until": soon });
        assert_eq!(app.post(&REP, &path(&lead, "pause"), &long).expect(422).code(), "D0507");
        let tomorrow = model::Timestamp::from_micros(
            std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_micros()
                as i64
                + 3_600_000_000,
        );
        let pause = json!({ "reason": "asked to wait", "until": tomorrow });
        let after = act(app, &REP, &lead, "pause", pause);
        assert_eq!(after["state"], "paused");
        let after = act(app, &REP, &lead, "resume", json!({}));
        assert_eq!(after["state"], "accepted");
        let after = act(app, &REP, &lead, "recycle", json!({}));
        assert_eq!(after["disposition"], "recycled");
    });
}

#[test]
fn an_oldest_handoff_is_taken_from_a_queue() {
    on_both(|app| {
        let leads = [app.capture("a@b.example"), app.capture("c@d.example")];
        for lead in &leads {
            let to = json!({ "to_queue": "triage" });
            app.post(&As::User("admin"), &path(lead, "reassign"), &to).expect(200);
        }
        let take = "/api/v1/queues/triage/take";
        let refused = app.post(&REP, take, &json!({})).expect(403);
        assert_eq!(refused.code(), "A0418", "everybody sees the queue in the list");
        app.post(&REP, "/api/v1/queues/nothing/take", &json!({})).expect(404);
        let amos = json!({
            "email": "amos@baton.example", "name": "Amos", "role": "manager", "rep": "maren",
            "password": crate::app::PASSWORD,
        });
        app.post(&As::User("admin"), "/api/v1/users", &amos).expect(201);
        let maren = As::User("amos");
        let taken = app.post(&maren, take, &json!({ "rep": "amos" })).expect(200).body;
        assert_eq!(taken["handoff"]["id"], leads[0]["handoff"], "the oldest first");
        assert_eq!(taken["handoff"]["owner"], "amos");
        let taken = app.post(&maren, take, &json!({ "rep": "bea" })).expect(200).body;
        assert_eq!(taken["handoff"]["id"], leads[1]["handoff"]);
        let taken = app.post(&maren, take, &json!({ "rep": "bea" })).expect(200).body;
        assert_eq!(taken["handoff"], Value::Null);
    });
}

#[test]
fn why_tells_the_whole_decision_and_why_not_the_smallest_change() {
    on_both(|app| {
        let lead = app.capture("a@b.example");
        let why = app.get(&REP, &path(&lead, "why")).expect(200).body;
        assert!(why["text"].as_str().unwrap().contains("assigned to olga"), "{why}");
        let why_not = app.get(&REP, &path(&lead, "why-not/piet")).expect(200).body;
        assert_eq!(why_not["answer"], "with_changes", "{why_not}");
        app.get(&REP, &path(&lead, "why-not/nobody")).expect(404);
    });
}

#[test]
fn an_answer_is_taken_back_by_who_gave_it_wherever_the_handoff_has_gone() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        act(app, &REP, &lead, "accept", json!({}));
        let back = act(app, &REP, &lead, "undo", json!({}));
        assert_eq!((&back["state"], &back["owner"]), (&json!("offered"), &json!(OWN)));
        let nothing = app.post(&REP, &path(&lead, "undo"), &json!({})).expect(409);
        assert_eq!(nothing.code(), "A0633");
        act(app, &MANAGER, &lead, "reassign", json!({ "to_rep": TEAM }));
        // Another's answer is none of the rep's business, and the handoff is out of sight.
        app.post(&REP, &path(&lead, "undo"), &json!({})).expect(404);
        let back = act(app, &MANAGER, &lead, "undo", json!({}));
        assert_eq!(back["owner"], OWN);
    });
}
