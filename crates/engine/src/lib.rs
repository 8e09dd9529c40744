//! Use cases of the lead handoff engine: what a caller asks for, from raw input to durable commit.
//!
//! The shell around the pure core: it reads the clock and the database, calls `intake` and
//! `decide`, and commits what they say in one transaction. It decides nothing itself.
//!
//! Reading order: [`engine`], [`live`], [`capture`], then one module per use case.

mod absences;
pub mod access;
pub mod act;
pub mod actor;
mod ahead;
pub mod audit;
pub mod auditor;
pub mod capture;
pub mod chore;
pub mod clicks;
pub mod connections;
pub mod context;
pub mod crew;
pub mod deliveries;
pub mod drain;
pub mod duty;
pub mod engine;
pub mod evidence;
pub mod explain;
pub mod figures;
pub mod heartbeat;
mod hours;
pub mod identity;
pub mod import;
pub mod inbox;
pub mod keys;
pub mod lead_names;
pub mod link_page;
pub mod links;
pub mod live;
pub mod merge;
pub mod message;
pub mod node;
pub mod notice;
pub mod once;
pub mod outcomes;
mod period;
pub mod person;
pub mod policies;
mod pool_format;
pub mod preferences;
pub mod published;
pub mod push;
pub mod quarantine;
pub mod read;
pub mod recalculate;
mod record;
mod record_format;
pub mod refusal;
pub mod reports;
pub mod respond;
pub mod roster;
mod roster_text;
pub mod secret;
pub mod sender;
pub mod sessions;
pub mod sight;
mod state;
pub mod sweep;
pub mod tail;
pub mod tasks;
pub mod templates;
pub mod touch_patterns;
pub mod users;
pub mod vault;
pub mod verify;
pub mod view;
pub mod webhooks;
pub mod words;
pub mod work;
pub mod workspace;
mod writes;

pub use actor::Actor;
pub use engine::{Engine, WORKSPACE};
pub use live::Live;
pub use refusal::{FieldFault, Refusal, RefusalKind};
