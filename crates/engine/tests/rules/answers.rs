//! E14 to E17 and E21: answers, late touches, pauses, messages.

use decide::handoff::Evidence;
use engine::respond::Action;

use super::{
    ROSTER, at, handoff, holder, kinds, live_through, messages, on_friday, on_friday_by,
    policy_with, row, sweep,
};
use crate::scene::{act, act_on, faults};

fn reject() -> Action {
    Action::Reject { reason: Some("other".to_owned()), note: None }
}

#[test]
fn e14_a_reject_routes_anew_and_the_last_one_calls_people() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        let due = row(engine, id).touch_due;
        clock.set(at("2026-11-20T20:35:00Z"));
        act(engine, id, "ana", reject()).unwrap();
        assert_eq!(holder(engine, id), "cy", "who rejected it does not get it again");
        assert_eq!(row(engine, id).touch_due, due, "the lead clock runs on");
        assert!(!kinds(engine, id).contains(&"handoff.alarm".to_owned()));
        messages(engine);
        act(engine, id, "cy", reject()).unwrap();
        assert_eq!(holder(engine, id), "queue triage");
        assert!(kinds(engine, id).contains(&"handoff.alarm".to_owned()));
        let told = messages(engine);
        assert!(told.iter().any(|it| it.0 == "rep:kim" && it.1 == "slack"), "{told:?}");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e15_a_stale_answer_is_refused_with_the_new_owner() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T20:45:00Z"));
        sweep(engine);
        let stale = act_on(engine, id, Some(1), "ana", Action::Accept).unwrap_err();
        assert_eq!((stale.kind, stale.code), (engine::RefusalKind::Conflict, "D0501"));
        assert!(stale.message.contains("`bo` has it now"), "{}", stale.message);
    });
}

#[test]
fn e16_a_touch_reported_late_voids_the_breach_it_lies_before() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        act(engine, id, "ana", Action::Accept).unwrap();
        live_through(engine, clock, id, "2026-11-23T14:31:00Z");
        assert!(row(engine, id).breached_at.is_some());
        let evidence = Evidence::Call { seconds: 200, voicemail: false };
        let touch = |it: &str| Action::Touch { at: Some(at(it)), evidence };
        act(engine, id, "ana", touch("2026-11-23T14:30:00Z")).unwrap();
        let after = row(engine, id);
        assert_eq!((after.breached_at, after.owner.as_deref()), (None, Some("bo")));
        assert!(kinds(engine, id).contains(&"handoff.breach_voided".to_owned()));
        let late = act(engine, id, "ana", touch("2026-11-22T14:30:00Z")).unwrap_err();
        assert_eq!(late.code, "D0509", "more than a day ago");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e17_a_pause_stops_both_clocks_and_loses_against_what_is_due() {
    let policy = policy_with("  rejects_max: 2\n", "  rejects_max: 2\n  pause_max: 4d\n");
    on_friday_by(&policy, ROSTER, |engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        let pause = |reason: &str, until: &str| Action::Pause {
            reason: reason.to_owned(),
            until: at(until),
        };
        clock.set(at("2026-11-20T20:40:00Z"));
        let monday = "2026-11-23T15:00:00Z";
        assert!(act(engine, id, "ana", pause(" ", monday)).is_err(), "without a reason");
        let long = act(engine, id, "ana", pause("on leave", "2026-11-25T15:00:00Z")).unwrap_err();
        assert_eq!(long.code, "D0507", "longer than the policy allows");
        act(engine, id, "ana", pause("on leave", monday)).unwrap();
        let seen = live_through(engine, clock, id, "2026-11-23T15:05:00Z");
        // 5 of 15 minutes are left from when the pause is over.
        assert_eq!(seen, ["bo 2026-11-23T15:05:00Z"]);
        let other = handoff(engine, "cy@acme.example");
        clock.set(at("2026-11-23T15:20:00Z"));
        let owner = row(engine, other).owner.unwrap();
        let lost = act(engine, other, &owner, pause("late", "2026-11-24T15:00:00Z"));
        assert!(lost.is_err(), "what is due at the same instant wins");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e21_each_is_told_once_of_each_event_on_each_channel() {
    on_friday(|engine, clock| {
        for at in 0..5 {
            handoff(engine, &format!("p{at}@acme.example"));
        }
        clock.set(at("2026-11-24T00:00:00Z"));
        sweep(engine);
        sweep(engine);
        let claim = |tx: &mut store::Tx<'_>, _| {
            Ok(Ok(store::outbox::claim(tx, i64::MAX - 1, i64::MAX - 1, 1000)?))
        };
        let sent = engine.write_blocking(claim).unwrap();
        let mut keys: Vec<_> = sent
            .iter()
            .map(|it| (it.event_stream, it.event_seq, &it.recipient, &it.channel))
            .collect();
        keys.sort();
        let all = keys.len();
        keys.dedup();
        assert_eq!((all, 10 < all), (keys.len(), true));
    });
}
