//! The database: one SQL text for SQLite and Postgres, migrations, transactions.
//!
//! Use cases are written once, as synchronous functions over a [`Tx`] (or a [`Snapshot`] when they
//! only read), and run on the threads of a [`Store`]. What holds:
//!
//! - The answer of [`Store::write`] arrives after the durable commit, never before.
//! - A job may run more than once (a retry, a group that is run again), so all it does must be done
//!   through its transaction. Only the run that committed is answered.
//! - A statement that failed fails its whole transaction on both engines, even if the job ignores it.
//! - Statements hold values of four types only: BIGINT, DOUBLE PRECISION, TEXT, BYTEA. Instants are
//!   BIGINT microseconds in UTC, JSON is TEXT and is never looked into by SQL.
//!
//! Not here: domain types and rules (rows are plain numbers and text), and any use of the network
//! other than the connection to the database.
//!
//! Reading order: [`store`], [`tx`], [`sql`], [`error`], then one module per aggregate.

mod job;
mod load;
mod options;
mod pending;
mod postgres;
mod sqlite;
mod url;

pub mod catalogue;
pub mod clock;
pub mod copy;
pub mod error;
pub mod migrate;
pub mod sql;
pub mod store;
#[cfg(feature = "testing")]
pub mod testing;
pub mod tx;

pub mod activity;
pub mod assignment;
pub mod audit;
pub mod auditor;
pub mod chain;
pub mod connection;
pub mod decision;
pub mod delivery;
pub mod event;
pub mod facts;
pub mod gauge;
pub mod handoff;
pub mod idempotency;
pub mod import;
pub mod lead;
pub mod life;
pub mod match_lock;
pub mod node;
pub mod notification;
pub mod outbox;
pub mod outcome;
pub mod policy;
pub mod pool;
pub mod preference;
pub mod push;
pub mod quarantine;
pub mod rep;
pub mod roster;
pub mod template;
pub mod timer;
pub mod touch;
pub mod user;
pub mod webhook;
pub mod workspace;

pub use clock::{Clock, ManualClock};
pub use error::{ConstraintKind, EngineError, StoreError};
pub use load::Load;
pub use options::{Migrate, Options};
pub use pending::Pending;
pub use store::{Engine, Store};
pub use tx::{Snapshot, Tx};
pub use url::DatabaseUrl;
