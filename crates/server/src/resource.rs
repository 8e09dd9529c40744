//! One module per resource: its API types and its handlers.

pub mod api_keys;
pub mod audit;
pub mod connections;
pub mod handoffs;
pub mod health;
pub mod leads;
pub mod links;
pub mod notifications;
pub mod outcomes;
pub mod policies;
pub mod pools;
pub mod preferences;
pub mod push;
pub mod quarantine;
pub mod queues;
pub mod reports;
pub mod reps;
pub mod roster;
pub mod slack;
pub mod sms;
pub mod stream;
pub mod tasks;
pub mod templates;
pub mod users;
pub mod webhooks;
