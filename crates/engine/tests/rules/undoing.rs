//! Undo: the last answer is taken back, by who gave it, for ten seconds.

use decide::handoff::{Closing, HeldBy};
use engine::respond::{Action, UNDO_WITHIN};
use engine::{Actor, Engine};
use model::Seconds;
use model::id::HandoffId;
use store::ManualClock;

use super::{
    ROSTER, handoff, kinds, live_through, on_friday, on_friday_by, policy_with, row, timers,
};
use crate::scene::{act, capture_all, faults, open_of};

fn armed(engine: &Engine, id: HandoffId) -> Vec<(String, i64)> {
    let armed = timers(engine, id).into_iter().filter(|it| it.state == "armed");
    let mut armed: Vec<_> = armed.map(|it| (it.kind, it.due_at)).collect();
    armed.sort();
    armed
}

/// Answers and takes the answer back: everything is as it was but for the version.
fn there_and_back(engine: &Engine, clock: &ManualClock, id: HandoffId, by: &str, action: Action) {
    clock.set(clock.now().plus(Seconds::new(1)));
    let loads = || ["ana", "bo", "cy", "dee"].map(|it| open_of(engine, it));
    let (before, timers_before, loads_before) = (row(engine, id), armed(engine, id), loads());
    act(engine, id, by, action).unwrap();
    clock.set(clock.now().plus(Seconds::new(1)));
    act(engine, id, by, Action::Undo).unwrap();
    let after = row(engine, id);
    let expected =
        store::handoff::Handoff { version: before.version + 2, pool: after.pool.clone(), ..before };
    assert_eq!(after, expected);
    assert_eq!((armed(engine, id), loads()), (timers_before, loads_before));
    assert_eq!(kinds(engine, id).last().unwrap(), "handoff.undone");
    assert!(faults(engine).is_empty(), "{:?}", faults(engine));
}

#[test]
fn each_answer_can_be_taken_back() {
    let policy = policy_with("then: reroute }", "then: reroute, credit: true }");
    on_friday_by(&policy, ROSTER, |engine, clock| {
        let id = handoff(engine, "a@acme.example");
        there_and_back(engine, clock, id, "ana", Action::Accept);
        let reject = |reason: &str| Action::Reject { reason: Some(reason.to_owned()), note: None };
        there_and_back(engine, clock, id, "ana", reject("other"));
        there_and_back(engine, clock, id, "ana", reject("wrong_persona"));
        let to = HeldBy::Rep("dee".parse().unwrap());
        there_and_back(engine, clock, id, "kim", Action::Reassign { to });
        there_and_back(
            engine,
            clock,
            id,
            "kim",
            Action::Reassign { to: HeldBy::Queue("triage".parse().unwrap()) },
        );
        act(engine, id, "ana", Action::Accept).unwrap();
        there_and_back(engine, clock, id, "ana", Action::Dispose { verdict: Closing::Submitted });
        // Nobody is owed a lead by a reject that was taken back.
        let pools = crate::waiting::wait(engine.pools()).unwrap();
        assert!(pools.iter().flat_map(|it| &it.members).all(|it| it.owed == 0), "{pools:?}");
        // And the clock runs on as if nothing had been.
        let seen = live_through(engine, clock, id, "2026-11-23T14:30:00Z");
        assert_eq!(seen, ["bo 2026-11-23T14:30:00Z"]);
    });
}

#[test]
fn nobody_else_may_and_not_later() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "a@acme.example");
        assert_eq!(act(engine, id, "ana", Action::Undo).unwrap_err().code, "A0633");
        act(engine, id, "ana", Action::Accept).unwrap();
        let other = engine.clone();
        let refusal = engine
            .write_blocking(move |tx, now| {
                let live = other.live(tx, now)?.unwrap();
                let request = engine::respond::RespondRequest {
                    handoff: id,
                    version: None,
                    by: None,
                    action: Action::Undo,
                };
                let bo = Actor::Rep("bo".parse().unwrap());
                engine::respond::respond(&other, tx, &live, &bo, &request, now)
            })
            .unwrap_err();
        assert_eq!(refusal.code, "A0633");
        clock.set(clock.now().plus(UNDO_WITHIN).plus(Seconds::new(1)));
        assert_eq!(act(engine, id, "ana", Action::Undo).unwrap_err().code, "A0633");
        assert_eq!(row(engine, id).state, "accepted");
    });
}

#[test]
fn a_verdict_cannot_be_taken_back_over_a_new_handoff() {
    on_friday(|engine, _| {
        let id = handoff(engine, "a@acme.example");
        act(engine, id, "ana", Action::Dispose { verdict: Closing::Submitted }).unwrap();
        let fields = serde_json::json!({ "email": "a@acme.example", "handoff_reason": "Again" });
        capture_all(engine, vec![serde_json::json!({ "fields": fields })]);
        assert_eq!(act(engine, id, "ana", Action::Undo).unwrap_err().code, "A0633");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn messages_to_people_outside_wait_until_an_answer_stands() {
    let policy = policy_with(
        "notifications:\n",
        "notifications:\n  - { on: rejected, to: marketing, channels: [email] }\n",
    );
    on_friday_by(&policy, ROSTER, |engine, clock| {
        let id = handoff(engine, "a@acme.example");
        super::messages(engine);
        let reject = Action::Reject { reason: Some("wrong_persona".to_owned()), note: None };
        act(engine, id, "ana", reject.clone()).unwrap();
        let due = |engine: &Engine, at: i64| {
            let claim = move |tx: &mut store::Tx<'_>, _| {
                Ok(Ok(store::outbox::claim(tx, at, at, 100)?.len()))
            };
            engine.write_blocking(claim).unwrap()
        };
        let now = clock.now().as_micros();
        assert_eq!(due(engine, now), 0);
        act(engine, id, "ana", Action::Undo).unwrap();
        assert_eq!(due(engine, now + 20_000_000), 0, "withdrawn");
        act(engine, id, "ana", reject).unwrap();
        assert_eq!(due(engine, now + 20_000_000), 1);
    });
}
