//! The contract of the store: the same suite on SQLite and Postgres.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

mod catalogue;
mod crash;
mod groups;
mod limits;
mod migrations;
mod scratch;
