//! E7 to E10 and E13: chains.

use engine::Engine;
use engine::respond::Action;

use super::{
    ROSTER, at, handoff, holder, kinds, live_through, messages, on_friday, on_friday_by,
    policy_with, row, sweep, switch,
};
use crate::scene::{act, faults, set_up};

fn count(engine: &Engine, id: model::id::HandoffId, kind: &str) -> usize {
    kinds(engine, id).iter().filter(|it| *it == kind).count()
}

#[test]
fn e07_repeats_are_bounded_and_a_chain_ends_in_a_queue() {
    let policy = policy_with(
        "    steps:\n      - { after: 0s, to: backup, do: reassign, ignore_hours: true }\n",
        "    repeat: 2\n    steps:\n      - { after: 5m, hours: always, to: owner, do: notify }\n",
    );
    let policy = policy
        .replace("      - { after: 15m, to: manager, do: reassign }\n", "")
        .replace("after: 90m, to:", "after: 5m, hours: always, to:");
    on_friday_by(&policy, ROSTER, |engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        let seen = live_through(engine, clock, id, "2026-11-21T00:00:00Z");
        // The last step of the first round is a queue: a handoff in a queue has left its chain.
        assert_eq!(seen, ["queue triage 2026-11-20T20:55:00Z"]);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e08_a_target_is_resolved_when_its_step_fires() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        // Off duty when the chain starts, back when its step fires.
        switch(engine, "bo", false);
        clock.set(at("2026-11-20T20:44:00Z"));
        switch(engine, "bo", true);
        let seen = live_through(engine, clock, id, "2026-11-20T20:50:00Z");
        assert_eq!(seen, ["bo 2026-11-20T20:45:00Z"]);
    });
    // A full backup is skipped, and one outside working hours that the step does not ignore.
    let full = ROSTER.replace(
        "bo: { team: west, languages: [en], capacity: { open: 1000 } }",
        "bo: { team: west, languages: [en], capacity: { open: 1 } }",
    );
    assert_ne!(full, ROSTER);
    on_friday_by(super::POLICY, &full, |engine, clock| {
        let first = handoff(engine, "ana@acme.example");
        let other = handoff(engine, "bo@acme.example");
        let to = decide::handoff::HeldBy::Rep("bo".parse().unwrap());
        act(engine, other, "kim", Action::Reassign { to }).unwrap();
        act(engine, other, "bo", Action::Accept).unwrap();
        let seen = live_through(engine, clock, first, "2026-11-20T20:50:00Z");
        assert_eq!(seen, ["kim 2026-11-20T20:45:00Z"]);
        assert_eq!(count(engine, first, "handoff.step_skipped"), 1);
    });
    let strict = policy_with(", ignore_hours: true }", " }");
    on_friday_by(&strict, ROSTER, |engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T22:10:00Z"));
        sweep(engine);
        assert_eq!(holder(engine, id), "queue triage", "backup and manager have gone home");
        assert_eq!(count(engine, id, "handoff.step_skipped"), 2);
    });
}

#[test]
fn e09_where_all_are_skipped_the_lead_lies_in_a_queue_and_managers_are_called() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        switch(engine, "bo", false);
        switch(engine, "kim", false);
        let seen = live_through(engine, clock, id, "2026-11-20T20:45:00Z");
        assert_eq!(seen, ["queue triage 2026-11-20T20:45:00Z"]);
        assert_eq!(count(engine, id, "handoff.alarm"), 1);
        let called: Vec<_> = messages(engine)
            .into_iter()
            .filter(|it| it.0 == "rep:kim" && it.1 == "slack")
            .collect();
        assert_eq!(called.len(), 1, "{called:?}");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e10_a_chain_goes_by_the_policy_it_began_under() {
    let other = policy_with(
        "      - { after: 0s, to: backup, do: reassign, ignore_hours: true }\n",
        "      - { after: 0s, to: manager, do: reassign, ignore_hours: true }\n",
    );
    on_friday(|engine, clock| {
        let old = handoff(engine, "ana@acme.example");
        let _ = handoff(engine, "cy@acme.example");
        set_up(engine, &other, ROSTER);
        let new = handoff(engine, "new@acme.example");
        assert_eq!(holder(engine, new), "ana");
        clock.set(at("2026-11-20T20:45:00Z"));
        sweep(engine);
        assert_eq!((holder(engine, old), holder(engine, new)), ("bo".into(), "kim".into()));
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e13_an_accept_stops_the_chain_and_without_a_touch_it_starts_again() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T20:40:00Z"));
        act(engine, id, "ana", Action::Accept).unwrap();
        messages(engine);
        // Two business hours after the assignment: 90 minutes on Friday, 30 on Monday.
        let seen = live_through(engine, clock, id, "2026-11-23T14:40:00Z");
        assert_eq!(seen, ["bo 2026-11-23T14:30:00Z"]);
        assert!(row(engine, id).breached_at.is_some());
        let told = messages(engine);
        let accepter = ("rep:ana".to_owned(), "slack".to_owned(), "unacknowledged".to_owned());
        assert!(told.contains(&accepter), "{told:?}");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}
