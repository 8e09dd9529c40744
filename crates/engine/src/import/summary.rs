//! What an import did, while it runs and at its end.

use std::collections::BTreeMap;
use std::path::PathBuf;

use model::id::ImportId;
use serde::Serialize;

use super::reject::Rejected;

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

/// What an import did. Every row counts once: `new`, `attached`, `updated`, `unchanged`, `left_out` and
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
    /// Rows that joined a known lead, outcomes that were linked to a lead only now.
    pub attached: u64,
    /// Rows that changed something known: outcomes, past handoffs, reps.
    pub updated: u64,
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
    /// Of these, those that may be a field misspelt, with its name.
    pub may_be: BTreeMap<String, String>,
    /// Columns that the import has no use for.
    pub passed_over: Vec<String>,
    /// New activities of kinds that the policy does not name, by kind: kept, and counted nowhere.
    pub unnamed: BTreeMap<String, u64>,
    /// Why rows were rejected, most frequent first.
    pub reasons: Vec<RejectedFor>,
    /// Where the rejected rows stand.
    pub rejected_file: Option<PathBuf>,
    /// Whether the same file was imported before, so that nothing was to be done.
    pub done_before: bool,
    /// Whether it was only tried.
    pub dry_run: bool,
}

/// A reason for which rows were rejected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RejectedFor {
    /// Its code.
    pub code: String,
    /// The field or column.
    pub at: String,
    /// How often.
    pub count: u64,
    /// What was said of the first row.
    pub message: String,
    /// The first of the rows.
    pub rows: Vec<u64>,
}

/// Reasons that are told apart, at most.
const REASONS_MAX: usize = 100;

/// Rows named for each reason.
const REASON_ROWS: usize = 3;

impl Summary {
    /// Counts rejected rows and their reasons.
    pub(super) fn reject(&mut self, rows: &[Rejected]) {
        self.rejected += rows.len() as u64;
        for row in rows {
            for fault in &row.faults {
                let known =
                    self.reasons.iter_mut().find(|it| it.code == fault.code && it.at == fault.at);
                if let Some(known) = known {
                    known.count += 1;
                    if known.rows.len() < REASON_ROWS && known.rows.last() != Some(&row.row) {
                        known.rows.push(row.row);
                    }
                } else if self.reasons.len() < REASONS_MAX {
                    self.reasons.push(RejectedFor {
                        code: fault.code.clone(),
                        at: fault.at.clone(),
                        count: 1,
                        message: fault.message.clone(),
                        rows: vec![row.row],
                    });
                }
            }
        }
        self.reasons.sort_by_key(|it| std::cmp::Reverse(it.count));
    }

    /// Rows that are in the database now.
    pub fn taken(&self) -> u64 {
        self.new + self.attached + self.updated + self.unchanged + self.resumed_after
    }
}
