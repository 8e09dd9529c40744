//! From a raw submission to a lead: data contract, normalisation, match keys.

pub mod submission;

pub use submission::Submission;
