//! Workspaces.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A customer: everything else belongs to one.
    pub struct Workspace in "workspace" {
        /// Its number.
        id: i64,
        /// As shown to people.
        name: String,
        /// Default time zone, e.g. `Europe/Berlin`.
        zone: String,
        /// ISO 4217 code of all values.
        currency: String,
        /// When it was made.
        created_at: i64,
    }
}

crate::statements! {
    Insert INSERT = Workspace::TABLE, Workspace::COLUMNS, "";
    Select ALL = Workspace::COLUMNS, "select {columns} from workspace order by id";
    Select BY_ID = Workspace::COLUMNS, "select {columns} from workspace where id = ?1";
    Statement LOCK = "select id from workspace where id = ?1 {for_update}";
}

/// Adds workspaces.
pub fn insert(tx: &mut Tx<'_>, rows: &[Workspace]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Workspace::values)
}

/// The workspace with this number.
pub fn get(db: &mut Snapshot<'_>, id: i64) -> Result<Option<Workspace>, StoreError> {
    db.query_opt(&BY_ID, &[id.into()], Workspace::read)
}

/// Locks the workspace until the commit: whoever edits one of its whole documents does so alone.
/// No other table refers to the row, so nobody else waits. Whether it is there.
pub fn lock(tx: &mut Tx<'_>, id: i64) -> Result<bool, StoreError> {
    let found: Option<i64> = tx.query_opt(&LOCK, &[id.into()], |row| row.get(0))?;
    Ok(found.is_some())
}

/// All workspaces, by number.
pub fn list(db: &mut Snapshot<'_>) -> Result<Vec<Workspace>, StoreError> {
    db.query(&ALL, &[], Workspace::read)
}
