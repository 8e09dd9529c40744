//! Timers: duties with a due time. Each ends exactly once, as fired or cancelled.
//!
//! The key is what makes a timer unique; its number orders timers that are due at one instant and
//! names it outside.

use crate::sql::{ColumnType, Columns, Value, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A duty with a due time; ends once, as fired or cancelled.
    pub struct Timer in "timer" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The handoff.
        handoff_id: i64,
        /// The lead.
        lead_id: i64,
        /// The assignment it watches.
        assignment_id: Option<i64>,
        /// What is due, e.g. `acknowledge`.
        kind: String,
        /// When.
        due_at: i64,
        /// `armed`, `fired` or `cancelled`.
        state: String,
        /// Which run of the chain it belongs to.
        chain_run: i64,
        /// Which repeat of the chain.
        loop_no: i64,
        /// Which step of the chain.
        step_no: i64,
        /// When it was armed.
        armed_at: i64,
        /// When it fired or was cancelled.
        ended_at: Option<i64>,
        /// What computed it: version of the time-zone data, and edition of the working hours.
        zone_data: String,
    }
}

const HANDOFFS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("handoff_id", ColumnType::Int),
    ("ended_at", ColumnType::Int),
];
const KINDS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("handoff_id", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("ended_at", ColumnType::Int),
];
const STAMPS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("handoff_id", ColumnType::Int),
    ("zone_data", ColumnType::Text),
];
const KEYS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("handoff_id", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("chain_run", ColumnType::Int),
    ("loop_no", ColumnType::Int),
    ("step_no", ColumnType::Int),
];
const ENDS: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("handoff_id", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("chain_run", ColumnType::Int),
    ("loop_no", ColumnType::Int),
    ("step_no", ColumnType::Int),
    ("state", ColumnType::Text),
    ("ended_at", ColumnType::Int),
];

/// How a timer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimerEnd {
    /// Its duty was missed and acted upon.
    Fired,
    /// Its duty was done or fell away.
    Cancelled,
}

impl Timer {
    /// What makes it unique.
    fn key(&self) -> [Value<'_>; 6] {
        [
            self.workspace_id.into(),
            self.handoff_id.into(),
            (&self.kind).into(),
            self.chain_run.into(),
            self.loop_no.into(),
            self.step_no.into(),
        ]
    }
}

crate::statements! {
    Insert INSERT = Timer::TABLE, Timer::COLUMNS, "";
    // The lead is locked, not the timer: whoever accepts locks the lead first too.
    Select DUE = Timer::COLUMNS, "select {t.columns} from timer t
        join lead l on l.workspace_id = t.workspace_id and l.id = t.lead_id
        where t.state = 'armed' and t.due_at <= ?1
        order by t.due_at, t.id limit ?2 {for_update of l} {skip_locked}";
    Select STALE = Timer::COLUMNS, "select {t.columns} from timer t
        join lead l on l.workspace_id = t.workspace_id and l.id = t.lead_id
        where t.state = 'armed' and t.zone_data <> ?1
        and (t.due_at, t.id) > (?2, ?3)
        order by t.due_at, t.id limit ?4 {for_update of l} {skip_locked}";
    Statement ANY_STALE = "select id from timer
        where state = 'armed' and zone_data <> ?1 limit 1";
    Batch STAMP = STAMPS, "update timer set zone_data = k.zone_data {from keys}
        where timer.workspace_id = k.workspace_id and timer.handoff_id = k.handoff_id
        and timer.state = 'armed'";
    Batch ARMED = KEYS, Timer::COLUMNS, "select {t.columns} from timer t {, keys}
        where t.workspace_id = k.workspace_id and t.handoff_id = k.handoff_id
        and t.kind = k.kind and t.chain_run = k.chain_run and t.loop_no = k.loop_no
        and t.step_no = k.step_no and t.state = 'armed'";
    Statement LATENESS = "select ended_at - due_at from timer
        where workspace_id = ?1 and kind = ?2 and state = 'fired'";
    Statement NEXT_DUE = "select due_at from timer where state = 'armed' order by due_at, id limit 1";
    Select OF_HANDOFF = Timer::COLUMNS, "select {columns} from timer
        where workspace_id = ?1 and handoff_id = ?2 order by id";
    Batch END = ENDS, "update timer set state = k.state, ended_at = k.ended_at
        {from keys} where timer.workspace_id = k.workspace_id
        and timer.handoff_id = k.handoff_id and timer.kind = k.kind
        and timer.chain_run = k.chain_run and timer.loop_no = k.loop_no
        and timer.step_no = k.step_no and timer.state = 'armed'";
    Batch CANCEL_OF_HANDOFFS = HANDOFFS, "update timer set state = 'cancelled',
        ended_at = k.ended_at {from keys} where timer.workspace_id = k.workspace_id
        and timer.handoff_id = k.handoff_id and timer.state = 'armed'";
    Batch CANCEL_OF_KINDS = KINDS, "update timer set state = 'cancelled',
        ended_at = k.ended_at {from keys} where timer.workspace_id = k.workspace_id
        and timer.handoff_id = k.handoff_id and timer.kind = k.kind and timer.state = 'armed'";
}

