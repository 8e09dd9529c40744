//! The rows of the model as text, so that they can be held against those of a real database.
//!
//! Ids stand as numbers in the order of making, which is the same on both sides. An instant is its
//! microseconds, nothing is `-`.

use std::collections::BTreeMap;
use std::fmt::Display;

use decide::effect::TimerKind;
use decide::replay::PoolRecord;
use model::Timestamp;
use model::id::{HandoffId, LeadId};

use crate::rows::{HandoffRow, Stay, TimerRow, TimerState};
use crate::world::World;

/// All rows, one line each, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rows {
    /// The lines.
    pub lines: Vec<String>,
}

/// A value or nothing.
fn or_dash<T: Display>(value: Option<T>) -> String {
    value.map_or_else(|| "-".to_owned(), |it| it.to_string())
}

fn micros(at: Option<Timestamp>) -> String {
    or_dash(at.map(Timestamp::as_micros))
}

struct Numbers {
    leads: BTreeMap<LeadId, usize>,
    handoffs: BTreeMap<HandoffId, usize>,
}

impl Numbers {
    fn lead(&self, id: LeadId) -> usize {
        self.leads.get(&id).copied().unwrap_or(0)
    }

    fn handoff(&self, id: HandoffId) -> usize {
        self.handoffs.get(&id).copied().unwrap_or(0)
    }
}

impl Rows {
    /// These lines, sorted.
    pub fn new(mut lines: Vec<String>) -> Self {
        lines.sort_unstable();
        Self { lines }
    }

    pub(crate) fn of(world: &World<'_>) -> Self {
        let tables = &world.tables;
        let numbers = Numbers {
            leads: tables.leads.keys().copied().zip(1..).collect(),
            handoffs: tables.handoffs.keys().copied().zip(1..).collect(),
        };
        let mut lines = Vec::new();
        for row in tables.leads.values() {
            lines.push(format!(
                "lead {} v{} {} {} {} {} {} {}",
                numbers.lead(row.id),
                row.version,
                row.state,
                or_dash(row.owner.as_ref()),
                or_dash(row.queue.as_ref()),
                row.captured_at.as_micros(),
                row.updated_at.as_micros(),
                or_dash(row.closed_reason.as_ref()),
            ));
        }
        lines.extend(tables.handoffs.values().map(|it| handoff(it, &numbers)));
        for all in tables.stays_of.values() {
            let stays = all.iter().filter_map(|it| tables.stays.get(it));
            lines.extend(stays.zip(1..).map(|(it, at)| stay(world, it, at, &numbers)));
        }
        for all in tables.timers_of.values() {
            let timers = all.iter().filter_map(|it| tables.timers.get(it));
            lines.extend(timers.zip(1..).map(|(it, at)| timer(it, at, &numbers)));
        }
        lines.extend(messages(world, &numbers));
        for row in tables.decisions.values() {
            lines.push(format!(
                "decision {} {} {} v{} roster {} {}",
                numbers.lead(row.lead),
                row.number,
                row.outcome,
                row.record.lead_version,
                row.record.roster_version,
                row.record.now.as_micros(),
            ));
        }
        for event in tables.chains.values().flat_map(|it| &it.events) {
            lines.push(format!(
                "event {} {} {} {}",
                event.what.at.as_micros(),
                event.what.kind,
                numbers.lead(event.what.lead),
                or_dash(event.what.handoff.map(|it| numbers.handoff(it))),
            ));
        }
        lines.extend(pools(world));
        for (rep, load) in &tables.loads {
            let name = world.live.rep_name(*rep);
            let (present, day) = (i32::from(load.present), load.assigned.day);
            lines.push(format!("load {name} {present} {} {} {day}", load.open, load.open_value));
        }
        Self::new(lines)
    }
}

