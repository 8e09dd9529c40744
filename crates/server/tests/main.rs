//! The API over HTTP, on both database engines.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

mod access;
mod api_keys;
mod app;
mod audit;
mod crowd;
mod errors;
mod handoffs;
mod health;
mod hooks;
mod leads;
mod messages;
mod metrics;
mod once;
mod openapi;
mod outcomes;
mod policies;
mod quarantine;
mod reports;
mod reps;
mod session;
mod sign_in;
mod users;
mod web;
mod work;
