//! What became of each message of the outbox: queued, sent, delivered, seen, failed, one by one.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// The progress of a message; made when it is first taken up.
    pub struct Delivery in "delivery" {
        /// Workspace.
        workspace_id: i64,
        /// The message.
        id: i64,
        /// Stream of the event that caused it.
        event_stream: i64,
        /// Number of that event.
        event_seq: i64,
        /// The lead.
        lead_id: Option<i64>,
        /// The handoff.
        handoff_id: Option<i64>,
        /// Who gets it.
        recipient: String,
        /// By which way.
        channel: String,
        /// What it is about, e.g. `assigned`.
        occasion: String,
        /// `waiting`, `held`, `sent`, `delivered`, `seen`, `failed`, `dead` or `cancelled`.
        state: String,
        /// Tries that reached for the outside.
        tries: i64,
        /// What went wrong last, or why it was cancelled.
        code: Option<String>,
        /// The same in words.
        detail: Option<String>,
        /// What the other side calls it.
        receipt: Option<String>,
        /// When it was written.
        queued_at: i64,
        /// When it was last tried.
        tried_at: Option<i64>,
        /// When the other side took it.
        sent_at: Option<i64>,
        /// When it reached the reader's device, where the channel says so.
        delivered_at: Option<i64>,
        /// When the reader saw it.
        seen_at: Option<i64>,
        /// When it failed for good or was cancelled.
        ended_at: Option<i64>,
        /// When it counts as unseen.
        unseen_due: Option<i64>,
    }
}

crate::statements! {
    Insert PUT = Delivery::TABLE, Delivery::COLUMNS, "on conflict (workspace_id, id) do update set
        state = case
            when excluded.state = 'sent' and delivery.seen_at is not null then 'seen'
            when excluded.state = 'sent' and delivery.delivered_at is not null then 'delivered'
            else excluded.state end, tries = excluded.tries, code = excluded.code,
        detail = excluded.detail, receipt = excluded.receipt, tried_at = excluded.tried_at,
        sent_at = excluded.sent_at, ended_at = excluded.ended_at,
        unseen_due = excluded.unseen_due";
    Select BY_ID = Delivery::COLUMNS, "select {columns} from delivery
        where workspace_id = ?1 and id = ?2";
    Select OF_HANDOFF = Delivery::COLUMNS, "select {columns} from delivery
        where workspace_id = ?1 and handoff_id = ?2 order by id";
    Select HELD = Delivery::COLUMNS, "select {columns} from delivery
        where workspace_id = ?1 and recipient = ?2 and channel = ?3 and state = 'held'
        order by id limit ?4";
    Select LIST = Delivery::COLUMNS, "select {columns} from delivery
        where workspace_id = ?1 and id < ?2 order by id desc limit ?3";
    Select UNSEEN = Delivery::COLUMNS, "select {columns} from delivery
        where unseen_due <= ?1 order by unseen_due limit ?2 {for_update} {skip_locked}";
    Statement NEXT_UNSEEN = "select unseen_due from delivery where unseen_due is not null
        order by unseen_due limit 1";
    Statement NOTED = "update delivery set unseen_due = null where workspace_id = ?1 and id = ?2";
    Statement DELIVERED = "update delivery set delivered_at = ?3,
        state = case when state = 'sent' then 'delivered' else state end
        where workspace_id = ?1 and id = ?2 and delivered_at is null
        and state in ('waiting', 'sent')";
    Statement UNDELIVERED = "update delivery set state = 'failed', ended_at = ?3, code = ?4,
        detail = ?5, unseen_due = null
        where workspace_id = ?1 and id = ?2 and state = 'sent'";
    Statement SEEN = "update delivery set state = 'seen', seen_at = ?3, unseen_due = null
        where workspace_id = ?1 and id = ?2 and seen_at is null
        and state in ('sent', 'delivered')";
}

/// Writes the progress of a message over what was there; what came back from the channel meanwhile
/// (delivered, seen) is kept.
pub fn put(tx: &mut Tx<'_>, row: &Delivery) -> Result<(), StoreError> {
    tx.insert_many(&PUT, std::slice::from_ref(row), Delivery::values)?;
    Ok(())
}

/// The progress of a message.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    id: i64,
) -> Result<Option<Delivery>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], Delivery::read)
}

/// One page of all messages below the id `before`, newest first.
pub fn list(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    db.query(&LIST, &[workspace_id.into(), before.into(), limit.into()], Delivery::read)
}

/// All messages about a handoff, oldest first.
pub fn of_handoff(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    handoff_id: i64,
) -> Result<Vec<Delivery>, StoreError> {
    db.query(&OF_HANDOFF, &[workspace_id.into(), handoff_id.into()], Delivery::read)
}

/// Up to `limit` messages that are held back for a reader on a channel, oldest first.
pub fn held(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    recipient: &str,
    channel: &str,
    limit: i64,
) -> Result<Vec<Delivery>, StoreError> {
    let params = [workspace_id.into(), recipient.into(), channel.into(), limit.into()];
    db.query(&HELD, &params, Delivery::read)
}

/// When the next message counts as unseen.
pub fn next_unseen(db: &mut Snapshot<'_>) -> Result<Option<i64>, StoreError> {
    db.query_opt(&NEXT_UNSEEN, &[], |row| row.get(0))
}

/// Locks up to `limit` messages of all workspaces that should have been seen by `now`.
pub fn unseen(tx: &mut Tx<'_>, now: i64, limit: i64) -> Result<Vec<Delivery>, StoreError> {
    tx.query(&UNSEEN, &[now.into(), limit.into()], Delivery::read)
}

/// It was noted that a message went unseen: it is not noted again.
pub fn noted_unseen(tx: &mut Tx<'_>, workspace_id: i64, id: i64) -> Result<(), StoreError> {
    tx.execute(&NOTED, &[workspace_id.into(), id.into()])?;
    Ok(())
}

/// The reader saw a message; false if they had before, or it was not sent.
pub fn seen(tx: &mut Tx<'_>, workspace_id: i64, id: i64, now: i64) -> Result<bool, StoreError> {
    Ok(tx.execute(&SEEN, &[workspace_id.into(), id.into(), now.into()])? == 1)
}

/// A message reached the reader's device; false if that was known, or it was never sent.
pub fn delivered(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    id: i64,
    now: i64,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&DELIVERED, &[workspace_id.into(), id.into(), now.into()])? == 1)
}

/// A message that was sent did not reach the reader after all, for this reason (code and words);
/// false if it had arrived or ended.
pub fn undelivered(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    id: i64,
    (code, detail): (&str, &str),
    now: i64,
) -> Result<bool, StoreError> {
    let params = [workspace_id.into(), id.into(), now.into(), code.into(), detail.into()];
    Ok(tx.execute(&UNDELIVERED, &params)? == 1)
}
