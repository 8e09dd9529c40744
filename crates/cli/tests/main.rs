//! End-to-end tests of the `baton` binary, a module per command.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code: a wrong fixture should stop the test"
)]

mod access;
mod acknowledged;
mod apply;
mod binary;
mod calendar;
mod crash;
mod decide;
mod disk_full;
mod doctor;
mod import;
mod import_killed;
mod log;
mod migrate;
mod nodes;
mod operating;
mod own_postgres;
mod policy;
mod pool;
mod postgres_restart;
mod real_lists;
mod scene;
mod serve;
mod served;
mod simulate;
mod usage;
mod verify;
