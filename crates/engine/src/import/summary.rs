//! What an import did, while it runs and at its end.

use std::collections::BTreeMap;
use std::path::PathBuf;

use model::id::ImportId;
use serde::Serialize;

/// How far an import is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Rows done, those of an interrupted run before included.
    pub rows: u64,
    /// About how many there are; 0 where that is not known.
    pub of: u64,
    /// Rows rejected so far.
    pub rejected: u64,
}

/// What an import did. Every row counts once: `new`, `attached`, `unchanged`, `left_out` and
/// `rejected` add up to `rows`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The run; absent where nothing was written.
    pub import: Option<ImportId>,
    /// Rows read.
    pub rows: u64,
    /// Rows that an interrupted run had done before; they are not in the other counts.
    pub resumed_after: u64,
    /// What was not known: leads, activities, handoffs, reps or outcomes.
    pub new: u64,
    /// Rows that joined a known lead, outcomes that were linked to a lead only now, reps of whom
    /// something changed.
    pub attached: u64,
    /// Rows that say what is known already.
    pub unchanged: u64,
    /// Rows that the mapping does not take.
    pub left_out: u64,
    /// Rows that cannot be used.
    pub rejected: u64,
    /// Outcomes whose lead is not known; they are kept and counted above.
    pub unmatched: u64,
    /// What became of new and attached leads, by outcome of the decision.
    pub outcomes: BTreeMap<String, u64>,
    /// Columns that the contract does not name; their values are kept beside the fields.
    pub aside: Vec<String>,
    /// Columns that the import has no use for.
    pub passed_over: Vec<String>,
    /// New activities of kinds that the policy does not name, by kind: kept, and counted nowhere.
    pub unnamed: BTreeMap<String, u64>,
    /// Where the rejected rows stand.
    pub rejected_file: Option<PathBuf>,
    /// Whether the same file was imported before, so that nothing was to be done.
    pub done_before: bool,
    /// Whether it was only tried.
    pub dry_run: bool,
}

impl Summary {
    /// Rows that are in the database now.
    pub fn taken(&self) -> u64 {
        self.new + self.attached + self.unchanged + self.resumed_after
    }
}
