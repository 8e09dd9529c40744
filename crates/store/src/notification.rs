//! The inbox of each rep inside Baton.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A message in an inbox; its number is that of the message in the outbox.
    pub struct Notification in "notification" {
        /// Workspace.
        workspace_id: i64,
        /// The message.
        id: i64,
        /// Whose inbox, as the outbox names readers.
        recipient: String,
        /// What it is about, e.g. `assigned`.
        occasion: String,
        /// The lead.
        lead_id: Option<i64>,
        /// The handoff.
        handoff_id: Option<i64>,
        /// When it arrived.
        at: i64,
        /// Its words as versioned JSON.
        body: String,
        /// When it was seen.
        seen_at: Option<i64>,
    }
}

crate::statements! {
    Insert INSERT = Notification::TABLE, Notification::COLUMNS, "on conflict do nothing";
    Select INBOX = Notification::COLUMNS, "select {columns} from notification
        where workspace_id = ?1 and recipient = ?2 and id < ?3 order by id desc limit ?4";
    Select SINCE = Notification::COLUMNS, "select {columns} from notification
        where workspace_id = ?1 and recipient = ?2 and ?3 < id order by id limit ?4";
    Statement LAST = "select max(id) from notification where workspace_id = ?1";
    Statement SEEN = "update notification set seen_at = ?4
        where workspace_id = ?1 and id = ?2 and recipient = ?3 and seen_at is null";
    Statement UNSEEN = "select cast(count(*) as bigint) from notification
        where workspace_id = ?1 and recipient = ?2 and seen_at is null";
    Select BY_ID = Notification::COLUMNS, "select {columns} from notification
        where workspace_id = ?1 and id = ?2 and recipient = ?3";
}

/// Adds messages to inboxes; one that is there already is passed over.
pub fn insert(tx: &mut Tx<'_>, rows: &[Notification]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Notification::values)
}

/// One page of an inbox below the id `before`, newest first.
pub fn inbox(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    recipient: &str,
    before: i64,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    let params = [workspace_id.into(), recipient.into(), before.into(), limit.into()];
    db.query(&INBOX, &params, Notification::read)
}

/// Up to `limit` messages of an inbox above the id `after`, oldest first.
pub fn since(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    recipient: &str,
    after: i64,
    limit: i64,
) -> Result<Vec<Notification>, StoreError> {
    let params = [workspace_id.into(), recipient.into(), after.into(), limit.into()];
    db.query(&SINCE, &params, Notification::read)
}

/// The highest id of a message in any inbox.
pub fn last_id(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Option<i64>, StoreError> {
    db.query_one(&LAST, &[workspace_id.into()], |row| row.get(0))
}

/// A message of an inbox.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    recipient: &str,
    id: i64,
) -> Result<Option<Notification>, StoreError> {
    let params = [workspace_id.into(), id.into(), recipient.into()];
    db.query_opt(&BY_ID, &params, Notification::read)
}

/// How many messages of an inbox nobody has seen.
pub fn count_unseen(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    recipient: &str,
) -> Result<i64, StoreError> {
    db.query_one(&UNSEEN, &[workspace_id.into(), recipient.into()], |row| row.get(0))
}

/// A message of an inbox was seen; false if it had been before or is not there.
pub fn seen(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    recipient: &str,
    id: i64,
    now: i64,
) -> Result<bool, StoreError> {
    let params = [workspace_id.into(), id.into(), recipient.into(), now.into()];
    Ok(tx.execute(&SEEN, &params)? == 1)
}
