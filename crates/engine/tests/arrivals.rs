//! Captures that wait for the writer are taken together; each gets its own answer.

use std::sync::Arc;

use engine::capture::Captured;
use engine::once::Once;
use engine::{Actor, Engine, RefusalKind};
use serde_json::{Value, json};

use crate::scene::{capture_all, faults, lead, request, set_up_demo};
use crate::waiting::{Held, start, wait};

fn person(name: &str) -> Value {
    json!({ "fields": {
        "email": format!("{name}@{name}.example"), "country": "DE", "handoff_reason": "Product - Voice",
    } })
}

fn on_both(test: impl Fn(&Engine, &store::testing::TestDatabase)) {
    store::testing::for_each_database(|database| {
        let engine = Engine::new(database.open(), 1);
        set_up_demo(&engine);
        // From here on the live policy is known and a capture goes straight to the writer.
        capture_all(&engine, vec![person("first")]);
        test(&engine, database);
    });
}

fn decisions(engine: &Engine) -> usize {
    engine
        .read_blocking(|db| {
            let mut n = 0;
            store::decision::for_each(db, 1, 0, |_| {
                n += 1;
                Ok(())
            })?;
            Ok(Ok(n))
        })
        .unwrap()
}

#[test]
fn each_gets_the_answer_to_what_it_handed_in() {
    on_both(|engine, _| {
        let held = Held::all(engine);
        let one = |name: &str| start(engine.capture(Actor::System, request(person(name))));
        let waiting: Vec<_> = ["ana", "bo", "ana"].map(one).into();
        let bad = start(engine.capture(Actor::System, request(json!({ "fields": {} }))));
        let batch = vec![request(person("cy")), request(person("bo")), request(person("dee"))];
        let batch = start(engine.capture_many(Actor::Operator, batch));
        held.release();
        let answers: Vec<_> = waiting.into_iter().map(|it| wait(it).unwrap()).collect();
        assert!(answers[0].is_new && answers[1].is_new && !answers[2].is_new);
        assert_eq!(answers[2].lead, answers[0].lead, "the second submission joins the first");
        let refused = wait(bad).unwrap_err();
        assert_eq!((refused.kind, refused.code), (RefusalKind::Invalid, "I0302"));
        let batch = wait(batch).unwrap();
        let leads: Vec<_> = batch.iter().map(|it| lead(it).lead).collect();
        assert_eq!(leads[1], answers[1].lead);
        assert!(lead(&batch[0]).is_new && lead(&batch[2]).is_new);
        assert_eq!(decisions(engine), 5, "four people and the first one");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn repeats_that_wait_together_get_one_answer() {
    on_both(|engine, _| {
        let keyed = |name: &str, hash: u8| {
            let once = Arc::new(Once::new("k".to_owned(), vec![hash; 32]));
            let handle = engine.once(Some(Arc::clone(&once)));
            let request = request(person(name));
            (once, start(async move { handle.capture(Actor::System, request).await }))
        };
        let held = Held::all(engine);
        let (first, second, other) = (keyed("ana", 1), keyed("ana", 1), keyed("bo", 2));
        held.release();
        let answer = wait(first.1).unwrap();
        assert_eq!(wait(second.1).unwrap(), answer);
        assert_eq!((first.0.is_replayed(), second.0.is_replayed()), (false, true));
        assert_eq!(wait(other.1).unwrap_err().code, "A0412");
        assert_eq!(decisions(engine), 2);
    });
}

#[test]
fn a_capture_that_cannot_be_written_does_not_harm_the_others() {
    on_both(|engine, database| {
        database.run_sql("create unique index lone on lead (channel) where channel = 'lone'");
        let mut lone = request(person("lone"));
        lone.channel = "lone".to_owned();
        wait(engine.capture(Actor::System, lone.clone())).unwrap();
        let mut again = request(person("again"));
        again.channel = "lone".to_owned();
        let held = Held::all(engine);
        let before = start(engine.capture(Actor::System, request(person("ana"))));
        let broken = start(engine.capture(Actor::System, again));
        let behind = start(engine.capture(Actor::System, request(person("bo"))));
        held.release();
        assert!(wait(before).unwrap().is_new);
        assert_eq!(wait(broken).unwrap_err().kind, RefusalKind::Internal);
        assert!(wait(behind).unwrap().is_new);
        assert_eq!(decisions(engine), 4);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_large_batch_is_recorded_as_it_was_decided() {
    on_both(|engine, _| {
        let people = (0..300).map(|it| person(&format!("p{it}"))).collect();
        let captured = capture_all(engine, people);
        assert!(captured.iter().all(|it| lead(it).is_new));
        assert_eq!(decisions(engine), 301);
        // Each is made again from what was kept of it, with the same digests.
        let checks = engine.verify_blocking(400).unwrap();
        assert_eq!(checks.iter().map(|it| it.bad).sum::<i64>(), 0, "{checks:?}");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_full_line_is_refused_at_once_and_empties_again() {
    on_both(|engine, _| {
        let held = Held::all(engine);
        let nothing = || engine.capture_many(Actor::System, Vec::new());
        let waiting: Vec<_> = (0..4_096).map(|_| start(nothing())).collect();
        let refused = wait(nothing()).unwrap_err();
        assert_eq!((refused.kind, refused.code), (RefusalKind::Overloaded, "S0007"));
        held.release();
        assert!(waiting.into_iter().all(|it| wait(it) == Ok(Vec::<Captured>::new())));
        assert!(wait(engine.capture(Actor::System, request(person("ana")))).unwrap().is_new);
    });
}

#[test]
fn a_line_of_large_submissions_is_full_before_it_is_long() {
    on_both(|engine, _| {
        let held = Held::all(engine);
        let large = |at: usize| {
            let mut request = request(person(&format!("p{at}")));
            request.raw = " ".repeat(40 << 20);
            engine.capture(Actor::System, request)
        };
        let first = start(large(0));
        assert_eq!(wait(large(1)).unwrap_err().code, "S0007");
        held.release();
        assert!(wait(first).unwrap().is_new);
    });
}
