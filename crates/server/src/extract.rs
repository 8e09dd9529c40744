//! What a handler is given: who asks, what they may, and what they sent.

mod caller;
mod nul;
mod post;
mod query;
mod segment;

pub(crate) use caller::{Caller, Gate, gate};
pub(crate) use post::{Body, Post};
pub(crate) use query::Query;
pub(crate) use segment::{Segment, Segments};
