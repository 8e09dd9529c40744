//! Deterministic simulation of Baton: one thread, one seed, a clock that only moves from event to
//! event.
//!
//! The decision core is the real one: routing, picks, rotation, calendars and the life of a handoff.
//! Around it nodes take the steps of the engine over a model of the store, while faults drawn from
//! the seed come in between: crashes, lost, doubled and late messages, commits that fail or end
//! unknown, clocks that run wrong, people and policies that change. After every event the promises
//! are checked ([`Invariant`]), from outside: by what callers were told, what receivers got and what
//! the tables say.
//!
//! What holds here: the same seed gives the same bytes, whatever the machine ([`Run::hash`]); draws
//! for different purposes come from different streams; order is that of keys, never of hashes.
//!
//! Deliberately not here: SQL, threads, the network. That the model is an honest one is shown by
//! doing its committed transactions ([`script`]) again on a real database and comparing all rows
//! ([`Rows`]).

mod chain;
mod check;
mod listing;
mod live;
mod plan;
mod random;
mod report;
mod rows;
mod scenario;
pub mod script;
mod tables;
mod trace;
mod work;
mod world;

pub use listing::Rows;
pub use live::WORKSPACE_ZONE;
pub use plan::{Fault, Plan, Sabotage};
pub use random::Random;
pub use report::{Counts, Invariant, Run, Violation};
pub use rows::Answer;
pub use scenario::{Library, Person};
pub use work::Action;

use script::Done;

/// Runs one seed.
pub fn run(library: &Library, plan: &Plan, seed: u64) -> Run {
    world::World::new(library, plan, seed).map_or_else(
        |violation| Run {
            seed,
            hash: [0; 32],
            counts: Counts::default(),
            violation: Some(violation),
        },
        |world| world.run().0,
    )
}

/// The hash of many runs: that of those before, and that of one more.
pub fn chained(before: [u8; 32], next: [u8; 32]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::new().chain_update(before).chain_update(next).finalize().into()
}

/// Runs one seed and keeps what was committed: the transactions in order, and the rows at the end.
pub fn run_scripted(library: &Library, plan: &Plan, seed: u64) -> Option<(Run, Vec<Done>, Rows)> {
    let (run, world) = world::World::new(library, plan, seed).ok()?.run();
    let rows = Rows::of(&world);
    Some((run, world.script, rows))
}
