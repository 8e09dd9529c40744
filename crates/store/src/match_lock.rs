//! Locks on people and deals that may not be there yet.
//!
//! Two first submissions of one person at the same moment find nobody, and each would make a lead;
//! `won` and `lost` of one deal would both count. So whoever looks for one first locks the slot that
//! its keys fall into. SQLite has one writer and needs no lock.

use crate::sql::rows;
use crate::{Engine, StoreError, Tx};

rows! {
    /// A slot that keys fall into.
    pub struct MatchLock in "match_lock" {
        /// Workspace.
        workspace_id: i64,
        /// 0 to 255 for people, 256 to 511 for deals.
        slot: i64,
    }
}

/// What is looked for. Whoever records deals does not hold up those who capture leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// Leads, by their match keys.
    People,
    /// Outcomes, by their ids at the sender.
    Deals,
}

/// How many slots there are of each: strangers seldom wait for each other, and a batch locks few rows.
const SLOTS: i64 = 256;

crate::statements! {
    Insert INSERT_NEW = MatchLock::TABLE, MatchLock::COLUMNS, "on conflict do nothing";
    Batch LOCK = MatchLock::COLUMNS, MatchLock::COLUMNS, "select {t.columns} from match_lock t {, keys}
        where t.workspace_id = k.workspace_id and t.slot = k.slot
        order by t.slot {for_update of t}";
}

/// Locks the slots of these key hashes until the commit, in one order.
pub fn lock(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    sought: Sought,
    hashes: &[i64],
) -> Result<(), StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(());
    }
    let first = match sought {
        Sought::People => 0,
        Sought::Deals => SLOTS,
    };
    let mut slots: Vec<i64> = hashes.iter().map(|it| first + it.rem_euclid(SLOTS)).collect();
    slots.sort_unstable();
    slots.dedup();
    let row = |slot| MatchLock { workspace_id, slot };
    let slots: Vec<MatchLock> = slots.into_iter().map(row).collect();
    let locked = tx.query_many(&LOCK, &slots, MatchLock::values, MatchLock::read)?;
    if locked.len() < slots.len() {
        // All at once: a workspace has none of a kind or all, so nobody waits here with a lock.
        let all: Vec<MatchLock> = (first..first + SLOTS).map(row).collect();
        tx.insert_many(&INSERT_NEW, &all, MatchLock::values)?;
        tx.query_many(&LOCK, &slots, MatchLock::values, MatchLock::read)?;
    }
    Ok(())
}
