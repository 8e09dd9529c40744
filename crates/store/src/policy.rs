//! Policy texts by content, and which of them is live.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A policy text, named by its content; never edited.
    pub struct Policy in "policy" {
        /// Workspace.
        workspace_id: i64,
        /// SHA-256 of the files, in hexadecimal.
        hash: String,
        /// The policy it was made from.
        parent: Option<String>,
        /// As shown to people.
        name: String,
        /// File names and texts as JSON.
        files: String,
        /// What changed.
        note: String,
        /// Who wrote it.
        author: String,
        /// When it was stored.
        created_at: i64,
    }
}

rows! {
    /// A policy that became live.
    pub struct PolicyLive in "policy_live" {
        /// Workspace.
        workspace_id: i64,
        /// Counts up from 1; the highest is in force, or will be.
        number: i64,
        /// The policy.
        hash: String,
        /// When it comes into force.
        from_at: i64,
        /// Who published it.
        by_whom: String,
        /// Why.
        note: String,
        /// 1 if its working hours count for the past too.
        retroactive: i64,
    }
}

crate::statements! {
    Insert INSERT_NEW = Policy::TABLE, Policy::COLUMNS, "on conflict do nothing";
    Select BY_HASH = Policy::COLUMNS, "select {columns} from policy
        where workspace_id = ?1 and hash = ?2";
    Select ALL = Policy::COLUMNS, "select {columns} from policy
        where workspace_id = ?1 order by created_at desc, hash limit ?2";
    Select LIVE = PolicyLive::COLUMNS, "select {columns} from policy_live
        where workspace_id = ?1 order by number desc limit ?2";
    Select IN_FORCE = PolicyLive::COLUMNS, "select {columns} from policy_live
        where workspace_id = ?1 and from_at <= ?2 order by number desc limit ?3";
    Insert PUBLISH = PolicyLive::TABLE, PolicyLive::COLUMNS, "on conflict do nothing";
}

/// Stores policies; one that is there already is the same text and stays.
pub fn insert_new(tx: &mut Tx<'_>, rows: &[Policy]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, rows, Policy::values)
}

/// The policy with this hash.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    hash: &str,
) -> Result<Option<Policy>, StoreError> {
    db.query_opt(&BY_HASH, &[workspace_id.into(), hash.into()], Policy::read)
}

/// The newest `limit` policies, newest first.
pub fn list(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    limit: i64,
) -> Result<Vec<Policy>, StoreError> {
    db.query(&ALL, &[workspace_id.into(), limit.into()], Policy::read)
}

/// The last `limit` policies that became live, newest first.
pub fn live(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    limit: i64,
) -> Result<Vec<PolicyLive>, StoreError> {
    db.query(&LIVE, &[workspace_id.into(), limit.into()], PolicyLive::read)
}

/// The last `limit` policies that hold at `now` or held before, newest first.
pub fn in_force(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    now: i64,
    limit: i64,
) -> Result<Vec<PolicyLive>, StoreError> {
    let params = [workspace_id.into(), now.into(), limit.into()];
    db.query(&IN_FORCE, &params, PolicyLive::read)
}

/// Publishes a policy over `over`, the hash that must be the newest now (`None`: there is none).
/// False if another policy was published meanwhile. The number of `row` is set here.
pub fn publish(tx: &mut Tx<'_>, row: &PolicyLive, over: Option<&str>) -> Result<bool, StoreError> {
    let newest = live(tx, row.workspace_id, 1)?;
    let newest = newest.first();
    if newest.map(|it| it.hash.as_str()) != over {
        return Ok(false);
    }
    let number = newest.map_or(1, |it| it.number + 1);
    // Two that publish at once take the same number: the second inserts nothing.
    let row = PolicyLive { number, ..row.clone() };
    Ok(tx.insert_many(&PUBLISH, &[row], PolicyLive::values)? == 1)
}
