//! A workspace ready to decide, on each engine.

use engine::capture::{CaptureAnswer, CaptureRequest, Captured, capture, prepare};
use engine::policies::Publication;
use engine::{Actor, Engine};
use intake::Submission;
use policy::Sources;
use serde_json::Value;

/// Runs `test` with a fresh database of each engine.
pub(crate) fn on_both(test: impl Fn(&Engine)) {
    store::testing::for_each_engine(|store| test(&Engine::new(store.clone(), 1)));
}

/// Makes this policy and roster live.
pub(crate) fn set_up(engine: &Engine, policy: &str, roster: &str) {
    engine.ensure_workspace("Test", "America/New_York", "USD").unwrap();
    let sources = Sources::single("policy.yaml", policy);
    let publication = Publication { sources, note: "first".to_owned(), from: None, parent: None };
    engine.publish_blocking(Actor::Operator, publication).unwrap();
    let roster = Sources::single("roster.yaml", roster);
    engine.put_roster_blocking(Actor::Operator, &roster).unwrap();
}

/// The policy and people of the demo.
pub(crate) fn set_up_demo(engine: &Engine) {
    set_up(
        engine,
        include_str!("../../../examples/demo/policy.yaml"),
        include_str!("../../../examples/demo/roster.yaml"),
    );
}

pub(crate) fn request(body: Value) -> CaptureRequest {
    CaptureRequest {
        submission: Submission::from_json(&body).unwrap(),
        channel: "api".to_owned(),
        import: None,
        raw: body.to_string(),
    }
}

/// Captures all in one transaction.
pub(crate) fn capture_all(engine: &Engine, bodies: Vec<Value>) -> Vec<Captured> {
    let requests: Vec<_> = bodies.into_iter().map(request).collect();
    let inner = engine.clone();
    engine
        .write_blocking(move |tx, now| {
            let live = inner.live(tx, now)?.unwrap();
            let batch: Vec<_> = requests.iter().map(|it| prepare(&live, it.clone())).collect();
            Ok(Ok(capture(&inner, tx, &live, &Actor::System, &batch, now)?))
        })
        .unwrap()
}

pub(crate) fn lead(captured: &Captured) -> &CaptureAnswer {
    match captured {
        Captured::Lead(answer) => answer,
        Captured::Quarantined(_, faults) => panic!("quarantined: {faults:?}"),
    }
}
