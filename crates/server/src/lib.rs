//! The HTTP API: who asks, what they may, what they sent, and one envelope for every error.
//!
//! What holds: every route stands in the table of [`routes`] with the action it needs, and the
//! router is made from that table, so there is no route without a check; ids that are unknown and
//! ids one may not see get the same answer; every `POST` with an `Idempotency-Key` has its effect
//! once; answers hold API types of this crate, never rows or domain types; logs name ids, never
//! people.
//!
//! Not here: what a request does. That is a use case of `engine`.
//!
//! Reading order: [`app`], [`routes`], [`auth`], [`error`], then one module per resource in
//! [`resource`]. Conventions: `docs/api-design.md`.

mod admin;
pub mod app;
pub mod auth;
pub mod error;
mod extract;
mod metrics;
mod observe;
pub mod openapi;
pub mod page;
pub mod resource;
pub mod routes;
mod serve;
mod web;

pub use app::{App, Limits};
pub use openapi::openapi;
pub use serve::{Ended, Ending, serve};
