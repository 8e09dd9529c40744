//! The first answer to each request with a key, so that a repeat gets the same one.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// The first answer to a request with a key.
    pub struct Idempotency in "idempotency" {
        /// Workspace.
        workspace_id: i64,
        /// The caller's key.
        key: String,
        /// Hash of the request: another one with the same key is refused.
        request_hash: Vec<u8>,
        /// HTTP status of the answer; 0 while it is being worked on.
        status: i64,
        /// Body of the answer.
        body: String,
        /// When the key was first seen.
        created_at: i64,
    }
}

crate::statements! {
    Insert INSERT_NEW = Idempotency::TABLE, Idempotency::COLUMNS, "on conflict do nothing";
    Select BY_KEY = Idempotency::COLUMNS, "select {columns} from idempotency
        where workspace_id = ?1 and key = ?2";
    Statement FINISH = "update idempotency set status = ?3, body = ?4
        where workspace_id = ?1 and key = ?2";
    Statement FORGET = "delete from idempotency where workspace_id = ?1 and key = ?2";
    Statement PURGE = "delete from idempotency where workspace_id = ?1 and key in (
        select key from idempotency where workspace_id = ?1 and created_at < ?2
        order by created_at limit ?3)";
}

/// Keeps `row` unless its key is known; true if it is the first with the key.
pub fn put(tx: &mut Tx<'_>, row: &Idempotency) -> Result<bool, StoreError> {
    Ok(tx.insert_many(&INSERT_NEW, std::slice::from_ref(row), Idempotency::values)? == 1)
}

/// What is kept under this key.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    key: &str,
) -> Result<Option<Idempotency>, StoreError> {
    db.query_opt(&BY_KEY, &[workspace_id.into(), key.into()], Idempotency::read)
}

/// Replaces the answer kept under a key, e.g. by the final one; false if the key is unknown.
pub fn finish(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    key: &str,
    status: i64,
    body: &str,
) -> Result<bool, StoreError> {
    let params = [workspace_id.into(), key.into(), status.into(), body.into()];
    Ok(tx.execute(&FINISH, &params)? == 1)
}

/// Forgets a key whose request was refused; false if the key is unknown.
pub fn forget(tx: &mut Tx<'_>, workspace_id: i64, key: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&FORGET, &[workspace_id.into(), key.into()])? == 1)
}

/// Forgets up to `limit` keys first seen before `before`, oldest first; their number.
pub fn purge(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    before: i64,
    limit: i64,
) -> Result<u64, StoreError> {
    tx.execute(&PURGE, &[workspace_id.into(), before.into(), limit.into()])
}
