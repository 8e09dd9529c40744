//! Runs of the simulator.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod sabotage;
mod seeds;
