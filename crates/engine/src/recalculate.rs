//! Other working hours or time-zone data: the armed timers are computed anew, in one audited job.
//!
//! A timer that comes due before the job has reached it is computed anew by the sweeper instead of
//! being fired, so nothing fires by hours that no longer hold.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use decide::Event;
use serde_json::json;
use store::Tx;

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::respond::{Site, load_many, reach, step};
use crate::state::Desk;
use crate::writes::Writes;
use crate::{Actor, Refusal, audit};

/// How often it is looked whether the hours are others.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// After a look that found nothing left, another one makes sure: a transaction that read the hours
/// before may have armed a timer since. None lasts as long as this.
const CONFIRM_AFTER: Duration = Duration::from_secs(30);

/// The most handoffs of one transaction.
const BATCH_MAX: i64 = 100;

/// Computes timers anew.
#[derive(Debug)]
pub struct Recalculation {
    engine: Engine,
    /// What all armed timers were found to be computed by.
    found: Option<String>,
    /// The same, found twice.
    done: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, Default)]
struct Progress {
    /// The last timer looked at, as (due, id).
    timer: (i64, i64),
    /// The last breached handoff looked at.
    breached: i64,
    handoffs: usize,
    over: bool,
}

impl Recalculation {
    /// The job for `engine`'s timers.
    pub fn new(engine: Engine) -> Self {
        Self { engine, found: None, done: None }
    }

    /// Does the whole job where it is due; how long to rest.
    pub(crate) fn turn(&mut self) -> Result<Duration, Refusal> {
        self.run()?;
        let is_to_confirm = self.found.is_some() && self.found != self.done;
        Ok(if is_to_confirm { CONFIRM_AFTER } else { LOOK_EVERY })
    }

    /// Computes anew what was not computed by the hours of now; how many handoffs.
    ///
    /// # Errors
    /// Where no policy is live, and failures of the store.
    pub fn run(&mut self) -> Result<usize, Refusal> {
        let engine = self.engine.clone();
        let stamp = self.engine.read_blocking(move |db| {
            let now = db.now()?;
            Ok(engine.live(db, now)?.map(|it| it.hours.stamp.clone()))
        })?;
        if self.done.as_ref() == Some(&stamp) {
            return Ok(0);
        }
        let mut progress = Progress::default();
        while !progress.over {
            let (engine, from) = (self.engine.clone(), progress);
            progress = self.engine.write_blocking(move |tx, now| batch(&engine, tx, from, now))?;
        }
        let handoffs = progress.handoffs;
        if handoffs != 0 {
            let (engine, subject) = (self.engine.clone(), stamp.clone());
            self.engine.write_blocking(move |tx, now| {
                let body = json!({ "v": 1, "handoffs": handoffs });
                let action = "timers.recalculated";
                audit::note(tx, &engine, now, &Actor::System, action, &subject, &body)?;
                Ok(Ok(()))
            })?;
        }
        // Timers whose leads were locked were passed over.
        let known = stamp.clone();
        let stale =
            self.engine.read_blocking(move |db| Ok(Ok(store::timer::any_stale(db, &known)?)))?;
        if !stale {
            self.done = self.found.replace(stamp).filter(|it| self.found.as_ref() == Some(it));
        }
        Ok(handoffs)
    }
}

fn batch(
    engine: &Engine,
    tx: &mut Tx<'_>,
    mut progress: Progress,
    now: model::Timestamp,
) -> Answer<Progress> {
    let live = match engine.live(tx, now)? {
        Ok(live) => live,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let stale = store::timer::stale(tx, &live.hours.stamp, progress.timer, BATCH_MAX)?;
    let mut leads: Vec<i64> = stale.iter().map(|it| it.lead_id).collect();
    match stale.last() {
        Some(last) => progress.timer = (last.due_at, last.id),
        None if live.hours.retroactive => {
            let found = store::handoff::breached(tx, WORKSPACE, progress.breached, BATCH_MAX)?;
            progress.breached = found.last().map_or(progress.breached, |it| it.1);
            let found: Vec<i64> = found.iter().map(|it| it.0).collect();
            let locked = store::lead::lock(tx, WORKSPACE, &found)?;
            leads.extend(locked.iter().map(|it| it.id));
        }
        None => {}
    }
    leads.sort_unstable();
    leads.dedup();
    progress.over = leads.is_empty();
    progress.handoffs += change_hours(engine, tx, &live, &leads, now)?;
    Ok(Ok(progress))
}

/// Takes the step on the open handoffs of these leads, which are locked; how many moved.
fn change_hours(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Arc<Live>,
    leads: &[i64],
    now: model::Timestamp,
) -> Result<usize, store::StoreError> {
    let handoffs = load_many(tx, engine, live, leads)?;
    let event = Event::HoursChanged { retroactive: live.hours.retroactive };
    let (mut pools, mut reps) = (BTreeSet::new(), BTreeSet::new());
    for stored in handoffs.values() {
        let reached = reach(live, stored, &event);
        pools.extend(reached.0);
        reps.extend(reached.1);
    }
    let mut desk = Desk::lock(tx, live, pools, reps, now)?;
    let stamped = handoffs.keys().copied().collect();
    let mut writes =
        Writes { timer_stamps: (stamped, live.hours.stamp.clone()), ..Writes::default() };
    let site = Site { engine, live, actor: &Actor::System, now };
    for stored in handoffs.values() {
        step(tx, site, stored, (&event, None), &mut desk, &mut writes)?;
    }
    desk.save(tx, live, now)?;
    writes.flush(tx, engine.stream(), now)?;
    Ok(handoffs.len())
}
