//! Timers: how fast 100,000 that are due at once are fired among 1,000,000 armed ones, and how late
//! the late ones are at 100 a second.
//!
//! `cargo bench -p engine --bench timers`; with `BATON_TEST_POSTGRES` on Postgres too.
//! `BATON_BENCH_TIMERS` is the number that is due at once, a tenth of all that are armed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench ends where its set-up fails"
)]

use std::time::{Duration, Instant};

use engine::capture::{CaptureRequest, capture, prepare};
use engine::chore::{Chore, Tell};
use engine::policies::Publication;
use engine::sweep::{Sweep, Swept};
use engine::{Actor, Engine};
use intake::Submission;
use policy::Sources;
use serde_json::json;
use store::testing::{TestDatabase, for_each_database};
use store::{Clock, ManualClock, Options};

const POLICY: &str = include_str!("../tests/rules/policy.yaml");
const ROSTER: &str = include_str!("../tests/rules/roster.yaml");

/// A Wednesday, 10:00 in New York.
const NOW: &str = "2026-11-18T15:00:00Z";

/// Timers a second, and for how long, of the second figure.
const RATE: i64 = 100;
const SECONDS: i64 = 20;

fn main() {
    let wanted = std::env::var("BATON_BENCH_TIMERS").ok().and_then(|it| it.parse().ok());
    let due: usize = wanted.unwrap_or(100_000);
    for_each_database(|database| {
        println!("{:?}", database.engine());
        drain(database, due);
    });
    for_each_database(|database| {
        println!("{:?}", database.engine());
        late(database);
    });
}

fn engine(database: &TestDatabase, clock: Clock, roster: &str) -> Engine {
    let engine = Engine::new(database.open_with(Options { clock, ..Options::standard() }), 1);
    engine.ensure_workspace("Bench", "America/New_York", "USD").unwrap();
    let publication = Publication {
        sources: Sources::single("policy.yaml", POLICY),
        note: String::new(),
        from: None,
        parent: None,
        retroactive: false,
    };
    engine.publish_blocking(Actor::Operator, publication).unwrap();
    let roster = Sources::single("roster.yaml", roster.to_owned());
    engine.put_roster_blocking(Actor::Operator, &roster).unwrap();
    engine
}

/// Hands off `count` leads.
fn fill(engine: &Engine, count: usize) {
    for first in (0..count).step_by(500) {
        let bodies = (first..count.min(first + 500)).map(|at| {
            let email = format!("person{at}@company{at}.example");
            json!({ "fields": { "email": email, "handoff_reason": "Demo" } })
        });
        let requests: Vec<CaptureRequest> = bodies
            .map(|body| CaptureRequest {
                raw: body.to_string(),
                submission: Submission::from_json(body).unwrap(),
                channel: "api".to_owned(),
                import: None,
            })
            .collect();
        let inner = engine.clone();
        let work = move |tx: &mut store::Tx<'_>, now| {
            let live = inner.live(tx, now)?.unwrap();
            let batch: Vec<_> =
                requests.iter().map(|it| prepare(&live, Actor::System, it.clone())).collect();
            let batch: Vec<_> = batch.iter().collect();
            capture(&inner, tx, &live, &batch, now)?;
            Ok(Ok(()))
        };
        engine.write_blocking(work).unwrap();
    }
}

/// `due` at once among ten times as many that are armed.
fn drain(database: &TestDatabase, due: usize) {
    let clock = ManualClock::new(NOW.parse().unwrap());
    let roster = ROSTER.replace("open: 1000 }", "open: 1000000 }");
    let engine = engine(database, Clock::Manual(clock.clone()), &roster);
    fill(&engine, due);
    // Each handoff has two of its own; the others are far away.
    database.run_sql(
        "insert into timer select t.workspace_id, t.id + n.n * 1000000000000000, t.handoff_id,
            t.lead_id, t.assignment_id, 'reminder', t.due_at + 86400000000000, 'armed', 1, 0,
            100 + n.n, t.armed_at, null, t.zone_data
        from timer t, (select 1 as n union select 2 union select 3 union select 4 union select 5
            union select 6 union select 7 union select 8) n where t.kind = 'acknowledge'",
    );
    if database.engine() == store::Engine::Postgres {
        database.run_sql("analyze");
    }
    // Accept within 15 minutes.
    clock.set(clock.now().plus(model::Seconds::from_minutes(15)));
    let mut sweep = Sweep::new(engine.clone());
    let (start, mut fired, mut batches) = (Instant::now(), 0, 0_u32);
    loop {
        let Swept { fired: some, more, stuck, .. } = sweep.round().unwrap();
        assert!(stuck.is_empty(), "{stuck:?}");
        fired += some;
        batches += 1;
        if !more {
            break;
        }
    }
    let took = start.elapsed().as_secs_f64();
    let rate = fired as f64 / took;
    println!("  {} armed, {due} due at once", due * 10);
    println!("  {fired} fired in {took:.2} s by one sweeper: {rate:.0}/s, {batches} commits");
    assert!(due as u64 <= fired);
}

/// One is due each hundredth of a second.
fn late(database: &TestDatabase) {
    let engine = engine(database, Clock::Database, ROSTER);
    let count = RATE * SECONDS;
    fill(&engine, usize::try_from(count).unwrap());
    let start = engine.read_blocking(|db| Ok(Ok(db.now()?))).unwrap().as_micros() + 3_000_000;
    let step = 1_000_000 / RATE;
    let numbered = "(select id, handoff_id, row_number() over (order by id) as n from timer
        where kind = 'acknowledge')";
    database.run_sql(&format!(
        "update handoff set acknowledge_due = (select {start} + k.n * {step} from {numbered} k
            where k.handoff_id = handoff.id) where acknowledge_due is not null;
        update timer set due_at = (select h.acknowledge_due from handoff h
            where h.id = timer.handoff_id) where kind = 'acknowledge';"
    ));
    let tell: Tell = std::sync::Arc::new(|what| println!("  {what}"));
    let mut sweep = Sweep::new(engine.clone());
    let told = std::sync::Arc::clone(&tell);
    let sweeper = Chore::start("sweeper", "not swept", &tell, move || sweep.turn(&told)).unwrap();
    std::thread::sleep(Duration::from_secs(u64::try_from(SECONDS).unwrap() + 5));
    drop(sweeper);
    let late = engine.read_blocking(|db| Ok(Ok(store::timer::lateness(db, 1, "acknowledge")?)));
    let mut late = late.unwrap();
    late.sort_unstable();
    let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize] as f64 / 1000.0;
    println!("  {} fired at {RATE} a second", late.len());
    println!("  late by p50 {:.0} ms, p99 {:.0} ms, most {:.0} ms", at(0.5), at(0.99), at(1.0));
}
