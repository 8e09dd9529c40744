//! How far each handoff has come, in the form the decision core keeps it.
//!
//! A handoff that nothing happened to since it was made has no row: it can be made again from its
//! own columns. So an import writes none.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// The state of one handoff after its first event.
    pub struct Life in "handoff_life" {
        /// Workspace.
        workspace_id: i64,
        /// The handoff.
        handoff_id: i64,
        /// Version of the handoff that this is the state of.
        version: i64,
        /// The state as versioned JSON.
        body: String,
    }
}

const HANDOFFS: Columns = &[("workspace_id", ColumnType::Int), ("handoff_id", ColumnType::Int)];

crate::statements! {
    Insert PUT = Life::TABLE, Life::COLUMNS, "on conflict (workspace_id, handoff_id)
        do update set version = excluded.version, body = excluded.body";
    Batch BY_HANDOFFS = HANDOFFS, Life::COLUMNS, "select {t.columns} from handoff_life t {, keys}
        where t.workspace_id = k.workspace_id and t.handoff_id = k.handoff_id";
    Select BY_HANDOFF = Life::COLUMNS, "select {columns} from handoff_life
        where workspace_id = ?1 and handoff_id = ?2";
}

/// Writes the state of handoffs over what was there.
pub fn put(tx: &mut Tx<'_>, rows: &[Life]) -> Result<u64, StoreError> {
    tx.insert_many(&PUT, rows, Life::values)
}

/// The state of a handoff, if anything happened to it.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    handoff_id: i64,
) -> Result<Option<Life>, StoreError> {
    db.query_opt(&BY_HANDOFF, &[workspace_id.into(), handoff_id.into()], Life::read)
}

/// The states of these handoffs, of those that have one, in no order.
pub fn get_many(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    handoff_ids: &[i64],
) -> Result<Vec<Life>, StoreError> {
    let keys = handoff_ids;
    db.query_many(&BY_HANDOFFS, keys, |id| [workspace_id.into(), (*id).into()], Life::read)
}
