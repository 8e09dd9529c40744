//! The contract of the store: the same suite on SQLite and Postgres.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod aggregates;
mod catalogue;
mod chains;
mod compare;
mod constraints;
mod copy;
mod crash;
mod groups;
mod limits;
mod migrations;
mod samples;
mod schema;
mod scratch;
