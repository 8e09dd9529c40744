//! What reps want of messages.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// What a rep wants of messages.
    pub struct Preference in "preference" {
        /// Workspace.
        workspace_id: i64,
        /// The rep.
        rep: String,
        /// What, as JSON.
        body: String,
        /// When it was last written.
        updated_at: i64,
    }
}

crate::statements! {
    Insert PUT = Preference::TABLE, Preference::COLUMNS, "on conflict (workspace_id, rep)
        do update set body = excluded.body, updated_at = excluded.updated_at";
    Select ONE = Preference::COLUMNS, "select {columns} from preference
        where workspace_id = ?1 and rep = ?2";
}

/// Writes what a rep wants over what they wanted.
pub fn put(tx: &mut Tx<'_>, row: &Preference) -> Result<(), StoreError> {
    tx.insert_many(&PUT, std::slice::from_ref(row), Preference::values)?;
    Ok(())
}

/// What a rep wants.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    rep: &str,
) -> Result<Option<Preference>, StoreError> {
    db.query_opt(&ONE, &[workspace_id.into(), rep.into()], Preference::read)
}
