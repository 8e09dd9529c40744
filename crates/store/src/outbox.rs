//! The outbox: messages written with their cause, sent later at least once.
//!
//! A sender claims messages by moving their next try to the end of its lease and counting the
//! attempt up. The attempt fences it off: a sender that comes back after its lease changes nothing.
//! The key is what makes a message unique; its number orders messages that are due at one instant
//! and names it outside.

use crate::sql::{ColumnType, Columns, Value, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A message that is to leave, written with its cause.
    pub struct Outbox in "outbox" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
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
        /// By which way, e.g. `slack`.
        channel: String,
        /// Which text.
        template: String,
        /// Fields of the text as versioned JSON.
        body: String,
        /// `queued`, `sent`, `failed` or `dead`.
        state: String,
        /// Attempts so far; fences off a sender that was thought dead.
        attempt: i64,
        /// When to try, or when the lease of the present try ends.
        next_at: i64,
        /// When it was written.
        created_at: i64,
        /// When it was sent or given up.
        done_at: Option<i64>,
    }
}

/// A claimed message moves under its key.
const LEASES: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("event_stream", ColumnType::Int),
    ("event_seq", ColumnType::Int),
    ("recipient", ColumnType::Text),
    ("channel", ColumnType::Text),
    ("next_at", ColumnType::Int),
];
const WRITTEN: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("event_stream", ColumnType::Int),
    ("event_seq", ColumnType::Int),
    ("done_at", ColumnType::Int),
];

/// How a message ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutboxEnd {
    /// It was delivered.
    Sent,
    /// The receiver refused it for good.
    Failed,
    /// It was tried too often. A message that was withdrawn before the first try is dead too.
    Dead,
}

impl OutboxEnd {
    const fn state(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Dead => "dead",
        }
    }
}

impl Outbox {
    /// What makes it unique.
    fn key(&self) -> [Value<'_>; 5] {
        [
            self.workspace_id.into(),
            self.event_stream.into(),
            self.event_seq.into(),
            (&self.recipient).into(),
            (&self.channel).into(),
        ]
    }
}

crate::statements! {
    Insert INSERT = Outbox::TABLE, Outbox::COLUMNS, "on conflict do nothing";
    Select DUE = Outbox::COLUMNS, "select {columns} from outbox
        where state = 'queued' and next_at <= ?1
        order by next_at, id limit ?2 {for_update} {skip_locked}";
    Select DUE_ON = Outbox::COLUMNS, "select {columns} from outbox
        where state = 'queued' and next_at <= ?1 and channel = ?3
        order by next_at, id limit ?2 {for_update} {skip_locked}";
    Batch LEASE = LEASES, "update outbox set attempt = attempt + 1, next_at = k.next_at
        {from keys} where outbox.workspace_id = k.workspace_id
        and outbox.event_stream = k.event_stream and outbox.event_seq = k.event_seq
        and outbox.recipient = k.recipient and outbox.channel = k.channel";
    Batch WITHDRAW = WRITTEN, "update outbox set state = 'dead', done_at = k.done_at
        {from keys} where outbox.workspace_id = k.workspace_id
        and outbox.event_stream = k.event_stream and outbox.event_seq = k.event_seq
        and outbox.state = 'queued' and outbox.attempt = 0";
    Statement NEXT_DUE = "select next_at from outbox where state = 'queued' and channel = ?1
        order by next_at, id limit 1";
    Statement DROP_OLD = "update outbox set state = 'dead', done_at = ?2
        where state = 'queued' and created_at < ?1 and next_at <= ?2";
    Statement END = "update outbox set state = ?7, done_at = ?8
        where workspace_id = ?1 and event_stream = ?2 and event_seq = ?3 and recipient = ?4
        and channel = ?5 and attempt = ?6 and state = 'queued'";
    Statement END_WAITING = "update outbox set state = ?6, done_at = ?7
        where workspace_id = ?1 and event_stream = ?2 and event_seq = ?3 and recipient = ?4
        and channel = ?5 and state = 'queued'";
    Statement RETRY = "update outbox set next_at = ?7
        where workspace_id = ?1 and event_stream = ?2 and event_seq = ?3 and recipient = ?4
        and channel = ?5 and attempt = ?6 and state = 'queued'";
    Select OF_EVENT = Outbox::COLUMNS, "select {columns} from outbox
        where workspace_id = ?1 and event_stream = ?2 and event_seq = ?3
        order by recipient, channel";
}

