//! How outside systems are reached. Secrets are encrypted before they come here.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// The way to one outside system.
    pub struct Connection in "connection" {
        /// Workspace.
        workspace_id: i64,
        /// Which, e.g. `smtp`.
        kind: String,
        /// What is not secret, as versioned JSON.
        settings: String,
        /// What is, encrypted.
        secrets: Option<Vec<u8>>,
        /// With which key.
        key_id: Option<String>,
        /// When it was last written.
        updated_at: i64,
        /// Who wrote it.
        updated_by: String,
    }
}

crate::statements! {
    Insert PUT = Connection::TABLE, Connection::COLUMNS, "on conflict (workspace_id, kind)
        do update set settings = excluded.settings, secrets = excluded.secrets,
        key_id = excluded.key_id, updated_at = excluded.updated_at,
        updated_by = excluded.updated_by";
    Select ONE = Connection::COLUMNS, "select {columns} from connection
        where workspace_id = ?1 and kind = ?2";
    Select ALL = Connection::COLUMNS, "select {columns} from connection
        where workspace_id = ?1 order by kind";
    Statement REMOVE = "delete from connection where workspace_id = ?1 and kind = ?2";
}

/// Writes a connection over the one of its kind.
pub fn put(tx: &mut Tx<'_>, row: &Connection) -> Result<(), StoreError> {
    tx.insert_many(&PUT, std::slice::from_ref(row), Connection::values)?;
    Ok(())
}

/// The connection of this kind.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    kind: &str,
) -> Result<Option<Connection>, StoreError> {
    db.query_opt(&ONE, &[workspace_id.into(), kind.into()], Connection::read)
}

/// All connections, by kind.
pub fn list(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<Connection>, StoreError> {
    db.query(&ALL, &[workspace_id.into()], Connection::read)
}

/// Removes a connection; false if there is none.
pub fn remove(tx: &mut Tx<'_>, workspace_id: i64, kind: &str) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, &[workspace_id.into(), kind.into()])? == 1)
}
