//! What each rep holds now. The database refuses a load above the cap without a stated reason.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// What a rep holds now.
    pub struct RepLoad in "rep_load" {
        /// Workspace.
        workspace_id: i64,
        /// The rep's name in the roster.
        rep: String,
        /// 1 if the rep takes leads.
        present: i64,
        /// Open handoffs.
        open_count: i64,
        /// Their value in whole units of currency.
        open_value: i64,
        /// The most open handoffs allowed.
        cap: Option<i64>,
        /// Why somebody put the rep above the cap.
        over_cap_reason: Option<String>,
        /// Number of the local day that `day_count` counts.
        day_key: i64,
        /// Leads got on that day.
        day_count: i64,
        /// Number of the local week that `week_count` counts.
        week_key: i64,
        /// Leads got in that week.
        week_count: i64,
        /// Number of the local month that `month_count` counts.
        month_key: i64,
        /// Leads got in that month.
        month_count: i64,
        /// Offers in a row that passed without an answer.
        silent: i64,
    }
}

const KEYS: Columns = &[("workspace_id", ColumnType::Int), ("rep", ColumnType::Text)];

crate::statements! {
    Insert INSERT_NEW = RepLoad::TABLE, RepLoad::COLUMNS, "on conflict do nothing";
    Select ALL = RepLoad::COLUMNS, "select {columns} from rep_load
        where workspace_id = ?1 order by rep";
    Batch LOCK = KEYS, RepLoad::COLUMNS, "select {t.columns} from rep_load t {, keys}
        where t.workspace_id = k.workspace_id and t.rep = k.rep
        order by t.rep {for_update of t}";
    Batch BY_REP = KEYS, RepLoad::COLUMNS, "select {t.columns} from rep_load t {, keys}
        where t.workspace_id = k.workspace_id and t.rep = k.rep";
    Batch UPDATE = RepLoad::COLUMNS, "update rep_load set present = k.present,
        open_count = k.open_count, open_value = k.open_value, cap = k.cap,
        over_cap_reason = k.over_cap_reason, day_key = k.day_key, day_count = k.day_count,
        week_key = k.week_key, week_count = k.week_count, month_key = k.month_key,
        month_count = k.month_count, silent = k.silent
        {from keys} where rep_load.workspace_id = k.workspace_id and rep_load.rep = k.rep";
}

/// Adds loads for reps that have none yet; the others stay as they are.
pub fn insert_new(tx: &mut Tx<'_>, rows: &[RepLoad]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, rows, RepLoad::values)
}

/// All loads, by rep.
pub fn list(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<RepLoad>, StoreError> {
    db.query(&ALL, &[workspace_id.into()], RepLoad::read)
}

/// The loads of `reps`, without a lock; reps without a row are left out.
pub fn get_many(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    reps: &[&str],
) -> Result<Vec<RepLoad>, StoreError> {
    db.query_many(&BY_REP, reps, |rep| [workspace_id.into(), (*rep).into()], RepLoad::read)
}

/// Locks and returns the loads of `reps`, ascending; reps without a row are left out. Lock pools
/// and leads before, timers after.
pub fn lock(tx: &mut Tx<'_>, workspace_id: i64, reps: &[&str]) -> Result<Vec<RepLoad>, StoreError> {
    let mut reps = reps.to_vec();
    reps.sort_unstable();
    reps.dedup();
    tx.query_many(&LOCK, &reps, |rep| [workspace_id.into(), (*rep).into()], RepLoad::read)
}

/// Overwrites loads that the caller has locked; the number of rows found.
pub fn update(tx: &mut Tx<'_>, rows: &[RepLoad]) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, rows, RepLoad::values)
}
