//! Assignments: each stay of a handoff with a rep or queue, and with that the log of each pool.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// One stay of a handoff with a rep or queue.
    pub struct Assignment in "assignment" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The handoff.
        handoff_id: i64,
        /// The lead.
        lead_id: i64,
        /// The rep, if it is with one.
        rep: Option<String>,
        /// The queue, if it is in one.
        queue: Option<String>,
        /// The pool that picked the rep.
        pool: Option<String>,
        /// Epoch of the pool's rotation.
        epoch: Option<i64>,
        /// Number of the pick in the pool; without gaps.
        pool_seq: Option<i64>,
        /// 1 if the rotation counts it.
        credit: i64,
        /// 1 while it lasts.
        active: i64,
        /// When it began.
        from_at: i64,
        /// When it ended.
        until_at: Option<i64>,
        /// Why it ended.
        ended: Option<String>,
    }
}

/// The end of the assignment that a lead has now.
#[derive(Clone, Debug, PartialEq)]
pub struct AssignmentEnd {
    /// Workspace.
    pub workspace_id: i64,
    /// The lead.
    pub lead_id: i64,
    /// When it ends.
    pub until_at: i64,
    /// Why.
    pub ended: String,
}

const LEADS: Columns = &[("workspace_id", ColumnType::Int), ("lead_id", ColumnType::Int)];
const ENDS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("lead_id", ColumnType::Int),
    ("until_at", ColumnType::Int),
    ("ended", ColumnType::Text),
];

const STAYS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("lead_id", ColumnType::Int),
    ("handoff_id", ColumnType::Int),
    ("until_at", ColumnType::Int),
    ("ended", ColumnType::Text),
];

crate::statements! {
    Insert INSERT = Assignment::TABLE, Assignment::COLUMNS, "";
    Batch ACTIVE_OF_LEADS = LEADS, Assignment::COLUMNS, "select {t.columns} from assignment t {, keys}
        where t.workspace_id = k.workspace_id and t.lead_id = k.lead_id
        and t.active = 1";
    Select OF_LEAD = Assignment::COLUMNS, "select {columns} from (
        select {columns} from assignment where workspace_id = ?1 and lead_id = ?2 and active = 1
        union all select {columns} from assignment
        where workspace_id = ?1 and lead_id = ?2 and active = 0) as both_kinds order by id";
    Select POOL_LOG = Assignment::COLUMNS, "select {columns} from assignment
        where workspace_id = ?1 and pool = ?2 and ?3 < pool_seq order by pool_seq limit ?4";
    Batch END = ENDS, "update assignment set active = 0, until_at = k.until_at, ended = k.ended
        {from keys} where assignment.workspace_id = k.workspace_id
        and assignment.lead_id = k.lead_id and assignment.active = 1";
    Batch AMEND = STAYS, "update assignment set until_at = k.until_at, ended = k.ended
        {from keys} where assignment.workspace_id = k.workspace_id
        and assignment.lead_id = k.lead_id and assignment.handoff_id = k.handoff_id
        and assignment.active = 0";
}

/// Adds assignments. A second active one of a lead, and a second pick with one number, are
/// refused as duplicates.
pub fn insert(tx: &mut Tx<'_>, rows: &[Assignment]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Assignment::values)
}

/// Ends the active assignments of leads; the number that were active.
pub fn end(tx: &mut Tx<'_>, rows: &[AssignmentEnd]) -> Result<u64, StoreError> {
    tx.execute_many(&END, rows, |it| {
        [it.workspace_id.into(), it.lead_id.into(), it.until_at.into(), (&it.ended).into()]
    })
}

/// Gives the one assignment of each of these past handoffs another end; how many there were.
pub fn amend(tx: &mut Tx<'_>, rows: &[Assignment]) -> Result<u64, StoreError> {
    tx.execute_many(&AMEND, rows, |it| {
        [
            it.workspace_id.into(),
            it.lead_id.into(),
            it.handoff_id.into(),
            it.until_at.into(),
            it.ended.as_deref().into(),
        ]
    })
}

/// The active assignments of these leads, in no order.
pub fn active_of_leads(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_ids: &[i64],
) -> Result<Vec<Assignment>, StoreError> {
    db.query_many(
        &ACTIVE_OF_LEADS,
        lead_ids,
        |id| [workspace_id.into(), (*id).into()],
        Assignment::read,
    )
}

/// All assignments of a lead, oldest first.
pub fn of_lead(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
) -> Result<Vec<Assignment>, StoreError> {
    db.query(&OF_LEAD, &[workspace_id.into(), lead_id.into()], Assignment::read)
}

/// Up to `limit` picks of a pool after number `after`, in order.
pub fn pool_log(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    pool: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Assignment>, StoreError> {
    let params = [workspace_id.into(), pool.into(), after.into(), limit.into()];
    db.query(&POOL_LOG, &params, Assignment::read)
}