/// Adds messages; one for the same event, recipient and channel is passed over.
pub fn insert(tx: &mut Tx<'_>, rows: &[Outbox]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Outbox::values)
}

/// Claims up to `limit` messages of all workspaces that are due, until `lease_until`. They are
/// returned as they stand now: with the attempt to report with.
pub fn claim(
    tx: &mut Tx<'_>,
    now: i64,
    lease_until: i64,
    limit: i64,
) -> Result<Vec<Outbox>, StoreError> {
    let rows = tx.query(&DUE, &[now.into(), limit.into()], Outbox::read)?;
    lease(tx, rows, lease_until)
}

/// The same of one channel, so that a channel that hangs holds up no other.
pub fn claim_on(
    tx: &mut Tx<'_>,
    channel: &str,
    now: i64,
    lease_until: i64,
    limit: i64,
) -> Result<Vec<Outbox>, StoreError> {
    let params = [now.into(), limit.into(), channel.into()];
    let rows = tx.query(&DUE_ON, &params, Outbox::read)?;
    lease(tx, rows, lease_until)
}

fn lease(
    tx: &mut Tx<'_>,
    mut rows: Vec<Outbox>,
    lease_until: i64,
) -> Result<Vec<Outbox>, StoreError> {
    tx.execute_many(&LEASE, &rows, |it| {
        let [workspace, stream, seq, recipient, channel] = it.key();
        [workspace, stream, seq, recipient, channel, lease_until.into()]
    })?;
    for row in &mut rows {
        row.attempt += 1;
        row.next_at = lease_until;
    }
    Ok(rows)
}

/// Withdraws the messages of these events, given as (stream, number), where no sender has begun with
/// them; their number.
pub fn withdraw(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    events: &[(i64, i64)],
    now: i64,
) -> Result<u64, StoreError> {
    tx.execute_many(&WITHDRAW, events, |(stream, seq)| {
        [workspace_id.into(), (*stream).into(), (*seq).into(), now.into()]
    })
}

/// When the next message of a channel is due.
pub fn next_due(db: &mut Snapshot<'_>, channel: &str) -> Result<Option<i64>, StoreError> {
    db.query_opt(&NEXT_DUE, &[channel.into()], |row| row.get(0))
}

/// Ends a message as it was claimed; false if another attempt has taken over.
pub fn end(
    tx: &mut Tx<'_>,
    claimed: &Outbox,
    end: OutboxEnd,
    now: i64,
) -> Result<bool, StoreError> {
    let [workspace, stream, seq, recipient, channel] = claimed.key();
    let (attempt, state) = (claimed.attempt.into(), end.state().into());
    let params = [workspace, stream, seq, recipient, channel, attempt, state, now.into()];
    Ok(tx.execute(&END, &params)? == 1)
}

/// Ends a message whoever has claimed it; false if it has ended.
pub fn end_waiting(
    tx: &mut Tx<'_>,
    message: &Outbox,
    end: OutboxEnd,
    now: i64,
) -> Result<bool, StoreError> {
    let [workspace, stream, seq, recipient, channel] = message.key();
    let state = end.state().into();
    let params = [workspace, stream, seq, recipient, channel, state, now.into()];
    Ok(tx.execute(&END_WAITING, &params)? == 1)
}

/// Puts off the next try of a message as it was claimed; false if another attempt has taken over.
pub fn retry(tx: &mut Tx<'_>, claimed: &Outbox, next_at: i64) -> Result<bool, StoreError> {
    let [workspace, stream, seq, recipient, channel] = claimed.key();
    let attempt = claimed.attempt.into();
    let params = [workspace, stream, seq, recipient, channel, attempt, next_at.into()];
    Ok(tx.execute(&RETRY, &params)? == 1)
}

/// Gives up messages that were written before `before` and are due all the same; how many.
pub fn drop_old(tx: &mut Tx<'_>, before: i64, now: i64) -> Result<u64, StoreError> {
    tx.execute(&DROP_OLD, &[before.into(), now.into()])
}

/// The messages of an event, by recipient and channel.
pub fn of_event(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    event_stream: i64,
    event_seq: i64,
) -> Result<Vec<Outbox>, StoreError> {
    let params = [workspace_id.into(), event_stream.into(), event_seq.into()];
    db.query(&OF_EVENT, &params, Outbox::read)
}
