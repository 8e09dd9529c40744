//! The gate before each target: how many deliveries run at once, and when it is left alone.
//!
//! What holds: a target that hangs takes up [`Limits::at_once`] deliveries and no more; after
//! [`Limits::failures`] failures in a row nothing is sent to it for [`Limits::rest`], then one
//! delivery tries it out. What it asked for with `Retry-After` is kept for its lane (one method,
//! one endpoint), not for all of it. Other targets notice nothing.

mod breaker;

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{Seconds, Timestamp};
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::delivery::{Code, Failure, Verdict};
use breaker::Breaker;

/// How much of a target is too much.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Deliveries to one target that run at the same time.
    pub at_once: usize,
    /// How long one more waits for its turn.
    pub turn: Duration,
    /// Failures in a row after which the target rests.
    pub failures: u32,
    /// How long it rests.
    pub rest: Seconds,
}

impl Limits {
    /// For one process of Baton.
    pub const USUAL: Self =
        Self { at_once: 16, turn: Duration::from_secs(1), failures: 5, rest: Seconds::new(30) };
}

/// The gates of all targets; clones share them.
#[derive(Clone)]
pub struct Gates {
    clock: Arc<dyn Clock>,
    limits: Limits,
    state: Arc<Mutex<State>>,
}

/// Where a delivery goes, as far as gates are concerned.
#[derive(Clone)]
pub struct Lane {
    /// What fails as a whole, e.g. `https://slack.com`.
    pub target: String,
    /// What is slowed down on its own, e.g. `chat.postMessage C1`.
    pub name: String,
}

#[derive(Default)]
struct State {
    targets: BTreeMap<String, Target>,
    /// Lanes that asked for a pause, and until when.
    pauses: BTreeMap<(String, String), Timestamp>,
}

struct Target {
    turns: Arc<Semaphore>,
    breaker: Breaker,
}

/// Idle targets and over pauses are forgotten when there are more than this.
const REMEMBERED_MAX: usize = 4096;
/// A target that asks for more than this is asked again all the same.
const PAUSE_MAX: Seconds = Seconds::from_hours(1);

impl Gates {
    /// No target known yet.
    pub fn new(clock: Arc<dyn Clock>, limits: Limits) -> Self {
        Self { clock, limits, state: Arc::default() }
    }

    /// The clock all deliveries go by.
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Runs `work` when its lane is open, and learns from how it ends.
    pub async fn pass<T>(
        &self,
        lane: &Lane,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        let turns = self.open(lane)?;
        let Ok(Ok(_turn)) = tokio::time::timeout(self.limits.turn, turns.acquire_owned()).await
        else {
            return Err(Failure::failed(Code::Crowded, &lane.target));
        };
        // Others may have found out meanwhile that it is dead, so the breaker is asked last.
        let trial = self.start(lane)?;
        let result = work.await;
        trial.finish(lane, result.as_ref().err());
        result
    }

    /// The turns of a lane that nobody asked to pause.
    fn open(&self, lane: &Lane) -> Result<Arc<Semaphore>, Failure> {
        let now = self.clock.now();
        let mut state = self.lock();
        state.forget(now, self.limits.at_once);
        let key = (lane.target.clone(), lane.name.clone());
        if let Some(until) = state.pauses.get(&key).filter(|until| now < **until) {
            return Err(resting(lane, now, *until));
        }
        let target = state.target(&lane.target, self.limits.at_once);
        if let Err(until) = target.breaker.state(now) {
            return Err(resting(lane, now, until));
        }
        Ok(target.turns.clone())
    }

    fn start(&self, lane: &Lane) -> Result<Trial<'_>, Failure> {
        let now = self.clock.now();
        let mut state = self.lock();
        let breaker = &mut state.target(&lane.target, self.limits.at_once).breaker;
        match breaker.admit(now) {
            Ok(()) => Ok(Trial { gates: self, target: lane.target.clone(), over: false }),
            Err(until) => Err(resting(lane, now, until)),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while it holds the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn target(&mut self, name: &str, at_once: usize) -> &mut Target {
        self.targets.entry(name.to_owned()).or_insert_with(|| Target {
            turns: Arc::new(Semaphore::new(at_once)),
            breaker: Breaker::default(),
        })
    }

    fn forget(&mut self, now: Timestamp, at_once: usize) {
        if self.pauses.len() > REMEMBERED_MAX {
            self.pauses.retain(|_, until| now < *until);
        }
        if self.targets.len() > REMEMBERED_MAX {
            self.targets
                .retain(|_, it| it.turns.available_permits() < at_once || !it.breaker.is_quiet());
        }
    }
}

/// A delivery under way. One that is dropped before it ends gives its place back.
struct Trial<'a> {
    gates: &'a Gates,
    target: String,
    over: bool,
}

impl Trial<'_> {
    fn finish(mut self, lane: &Lane, failure: Option<&Failure>) {
        self.over = true;
        let limits = self.gates.limits;
        let now = self.gates.clock.now();
        let mut state = self.gates.lock();
        let breaker = &mut state.target(&self.target, limits.at_once).breaker;
        let Some(failure) = failure else { return breaker.worked() };
        match failure.code.blames_target() {
            true => breaker.failed(now, limits.failures, limits.rest),
            false => breaker.worked(),
        }
        if let Verdict::Failed { retry_after: Some(wait) } = failure.verdict {
            let until = now.plus(wait.min(PAUSE_MAX));
            state.pauses.insert((lane.target.clone(), lane.name.clone()), until);
        }
    }
}

impl Drop for Trial<'_> {
    fn drop(&mut self) {
        if !self.over {
            let at_once = self.gates.limits.at_once;
            self.gates.lock().target(&self.target, at_once).breaker.given_up();
        }
    }
}

fn resting(lane: &Lane, now: Timestamp, until: Timestamp) -> Failure {
    let micros = until.micros_since(now).max(0);
    let seconds = u32::try_from(micros.div_euclid(1_000_000).saturating_add(1)).unwrap_or(u32::MAX);
    Failure::failed(Code::Resting, &lane.target).after(Some(Seconds::new(seconds)))
}

#[cfg(test)]
mod tests;
