//! Outreach of reps to leads.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// An outreach of a rep to a lead.
    pub struct Touch in "touch" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The handoff.
        handoff_id: i64,
        /// The lead.
        lead_id: i64,
        /// Who did it.
        rep: Option<String>,
        /// What, e.g. `call`.
        kind: String,
        /// 1 if it counts as a first touch.
        valid: i64,
        /// When it happened.
        at: i64,
        /// When it was recorded.
        recorded_at: i64,
        /// Details as JSON.
        body: String,
    }
}

crate::statements! {
    Insert INSERT = Touch::TABLE, Touch::COLUMNS, "";
    Select OF_HANDOFF = Touch::COLUMNS, "select {columns} from touch
        where workspace_id = ?1 and handoff_id = ?2 order by at, id";
    Select BETWEEN = Touch::COLUMNS, "select {t.columns}, h.touch_due
        from touch t join handoff h on h.workspace_id = t.workspace_id and h.id = t.handoff_id
        where t.workspace_id = ?1 and ?2 <= t.at and t.at < ?3 order by t.at, t.id";
}

/// Adds touches.
pub fn insert(tx: &mut Tx<'_>, rows: &[Touch]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Touch::values)
}

/// All touches of a handoff, oldest first.
pub fn of_handoff(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    handoff_id: i64,
) -> Result<Vec<Touch>, StoreError> {
    db.query(&OF_HANDOFF, &[workspace_id.into(), handoff_id.into()], Touch::read)
}

/// Calls `visit` for each touch from `from` until before `to`, oldest first, with the deadline of
/// its handoff.
pub fn for_each_between(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    from: i64,
    to: i64,
    mut visit: impl FnMut(Touch, Option<i64>),
) -> Result<(), StoreError> {
    db.for_each(&BETWEEN, &[workspace_id.into(), from.into(), to.into()], |row| {
        visit(Touch::read(row)?, row.get(Touch::COLUMNS.len())?);
        Ok(())
    })
}
