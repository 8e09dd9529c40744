//! From a raw submission to a lead: data contract, normalisation, match keys.
//!
//! Pure functions over text. Invariants, each held by a property test: no input makes them panic,
//! normalising twice equals normalising once, and work is bounded by a length limit that is checked
//! first. Nothing is guessed in silence: what was changed or doubted is a [`Note`], what cannot be
//! used is a [`Refusal`], and the nearest known value is only ever a suggestion inside one.
//!
//! Deliberately not here: network look-ups (MX, enrichment), storage, and the originals, which the
//! caller keeps.

pub mod contract;
pub mod fold;
pub mod keys;
mod lines;
pub mod mapping;
pub mod normalise;
pub mod note;
pub mod refusal;
pub mod submission;
#[cfg(test)]
mod tables;

pub use contract::{Accepted, CheckRules, Checked, ContractCheck, Fault, OptionalValues};
pub use keys::{MatchKey, MatchKeyKind};
pub use mapping::Mapping;
pub use note::{Normalised, Note};
pub use refusal::Refusal;
pub use submission::Submission;
