//! Plain values of lead handoff: instants, ids, typed field values, reps and their load.
//!
//! Invariants live in constructors; nothing here reads a clock, a file or the network.
//! Reading order: [`time`], [`id`], [`value`], [`roster`].

pub mod id;
pub mod roster;
pub mod time;
pub mod value;

pub use id::{Id, IdError, IdGenerator, IdKind};
pub use time::{Seconds, TimeError, Timestamp};
