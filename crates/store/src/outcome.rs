//! What became of leads.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// What became of a lead.
    pub struct Outcome in "outcome" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The lead.
        lead_id: Option<i64>,
        /// The handoff.
        handoff_id: Option<i64>,
        /// `meeting`, `opportunity`, `won` or `lost`.
        kind: String,
        /// When.
        at: i64,
        /// In whole units of currency.
        value: Option<i64>,
        /// Source of the lead.
        lead_source: Option<String>,
        /// Source the outcome is credited to.
        attributed_source: Option<String>,
        /// Its id in the system it came from.
        external_id: Option<String>,
        /// Details as JSON.
        body: String,
    }
}

crate::statements! {
    Insert INSERT_NEW = Outcome::TABLE, Outcome::COLUMNS, "on conflict do nothing";
    Select OF_LEAD = Outcome::COLUMNS, "select {columns} from outcome
        where workspace_id = ?1 and lead_id = ?2 order by at, id";
}

/// Adds outcomes; those whose external id is known for their kind, or whose id is, are passed over.
pub fn insert_new(tx: &mut Tx<'_>, rows: &[Outcome]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, rows, Outcome::values)
}

/// All outcomes of a lead, oldest first.
pub fn of_lead(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
) -> Result<Vec<Outcome>, StoreError> {
    db.query(&OF_LEAD, &[workspace_id.into(), lead_id.into()], Outcome::read)
}
