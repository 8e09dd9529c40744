//! The decision core: qualify, route, pick, and the life of a handoff.

pub mod cases;
pub mod cond;
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
