//! E1 to E6 and E18: arming, firing once, downtime, races.

use engine::Engine;
use engine::respond::Action;
use engine::sweep::Sweep;
use model::{Seconds, Timestamp};
use store::timer::TimerEnd;

use super::{at, events, handoff, holder, kinds, live_through, on_friday, row, sweep, timers};
use crate::scene::{act, faults};

fn fired(engine: &Engine, id: model::id::HandoffId) -> usize {
    kinds(engine, id).iter().filter(|it| *it == "handoff.timer_fired").count()
}

#[test]
fn e01_a_duty_is_armed_in_the_transaction_that_creates_it() {
    on_friday(|engine, _| {
        let id = handoff(engine, "ana@acme.example");
        let armed: Vec<_> = timers(engine, id).into_iter().map(|it| (it.kind, it.state)).collect();
        let expected = ["acknowledge", "touch"].map(|it| (it.to_owned(), "armed".to_owned()));
        assert_eq!(armed, expected);
        assert_eq!(faults(engine), [""; 0]);
        // The checker sees a duty without a timer.
        let raw = id.raw();
        let end = move |tx: &mut store::Tx<'_>, _| {
            Ok(Ok(store::timer::cancel_of_handoffs(tx, 1, &[raw], 1)?))
        };
        engine.write_blocking(end).unwrap();
        assert!(faults(engine).iter().any(|it| it.contains("untimed")), "{:?}", faults(engine));
    });
}

#[test]
fn e02_an_answer_at_exactly_the_due_instant_is_in_time() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T20:44:59.999999Z"));
        assert_eq!(sweep(engine).fired, 0, "not before it is due");
        clock.set(at("2026-11-20T20:45:00Z"));
        act(engine, id, "ana", Action::Accept).unwrap();
        sweep(engine);
        assert_eq!((fired(engine, id), row(engine, id).breached_at), (0, None));
    });
}

#[test]
fn e03_of_two_sweepers_one_fires() {
    on_friday(|engine, clock| {
        let ids: Vec<_> =
            (0..60).map(|at| handoff(engine, &format!("p{at}@acme.example"))).collect();
        clock.set(at("2026-11-20T20:45:00Z"));
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| sweep(engine));
            }
        });
        sweep(engine);
        for id in ids {
            assert_eq!(fired(engine, id), 1);
            let acknowledge: Vec<_> =
                timers(engine, id).into_iter().filter(|it| it.kind == "acknowledge").collect();
            assert_eq!((acknowledge.len(), acknowledge[0].state.as_str()), (1, "fired"));
        }
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e05_after_downtime_each_overdue_timer_fires_once_in_order() {
    on_friday(|engine, clock| {
        let first = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T20:31:00Z"));
        let second = handoff(engine, "bo@acme.example");
        let now = at("2026-11-23T15:00:00Z");
        clock.set(now);
        let swept = sweep(engine);
        // Of each handoff the acknowledge and the touch deadline have passed.
        assert_eq!(swept.fired, 4);
        assert_eq!(swept.late_max, now.as_micros() - at("2026-11-20T20:45:00Z").as_micros());
        for id in [first, second] {
            let done: Vec<_> = timers(engine, id)
                .into_iter()
                .filter(|it| it.kind == "acknowledge")
                .map(|it| (it.state, it.ended_at))
                .collect();
            assert_eq!(done, [("fired".to_owned(), Some(now.as_micros()))]);
        }
        let mut order: Vec<_> = [first, second]
            .iter()
            .flat_map(|it| events(engine, *it))
            .filter(|it| it.kind == "handoff.timer_fired")
            .collect();
        order.sort_by_key(|it| it.seq);
        let due = |it: &store::event::Event| {
            let body: serde_json::Value = serde_json::from_str(&it.body).unwrap();
            body["due"].as_str().unwrap().to_owned()
        };
        assert!(order.is_sorted_by_key(due), "{order:?}");
        assert_eq!(sweep(engine).fired, 0);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e06_next_step_counts_from_fired_at() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "ana@acme.example");
        clock.set(at("2026-11-20T21:40:00Z"));
        sweep(engine);
        assert_eq!(holder(engine, id), "bo", "three missed steps do not come at once");
        let seen = live_through(engine, clock, id, "2026-11-20T21:55:00Z");
        assert_eq!(seen, ["kim 2026-11-20T21:55:00Z"]);
    });
}

#[test]
fn e18_a_timer_ends_as_fired_or_cancelled_and_never_as_both() {
    on_friday(|engine, clock| {
        let ids: Vec<_> =
            (0..40).map(|at| handoff(engine, &format!("p{at}@acme.example"))).collect();
        clock.set(at("2026-11-20T20:45:00Z"));
        std::thread::scope(|scope| {
            scope.spawn(|| sweep(engine));
            for id in ids.iter().rev() {
                // The sweeper may be faster: then the rep is told who has it now.
                let _ = act(engine, *id, &row(engine, *id).owner.unwrap(), Action::Accept);
            }
        });
        sweep(engine);
        for id in ids {
            let timer = timers(engine, id).into_iter().find(|it| it.kind == "acknowledge").unwrap();
            assert_eq!(fired(engine, id) == 1, timer.state == "fired");
            assert_ne!(timer.state, "armed");
        }
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn one_lead_that_cannot_be_advanced_holds_up_no_other() {
    on_friday(|engine, clock| {
        let bad = handoff(engine, "bad@acme.example");
        let good = handoff(engine, "good@acme.example");
        // The step that its acknowledgement arms next is there already, which the database refuses.
        let raw = bad.raw();
        let spoil = move |tx: &mut store::Tx<'_>, _| {
            let row = store::handoff::get(tx, 1, raw)?.unwrap();
            let event = store::timer::Timer {
                workspace_id: 1,
                id: 77,
                handoff_id: raw,
                lead_id: row.lead_id,
                assignment_id: None,
                kind: "escalation".to_owned(),
                due_at: i64::MAX,
                state: "armed".to_owned(),
                chain_run: 2,
                loop_no: 0,
                step_no: 1,
                armed_at: 0,
                ended_at: None,
                zone_data: String::new(),
            };
            Ok(Ok(store::timer::insert(tx, &[event])?))
        };
        engine.write_blocking(spoil).unwrap();
        clock.set(at("2026-11-20T20:45:00Z"));
        let mut sweeper = Sweep::new(engine.clone());
        let swept = sweeper.round().unwrap();
        assert_eq!(swept.stuck.len(), 1);
        assert_eq!(swept.stuck[0].handoff, bad);
        assert_eq!((holder(engine, bad).as_str(), fired(engine, good)), ("ana", 1));
        // It is left alone for a while, then tried again.
        assert_eq!(sweeper.round().unwrap().stuck.len(), 0);
        clock.set(clock.now().plus(Seconds::from_minutes(1)));
        assert_eq!(sweeper.round().unwrap().stuck.len(), 1);
        assert_eq!(engine.sweep_figures().stuck, 1);
        // Somebody else ends it: nothing is stuck any more.
        let end = move |tx: &mut store::Tx<'_>, now: Timestamp| {
            let timers = store::timer::of_handoff(tx, 1, raw)?;
            let due: Vec<_> = timers.into_iter().filter(|it| it.kind == "acknowledge").collect();
            Ok(Ok(store::timer::end(tx, &due, TimerEnd::Cancelled, now.as_micros())?))
        };
        engine.write_blocking(end).unwrap();
        clock.set(clock.now().plus(Seconds::from_minutes(1)));
        sweeper.round().unwrap();
        assert_eq!(engine.sweep_figures().stuck, 0);
    });
}
