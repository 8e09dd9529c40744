//! The use cases on both database engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod absences;
mod arrivals;
mod capture;
mod channels;
mod clicks;
mod deals;
mod import;
mod locks;
mod messages;
mod once;
mod outcomes;
mod outside;
mod past_handoffs;
mod queue;
mod quiet;
mod respond;
mod rules;
mod scene;
mod sender;
mod waiting;
