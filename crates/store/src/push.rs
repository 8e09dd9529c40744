//! Browsers that take pushes for a rep. Their addresses are encrypted before they come here.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A browser that takes pushes.
    pub struct PushSubscription in "push_subscription" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// Whose it is.
        rep: String,
        /// Digest of its address, which is unique.
        endpoint_hash: Vec<u8>,
        /// Address and keys, encrypted.
        secrets: Vec<u8>,
        /// With which key.
        key_id: String,
        /// When it subscribed.
        created_at: i64,
    }
}

crate::statements! {
    Insert PUT = PushSubscription::TABLE, PushSubscription::COLUMNS,
        "on conflict (workspace_id, endpoint_hash) do update set rep = excluded.rep,
        secrets = excluded.secrets, key_id = excluded.key_id";
    Select OF_REP = PushSubscription::COLUMNS, "select {columns} from push_subscription
        where workspace_id = ?1 and rep = ?2 order by id";
    Select BY_ENDPOINT = PushSubscription::COLUMNS, "select {columns} from push_subscription
        where workspace_id = ?1 and endpoint_hash = ?2";
    Statement REMOVE = "delete from push_subscription
        where workspace_id = ?1 and rep = ?2 and id = ?3";
}

/// Writes a subscription; one of the same address is that of the browser's new user from now on,
/// and keeps its number.
pub fn put(tx: &mut Tx<'_>, row: &PushSubscription) -> Result<(), StoreError> {
    tx.insert_many(&PUT, std::slice::from_ref(row), PushSubscription::values)?;
    Ok(())
}

/// The browsers of a rep, the oldest first.
pub fn of_rep(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    rep: &str,
) -> Result<Vec<PushSubscription>, StoreError> {
    db.query(&OF_REP, &[workspace_id.into(), rep.into()], PushSubscription::read)
}

/// The subscription of an address.
pub fn by_endpoint(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    hash: &[u8],
) -> Result<Option<PushSubscription>, StoreError> {
    let hash = hash.to_vec();
    db.query_opt(&BY_ENDPOINT, &[workspace_id.into(), (&hash).into()], PushSubscription::read)
}

/// Removes a subscription of a rep; false if there is none.
pub fn remove(tx: &mut Tx<'_>, workspace_id: i64, rep: &str, id: i64) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, &[workspace_id.into(), rep.into(), id.into()])? == 1)
}
