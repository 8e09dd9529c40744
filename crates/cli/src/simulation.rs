//! Seeds of the simulator: run on all cores, summed in order, shown.

mod database;
mod show;

use std::collections::BTreeMap;
use std::io::IsTerminal;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use indicatif::{ProgressBar, ProgressStyle};
use simulate::{Counts, Library, Plan, Run};

pub(crate) use show::{json, text};

/// What many seeds came to.
#[derive(Debug)]
pub(crate) struct Totals {
    /// Seeds that were run, up to the first that failed.
    pub(crate) seeds: u64,
    /// Their counts.
    pub(crate) counts: Counts,
    /// Rows that were compared with those of a database.
    pub(crate) rows: u64,
    /// SHA-256 of this and the hash of each trace in turn.
    pub(crate) hash: [u8; 32],
    /// The first seed that failed.
    pub(crate) first: Option<Failed>,
}

/// A seed that failed.
#[derive(Debug)]
pub(crate) struct Failed {
    pub(crate) seed: u64,
    /// The promise it broke.
    pub(crate) invariant: String,
    /// What was seen.
    pub(crate) detail: String,
    /// The last events before it.
    pub(crate) last: Vec<String>,
}

/// A seed that was run.
struct Ran {
    run: Run,
    rows: u64,
    /// How the database differs.
    difference: Option<String>,
}

/// Runs these seeds, on `compare` with a real database too.
pub(crate) fn run(library: &Library, plan: &Plan, seeds: Range<u64>, compare: bool) -> Totals {
    let next = AtomicU64::new(seeds.start);
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let (send, receive) = mpsc::sync_channel::<Ran>(threads * 4);
    let bar = bar(seeds.end - seeds.start);
    thread::scope(|scope| {
        for _ in 0..threads {
            let (send, next, end) = (send.clone(), &next, seeds.end);
            scope.spawn(move || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    // Where nobody listens any more, a seed has failed.
                    if end <= seed || send.send(one(library, plan, seed, compare)).is_err() {
                        return;
                    }
                }
            });
        }
        drop(send);
        let totals = collect(seeds.start, receive, &bar);
        bar.finish_and_clear();
        totals
    })
}

fn one(library: &Library, plan: &Plan, seed: u64, compare: bool) -> Ran {
    if !compare {
        return Ran { run: simulate::run(library, plan, seed), rows: 0, difference: None };
    }
    match simulate::run_scripted(library, plan, seed) {
        Some((run, script, rows)) if run.violation.is_none() => {
            let difference = database::compare(library, &script, &rows).err();
            Ran { run, rows: rows.lines.len() as u64, difference }
        }
        Some((run, ..)) => Ran { run, rows: 0, difference: None },
        None => Ran { run: simulate::run(library, plan, seed), rows: 0, difference: None },
    }
}

/// Sums up in the order of the seeds, so that the sum is the same on every machine.
fn collect(from: u64, receive: mpsc::Receiver<Ran>, bar: &ProgressBar) -> Totals {
    let mut totals =
        Totals { seeds: 0, counts: Counts::default(), rows: 0, hash: [0; 32], first: None };
    let (mut early, mut next) = (BTreeMap::new(), from);
    for ran in receive {
        early.insert(ran.run.seed, ran);
        while let Some(ran) = early.remove(&next) {
            next += 1;
            totals.seeds += 1;
            totals.rows += ran.rows;
            totals.counts.add(&ran.run.counts);
            totals.hash = simulate::chained(totals.hash, ran.run.hash);
            bar.set_position(totals.seeds);
            totals.first = failed(ran);
            if totals.first.is_some() {
                break;
            }
        }
        if totals.first.is_some() {
            break;
        }
    }
    totals
}

fn failed(ran: Ran) -> Option<Failed> {
    let Ran { run, difference, .. } = ran;
    let seed = run.seed;
    let broken = run.violation.map(|it| Failed {
        seed,
        invariant: it.invariant.name().to_owned(),
        detail: format!("{} at {}", it.detail, it.at),
        last: it.last,
    });
    broken.or_else(|| {
        let invariant = "the database says the same".to_owned();
        difference.map(|detail| Failed { seed, invariant, detail, last: Vec::new() })
    })
}

/// A bar that is drawn on a terminal and nowhere else.
fn bar(seeds: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(seeds);
    let style = "{wide_bar} {human_pos}/{human_len} seeds  {per_sec}  {eta} left";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    bar
}
