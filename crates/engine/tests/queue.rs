//! Reps who take from one queue at the same time.

use std::collections::BTreeSet;
use std::sync::Barrier;

use decide::handoff::HeldBy;
use engine::respond::Action;
use engine::sight::Sight;
use engine::{Actor, Engine};
use model::id::HandoffId;
use serde_json::json;

use crate::scene::{act, capture_all, faults, lead, on_both, set_up_demo};
use crate::waiting::wait;

const TAKERS: usize = 12;

/// Handoffs that lie in the queue `triage`.
fn queued(engine: &Engine, count: usize) -> BTreeSet<HandoffId> {
    let one = |at: usize| {
        let body = json!({
            "fields": { "email": format!("p{at}of{count}@p{at}.example"), "country": "DE",
                        "handoff_reason": "Product - Voice" },
            "activities": [{ "kind": "demo_request" }],
        });
        let id = lead(&capture_all(engine, vec![body])[0]).handoff.unwrap();
        let to = HeldBy::Queue("triage".parse().unwrap());
        act(engine, id, "svenja", Action::Reassign { to }).unwrap();
        id
    };
    (0..count).map(one).collect()
}

/// What each of the takers gets.
fn take_at_once(engine: &Engine, reps: &[&str]) -> Vec<Option<HandoffId>> {
    let together = Barrier::new(TAKERS);
    std::thread::scope(|scope| {
        let takers: Vec<_> = (0..TAKERS)
            .map(|at| {
                let (together, rep) = (&together, reps[at % reps.len()]);
                scope.spawn(move || {
                    let (queue, by) = ("triage".parse().unwrap(), rep.parse().ok());
                    together.wait();
                    let taken = engine.take(Actor::Operator, Sight::EVERYTHING, queue, by);
                    let taken = wait(taken).unwrap();
                    assert!(taken.as_ref().is_none_or(|it| it.owner.as_deref() == Some(rep)));
                    taken.map(|it| it.id)
                })
            })
            .collect();
        takers.into_iter().map(|it| it.join().unwrap()).collect()
    })
}

#[test]
fn each_of_many_takers_gets_another_handoff_as_long_as_there_are_some() {
    on_both(|engine| {
        set_up_demo(engine);
        for (count, reps) in
            [(20, &["amos"][..]), (5, &["amos", "bea", "dina"]), (TAKERS, &["bea"])]
        {
            let lying = queued(engine, count);
            let answers = take_at_once(engine, reps);
            let taken: Vec<_> = answers.iter().flatten().copied().collect();
            assert_eq!(taken.len(), count.min(TAKERS), "{answers:?}");
            let distinct: BTreeSet<_> = taken.iter().copied().collect();
            assert_eq!(distinct.len(), taken.len(), "one was given twice: {answers:?}");
            assert!(distinct.is_subset(&lying));
            // The rest, one after another and the oldest first.
            for left in lying.difference(&distinct) {
                let (queue, by) = ("triage".parse().unwrap(), "amos".parse().ok());
                let next = wait(engine.take(Actor::Operator, Sight::EVERYTHING, queue, by));
                assert_eq!(next.unwrap().map(|it| it.id), Some(*left));
            }
        }
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}
