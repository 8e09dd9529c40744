//! Plain values of lead handoff: instants, ids, names, typed field values, reps and their load.
//!
//! Invariants live in constructors; nothing here reads a clock, a file or the network.
//! Reading order: [`time`], [`id`], [`name`], [`value`], [`roster`].

pub mod id;
pub mod name;
pub mod roster;
pub mod time;
pub mod value;

pub use id::{Id, IdError, IdGenerator, IdKind};
pub use name::{CalendarId, ChainId, NameError, PoolId, QueueId, RepId, RuleId, SlaId, TeamId};
pub use roster::{Rep, RepIndex, RepState, Roster, Team};
pub use time::{Seconds, TimeError, Timestamp};
pub use value::{Number, Value};