/// Arms timers. A second one for the same step of the same run is refused as a duplicate.
pub fn insert(tx: &mut Tx<'_>, rows: &[Timer]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Timer::values)
}

/// Up to `limit` armed timers of all workspaces due at `now` or before, by (due, id). Their leads
/// are locked; those that another transaction has are passed over.
pub fn due(tx: &mut Tx<'_>, now: i64, limit: i64) -> Result<Vec<Timer>, StoreError> {
    let found = tx.query(&DUE, &[now.into(), limit.into()], Timer::read)?;
    // Read again under the locks: an answer may have ended one since the first statement began.
    let mut armed = tx.query_many(&ARMED, &found, Timer::key, Timer::read)?;
    armed.sort_unstable_by_key(|it| (it.due_at, it.id));
    Ok(armed)
}

/// Up to `limit` armed timers of all workspaces that were not computed by `zone_data`, after the
/// one with this (due, id). Their leads are locked; those that another transaction has are passed
/// over.
pub fn stale(
    tx: &mut Tx<'_>,
    zone_data: &str,
    (due_at, id): (i64, i64),
    limit: i64,
) -> Result<Vec<Timer>, StoreError> {
    tx.query(&STALE, &[zone_data.into(), due_at.into(), id.into(), limit.into()], Timer::read)
}

/// Whether an armed timer of any workspace was not computed by `zone_data`.
pub fn any_stale(db: &mut Snapshot<'_>, zone_data: &str) -> Result<bool, StoreError> {
    let found = db.query_opt(&ANY_STALE, &[zone_data.into()], |row| row.get::<i64>(0))?;
    Ok(found.is_some())
}

/// Notes what the armed timers of these handoffs were computed by.
pub fn stamp(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    handoff_ids: &[i64],
    zone_data: &str,
) -> Result<u64, StoreError> {
    let rows: Vec<(i64, &str)> = handoff_ids.iter().map(|it| (*it, zone_data)).collect();
    tx.execute_many(&STAMP, &rows, |it| [workspace_id.into(), it.0.into(), it.1.into()])
}

/// When the next armed timer is due.
pub fn next_due(db: &mut Snapshot<'_>) -> Result<Option<i64>, StoreError> {
    db.query_opt(&NEXT_DUE, &[], |row| row.get(0))
}

/// How late each timer of a kind fired, in microseconds, in no order.
pub fn lateness(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    kind: &str,
) -> Result<Vec<i64>, StoreError> {
    db.query(&LATENESS, &[workspace_id.into(), kind.into()], |row| row.get(0))
}

/// All timers of a handoff, by id.
pub fn of_handoff(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    handoff_id: i64,
) -> Result<Vec<Timer>, StoreError> {
    db.query(&OF_HANDOFF, &[workspace_id.into(), handoff_id.into()], Timer::read)
}

/// Ends those of these timers that are still armed; their number.
pub fn end(tx: &mut Tx<'_>, timers: &[Timer], end: TimerEnd, now: i64) -> Result<u64, StoreError> {
    let state = match end {
        TimerEnd::Fired => "fired",
        TimerEnd::Cancelled => "cancelled",
    };
    tx.execute_many(&END, timers, |it| {
        let [workspace, handoff, kind, chain_run, loop_no, step_no] = it.key();
        [workspace, handoff, kind, chain_run, loop_no, step_no, state.into(), now.into()]
    })
}

/// Cancels the armed timers of these handoffs; their number.
pub fn cancel_of_handoffs(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    handoff_ids: &[i64],
    now: i64,
) -> Result<u64, StoreError> {
    tx.execute_many(&CANCEL_OF_HANDOFFS, handoff_ids, |id| {
        [workspace_id.into(), (*id).into(), now.into()]
    })
}

/// Cancels the armed timers of these handoffs and kinds; their number.
pub fn cancel_of_kinds(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    kinds: &[(i64, &str)],
    now: i64,
) -> Result<u64, StoreError> {
    tx.execute_many(&CANCEL_OF_KINDS, kinds, |(handoff, kind)| {
        [workspace_id.into(), (*handoff).into(), (*kind).into(), now.into()]
    })
}
