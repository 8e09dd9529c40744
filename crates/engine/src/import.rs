//! Files of leads, activities, handoffs, reps and outcomes: from rows to use cases.
//!
//! What holds for every kind:
//!
//! - Rows are taken in groups of one transaction each, and the place reached is written in the same
//!   transaction. Whatever ends the process, the same import started again loses nothing and brings
//!   nothing twice.
//! - A file that was imported before adds nothing. Under another policy leads are read again, and
//!   only rows that say something new count.
//! - A row that cannot be used stands in a file beside the input, as it was, with every reason.
//! - Memory is bounded by a few groups of rows, whatever the size of the file; reps, who are one
//!   roster, are the exception.
//! - An import is tried by the same code, on a scratch database ([`file::Purpose`]).

pub mod activities;
mod cells;
pub mod error;
pub mod file;
mod fingerprint;
mod formula;
pub mod handoffs;
pub mod leads;
pub mod mapping;
mod mends;
pub mod outcomes;

mod past_handoff;
mod pipe;
mod prepare;
mod rehearsal;
mod reject;
pub mod reps;
pub mod rows;
mod run;
pub mod summary;
mod table;

pub use error::ImportError;
pub use file::{FileImport, Purpose, rejected_beside};
pub use leads::{History, LeadImport};
pub use mapping::MappingFile;
pub use mends::Mends;
pub use summary::{Progress, Summary};
