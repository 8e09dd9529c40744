//! Figures for operators: what waits, how long, and how far the logs have come.
//!
//! Asked at each look of a monitoring system, so each question reads an index of what is open and
//! none walks the whole past.

use crate::{Snapshot, StoreError};

/// Armed timers of all workspaces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timers {
    /// How many.
    pub armed: i64,
    /// Those of them due before the instant asked for.
    pub late: i64,
    /// When the first is due.
    pub first_due: Option<i64>,
}

/// Messages of all workspaces that wait to leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Messages {
    /// How many.
    pub queued: i64,
    /// When the oldest was written.
    pub oldest: Option<i64>,
}

/// An event of a handoff, with what counts of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What, e.g. `handoff.accepted`.
    pub kind: String,
    /// Details as versioned JSON.
    pub body: String,
    /// SLA tier of the handoff.
    pub sla: Option<String>,
}

crate::statements! {
    Statement TIMERS = "select count(*), cast(coalesce(sum(case when due_at < ?1 then 1 else 0 end), 0)
        as bigint), min(due_at) from timer where state = 'armed'";
    Statement MESSAGES = "select count(*), min(created_at) from outbox where state = 'queued'";
    Statement QUEUES = "select queue, count(*) from lead where workspace_id = ?1
        and state = 'queued' and state in ('new', 'queued', 'waiting') group by queue order by queue";
    Statement HEADS = "select log, stream, seq from chain_head where workspace_id = ?1
        order by log, stream";
    Statement STEPS = "select e.kind, e.body, h.sla from event e
        left join handoff h on h.workspace_id = e.workspace_id and h.id = e.handoff_id
        where e.workspace_id = ?1 and e.stream = ?2 and ?3 < e.seq and e.seq <= ?4
        and substr(e.kind, 1, 8) = 'handoff.' order by e.seq";
}

/// Armed timers, and how many of them were due before `before`.
pub fn timers(db: &mut Snapshot<'_>, before: i64) -> Result<Timers, StoreError> {
    db.query_one(&TIMERS, &[before.into()], |row| {
        Ok(Timers { armed: row.get(0)?, late: row.get(1)?, first_due: row.get(2)? })
    })
}

/// Messages that wait.
pub fn messages(db: &mut Snapshot<'_>) -> Result<Messages, StoreError> {
    db.query_one(&MESSAGES, &[], |row| Ok(Messages { queued: row.get(0)?, oldest: row.get(1)? }))
}

/// The queues that hold leads, with how many.
pub fn queues(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<(String, i64)>, StoreError> {
    db.query(&QUEUES, &[workspace_id.into()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Log, stream and number of the last row of every chain.
pub fn heads(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
) -> Result<Vec<(String, i64, i64)>, StoreError> {
    db.query(&HEADS, &[workspace_id.into()], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// The events of handoffs among numbers `after` + 1 to `to` of a stream, in order.
pub fn steps(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    stream: i64,
    after: i64,
    to: i64,
) -> Result<Vec<Step>, StoreError> {
    let params = [workspace_id.into(), stream.into(), after.into(), to.into()];
    db.query(&STEPS, &params, |row| {
        Ok(Step { kind: row.get(0)?, body: row.get(1)?, sla: row.get(2)? })
    })
}
