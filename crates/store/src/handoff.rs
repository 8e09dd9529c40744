//! Handoffs: a lead in the hands of sales, with its clocks. One open handoff per lead.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A lead handed to sales, with its clocks.
    pub struct Handoff in "handoff" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The lead.
        lead_id: i64,
        /// The decision that made it; [`IMPORTED`] where it was made before Baton.
        number: i64,
        /// Why it is handed over.
        reason: String,
        /// Tier of the promise.
        tier: Option<String>,
        /// Name of the promise.
        sla: Option<String>,
        /// The lead's score.
        score: Option<f64>,
        /// Where it stands: `offered`, `accepted`, `touched`, `disposed`, `rejected`, `queued`, `waiting`, `paused`, `recycled`, `closed`.
        state: String,
        /// Counts up with each change.
        version: i64,
        /// The rep who has it.
        owner: Option<String>,
        /// The queue that keeps it.
        queue: Option<String>,
        /// The pool it was picked from.
        pool: Option<String>,
        /// Expected value in whole units of currency.
        value: Option<i64>,
        /// When it was made.
        created_at: i64,
        /// When it must be accepted or rejected.
        acknowledge_due: Option<i64>,
        /// When the first touch is due.
        touch_due: Option<i64>,
        /// When the disposition is due.
        disposition_due: Option<i64>,
        /// When the rep reacted first.
        acknowledged_at: Option<i64>,
        /// When it was accepted.
        accepted_at: Option<i64>,
        /// When it was rejected.
        rejected_at: Option<i64>,
        /// Code of the reason.
        reject_reason: Option<String>,
        /// The rep's words.
        reject_note: Option<String>,
        /// First valid touch.
        first_touch_at: Option<i64>,
        /// First attempt, valid or not.
        first_attempt_at: Option<i64>,
        /// When it was disposed of.
        disposed_at: Option<i64>,
        /// How: `submitted`, `rejected`, `pursue_account`, `bad_use_case`, `recycled`.
        disposition: Option<String>,
        /// When a promise was first broken.
        breached_at: Option<i64>,
        /// When it ended; absent while it is open.
        closed_at: Option<i64>,
    }
}

/// In place of a decision's number: the handoff was made before Baton and imported.
pub const IMPORTED: i64 = 0;

/// Which handoffs a page shows; an absent condition lets all through.
#[derive(Clone, Copy, Debug)]
pub struct HandoffFilter<'a> {
    /// Workspace.
    pub workspace_id: i64,
    /// Only ids below this one: the last of the page before, or `i64::MAX`.
    pub before: i64,
    /// Only handoffs of this rep.
    pub owner: Option<&'a str>,
    /// Only handoffs in this queue.
    pub queue: Option<&'a str>,
    /// Only handoffs in this state.
    pub state: Option<&'a str>,
    /// Length of the page.
    pub limit: i64,
}

const LEADS: Columns = &[("workspace_id", ColumnType::Int), ("lead_id", ColumnType::Int)];

crate::statements! {
    Insert INSERT = Handoff::TABLE, Handoff::COLUMNS, "";
    Select BY_ID = Handoff::COLUMNS, "select {columns} from handoff
        where workspace_id = ?1 and id = ?2";
    Batch OPEN_OF_LEADS = LEADS, Handoff::COLUMNS, "select {t.columns} from handoff t {, keys}
        where t.workspace_id = k.workspace_id and t.lead_id = k.lead_id
        and t.closed_at is null";
    Select OF_LEAD = Handoff::COLUMNS, "select {columns} from (
        select {columns} from handoff
        where workspace_id = ?1 and lead_id = ?2 and closed_at is null
        union all select {columns} from handoff
        where workspace_id = ?1 and lead_id = ?2 and closed_at is not null
        ) as both_kinds order by id";
    Select OPEN_OF_OWNER = Handoff::COLUMNS, "select {columns} from handoff
        where workspace_id = ?1 and owner = ?2 and closed_at is null order by id desc limit ?3";
    Select OPEN_IN_QUEUE = Handoff::COLUMNS, "select {columns} from handoff
        where workspace_id = ?1 and owner is null and queue = ?2 and closed_at is null
        order by id desc limit ?3";
    Select OLDEST_QUEUED = Handoff::COLUMNS, "select {columns} from handoff
        where workspace_id = ?1 and owner is null and queue = ?2 and state = 'queued'
        and closed_at is null order by id limit 1";
    Select CLAIM_QUEUED = Handoff::COLUMNS, "select {t.columns} from handoff t
        join lead l on l.workspace_id = t.workspace_id and l.id = t.lead_id
        where t.workspace_id = ?1 and t.owner is null and t.queue = ?2 and t.state = 'queued'
        and t.closed_at is null order by t.id limit 1 {for_update of l} {skip_locked}";
    Statement BREACHED = "select lead_id, id from handoff where workspace_id = ?1 and ?2 < id
        and closed_at is null and breached_at is not null order by id limit ?3";
    Select PAGE = Handoff::COLUMNS, "select {columns} from handoff
        where workspace_id = ?1 and id < ?2 and (cast(?3 as text) is null or owner = ?3)
        and (cast(?4 as text) is null or queue = ?4) and (cast(?5 as text) is null or state = ?5)
        order by id desc limit ?6";
    Batch UPDATE = Handoff::COLUMNS, "update handoff set state = k.state, version = k.version,
        reason = k.reason, tier = k.tier, sla = k.sla, score = k.score, owner = k.owner, queue = k.queue,
        pool = k.pool, value = k.value, acknowledge_due = k.acknowledge_due,
        touch_due = k.touch_due, disposition_due = k.disposition_due,
        acknowledged_at = k.acknowledged_at, accepted_at = k.accepted_at,
        rejected_at = k.rejected_at, reject_reason = k.reject_reason,
        reject_note = k.reject_note, first_touch_at = k.first_touch_at,
        first_attempt_at = k.first_attempt_at, disposed_at = k.disposed_at,
        disposition = k.disposition, breached_at = k.breached_at, closed_at = k.closed_at
        {from keys} where handoff.workspace_id = k.workspace_id and handoff.id = k.id
        and handoff.version = k.version - 1";
}

