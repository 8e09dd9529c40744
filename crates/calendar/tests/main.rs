//! Tests of the calendar through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "test code: a wrong fixture should stop the test"
)]

mod bounds;
mod fixture;
mod opening;
mod properties;
mod reference;
mod rules;
