//! End-to-end tests of the `baton` binary, a module per command.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a wrong fixture should stop the test"
)]

mod access;
mod apply;
mod binary;
mod calendar;
mod crash;
mod decide;
mod doctor;
mod import;
mod policy;
mod pool;
mod real_lists;
mod scene;
mod serve;
mod served;
mod usage;
mod verify;
