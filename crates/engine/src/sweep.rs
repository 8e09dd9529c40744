//! The sweeper: fires timers that are due, each once, with everything that follows from it.
//!
//! A batch is one transaction: leads are locked first and those that somebody else has are passed
//! over, so any number of nodes sweep side by side. A timer ends together with its effects: as
//! fired where its duty was open, as cancelled where it was not. When a batch fails each of its
//! timers is tried alone, so that one lead that cannot be advanced holds up no other; it is tried
//! again later and reported until then.

mod batch;
mod clock;
mod figures;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use model::id::{HandoffId, TimerId};
use model::{Seconds, Timestamp};

pub use figures::SweepFigures;
pub(crate) use figures::Tally;

use crate::chore::Tell;
use crate::engine::Engine;
use crate::{Refusal, RefusalKind, auditor};

/// The most timers of one transaction.
pub const BATCH_MAX: usize = 100;

/// How long a timer that could not be fired is left alone.
const RETRY_AFTER: Seconds = Seconds::from_minutes(1);

/// The longest time between two looks at the timers: others may have armed one.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// What a round of the sweeper did.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Swept {
    /// Timers that fired.
    pub fired: u64,
    /// Timers whose duty was done or had moved.
    pub ended: u64,
    /// Timers that were computed by other working hours and are computed anew instead.
    pub recalculated: u64,
    /// How late the latest of them was, in microseconds.
    pub late_max: i64,
    /// Timers that could not be fired, with why.
    pub stuck: Vec<Stuck>,
    /// Whether more may be due.
    pub more: bool,
}

/// A timer that could not be fired. It stays armed and is tried again.
#[derive(Clone, Debug, PartialEq)]
pub struct Stuck {
    /// Which.
    pub timer: TimerId,
    /// Of which handoff.
    pub handoff: HandoffId,
    /// Why.
    pub refusal: Refusal,
}

/// Fires timers, and remembers those it could not fire.
#[derive(Debug)]
pub struct Sweep {
    engine: Engine,
    watch: clock::Watch,
    /// When to try again.
    stuck: BTreeMap<TimerId, Timestamp>,
}

impl Sweep {
    /// A sweeper of `engine`'s timers.
    pub fn new(engine: Engine) -> Self {
        Self { engine, watch: clock::Watch::default(), stuck: BTreeMap::new() }
    }

    /// Fires a batch if anything is due; how long until the next look.
    ///
    /// # Errors
    /// As [`Sweep::round`].
    pub fn turn(&mut self, tell: &Tell) -> Result<Duration, Refusal> {
        let (next, now) = self.next_due()?;
        if let Some(jumped) = self.watch.look(now) {
            tell(&format!("the clock has jumped by {} s", jumped / 1_000_000));
            self.note_jump(jumped)?;
        }
        if next.is_none_or(|it| now < it) {
            // What is stuck is armed and due: if nothing is, it has ended in another way.
            if !self.stuck.is_empty() {
                self.stuck.clear();
                self.engine.inner.sweeps.add(&Swept::default(), 0);
            }
            let left = next.map(|it| it.as_micros().saturating_sub(now.as_micros()));
            let left = left.and_then(|it| u64::try_from(it).ok()).map(Duration::from_micros);
            return Ok(left.unwrap_or(LOOK_EVERY).min(LOOK_EVERY));
        }
        let swept = self.round()?;
        for Stuck { timer, handoff, refusal } in &swept.stuck {
            tell(&format!(
                "timer {timer} of {handoff} was not fired, tried again later: {refusal}"
            ));
        }
        Ok(if swept.more { Duration::ZERO } else { LOOK_EVERY })
    }

    /// Fires a batch of timers that are due now.
    ///
    /// # Errors
    /// Where no policy is live, and failures of the store that are not those of a single lead.
    pub fn round(&mut self) -> Result<Swept, Refusal> {
        let taken = Arc::new(Mutex::new(Vec::new()));
        let left_alone = Arc::new(self.stuck.clone());
        let engine = self.engine.clone();
        let limit = self.limit();
        let done = self.engine.write_blocking({
            let taken = Arc::clone(&taken);
            move |tx, now| {
                let timers = batch::due(tx, now, limit, |it| {
                    left_alone.get(&it.id()).is_none_or(|retry_at| *retry_at <= now)
                })?;
                taken.lock().unwrap_or_else(PoisonError::into_inner).clone_from(&timers.list);
                let fired = batch::fire(&engine, tx, &timers.list, now)?;
                Ok(fired.map(|it| (Swept { more: timers.more, ..it }, now)))
            }
        });
        let swept = match done {
            Err(refusal) if refusal.kind == RefusalKind::Internal => {
                let taken = taken.lock().unwrap_or_else(PoisonError::into_inner).clone();
                match taken.is_empty() {
                    true => Err(refusal),
                    false => self.one_by_one(&taken),
                }
            }
            done => done.map(|(swept, now)| {
                // Whatever was to be tried again was in this batch, or is not armed any more.
                self.stuck.retain(|_, retry_at| now < *retry_at);
                swept
            }),
        }?;
        self.engine.inner.sweeps.add(&swept, self.stuck.len());
        Ok(swept)
    }

    /// Writes down that the clock has jumped: timers that fire after this may be early or late.
    ///
    /// # Errors
    /// Failures of the store.
    pub fn note_jump(&self, jumped: i64) -> Result<(), Refusal> {
        self.engine.inner.sweeps.jumped();
        let body = serde_json::json!({ "v": 1, "micros": jumped }).to_string();
        auditor::note(&self.engine, "clock.jumped", body)
    }

    /// Those that are stuck may lie before others.
    fn limit(&self) -> usize {
        BATCH_MAX + self.stuck.len()
    }

    fn one_by_one(&mut self, timers: &[batch::Due]) -> Result<Swept, Refusal> {
        let mut all = Swept::default();
        for timer in timers {
            let (engine, id, limit) = (self.engine.clone(), timer.id(), self.limit());
            let done = self.engine.write_blocking(move |tx, now| {
                let timers = batch::due(tx, now, limit, |it| it.id() == id)?;
                batch::fire(&engine, tx, &timers.list, now)
            });
            match done {
                Ok(one) => {
                    self.stuck.remove(&id);
                    all.fired += one.fired;
                    all.ended += one.ended;
                    all.recalculated += one.recalculated;
                    all.late_max = all.late_max.max(one.late_max);
                }
                Err(refusal) if refusal.kind == RefusalKind::Internal => {
                    let now = self.engine.read_blocking(|db| Ok(Ok(db.now()?)))?;
                    self.stuck.insert(id, now.plus(RETRY_AFTER));
                    all.stuck.push(Stuck { timer: id, handoff: timer.handoff(), refusal });
                }
                Err(refusal) => return Err(refusal),
            }
        }
        all.more = all.fired + all.ended != 0;
        Ok(all)
    }

    /// When the next timer is due, and what time it is.
    ///
    /// # Errors
    /// Failures of the store.
    pub fn next_due(&self) -> Result<(Option<Timestamp>, Timestamp), Refusal> {
        self.engine.read_blocking(|db| {
            let next = store::timer::next_due(db)?.map(Timestamp::from_micros);
            Ok(Ok((next, db.now()?)))
        })
    }
}
