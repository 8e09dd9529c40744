//! Submissions that failed their data contract.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A submission that failed its data contract.
    pub struct Quarantine in "quarantine" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// When it arrived.
        received_at: i64,
        /// How it arrived.
        channel: String,
        /// The import it came with.
        import_id: Option<i64>,
        /// Its row in the import.
        row_no: Option<i64>,
        /// What arrived.
        body: String,
        /// What is wrong, as JSON.
        reasons: String,
        /// `open`, `replayed` or `discarded`.
        state: String,
        /// The lead it became.
        lead_id: Option<i64>,
    }
}

/// How a submission leaves quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QuarantineEnd {
    /// It was mended and became this lead.
    Replayed {
        /// The lead.
        lead_id: i64,
    },
    /// It is not wanted.
    Discarded,
}

/// How the row of an import leaves quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowEnd {
    /// The import.
    pub import_id: i64,
    /// Its row.
    pub row_no: i64,
    /// How.
    pub end: QuarantineEnd,
}

impl QuarantineEnd {
    /// State and lead as stored.
    fn stored(self) -> (&'static str, Option<i64>) {
        match self {
            Self::Replayed { lead_id } => ("replayed", Some(lead_id)),
            Self::Discarded => ("discarded", None),
        }
    }
}

const ENDS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("import_id", ColumnType::Int),
    ("row_no", ColumnType::Int),
    ("state", ColumnType::Text),
    ("lead_id", ColumnType::Int),
];

crate::statements! {
    Insert INSERT = Quarantine::TABLE, Quarantine::COLUMNS, "";
    Select BY_ID = Quarantine::COLUMNS, "select {columns} from quarantine
        where workspace_id = ?1 and id = ?2";
    Select OPEN = Quarantine::COLUMNS, "select {columns} from quarantine
        where workspace_id = ?1 and id < ?2 and state = 'open' order by id desc limit ?3";
    Select OF_ROW = Quarantine::COLUMNS, "select {columns} from quarantine
        where workspace_id = ?1 and import_id = ?2 and row_no = ?3 order by id";
    Statement DISCARD = "update quarantine set state = 'discarded'
        where workspace_id = ?1 and import_id = ?2 and state = 'open'";
    Statement END = "update quarantine set state = ?3, lead_id = ?4
        where workspace_id = ?1 and id = ?2 and state = 'open'";
    Batch END_ROWS = ENDS, "update quarantine set state = k.state, lead_id = k.lead_id
        {from keys} where quarantine.workspace_id = k.workspace_id
        and quarantine.import_id = k.import_id and quarantine.row_no = k.row_no
        and quarantine.state = 'open'";
}

/// What came with a row of an import, oldest first; its file may have been read several times.
pub fn of_row(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    import_id: i64,
    row_no: i64,
) -> Result<Vec<Quarantine>, StoreError> {
    let params = [workspace_id.into(), import_id.into(), row_no.into()];
    db.query(&OF_ROW, &params, Quarantine::read)
}

/// Adds submissions.
pub fn insert(tx: &mut Tx<'_>, rows: &[Quarantine]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Quarantine::values)
}

/// The submission with this id.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    id: i64,
) -> Result<Option<Quarantine>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], Quarantine::read)
}

/// One page of open submissions below the id `before`, newest first.
pub fn list_open(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Quarantine>, StoreError> {
    let params = [workspace_id.into(), before.into(), limit.into()];
    db.query(&OPEN, &params, Quarantine::read)
}

/// Discards what an import left open, because its file is read again; how many those were.
pub fn discard_of_import(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    import_id: i64,
) -> Result<u64, StoreError> {
    tx.execute(&DISCARD, &[workspace_id.into(), import_id.into()])
}

/// Ends an open submission; false if it has ended already.
pub fn end(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    id: i64,
    end: QuarantineEnd,
) -> Result<bool, StoreError> {
    let (state, lead_id) = end.stored();
    let params = [workspace_id.into(), id.into(), state.into(), lead_id.into()];
    Ok(tx.execute(&END, &params)? == 1)
}

/// Ends what these rows of imports left open; how many those were.
pub fn end_rows(tx: &mut Tx<'_>, workspace_id: i64, rows: &[RowEnd]) -> Result<u64, StoreError> {
    tx.execute_many(&END_ROWS, rows, |it| {
        let (state, lead_id) = it.end.stored();
        [workspace_id.into(), it.import_id.into(), it.row_no.into(), state.into(), lead_id.into()]
    })
}
