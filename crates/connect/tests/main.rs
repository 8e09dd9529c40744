//! Channels against programs of others, and against targets that are slow, dead or hostile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "test code"
)]

mod email;
mod hostile_input;
mod message;
mod peer;
mod slack;
mod sms;
mod ssrf;
mod stub;
mod teams;
mod web_push;
mod webhook;
