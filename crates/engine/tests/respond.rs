//! What reps and managers do with a handoff.

use decide::handoff::{Closing, Evidence, HeldBy};
use engine::Engine;
use engine::respond::Action;
use model::id::HandoffId;
use serde_json::json;

use crate::scene::{act, act_on, capture_all, faults, lead, on_both, open_of, set_up, set_up_demo};

/// A lead for the EMEA pool; its handoff, which `olga` has as the first one.
fn handoff(engine: &Engine, email: &str) -> HandoffId {
    let body = json!({
        "fields": { "email": email, "country": "DE", "handoff_reason": "Product - Voice",
                    "monthly_potential": 500 },
        "activities": [{ "kind": "demo_request" }],
    });
    lead(&capture_all(engine, vec![body])[0]).handoff.unwrap()
}

fn reject(reason: &str) -> Action {
    Action::Reject { reason: Some(reason.to_owned()), note: None }
}

const CALL: Evidence = Evidence::Call { seconds: 200, voicemail: false };

#[test]
fn a_handoff_goes_from_offer_to_verdict() {
    on_both(|engine| {
        set_up_demo(engine);
        let id = handoff(engine, "ana@acme.example");
        assert_eq!(open_of(engine, "olga"), 1);
        let accepted = act(engine, id, "olga", Action::Accept).unwrap();
        assert_eq!((accepted.state.as_str(), accepted.version), ("accepted", 2));
        let touch = Action::Touch { at: None, evidence: CALL };
        let touched = act(engine, id, "olga", touch).unwrap();
        assert!(touched.first_touch_at.is_some() && touched.first_attempt_at.is_some());
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
        let done = act(engine, id, "olga", Action::Dispose { verdict: Closing::Submitted });
        let done = done.unwrap();
        assert_eq!(done.disposition.as_deref(), Some("submitted"));
        assert!(done.closed_at.is_some());
        assert_eq!(open_of(engine, "olga"), 0);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_reject_needs_a_reason_of_the_policy() {
    on_both(|engine| {
        set_up_demo(engine);
        let id = handoff(engine, "ana@acme.example");
        let none = Action::Reject { reason: None, note: None };
        assert_eq!(act(engine, id, "olga", none).unwrap_err().code, "D0503");
        let unknown = act(engine, id, "olga", reject("bad_mood")).unwrap_err();
        assert!(unknown.message.contains("`bad_mood`"), "{}", unknown.message);
        let other = act(engine, id, "piet", reject("no_budget")).unwrap_err();
        assert!(other.message.contains("`olga` has it now"), "{}", other.message);
        let done = act(engine, id, "olga", reject("no_budget")).unwrap();
        assert_eq!(done.disposition.as_deref(), Some("rejected"));
        assert_eq!(done.reject_reason.as_deref(), Some("no_budget"));
        assert!(done.closed_at.is_some());
        assert_eq!(open_of(engine, "olga"), 0);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_stale_action_is_refused_with_the_handoff_as_it_is() {
    on_both(|engine| {
        set_up_demo(engine);
        let id = handoff(engine, "ana@acme.example");
        let to = HeldBy::Rep("piet".parse().unwrap());
        let moved = act(engine, id, "svenja", Action::Reassign { to }).unwrap();
        assert_eq!(moved.owner.as_deref(), Some("piet"));
        assert_eq!((open_of(engine, "olga"), open_of(engine, "piet")), (0, 1));
        let stale = act_on(engine, id, Some(1), "olga", Action::Accept).unwrap_err();
        assert_eq!(stale.kind, engine::RefusalKind::Conflict);
        assert!(stale.message.contains("`piet` has it now"), "{}", stale.message);
        assert_eq!(stale.state.unwrap()["owner"], "piet");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_rejected_lead_goes_to_another_rep_and_never_back() {
    let policy = include_str!("../../../examples/demo/policy.yaml").replace(
        "no_budget: { label: No budget, then: nurture }",
        "no_budget: { label: No budget, then: reroute, credit: true }",
    );
    on_both(|engine| {
        set_up(engine, &policy, include_str!("../../../examples/demo/roster.yaml"));
        let id = handoff(engine, "ana@acme.example");
        let second = act(engine, id, "olga", reject("no_budget")).unwrap();
        assert_eq!(second.owner.as_deref(), Some("piet"));
        assert_eq!(second.state, "offered");
        assert!(second.closed_at.is_none());
        let third = act(engine, id, "piet", reject("no_budget")).unwrap();
        assert_eq!(third.owner.as_deref(), Some("quirin"));
        // Three rejects are the most the policy allows: then people look at it.
        let queued = act(engine, id, "quirin", reject("no_budget")).unwrap();
        assert_eq!((queued.owner, queued.queue.as_deref()), (None, Some("triage")));
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
        // The next lead of the pool is owed to the first who rejected with a credit.
        let next = handoff(engine, "bo@acme.example");
        assert_eq!(
            act(engine, next, "olga", Action::Accept).unwrap().owner.as_deref(),
            Some("olga")
        );
        let claimed = act(engine, id, "amos", Action::Accept).unwrap();
        assert_eq!(claimed.owner.as_deref(), Some("amos"), "a rep of the queue's team takes it");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn an_automatic_answer_is_recorded_and_stops_no_clock() {
    on_both(|engine| {
        set_up_demo(engine);
        let id = handoff(engine, "ana@acme.example");
        let touch = Action::Touch { at: None, evidence: Evidence::AutoResponse };
        let after = act(engine, id, "olga", touch).unwrap();
        assert!(after.first_attempt_at.is_some());
        assert_eq!((after.first_touch_at, after.state.as_str()), (None, "offered"));
        let raw = id.raw();
        let touches =
            engine.read_blocking(move |db| Ok(Ok(store::touch::of_handoff(db, 1, raw)?))).unwrap();
        assert_eq!((touches.len(), touches[0].valid), (1, 0));
        let real = Action::Touch { at: None, evidence: CALL };
        assert_eq!(act(engine, id, "olga", real).unwrap().state, "accepted");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_pause_stops_the_clocks_and_a_resume_starts_them() {
    on_both(|engine| {
        set_up_demo(engine);
        let id = handoff(engine, "ana@acme.example");
        let until = "2100-01-01T00:00:00Z".parse().unwrap();
        let pause = |until| Action::Pause { reason: "waits for the prospect".to_owned(), until };
        let long = act(engine, id, "olga", pause(until)).unwrap_err();
        assert_eq!(long.kind, engine::RefusalKind::Invalid);
        let now = engine.read_blocking(|db| Ok(Ok(db.now()?))).unwrap();
        let paused =
            act(engine, id, "olga", pause(now.plus(model::Seconds::from_days(1)))).unwrap();
        assert_eq!(paused.state, "paused");
        let resumed = act(engine, id, "olga", Action::Resume).unwrap();
        assert_eq!(resumed.state, "offered");
        assert!(resumed.touch_due.is_some());
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

/// The demo's policy with a reason that routes again, and tiers that not every lead reaches.
fn rerouting() -> String {
    include_str!("../../../examples/demo/policy.yaml")
        .replace(
            "no_budget: { label: No budget, then: nurture }",
            "no_budget: { label: No budget, then: reroute }",
        )
        .replace("default: auto_submit", "default: standard")
        .replace("{ tier: 3, when: true }", "{ tier: 3, when: score >= 90 }")
}

#[test]
fn a_reject_whose_new_route_ends_outside_sales_goes_to_the_queue() {
    on_both(|engine| {
        let roster = include_str!("../../../examples/demo/roster.yaml");
        set_up(engine, &rerouting(), roster);
        let id = handoff(engine, "ana@acme.example");
        // By the new policy nobody with this lead's activities reaches a tier.
        let strict = rerouting()
            .replace("when: did(demo_request) or did(pricing_inquiry)", "when: score >= 99")
            .replace("score.engagement >= 20", "score >= 99");
        assert_ne!(strict, rerouting());
        set_up(engine, &strict, roster);
        let after = act(engine, id, "olga", reject("no_budget")).unwrap();
        assert_eq!((after.owner, after.queue.as_deref()), (None, Some("triage")));
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_lead_routed_again_goes_by_the_policy_of_that_route() {
    on_both(|engine| {
        let roster = include_str!("../../../examples/demo/roster.yaml");
        set_up(engine, &rerouting(), roster);
        let id = handoff(engine, "ana@acme.example");
        let load = |rep: &'static str| {
            let rows = engine.read_blocking(move |db| Ok(Ok(store::rep::get_many(db, 1, &[rep])?)));
            rows.unwrap().first().map_or(0, |it| it.open_value)
        };
        assert_eq!(load("olga"), 500);
        // The lead comes again with more, while olga has it; then tier and queue get new names.
        let body = json!({
            "fields": { "email": "ana@acme.example", "country": "DE",
                        "handoff_reason": "Product - Voice", "monthly_potential": 5000 },
            "activities": [{ "kind": "demo_request" }],
        });
        capture_all(engine, vec![body]);
        let renamed = rerouting().replace("tier_1", "express").replace("triage", "desk");
        set_up(engine, &renamed, &roster.replace("triage", "desk"));
        let second = act(engine, id, "olga", reject("no_budget")).unwrap();
        assert_eq!(second.owner.as_deref(), Some("piet"));
        assert_eq!((load("olga"), load("piet")), (0, 5000));
        let third = act(engine, id, "piet", reject("no_budget")).unwrap();
        assert_eq!(third.owner.as_deref(), Some("quirin"));
        let queued = act(engine, id, "quirin", reject("no_budget")).unwrap();
        assert_eq!((queued.owner, queued.queue.as_deref()), (None, Some("desk")));
        assert_eq!((load("piet"), load("quirin")), (0, 0));
        let claimed = act(engine, id, "amos", Action::Accept).unwrap();
        assert_eq!(claimed.owner.as_deref(), Some("amos"), "the queue is one of the new policy");
        assert_eq!(load("amos"), 5000);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn who_rejected_a_lead_does_not_get_it_when_it_comes_back() {
    on_both(|engine| {
        set_up(engine, &rerouting(), include_str!("../../../examples/demo/roster.yaml"));
        let id = handoff(engine, "ana@acme.example");
        let second = act(engine, id, "olga", reject("no_budget")).unwrap();
        assert_eq!((second.owner.as_deref(), second.disposition.as_deref()), (Some("piet"), None));
        let recycled = Action::Dispose { verdict: Closing::Recycled };
        act(engine, id, "piet", recycled).unwrap();
        let owners: Vec<_> = (0..6)
            .map(|at| {
                let id = match at {
                    0 => handoff(engine, "ana@acme.example"),
                    _ => handoff(engine, &format!("other{at}@acme.example")),
                };
                let raw = id.raw();
                let row = engine.read_blocking(move |db| Ok(Ok(store::handoff::get(db, 1, raw)?)));
                row.unwrap().unwrap().owner.unwrap()
            })
            .collect();
        assert_ne!(owners[0], "olga", "{owners:?}");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn the_verdict_disqualified_needs_a_reason() {
    on_both(|engine| {
        set_up_demo(engine);
        let id = handoff(engine, "ana@acme.example");
        let verdict = Action::Dispose { verdict: Closing::Disqualified };
        assert_eq!(act(engine, id, "olga", verdict).unwrap_err().code, "A0702");
        let out = act(engine, id, "olga", reject("competitor")).unwrap();
        assert_eq!(out.disposition.as_deref(), Some("rejected"));
    });
}
