//! Channels out of Baton: a neutral [`Message`] goes in, one outside system delivers it.
//!
//! What holds: whatever is outside may hang, lie, answer megabytes or be dead, and a delivery still
//! ends in bounded time with a [`Delivery`] that says what is known: it arrived, it was refused, it
//! failed for now, or nobody knows. A target that fails is left alone for a while and delays no
//! other ([`gate`]). Addresses that people typed in reach public hosts only ([`http`]). Secrets show
//! in no `Debug` and no detail of a failure.
//!
//! Not here: who gets what and when to try again (`engine`), the database, words of any language.
//!
//! Reading order: [`message`], [`delivery`], [`gate`], [`http`], [`retry`], then the channels.

pub mod clock;
pub mod delivery;
pub mod email;
pub mod gate;
pub mod heartbeat;
pub mod http;
pub mod message;
pub mod retry;
pub mod secret;
pub mod signature;
pub mod slack;
pub mod sms;
pub mod teams;
mod text;
mod tls;
pub mod web_push;
pub mod webhook;

pub use clock::{Clock, SystemClock};
pub use delivery::{Code, Delivery, Failure, Receipt, Verdict};
pub use message::{Action, ActionKind, Fact, Key, KeyError, Message, Section, SectionKind};
pub use secret::Secret;
pub use signature::SignatureError;
pub use tls::{Roots, RootsError};
