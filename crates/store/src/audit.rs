//! Who did what to the system. Rows are written by [`crate::chain::append_audit`] only, and never
//! changed.

use crate::sql::rows;
use crate::{Snapshot, StoreError};

rows! {
    /// Something a person or key did to the system. Append-only and chained by hashes.
    pub struct Audit in "audit" {
        /// Workspace.
        workspace_id: i64,
        /// The writer's stream.
        stream: i64,
        /// Counts up from 1 in the stream, without gaps.
        seq: i64,
        /// When.
        at: i64,
        /// Who did it.
        actor: String,
        /// What, e.g. `policy.publish`.
        action: String,
        /// To what.
        subject: String,
        /// Details as versioned JSON.
        body: String,
        /// Hash of the row before.
        prev_hash: Vec<u8>,
        /// Hash of this row.
        hash: Vec<u8>,
    }
}

crate::statements! {
    Select PAGE = Audit::COLUMNS, "select {columns} from audit
        where workspace_id = ?1 and stream = ?2 and seq < ?3 order by seq desc limit ?4";
}

/// Up to `limit` rows of a stream before number `before`, newest first.
pub fn list(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    stream: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Audit>, StoreError> {
    let params = [workspace_id.into(), stream.into(), before.into(), limit.into()];
    db.query(&PAGE, &params, Audit::read)
}
