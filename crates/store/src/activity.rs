//! What leads did.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// Something a lead did.
    pub struct Activity in "activity" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The lead.
        lead_id: i64,
        /// What it was, e.g. `page_view`.
        kind: String,
        /// When.
        at: i64,
        /// Details as JSON.
        body: String,
    }
}

const PLACES: Columns =
    &[("workspace_id", ColumnType::Int), ("lead_id", ColumnType::Int), ("at", ColumnType::Int)];

crate::statements! {
    Insert INSERT = Activity::TABLE, Activity::COLUMNS, "";
    Select OF_LEAD = Activity::COLUMNS, "select {columns} from activity
        where workspace_id = ?1 and lead_id = ?2 and id <= ?3 order by at desc, id desc limit ?4";
    Batch AT = PLACES, Activity::COLUMNS, "select {t.columns} from activity t {, keys}
        where t.workspace_id = k.workspace_id and t.lead_id = k.lead_id and t.at = k.at";
    Statement LAST = "select max(id) from activity where workspace_id = ?1 and lead_id = ?2";
}

/// The highest number of an activity of a lead.
pub fn last_id(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
) -> Result<Option<i64>, StoreError> {
    db.query_one(&LAST, &[workspace_id.into(), lead_id.into()], |row| row.get(0))
}

/// Adds activities.
pub fn insert(tx: &mut Tx<'_>, rows: &[Activity]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Activity::values)
}

/// The newest `limit` of the activities of a lead with numbers up to `last`, oldest first.
pub fn of_lead(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
    last: i64,
    limit: i64,
) -> Result<Vec<Activity>, StoreError> {
    let params = [workspace_id.into(), lead_id.into(), last.into(), limit.into()];
    let mut rows = db.query(&OF_LEAD, &params, Activity::read)?;
    rows.reverse();
    Ok(rows)
}

/// The activities of leads at these very instants, given as (lead, instant), in no order.
pub fn at(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    places: &[(i64, i64)],
) -> Result<Vec<Activity>, StoreError> {
    db.query_many(&AT, places, |it| [workspace_id.into(), it.0.into(), it.1.into()], Activity::read)
}
