//! What happened. Rows are written by [`crate::chain::append_events`] only, and never changed.

use crate::sql::rows;
use crate::{Snapshot, StoreError};

rows! {
    /// Something that happened. Append-only and chained by hashes.
    pub struct Event in "event" {
        /// Workspace.
        workspace_id: i64,
        /// The writer's stream.
        stream: i64,
        /// Counts up from 1 in the stream, without gaps.
        seq: i64,
        /// When.
        at: i64,
        /// What, e.g. `handoff.accepted`.
        kind: String,
        /// The lead.
        lead_id: Option<i64>,
        /// The handoff.
        handoff_id: Option<i64>,
        /// Who did it.
        actor: String,
        /// Details as versioned JSON, ids only.
        body: String,
        /// Hash of the row before.
        prev_hash: Vec<u8>,
        /// Hash of this row.
        hash: Vec<u8>,
    }
}

crate::statements! {
    Select OF_LEAD = Event::COLUMNS, "select {columns} from event
        where workspace_id = ?1 and lead_id = ?2 order by at, stream, seq limit ?3";
    Select STREAM = Event::COLUMNS, "select {columns} from event
        where workspace_id = ?1 and stream = ?2 and ?3 < seq order by seq limit ?4";
}

/// The first `limit` events of a lead, oldest first.
pub fn of_lead(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let params = [workspace_id.into(), lead_id.into(), limit.into()];
    db.query(&OF_LEAD, &params, Event::read)
}

/// Up to `limit` events of a stream after number `after`, in order.
pub fn after(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    stream: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<Event>, StoreError> {
    let params = [workspace_id.into(), stream.into(), after.into(), limit.into()];
    db.query(&STREAM, &params, Event::read)
}
