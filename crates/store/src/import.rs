//! Runs of imports, with the row they have reached.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A run of an import.
    pub struct ImportRun in "import_run" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// What is imported, e.g. `leads`.
        kind: String,
        /// As the caller named it.
        file_name: String,
        /// SHA-256 of the file, in hexadecimal.
        file_hash: String,
        /// Columns and fields as JSON.
        mapping: String,
        /// `running`, `done` or `failed`.
        state: String,
        /// Rows done.
        cursor: i64,
        /// Rows that became leads.
        accepted: i64,
        /// Rows that joined a lead.
        attached: i64,
        /// Rows put into quarantine.
        rejected: i64,
        /// When it began.
        started_at: i64,
        /// When it ended.
        finished_at: Option<i64>,
    }
}

crate::statements! {
    Insert INSERT = ImportRun::TABLE, ImportRun::COLUMNS, "";
    Select BY_ID = ImportRun::COLUMNS, "select {columns} from import_run
        where workspace_id = ?1 and id = ?2";
    Select LOCK = ImportRun::COLUMNS, "select {columns} from import_run
        where workspace_id = ?1 and id = ?2 {for_update}";
    Select PAGE = ImportRun::COLUMNS, "select {columns} from import_run
        where workspace_id = ?1 and id < ?2 order by id desc limit ?3";
    Select OF_FILE = ImportRun::COLUMNS, "select {columns} from import_run
        where workspace_id = ?1 and kind = ?2 and file_hash = ?3 order by id desc limit ?4";
    Statement MOVE = "update import_run set state = ?3, cursor = ?4, accepted = ?5, attached = ?6,
        rejected = ?7, finished_at = ?8 where workspace_id = ?1 and id = ?2 and cursor <= ?4";
    Statement RESTART = "update import_run set state = 'running', cursor = 0, rejected = 0,
        finished_at = null where workspace_id = ?1 and id = ?2";
}

/// Adds runs.
pub fn insert(tx: &mut Tx<'_>, rows: &[ImportRun]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, ImportRun::values)
}

/// The run with this id.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    id: i64,
) -> Result<Option<ImportRun>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], ImportRun::read)
}

/// Locks and returns the run with this id, before anything else of its group.
pub fn lock(tx: &mut Tx<'_>, workspace_id: i64, id: i64) -> Result<Option<ImportRun>, StoreError> {
    tx.query_opt(&LOCK, &[workspace_id.into(), id.into()], ImportRun::read)
}

/// One page of runs below the id `before`, newest first.
pub fn list(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<ImportRun>, StoreError> {
    db.query(&PAGE, &[workspace_id.into(), before.into(), limit.into()], ImportRun::read)
}

/// Runs over a file with this hash, newest first.
pub fn of_file(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    kind: &str,
    file_hash: &str,
    limit: i64,
) -> Result<Vec<ImportRun>, StoreError> {
    let params = [workspace_id.into(), kind.into(), file_hash.into(), limit.into()];
    db.query(&OF_FILE, &params, ImportRun::read)
}

/// Writes how far a run is: state, cursor, counts and end. False if the run is unknown or is
/// further already: the cursor never goes back.
pub fn advance(tx: &mut Tx<'_>, run: &ImportRun) -> Result<bool, StoreError> {
    let params = [
        run.workspace_id.into(),
        run.id.into(),
        (&run.state).into(),
        run.cursor.into(),
        run.accepted.into(),
        run.attached.into(),
        run.rejected.into(),
        run.finished_at.into(),
    ];
    Ok(tx.execute(&MOVE, &params)? == 1)
}

/// Puts a run back to its first row; rejected rows are counted anew.
pub fn restart(tx: &mut Tx<'_>, run: &ImportRun) -> Result<(), StoreError> {
    tx.execute(&RESTART, &[run.workspace_id.into(), run.id.into()])?;
    Ok(())
}