fn handoff(row: &HandoffRow, numbers: &Numbers) -> String {
    format!(
        "handoff {} {} {} v{} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {} {}",
        numbers.handoff(row.id),
        numbers.lead(row.life.lead),
        row.number,
        row.life.version,
        row.state,
        or_dash(row.life.sla.as_ref()),
        or_dash(row.owner.as_ref()),
        or_dash(row.queue.as_ref()),
        or_dash(row.pool.as_ref()),
        row.value,
        row.life.started_at.as_micros(),
        micros(row.acknowledge_due),
        micros(row.touch_due),
        micros(row.disposition_due),
        micros(row.acknowledged_at),
        micros(row.accepted_at),
        or_dash(row.reject_reason.as_ref()),
        micros(row.first_attempt_at),
        micros(row.life.touched_at),
        micros(row.breached_at),
        [or_dash(row.disposition), micros(row.closed_at)].join(" "),
    )
}

fn stay(world: &World<'_>, row: &Stay, at: usize, numbers: &Numbers) -> String {
    let pools = &world.live.setup.policy().pools;
    let pick = row.pick.map_or_else(
        || "- - -".to_owned(),
        |(pool, epoch, number)| {
            let name = pools.get(usize::from(pool)).map(|it| &it.id);
            format!("{} {epoch} {number}", or_dash(name))
        },
    );
    format!(
        "stay {} {at} {} {} {} {pick} {} {} {} {} {}",
        numbers.lead(row.lead),
        numbers.handoff(row.handoff),
        or_dash(row.rep.as_ref()),
        or_dash(row.queue.as_ref()),
        i32::from(row.credit),
        i32::from(row.active),
        row.from.as_micros(),
        micros(row.until),
        or_dash(row.ended),
    )
}

fn timer(row: &TimerRow, at: usize, numbers: &Numbers) -> String {
    let (kind, round, step) = match row.kind {
        TimerKind::Acknowledge => ("acknowledge", 0, 0),
        TimerKind::Touch => ("touch", 0, 0),
        TimerKind::Disposition => ("disposition", 0, 0),
        TimerKind::Reminder(place) => ("reminder", 0, place),
        TimerKind::Escalation { round, step } => ("escalation", round, step),
        TimerKind::Relax => ("relax", 0, 0),
        TimerKind::Resume => ("resume", 0, 0),
    };
    let state = match row.state {
        TimerState::Armed => "armed",
        TimerState::Fired => "fired",
        TimerState::Cancelled => "cancelled",
    };
    format!(
        "timer {} {at} {} {kind} {round} {step} {} {state} {} {} {}",
        numbers.handoff(row.handoff),
        numbers.lead(row.lead),
        row.due_at.as_micros(),
        row.chain_run,
        row.armed_at.as_micros(),
        micros(row.ended_at),
    )
}

fn messages(world: &World<'_>, numbers: &Numbers) -> Vec<String> {
    let events: BTreeMap<(u16, u64), &str> = world
        .tables
        .chains
        .iter()
        .flat_map(|(stream, it)| it.events.iter().map(|it| ((*stream, it.seq), it.what.kind)))
        .collect();
    let line = |(row, at): (&crate::rows::Message, usize)| {
        format!(
            "message {at} {} {} {} {} {} {} {} {} {}",
            numbers.lead(row.lead),
            or_dash(row.handoff.map(|it| numbers.handoff(it))),
            events.get(&row.event).copied().unwrap_or("-"),
            row.recipient,
            row.channel,
            row.template,
            if row.sent { "sent" } else { "queued" },
            row.attempt,
            row.created_at.as_micros(),
        )
    };
    world.tables.messages.values().zip(1..).map(line).collect()
}

fn pools(world: &World<'_>) -> Vec<String> {
    let setup = &world.live.setup;
    let line = |(at, state): (&u16, &decide::PoolState)| {
        let id = setup.policy().pools.get(usize::from(*at))?.id.clone();
        let record = PoolRecord::new(setup, id, state);
        let places = record.places.iter();
        let places: Vec<_> =
            places.map(|(rep, w, x, away)| (rep.as_str(), *w, *x, *away)).collect();
        let credits: Vec<_> = record.credits.iter().map(|(rep, n)| (rep.as_str(), *n)).collect();
        let recent: Vec<_> = record.recent.iter().map(|it| it.as_str()).collect();
        Some(format!(
            "pool {} {} {} {} {places:?} {credits:?} {recent:?}",
            record.pool, record.sequence, record.epoch, record.n
        ))
    };
    world.tables.pools.iter().filter_map(line).collect()
}