/// Adds handoffs. A second open handoff of one lead is refused as a duplicate.
pub fn insert(tx: &mut Tx<'_>, rows: &[Handoff]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Handoff::values)
}

/// The handoff with this id.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    id: i64,
) -> Result<Option<Handoff>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], Handoff::read)
}

/// The open handoffs of these leads, in no order.
pub fn open_of_leads(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_ids: &[i64],
) -> Result<Vec<Handoff>, StoreError> {
    db.query_many(&OPEN_OF_LEADS, lead_ids, |id| [workspace_id.into(), (*id).into()], Handoff::read)
}

/// All handoffs of a lead, open and past, oldest first.
pub fn of_lead(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
) -> Result<Vec<Handoff>, StoreError> {
    db.query(&OF_LEAD, &[workspace_id.into(), lead_id.into()], Handoff::read)
}

/// The newest `limit` open handoffs of a rep, newest first.
pub fn open_of_owner(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    owner: &str,
    limit: i64,
) -> Result<Vec<Handoff>, StoreError> {
    let params = [workspace_id.into(), owner.into(), limit.into()];
    db.query(&OPEN_OF_OWNER, &params, Handoff::read)
}

/// The newest `limit` open handoffs that lie in a queue, newest first.
pub fn open_in_queue(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    queue: &str,
    limit: i64,
) -> Result<Vec<Handoff>, StoreError> {
    let params = [workspace_id.into(), queue.into(), limit.into()];
    db.query(&OPEN_IN_QUEUE, &params, Handoff::read)
}

/// The handoff that has waited longest in a queue.
pub fn oldest_queued(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    queue: &str,
) -> Result<Option<Handoff>, StoreError> {
    db.query_opt(&OLDEST_QUEUED, &[workspace_id.into(), queue.into()], Handoff::read)
}

/// As [`oldest_queued`], of those whose lead no other transaction has; the lead is locked. The
/// handoff may have moved before that: look again.
pub fn claim_queued(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    queue: &str,
) -> Result<Option<Handoff>, StoreError> {
    tx.query_opt(&CLAIM_QUEUED, &[workspace_id.into(), queue.into()], Handoff::read)
}

/// Up to `limit` open handoffs with a breach, after the id `after`, as (lead, handoff).
pub fn breached(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    let params = [workspace_id.into(), after.into(), limit.into()];
    db.query(&BREACHED, &params, |row| Ok((row.get(0)?, row.get(1)?)))
}

/// One page of handoffs, newest first.
pub fn list(db: &mut Snapshot<'_>, filter: &HandoffFilter<'_>) -> Result<Vec<Handoff>, StoreError> {
    let params = [
        filter.workspace_id.into(),
        filter.before.into(),
        filter.owner.into(),
        filter.queue.into(),
        filter.state.into(),
        filter.limit.into(),
    ];
    db.query(&PAGE, &params, Handoff::read)
}

/// Writes changed handoffs, whose `version` is one more than the stored one; the number of rows
/// written is less than that of `rows` if another transaction was faster.
pub fn update(tx: &mut Tx<'_>, rows: &[Handoff]) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, rows, Handoff::values)
}
