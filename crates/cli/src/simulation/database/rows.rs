//! The rows of a database as the simulator lists its own.

use std::collections::BTreeMap;
use std::fmt::Display;

use engine::{Engine, Refusal, WORKSPACE};
use serde::Deserialize;
use simulate::Rows;
use store::{Snapshot, StoreError};

/// Events read at once: more than a compared run has.
const ROWS_MAX: i64 = 1_000_000;

/// Node of the engine, and stream of its events.
const STREAM: i64 = 1;

/// All rows, sorted.
///
/// # Errors
/// Failures of the store.
pub(super) fn of(engine: &Engine) -> Result<Rows, Refusal> {
    Ok(Rows::new(engine.read_blocking(|db| Ok(Ok(all(db)?)))?))
}

fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |it| it.to_string())
}

fn all(db: &mut Snapshot<'_>) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    let mut leads = Vec::new();
    store::lead::for_each(db, WORKSPACE, 0, |row| {
        leads.push(store::lead::Lead::read(row)?);
        Ok(())
    })?;
    leads.sort_by_key(|it| it.id);
    let number: BTreeMap<i64, usize> = leads.iter().map(|it| it.id).zip(1..).collect();
    let mut handoffs = Vec::new();
    for row in &leads {
        lines.push(format!(
            "lead {} v{} {} {} {} {} {} {}",
            number_of(&number, row.id),
            row.version,
            row.state,
            or_dash(row.owner.as_ref()),
            or_dash(row.queue.as_ref()),
            row.captured_at,
            row.updated_at,
            or_dash(row.closed_reason.as_ref()),
        ));
        handoffs.extend(store::handoff::of_lead(db, WORKSPACE, row.id)?);
    }
    handoffs.sort_by_key(|it| it.id);
    let handoff_number: BTreeMap<i64, usize> = handoffs.iter().map(|it| it.id).zip(1..).collect();
    let numbers = (&number, &handoff_number);
    lines.extend(handoffs.iter().map(|it| handoff(it, numbers)));
    for lead in &leads {
        let mut stays = store::assignment::of_lead(db, WORKSPACE, lead.id)?;
        stays.sort_by_key(|it| it.id);
        lines.extend(stays.iter().zip(1..).map(|(it, at)| stay(it, at, numbers)));
    }
    for row in &handoffs {
        let timers = store::timer::of_handoff(db, WORKSPACE, row.id)?;
        lines.extend(timers.iter().zip(1..).map(|(it, at)| timer(it, at, numbers)));
    }
    lines.extend(decisions(db, &number)?);
    let mut kinds: BTreeMap<i64, String> = BTreeMap::new();
    for row in store::event::after(db, WORKSPACE, STREAM, 0, ROWS_MAX)? {
        kinds.insert(row.seq, row.kind.clone());
        lines.push(format!(
            "event {} {} {} {}",
            row.at,
            row.kind,
            row.lead_id.map_or(0, |it| number_of(&number, it)),
            or_dash(row.handoff_id.map(|it| number_of(&handoff_number, it))),
        ));
    }
    let mut messages = Vec::new();
    for seq in kinds.keys() {
        messages.extend(store::outbox::of_event(db, WORKSPACE, STREAM, *seq)?);
    }
    messages.sort_by_key(|it| it.id);
    lines.extend(messages.iter().zip(1..).map(|(row, at)| message(row, at, &kinds, numbers)));
    lines.extend(pools(db)?);
    for row in store::rep::list(db, WORKSPACE)? {
        lines.push(format!(
            "load {} {} {} {} {}",
            row.rep, row.present, row.open_count, row.open_value, row.day_count
        ));
    }
    Ok(lines)
}

fn number_of(numbers: &BTreeMap<i64, usize>, id: i64) -> usize {
    numbers.get(&id).copied().unwrap_or(0)
}

type Numbers<'a> = (&'a BTreeMap<i64, usize>, &'a BTreeMap<i64, usize>);

