//! The worked scenarios of the escalation rules, to the second: accept within 15 minutes, else
//! backup; 15 minutes later manager; 90 minutes later queue; all business time in New York.

use decide::handoff::HeldBy;
use engine::respond::Action;

use super::{at, events, handoff, holder, live_through, on_friday, row, sweep};
use crate::scene::{act, faults};

#[test]
fn nobody_reacts() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        assert_eq!(holder(engine, id), "ana");
        let seen = live_through(engine, clock, id, "2026-11-24T00:00:00Z");
        let expected = [
            "bo 2026-11-20T20:45:00Z",
            "kim 2026-11-20T21:00:00Z",
            "queue triage 2026-11-23T14:30:00Z",
        ];
        assert_eq!(seen, expected);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn an_accept_at_exactly_the_due_instant() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T20:45:00Z"));
        act(engine, id, "ana", Action::Accept).unwrap();
        assert_eq!(sweep(engine).fired, 0);
        assert_eq!(holder(engine, id), "ana");
    });
}

#[test]
fn all_nodes_are_down_until_after_hours() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T22:10:00Z"));
        let swept = sweep(engine);
        assert_eq!(swept.late_max, 85 * 60 * 1_000_000, "late is reported");
        assert_eq!(holder(engine, id), "bo");
        let seen = live_through(engine, clock, id, "2026-11-23T14:15:00Z");
        assert_eq!(seen, ["kim 2026-11-23T14:15:00Z"]);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn the_backup_is_off_duty_all_day() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        super::switch(engine, "bo", false);
        let seen = live_through(engine, clock, id, "2026-11-20T20:50:00Z");
        assert_eq!(seen, ["kim 2026-11-20T20:45:00Z"], "skipped without its delay");
        let skipped = events(engine, id).into_iter().find(|it| it.kind == "handoff.step_skipped");
        assert!(skipped.is_some());
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_manager_gives_it_to_a_rep_in_kolkata() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T20:40:00Z"));
        let to = HeldBy::Rep("dee".parse().unwrap());
        act(engine, id, "kim", Action::Reassign { to }).unwrap();
        let row = row(engine, id);
        let due = |it: Option<i64>| it.map(|it| model::Timestamp::from_micros(it).to_string());
        assert_eq!(due(row.acknowledge_due).as_deref(), Some("2026-11-21T04:15:00Z"));
        // 10 of 120 minutes were used in New York.
        assert_eq!(due(row.touch_due).as_deref(), Some("2026-11-21T05:50:00Z"));
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}
