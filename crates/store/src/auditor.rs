//! Questions whose answer must be zero, asked each minute and after every test
//! (the auditor query set of the reliability rules).

use crate::sql::{Statement, Value};
use crate::{Snapshot, StoreError};

/// Rows that break a promise.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Finding {
    /// How many; must be 0.
    pub count: i64,
    /// The least id among them: of the lead, timer or message, as the question says.
    pub first: Option<i64>,
}

crate::statements! {
    Statement MANY_OWNERS = "select count(*), min(lead_id) from (select lead_id from assignment
        where workspace_id = ?1 and active = 1 group by lead_id having 1 < count(*)) as t";
    Statement UNKEPT = "select count(*), min(id) from lead where workspace_id = ?1
        and state in ('assigned', 'accepted', 'queued') and not exists (
        select 1 from assignment a where a.workspace_id = lead.workspace_id
        and a.lead_id = lead.id and a.active = 1)";
    Statement UNTIMED = "select count(*), min(lead_id) from handoff h
        where h.workspace_id = ?1 and h.closed_at is null and h.breached_at is null
        and 0 < h.number and ((h.state = 'offered'
        and coalesce(h.acknowledge_due, h.touch_due, h.disposition_due) is not null)
        or (h.state in ('accepted', 'queued', 'waiting') and h.touch_due is not null
        and h.first_touch_at is null)
        or (h.state = 'accepted' and h.disposition_due is not null)) and not exists (select 1 from timer t where t.workspace_id = h.workspace_id
        and t.handoff_id = h.id and t.state = 'armed')";
    // By what is armed or queued, which is little, and not by workspace, which is everything.
    Statement OVERDUE = "select count(*), min(id) from timer
        where +workspace_id = ?1 and state = 'armed' and due_at < ?2";
    Statement WRONG_LOADS = "select count(*), min(r.rep) from rep_load r left join (
        select rep, count(*) as open from assignment
        where workspace_id = ?1 and active = 1 group by rep) as a on a.rep = r.rep
        where r.workspace_id = ?1 and r.open_count <> coalesce(a.open, 0)";
    Statement UNKNOWN_LEADS = "select count(distinct lead_id), min(lead_id) from event e
        where e.workspace_id = ?1 and e.lead_id is not null and not exists (
        select 1 from lead l where l.workspace_id = e.workspace_id and l.id = e.lead_id)";
    Statement POOL_GAPS = "select coalesce(cast(sum(gap) as bigint), 0), min(lead_id) from (
        select pool_seq - coalesce(lag(pool_seq) over (partition by pool order by pool_seq), 0) - 1
        as gap, lead_id from assignment where workspace_id = ?1 and pool is not null) as t
        where gap <> 0";
    Statement UNSENT = "select count(*), min(id) from outbox
        where +workspace_id = ?1 and state = 'queued' and created_at < ?2";
    Statement LOOSE_EVENT_HEADS = "select count(*), min(h.stream) from chain_head h
        where h.workspace_id = ?1 and h.log = 'event' and (exists (select 1 from event e
        where e.workspace_id = h.workspace_id and e.stream = h.stream and h.seq < e.seq)
        or (0 < h.seq and not exists (select 1 from event e where e.workspace_id = h.workspace_id
        and e.stream = h.stream and e.seq = h.seq and e.hash = h.hash)))";
    Statement LOOSE_AUDIT_HEADS = "select count(*), min(h.stream) from chain_head h
        where h.workspace_id = ?1 and h.log = 'audit' and (exists (select 1 from audit e
        where e.workspace_id = h.workspace_id and e.stream = h.stream and h.seq < e.seq)
        or (0 < h.seq and not exists (select 1 from audit e where e.workspace_id = h.workspace_id
        and e.stream = h.stream and e.seq = h.seq and e.hash = h.hash)))";
    Batch PRESENT = PRESENT_KEYS, "select t.id from lead t {, keys}
        where t.workspace_id = k.workspace_id and t.id = k.id";
}

const PRESENT_KEYS: crate::sql::Columns =
    &[("workspace_id", crate::sql::ColumnType::Int), ("id", crate::sql::ColumnType::Int)];

/// Leads that were acknowledged but are not there.
pub fn missing_leads(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    acknowledged: &[i64],
) -> Result<Finding, StoreError> {
    let present: Vec<i64> = db.query_many(
        &PRESENT,
        acknowledged,
        |id| [workspace_id.into(), (*id).into()],
        |row| row.get(0),
    )?;
    let present: std::collections::BTreeSet<_> = present.into_iter().collect();
    let missing: Vec<_> = acknowledged.iter().filter(|it| !present.contains(it)).collect();
    let first = missing.iter().min().map(|it| **it);
    Ok(Finding { count: i64::try_from(missing.len()).unwrap_or(i64::MAX), first })
}

/// Leads with more than one active assignment.
pub fn many_owners(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &MANY_OWNERS, &[workspace_id.into()])
}

/// Leads that are with somebody by their state but have no active assignment.
pub fn unkept_leads(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &UNKEPT, &[workspace_id.into()])
}

/// Leads whose open handoff has a deadline to come, without an armed timer.
pub fn untimed_leads(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &UNTIMED, &[workspace_id.into()])
}

/// Timers that are armed though they were due before `before`.
pub fn overdue_timers(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    before: i64,
) -> Result<Finding, StoreError> {
    ask(db, &OVERDUE, &[workspace_id.into(), before.into()])
}

/// Reps whose open count differs from their active assignments: how many, and the first by name.
pub fn wrong_loads(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
) -> Result<(i64, Option<String>), StoreError> {
    db.query_one(&WRONG_LOADS, &[workspace_id.into()], |row| {
        Ok((row.get(0)?, row.opt_text(1)?.map(str::to_owned)))
    })
}

/// Leads that an event names but that are not there.
pub fn unknown_leads(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &UNKNOWN_LEADS, &[workspace_id.into()])
}

/// Numbers that are missing in the logs of pools; the lead of a pick after a gap.
pub fn pool_gaps(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &POOL_GAPS, &[workspace_id.into()])
}

/// Messages that wait since before `before`.
pub fn unsent_messages(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    before: i64,
) -> Result<Finding, StoreError> {
    ask(db, &UNSENT, &[workspace_id.into(), before.into()])
}

/// Streams of events whose last row is not the one their head names.
pub fn loose_event_heads(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &LOOSE_EVENT_HEADS, &[workspace_id.into()])
}

/// Streams of the audit log whose last row is not the one their head names.
pub fn loose_audit_heads(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Finding, StoreError> {
    ask(db, &LOOSE_AUDIT_HEADS, &[workspace_id.into()])
}

fn ask(
    db: &mut Snapshot<'_>,
    question: &'static Statement,
    params: &[Value<'_>],
) -> Result<Finding, StoreError> {
    db.query_one(question, params, |row| Ok(Finding { count: row.get(0)?, first: row.get(1)? }))
}