fn handoff(row: &store::handoff::Handoff, (leads, handoffs): Numbers<'_>) -> String {
    format!(
        "handoff {} {} {} v{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}",
        number_of(handoffs, row.id),
        number_of(leads, row.lead_id),
        row.number,
        row.version,
        row.state,
        or_dash(row.sla.as_ref()),
        or_dash(row.owner.as_ref()),
        or_dash(row.queue.as_ref()),
        or_dash(row.pool.as_ref()),
        row.value.unwrap_or(0),
        row.created_at,
        or_dash(row.acknowledge_due),
        or_dash(row.touch_due),
        or_dash(row.disposition_due),
        or_dash(row.acknowledged_at),
        or_dash(row.accepted_at),
        or_dash(row.reject_reason.as_ref()),
        or_dash(row.first_attempt_at),
        or_dash(row.first_touch_at),
        or_dash(row.breached_at),
        [or_dash(row.disposition.as_ref()), or_dash(row.closed_at)].join(" "),
    )
}

fn stay(row: &store::assignment::Assignment, at: usize, (leads, handoffs): Numbers<'_>) -> String {
    format!(
        "stay {} {at} {} {} {} {} {} {} {} {} {} {} {}",
        number_of(leads, row.lead_id),
        number_of(handoffs, row.handoff_id),
        or_dash(row.rep.as_ref()),
        or_dash(row.queue.as_ref()),
        or_dash(row.pool.as_ref()),
        or_dash(row.epoch),
        or_dash(row.pool_seq),
        row.credit,
        row.active,
        row.from_at,
        or_dash(row.until_at),
        or_dash(row.ended.as_ref()),
    )
}

fn timer(row: &store::timer::Timer, at: usize, (leads, handoffs): Numbers<'_>) -> String {
    format!(
        "timer {} {at} {} {} {} {} {} {} {} {} {}",
        number_of(handoffs, row.handoff_id),
        number_of(leads, row.lead_id),
        row.kind,
        row.loop_no,
        row.step_no,
        row.due_at,
        row.state,
        row.chain_run,
        row.armed_at,
        or_dash(row.ended_at),
    )
}

fn message(
    row: &store::outbox::Outbox,
    at: usize,
    kinds: &BTreeMap<i64, String>,
    (leads, handoffs): Numbers<'_>,
) -> String {
    format!(
        "message {at} {} {} {} {} {} {} {} {} {}",
        row.lead_id.map_or(0, |it| number_of(leads, it)),
        or_dash(row.handoff_id.map(|it| number_of(handoffs, it))),
        or_dash(kinds.get(&row.event_seq)),
        row.recipient,
        row.channel,
        row.template,
        row.state,
        row.attempt,
        row.created_at,
    )
}

fn decisions(
    db: &mut Snapshot<'_>,
    leads: &BTreeMap<i64, usize>,
) -> Result<Vec<String>, StoreError> {
    let mut lines = Vec::new();
    store::decision::for_each(db, WORKSPACE, 0, |row| {
        let row = store::decision::Decision::read(row)?;
        lines.push(format!(
            "decision {} {} {} v{} roster {} {}",
            number_of(leads, row.lead_id),
            row.number,
            row.outcome,
            row.lead_version,
            row.roster_version,
            row.decided_at,
        ));
        Ok(())
    })?;
    Ok(lines)
}

/// The stored form of a pool's state.
#[derive(Deserialize)]
struct Pool {
    sequence: u64,
    epoch: u64,
    n: u64,
    places: Vec<(String, u32, u64, u32)>,
    credits: Vec<(String, u32)>,
    recent: Vec<String>,
}

fn pools(db: &mut Snapshot<'_>) -> Result<Vec<String>, StoreError> {
    let rows = store::pool::list(db, WORKSPACE)?;
    let read = rows.into_iter().filter_map(|row| {
        let Pool { sequence, epoch, n, places, credits, recent } =
            serde_json::from_str(&row.body).ok()?;
        // A pool that never picked has a row here and none in the model.
        (sequence != 0 || !credits.is_empty()).then(|| {
            format!("pool {} {sequence} {epoch} {n} {places:?} {credits:?} {recent:?}", row.pool)
        })
    });
    Ok(read.collect())
}
