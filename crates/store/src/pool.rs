//! Where the rotation of each pool stands. The first lock of every transaction that picks.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// Where a pool's rotation stands.
    pub struct PoolState in "pool_state" {
        /// Workspace.
        workspace_id: i64,
        /// The pool's name in the policy.
        pool: String,
        /// Number of its latest pick.
        sequence: i64,
        /// State of the rotation as JSON.
        body: String,
    }
}

const KEYS: Columns = &[("workspace_id", ColumnType::Int), ("pool", ColumnType::Text)];

crate::statements! {
    Insert INSERT_NEW = PoolState::TABLE, PoolState::COLUMNS, "on conflict do nothing";
    Select ALL = PoolState::COLUMNS, "select {columns} from pool_state
        where workspace_id = ?1 order by pool";
    Batch LOCK = KEYS, PoolState::COLUMNS, "select {t.columns} from pool_state t {, keys}
        where t.workspace_id = k.workspace_id and t.pool = k.pool
        order by t.pool {for_update of t}";
    Select TRY_LOCK = PoolState::COLUMNS, "select {columns} from pool_state
        where workspace_id = ?1 and pool = ?2 {for_update} {skip_locked}";
    Batch UPDATE = PoolState::COLUMNS, "update pool_state set sequence = k.sequence, body = k.body
        {from keys} where pool_state.workspace_id = k.workspace_id and pool_state.pool = k.pool";
}

/// Adds pools that are not there yet; the others stay as they are.
pub fn insert_new(tx: &mut Tx<'_>, rows: &[PoolState]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, rows, PoolState::values)
}

/// All pools, by name.
pub fn list(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<PoolState>, StoreError> {
    db.query(&ALL, &[workspace_id.into()], PoolState::read)
}

/// Locks and returns `pools`, ascending; pools without a row are left out.
pub fn lock(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    pools: &[&str],
) -> Result<Vec<PoolState>, StoreError> {
    let mut pools = pools.to_vec();
    pools.sort_unstable();
    pools.dedup();
    tx.query_many(&LOCK, &pools, |pool| [workspace_id.into(), (*pool).into()], PoolState::read)
}

/// Locks `pool` unless another transaction has it: one drainer per pool at a time.
pub fn try_lock(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    pool: &str,
) -> Result<Option<PoolState>, StoreError> {
    tx.query_opt(&TRY_LOCK, &[workspace_id.into(), pool.into()], PoolState::read)
}

/// Overwrites pools that the caller has locked; the number of rows found.
pub fn update(tx: &mut Tx<'_>, rows: &[PoolState]) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, rows, PoolState::values)
}
