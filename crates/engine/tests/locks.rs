//! Transactions that run at once take their locks in one order, so that none is given up and run
//! again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use engine::act::NewActivity;
use engine::capture::{capture, prepare};
use engine::sight::Sight;
use engine::{Actor, Engine};
use serde_json::{Value, json};

use crate::scene::{capture_all, faults, lead, on_both, request, set_up};
use crate::waiting::wait;

const ROUNDS: usize = 12;

/// Only those who did something are handed off; others are nurtured.
fn set_up_cautious(engine: &Engine) {
    let policy = include_str!("../../../examples/demo/policy.yaml")
        .replace("default: auto_submit", "default: standard")
        .replace("{ tier: 3, when: true }", "{ tier: 3, when: score >= 90 }");
    set_up(engine, &policy, include_str!("../../../examples/demo/roster.yaml"));
}

fn body(name: &str, country: &str, did: &[&str]) -> Value {
    let did: Vec<Value> = did.iter().map(|it| json!({ "kind": it })).collect();
    json!({
        "fields": {
            "email": format!("{name}@{name}.example"), "company": name, "country": country,
            "employees": 120, "handoff_reason": "Product - Voice",
        },
        "activities": did,
    })
}

#[test]
fn batches_of_several_waves_do_not_lock_each_other_out() {
    on_both(|engine| {
        set_up_cautious(engine);
        capture_all(engine, vec![body("first", "DE", &["demo_request"])]);
        let runs = Arc::new(AtomicUsize::new(0));
        // The first wave needs the pool of one country, the second that of the other.
        let work = |tag: &'static str, one: &'static str, other: &'static str| {
            let (engine, runs) = (engine.clone(), Arc::clone(&runs));
            move || {
                for round in 0..ROUNDS {
                    let name = |what: &str| format!("{what}-{tag}-{round}");
                    let bodies = [
                        body(&name("now"), one, &["demo_request"]),
                        body(&name("later"), other, &[]),
                        body(&name("later"), other, &["demo_request"]),
                    ];
                    let (inner, runs) = (engine.clone(), Arc::clone(&runs));
                    let captured = engine.write_blocking(move |tx, now| {
                        runs.fetch_add(1, Ordering::Relaxed);
                        let live = inner.live(tx, now)?.unwrap();
                        let ready =
                            bodies.clone().map(|it| prepare(&live, Actor::System, request(it)));
                        Ok(Ok(capture(&inner, tx, &live, &ready.each_ref(), now)?))
                    });
                    let outcomes: Vec<String> =
                        captured.unwrap().iter().map(|it| lead(it).outcome.clone()).collect();
                    assert_eq!(outcomes, ["assigned", "nurture", "assigned"]);
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(work("a", "DE", "US"));
            scope.spawn(work("b", "US", "DE"));
            scope.spawn(work("c", "DE", "US"));
        });
        assert_eq!(runs.load(Ordering::Relaxed), 3 * ROUNDS, "a deadlock makes one run again");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn an_activity_that_arrives_with_a_decision_does_not_spoil_its_replay() {
    on_both(|engine| {
        set_up_cautious(engine);
        let first = capture_all(engine, vec![body("ana", "DE", &[])]);
        let ana = lead(&first[0]).lead;
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| {
                    // Another node, whose numbers are lower in the same millisecond.
                    let node = Engine::new(engine.store().clone(), 0);
                    for _ in 0..ROUNDS {
                        let activity = NewActivity {
                            kind: "page_view".to_owned(),
                            at: None,
                            subject: Some("/pricing".to_owned()),
                        };
                        wait(node.add_activity(Actor::System, Sight::EVERYTHING, ana, activity))
                            .unwrap();
                    }
                });
                scope.spawn(|| {
                    for _ in 0..ROUNDS {
                        wait(engine.capture(Actor::System, request(body("ana", "DE", &[]))))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}
