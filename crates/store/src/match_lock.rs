//! Locks on people who may not be there yet.
//!
//! Two first submissions of one person at the same moment find nobody, and each would make a lead.
//! So whoever looks for a person first locks the slot that the person's keys fall into. On SQLite,
//! with its one writer, this costs a read.

use crate::sql::rows;
use crate::{StoreError, Tx};

rows! {
    /// A slot that keys fall into.
    pub struct MatchLock in "match_lock" {
        /// Workspace.
        workspace_id: i64,
        /// 0 to 255.
        slot: i64,
    }
}

/// How many slots there are: strangers seldom wait for each other, and a batch locks few rows.
const SLOTS: i64 = 256;

crate::statements! {
    Insert INSERT_NEW = MatchLock::TABLE, MatchLock::COLUMNS, "on conflict do nothing";
    Select LOCK = MatchLock::COLUMNS, "select {columns} from match_lock
        where workspace_id = ?1 and slot = ?2 {for_update}";
}

/// Locks the slots of these key hashes until the commit, in one order.
pub fn lock(tx: &mut Tx<'_>, workspace_id: i64, hashes: &[i64]) -> Result<(), StoreError> {
    let mut slots: Vec<i64> = hashes.iter().map(|it| it.rem_euclid(SLOTS)).collect();
    slots.sort_unstable();
    slots.dedup();
    for slot in slots {
        let params = [workspace_id.into(), slot.into()];
        if tx.query_opt(&LOCK, &params, MatchLock::read)?.is_none() {
            tx.insert_many(&INSERT_NEW, &[MatchLock { workspace_id, slot }], MatchLock::values)?;
            tx.query_opt(&LOCK, &params, MatchLock::read)?;
        }
    }
    Ok(())
}
