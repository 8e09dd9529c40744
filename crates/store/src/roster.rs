//! Snapshots of the roster: whole documents, never edited; the newest is live.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A snapshot of all reps and teams; the newest is live.
    pub struct Roster in "roster" {
        /// Workspace.
        workspace_id: i64,
        /// Counts up from 1.
        version: i64,
        /// SHA-256 of the body, in hexadecimal.
        hash: String,
        /// The roster as JSON.
        body: String,
        /// When it was stored.
        created_at: i64,
    }
}

crate::statements! {
    Insert INSERT = Roster::TABLE, Roster::COLUMNS, "";
    Select LATEST = Roster::COLUMNS, "select {columns} from roster where workspace_id = ?1
        order by version desc limit 1";
    Statement LATEST_VERSION = "select version, hash from roster where workspace_id = ?1
        order by version desc limit 1";
    Select BY_VERSION = Roster::COLUMNS, "select {columns} from roster
        where workspace_id = ?1 and version = ?2";
}

/// Stores snapshots. Two writers that give one version collide: the second gets a duplicate.
pub fn insert(tx: &mut Tx<'_>, rows: &[Roster]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Roster::values)
}

/// The live roster.
pub fn latest(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Option<Roster>, StoreError> {
    db.query_opt(&LATEST, &[workspace_id.into()], Roster::read)
}

/// The roster that a decision saw.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    version: i64,
) -> Result<Option<Roster>, StoreError> {
    db.query_opt(&BY_VERSION, &[workspace_id.into(), version.into()], Roster::read)
}

/// Version and hash of the live snapshot; none if there is no roster yet.
pub fn latest_version(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
) -> Result<Option<(i64, String)>, StoreError> {
    db.query_opt(&LATEST_VERSION, &[workspace_id.into()], |row| Ok((row.get(0)?, row.get(1)?)))
}
