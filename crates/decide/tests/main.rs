//! Tests of whole decisions: tables, properties, a naive reference, golden files.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod desk;
mod golden;
mod handoff;
mod md;
mod pick;
mod reference;
mod route;
mod why;
