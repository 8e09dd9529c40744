//! A workspace ready to decide, on each engine.

use engine::capture::{CaptureAnswer, CaptureRequest, Captured, capture, prepare};
use engine::policies::Publication;
use engine::{Actor, Engine};
use intake::Submission;
use policy::Sources;
use serde_json::Value;
use store::testing::{for_each_database, test_options};
use store::{Clock, ManualClock, Options};

/// Runs `test` with a fresh database of each engine.
pub(crate) fn on_both(test: impl Fn(&Engine)) {
    store::testing::for_each_engine(|store| test(&Engine::new(store.clone(), 1)));
}

/// As [`on_both`], with a clock that stands at `now` until it is moved.
pub(crate) fn on_both_at(now: &str, test: impl Fn(&Engine, &ManualClock)) {
    for_each_database(|database| {
        let clock = ManualClock::new(now.parse().unwrap());
        let options = Options { clock: Clock::Manual(clock.clone()), ..test_options() };
        test(&Engine::new(database.open_with(options), 1), &clock);
    });
}

/// Makes this policy and roster live.
pub(crate) fn set_up(engine: &Engine, policy: &str, roster: &str) {
    engine.ensure_workspace("Test", "America/New_York", "USD").unwrap();
    let sources = Sources::single("policy.yaml", policy);
    let publication = Publication {
        sources,
        note: "first".to_owned(),
        from: None,
        parent: None,
        retroactive: false,
    };
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
        raw: body.to_string(),
        submission: Submission::from_json(body).unwrap(),
        channel: "api".to_owned(),
        import: None,
    }
}

/// Captures all in one transaction.
pub(crate) fn capture_all(engine: &Engine, bodies: Vec<Value>) -> Vec<Captured> {
    let requests: Vec<_> = bodies.into_iter().map(request).collect();
    let inner = engine.clone();
    engine
        .write_blocking(move |tx, now| {
            let live = inner.live(tx, now)?.unwrap();
            let one = |it: &CaptureRequest| prepare(&live, Actor::System, it.clone());
            let batch: Vec<_> = requests.iter().map(one).collect();
            let batch: Vec<_> = batch.iter().collect();
            Ok(Ok(capture(&inner, tx, &live, &batch, now)?))
        })
        .unwrap()
}

pub(crate) fn lead(captured: &Captured) -> &CaptureAnswer {
    match captured {
        Captured::Lead(answer) => answer,
        Captured::Unchanged(_) => panic!("unchanged"),
        Captured::Quarantined(_, faults) => panic!("quarantined: {faults:?}"),
    }
}

/// What the auditor and the chains say; empty where all is well.
pub(crate) fn faults(engine: &Engine) -> Vec<String> {
    engine
        .read_blocking(|db| {
            let mut faults = Vec::new();
            let checks = [
                ("many owners", store::auditor::many_owners(db, 1)?),
                ("unkept leads", store::auditor::unkept_leads(db, 1)?),
                ("untimed leads", store::auditor::untimed_leads(db, 1)?),
                ("pool gaps", store::auditor::pool_gaps(db, 1)?),
            ];
            for (name, finding) in checks {
                if finding.count != 0 {
                    faults.push(format!("{name}: {finding:?}"));
                }
            }
            let (wrong, first) = store::auditor::wrong_loads(db, 1)?;
            if wrong != 0 {
                faults.push(format!("wrong loads: {wrong}, the first is {first:?}"));
            }
            for head in store::chain::heads(db, 1)? {
                let log = match head.log.as_str() {
                    "event" => store::chain::Log::Event,
                    _ => store::chain::Log::Audit,
                };
                let verdict = store::chain::verify(db, 1, log, head.stream)?;
                if verdict.fault.is_some() {
                    faults.push(format!("{} chain: {verdict:?}", head.log));
                }
            }
            let mut decisions = Vec::new();
            store::decision::for_each(db, 1, 0, |row| {
                decisions.push(store::decision::Decision::read(row)?);
                Ok(())
            })?;
            let mut replayer = engine::explain::Replayer::default();
            for row in decisions {
                if let Err(refusal) = replayer.replayed(db, &row)? {
                    faults.push(refusal.to_string());
                }
            }
            Ok(Ok(faults))
        })
        .unwrap()
}

/// Does something with a handoff, by the database's clock.
pub(crate) fn act(
    engine: &Engine,
    handoff: model::id::HandoffId,
    by: &str,
    action: engine::respond::Action,
) -> Result<engine::view::HandoffView, engine::Refusal> {
    act_on(engine, handoff, None, by, action)
}

/// As [`act`], from a version.
pub(crate) fn act_on(
    engine: &Engine,
    handoff: model::id::HandoffId,
    version: Option<u64>,
    by: &str,
    action: engine::respond::Action,
) -> Result<engine::view::HandoffView, engine::Refusal> {
    let inner = engine.clone();
    let request =
        engine::respond::RespondRequest { handoff, version, by: Some(by.parse().unwrap()), action };
    engine.write_blocking(move |tx, now| {
        let live = inner.live(tx, now)?.unwrap();
        engine::respond::respond(&inner, tx, &live, &Actor::System, &request, now)
    })
}

/// Open handoffs of a rep, as its load says.
pub(crate) fn open_of(engine: &Engine, rep: &'static str) -> i64 {
    let loads =
        engine.read_blocking(move |db| Ok(Ok(store::rep::get_many(db, 1, &[rep])?))).unwrap();
    loads.first().map_or(0, |it| it.open_count)
}
