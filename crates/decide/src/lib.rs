//! The decision core: qualify, route, pick, and the life of a handoff. Nothing else decides.
//!
//! Two halves: [`route()`] needs a policy and a lead and runs anywhere; [`pick()`] needs the state of
//! the roster and chooses reps, one or a batch. [`decide()`] is both with deadlines and effects,
//! [`advance`] one step of a handoff's life.
//!
//! What holds everywhere:
//! - Total and deterministic: no clock, no IO, no hash order, no panic; the same input gives the
//!   same bytes, with a trace or without.
//! - Never unowned: what is handed off ends with a rep, in a queue, or waits in one.
//! - Every rep of a pool that was entered is in the trace once: chosen, or passed over with a
//!   stage, a code and a piece of the policy.
//! - A rule that cannot be evaluated is skipped and listed; an exclusion that cannot be evaluated
//!   and asks to hold sends the lead to the fallback.
//! - Rotation keeps its bound ([`rotation`]); whoever joins a pool by load is not flooded.
//! - Reasons are data ([`reason`]); words are made at the edge ([`render`]).
//!
//! Deliberately not here: scores of models (they come as facts), random choice (a seed is taken and
//! recorded for strategies to come), storage, sending, the clock.

pub mod answers;
pub mod cases;
mod cond;
pub mod deadline;
pub mod decision;
pub mod effect;
pub mod handoff;
pub mod lead;
mod names;
pub mod pick;
pub mod reason;
pub mod render;
pub mod replay;
pub mod rotation;
pub mod route;
pub mod setup;
pub mod state;
pub mod trace;
pub mod why;

pub use deadline::Deadlines;
pub use decision::{Decision, Input, Outcome, conclude, decide, decide_traced};
pub use effect::Effect;
pub use handoff::{Advance, Context, Event, Handoff, Refusal, advance};
pub use lead::LeadView;
pub use pick::{Pick, Picked, Waiting, pick, pick_batch};
pub use route::{Route, RouteEnd, route};
pub use setup::Setup;
pub use state::{PoolState, RosterState};
pub use why::{Explanation, Flip, WhyNot, why, why_not};
