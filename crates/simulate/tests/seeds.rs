//! Seeds: every promise is kept, and the same seed is the same run.

use std::collections::BTreeMap;

use simulate::{Counts, Fault, Invariant, Library, Plan, Run, run};

/// Seeds that once broke a promise.
const FAILED_ONCE: &str = include_str!("seeds.txt");

/// Runs these seeds; fails with the first promise that one of them breaks.
fn all(library: &Library, plan: &Plan, seeds: impl Iterator<Item = u64>) -> Vec<Run> {
    let runs: Vec<Run> = seeds.map(|seed| run(library, plan, seed)).collect();
    let broken = runs.iter().find(|it| it.violation.is_some());
    assert!(broken.is_none(), "{broken:#?}");
    runs
}

#[test]
fn every_promise_is_kept_under_every_fault() {
    let library = Library::new(8).unwrap();
    let mut counts = Counts::default();
    for run in all(&library, &Plan::small(), 0..60) {
        counts.add(&run.counts);
    }
    for fault in Fault::ALL {
        assert!(counts.faults.contains_key(&fault), "{fault:?} was never met");
    }
    for invariant in Invariant::ALL {
        assert!(counts.checks.contains_key(&invariant), "{invariant:?} was never checked");
    }
    assert!(100 < counts.bounded && 100 < counts.fired, "{counts:?}");
}

#[test]
fn seeds_that_failed_once_keep_their_promises_now() {
    let library = Library::new(8).unwrap();
    let lines = FAILED_ONCE.lines().filter(|it| !it.starts_with('#'));
    let seeds: Vec<u64> = lines.map(|it| it.split(' ').next().unwrap().parse().unwrap()).collect();
    all(&library, &Plan::small(), seeds.iter().copied());
    let serial = Plan { side_by_side: false, ..Plan::small() };
    all(&library, &serial, seeds.into_iter());
}

#[test]
fn the_same_seed_is_the_same_run_to_the_byte_and_another_is_not() {
    let library = Library::new(8).unwrap();
    let mut hashes = BTreeMap::new();
    for seed in 0..5 {
        let first = run(&library, &Plan::small(), seed);
        let again = run(&Library::new(8).unwrap(), &Plan::small(), seed);
        assert_eq!(first, again);
        hashes.insert(first.hash, seed);
    }
    assert_eq!(hashes.len(), 5);
}
