//! Use cases of the lead handoff engine: what a caller asks for, from raw input to durable commit.
//!
//! The shell around the pure core: it reads the clock and the database, calls `intake` and
//! `decide`, and commits what they say in one transaction. It decides nothing itself.

pub mod access;
pub mod actor;
pub mod import;
pub mod refusal;
pub mod secret;

pub use actor::Actor;
pub use refusal::{FieldFault, Refusal, RefusalKind};
