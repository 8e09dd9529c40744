//! Files of leads, outcomes and reps: from rows to use cases.
//!
//! What holds for every kind:
//!
//! - Rows are taken in groups of one transaction each, and the place reached is written in the same
//!   transaction. Whatever ends the process, the same import started again goes on behind the last
//!   group that was committed: nothing is lost, nothing comes twice.
//! - A file that was imported before, with the same mapping and under the same policy, adds
//!   nothing. Under another policy it is read again, and only rows that say something new count.
//! - A row that cannot be used stands in a file beside the input, as it was, with every reason.
//! - Memory is bounded by a few groups of rows, whatever the size of the file.

mod cells;
pub mod error;
mod fingerprint;
pub mod leads;
pub mod mapping;
pub mod outcomes;

mod pipe;
mod prepare;
mod reject;
pub mod rows;
mod run;
pub mod summary;

pub use error::ImportError;
pub use leads::{History, LeadImport};
pub use mapping::MappingFile;
pub use outcomes::OutcomeImport;
pub use summary::{Progress, Summary};
