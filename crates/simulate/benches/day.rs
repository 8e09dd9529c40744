//! A day of 10,000 leads, 50 reps, five zones and three chains on a weekend on which clocks change;
//! and many small runs, as many as the first argument says. On one core.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "a bench reads clocks, and one that cannot run has no figure"
)]

use std::time::Instant;

use simulate::{Counts, Library, Plan, run};

/// Small runs, where no argument says how many.
const SEEDS: u64 = 200;

fn main() {
    let start = "2026-10-31T12:00:00Z".parse().ok();
    let plan = Plan { hours: 24, leads: 10_000, start, ..Plan::small() };
    timed("24 h, 10,000 leads, 50 reps", &Library::new(50).unwrap(), &plan, 0..1);
    let seeds = std::env::args().find_map(|it| it.parse().ok()).unwrap_or(SEEDS);
    let library = Library::new(8).unwrap();
    timed("8 h, 24 leads, 8 reps", &library, &Plan::small(), 0..seeds);
}

fn timed(name: &str, library: &Library, plan: &Plan, seeds: std::ops::Range<u64>) {
    let began = Instant::now();
    let (mut counts, mut hash, many) = (Counts::default(), [0; 32], seeds.end - seeds.start);
    for seed in seeds {
        let run = run(library, plan, seed);
        if let Some(violation) = run.violation {
            panic!("seed {seed}: {violation:#?}");
        }
        counts.add(&run.counts);
        hash = simulate::chained(hash, run.hash);
    }
    let seconds = began.elapsed().as_secs_f64();
    let shown: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    println!(
        "{name}: {many} seeds in {seconds:.2} s, {:.0} simulated hours a second, {} events, {} \
         commits, {} decisions made again, {} picks held to the bound, trace {shown}",
        f64::from(plan.hours) * many as f64 / seconds,
        counts.events,
        counts.commits,
        counts.replayed,
        counts.bounded,
    );
}
