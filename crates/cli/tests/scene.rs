//! Databases for commands to work on.

use engine::capture::{CaptureRequest, capture, prepare};
use engine::policies::Publication;
use engine::{Actor, Engine};
use intake::Submission;
use policy::Sources;
use serde_json::{Value, json};
use store::Store;
use store::testing::TestDatabase;

/// A submission of somebody whom nobody else is.
pub(crate) fn lead(number: usize) -> Value {
    json!({ "fields": {
        "email": format!("person{number}@company{number}.example"),
        "first_name": "Ada",
        "company": format!("Company {number}"),
        "country": "DE",
        "employees": 120,
        "product": "voice",
        "handoff_reason": "demo_request",
    }})
}

/// Makes the policy and people of the demo live and captures `leads` leads.
pub(crate) fn fill(database: &TestDatabase, leads: usize) {
    fill_store(database.open(), leads);
}

/// As [`fill`], for a store that is open.
pub(crate) fn fill_store(store: Store, leads: usize) {
    let engine = Engine::new(store, 1);
    engine.ensure_workspace("Test", "America/New_York", "USD").unwrap();
    let sources =
        Sources::single("policy.yaml", include_str!("../../../examples/demo/policy.yaml"));
    let publication = Publication {
        sources,
        note: "first".to_owned(),
        from: None,
        parent: None,
        retroactive: false,
    };
    engine.publish_blocking(Actor::Operator, publication).unwrap();
    let roster = Sources::single("roster.yaml", include_str!("../../../examples/demo/roster.yaml"));
    engine.put_roster_blocking(Actor::Operator, &roster).unwrap();
    for number in 0..leads {
        let body = lead(number);
        let request = CaptureRequest {
            raw: body.to_string(),
            submission: Submission::from_json(body).unwrap(),
            channel: "api".to_owned(),
            import: None,
        };
        let inner = engine.clone();
        engine
            .write_blocking(move |tx, now| {
                let live = inner.live(tx, now)?.unwrap();
                let one = prepare(&live, Actor::System, request.clone());
                Ok(Ok(capture(&inner, tx, &live, &[&one], now)?))
            })
            .unwrap();
    }
}

/// Runs `test` on a filled database of each engine.
pub(crate) fn on_both(leads: usize, test: impl Fn(&TestDatabase)) {
    store::testing::for_each_database(|database| {
        fill(database, leads);
        test(database);
    });
}
