//! One batch of timers: claimed, fired and written in one transaction.

use std::collections::BTreeSet;

use decide::Event;
use decide::effect::Timer;
use model::Timestamp;
use model::id::{HandoffId, TimerId};
use store::{StoreError, Tx};

use super::Swept;
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::respond::{Site, Stepped, load_many, reach, step};
use crate::state::Desk;
use crate::writes::Writes;
use crate::{Actor, words};

/// A timer that is due, its lead locked.
#[derive(Clone, Debug)]
pub(super) struct Due(store::timer::Timer);

impl Due {
    pub(super) fn id(&self) -> TimerId {
        TimerId::from_raw(self.0.id)
    }

    pub(super) fn handoff(&self) -> HandoffId {
        HandoffId::from_raw(self.0.handoff_id)
    }

    /// The event it stands for; none where another version of this program armed it.
    fn event(&self) -> Option<Event> {
        let kind = words::timer_kind(&self.0.kind, self.0.loop_no, self.0.step_no)?;
        Some(Event::Fired(Timer { kind, due_at: Timestamp::from_micros(self.0.due_at) }))
    }
}

/// Timers in the order they were due in, one a lead: what fires may end the others of its lead.
pub(super) struct Batch {
    pub(super) list: Vec<Due>,
    /// Whether more may be due.
    pub(super) more: bool,
}

/// Locks the first `limit` that are due, and keeps those wanted.
pub(super) fn due(
    tx: &mut Tx<'_>,
    now: Timestamp,
    limit: usize,
    wanted: impl Fn(&Due) -> bool,
) -> Result<Batch, StoreError> {
    let found = store::timer::due(tx, now.as_micros(), i64::try_from(limit).unwrap_or(i64::MAX))?;
    let mut more = limit <= found.len();
    let mut leads = BTreeSet::new();
    let mut list = Vec::new();
    for due in found.into_iter().filter(|it| it.workspace_id == WORKSPACE).map(Due) {
        if !wanted(&due) {
            continue;
        }
        match leads.insert(due.0.lead_id) {
            true => list.push(due),
            false => more = true,
        }
    }
    more &= !list.is_empty();
    Ok(Batch { list, more })
}

/// Fires timers whose leads are locked, one a lead.
pub(super) fn fire(
    engine: &Engine,
    tx: &mut Tx<'_>,
    timers: &[Due],
    now: Timestamp,
) -> Answer<Swept> {
    let mut swept = Swept::default();
    if timers.is_empty() {
        return Ok(Ok(swept));
    }
    let live = match engine.live(tx, now)? {
        Ok(live) => live,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let leads: Vec<i64> = timers.iter().map(|it| it.0.lead_id).collect();
    let handoffs = load_many(tx, engine, &live, &leads)?;
    let stale = |timer: &Due| timer.0.zone_data != live.hours.stamp;
    let of = |timer: &Due| {
        let retroactive = live.hours.retroactive;
        let event = match stale(timer) {
            true => Event::HoursChanged { retroactive },
            false => timer.event()?,
        };
        Some((handoffs.get(&timer.0.handoff_id)?, event))
    };
    let (mut pools, mut reps) = (BTreeSet::new(), BTreeSet::new());
    for (stored, event) in timers.iter().filter_map(of) {
        let reached = reach(&live, stored, &event);
        pools.extend(reached.0);
        reps.extend(reached.1);
    }
    let mut desk = Desk::lock(tx, &live, pools, reps, now)?;
    let mut writes =
        Writes { timer_stamps: (Vec::new(), live.hours.stamp.clone()), ..Writes::default() };
    let site = Site { engine, live: &live, actor: &Actor::System, now };
    for timer in timers {
        let stepped = match of(timer) {
            Some((stored, event)) => {
                Some(step(tx, site, stored, (&event, None), &mut desk, &mut writes)?)
            }
            None => None,
        };
        match stepped {
            // Computed by other hours: it is computed anew and not fired.
            Some(_) if stale(timer) => {
                writes.timer_stamps.0.push(timer.0.handoff_id);
                swept.recalculated += 1;
                continue;
            }
            Some(Stepped::Moved(_)) => {
                writes.timer_fires.push(timer.0.clone());
                swept.fired += 1;
            }
            Some(Stepped::Ignored(_) | Stepped::Refused(_)) | None => {
                writes.timer_ends.push(timer.0.clone());
                swept.ended += 1;
            }
        }
        swept.late_max = swept.late_max.max(now.as_micros() - timer.0.due_at);
    }
    desk.save(tx, &live, now)?;
    writes.flush(tx, engine.stream(), now)?;
    Ok(Ok(swept))
}
