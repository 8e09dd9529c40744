//! Decisions with what is needed to make them again.

use crate::sql::{ColumnType, Columns, Row, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A decision with what is needed to make it again.
    pub struct Decision in "decision" {
        /// Workspace.
        workspace_id: i64,
        /// The lead.
        lead_id: i64,
        /// Counts up from 1 per lead.
        number: i64,
        /// The `now` of the decision.
        decided_at: i64,
        /// The policy that decided.
        policy_hash: String,
        /// The roster it saw.
        roster_version: i64,
        /// The contents of the lead it saw.
        lead_version: i64,
        /// What came out, e.g. `assigned`.
        outcome: String,
        /// The rest of the input and the answer as JSON.
        record: String,
        /// Digest of the input.
        input_digest: Vec<u8>,
        /// Digest of the answer.
        output_digest: Vec<u8>,
    }
}

const NUMBERS: Columns =
    &[("workspace_id", ColumnType::Int), ("lead_id", ColumnType::Int), ("number", ColumnType::Int)];

crate::statements! {
    Insert INSERT = Decision::TABLE, Decision::COLUMNS, "";
    Select BY_NUMBER = Decision::COLUMNS, "select {columns} from decision
        where workspace_id = ?1 and lead_id = ?2 and number = ?3";
    Select LAST = Decision::COLUMNS, "select {columns} from decision
        where workspace_id = ?1 and lead_id = ?2 order by number desc limit 1";
    Batch POLICIES = NUMBERS, "select t.lead_id, t.policy_hash from decision t {, keys}
        where t.workspace_id = k.workspace_id and t.lead_id = k.lead_id and t.number = k.number";
    Select SAMPLE = Decision::COLUMNS, "select {d.columns} from decision d join (
        select lead_id, number, row_number() over (order by lead_id, number) as place,
        count(*) over () as total from decision where workspace_id = ?1) as t
        on t.lead_id = d.lead_id and t.number = d.number
        where d.workspace_id = ?1 and place % (total / ?2 + 1) = 0 order by d.lead_id, d.number";
    Select ALL = Decision::COLUMNS, "select {columns} from decision
        where workspace_id = ?1 and ?2 < lead_id order by lead_id, number";
}

/// Adds decisions.
pub fn insert(tx: &mut Tx<'_>, rows: &[Decision]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Decision::values)
}

/// One decision of a lead.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
    number: i64,
) -> Result<Option<Decision>, StoreError> {
    let params = [workspace_id.into(), lead_id.into(), number.into()];
    db.query_opt(&BY_NUMBER, &params, Decision::read)
}

/// The policies that made these decisions, given as (lead, number), by lead.
pub fn policies(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    decisions: &[(i64, i64)],
) -> Result<Vec<(i64, String)>, StoreError> {
    db.query_many(
        &POLICIES,
        decisions,
        |it| [workspace_id.into(), it.0.into(), it.1.into()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}

/// The last decision of a lead.
pub fn last(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
) -> Result<Option<Decision>, StoreError> {
    db.query_opt(&LAST, &[workspace_id.into(), lead_id.into()], Decision::read)
}

/// Up to `count` decisions (at least 1), spread evenly over all of them.
pub fn sample(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    count: i64,
) -> Result<Vec<Decision>, StoreError> {
    db.query(&SAMPLE, &[workspace_id.into(), count.max(1).into()], Decision::read)
}

/// Visits all decisions of leads after the id `after`, by lead and number. The columns are those
/// of [`Decision::COLUMNS`].
pub fn for_each(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    after: i64,
    visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    db.for_each(&ALL, &[workspace_id.into(), after.into()], visit)
}
