//! Beats to a watch outside, one for each look of the auditor that found everything well: the watch
//! rings when they stay away, whether the process is gone, hangs, or found a fault.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use connect::heartbeat::Heartbeat;
use model::Timestamp;
use tokio::sync::watch;

use crate::engine::Engine;

/// How often it is looked for a beat of the auditor, and a failed one tried again.
const LOOK: Duration = Duration::from_secs(10);

/// What became of the beats of this node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pulse {
    /// When the watch last took one.
    pub taken_at: Option<Timestamp>,
    /// Whether the last one was not taken.
    pub failing: bool,
    /// Whether there is a watch.
    pub watched: bool,
}

/// The pulse, for who shows it.
#[derive(Debug, Default)]
pub(crate) struct Wrist(Mutex<Pulse>);

/// Beats outside.
pub struct Beats {
    engine: Engine,
    heartbeat: Heartbeat,
    /// The beat of the auditor that was passed on.
    passed_on: Option<Timestamp>,
}

impl std::fmt::Debug for Beats {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Beats").finish_non_exhaustive()
    }
}

impl Beats {
    /// Passes beats of the auditor of `engine` on to `heartbeat`.
    pub fn new(engine: Engine, heartbeat: Heartbeat) -> Self {
        engine.inner.wrist.set(|it| it.watched = true);
        Self { engine, heartbeat, passed_on: None }
    }

    /// Beats until `stop` says so.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut tick = tokio::time::interval(LOOK);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !*stop.borrow() {
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { break },
                _ = tick.tick() => self.beat().await,
            }
        }
    }

    /// Passes the last beat of the auditor on, if that has not been done.
    pub async fn beat(&mut self) {
        let Some(beat) = self.engine.findings().beat_at else { return };
        if self.passed_on == Some(beat) {
            return;
        }
        match self.heartbeat.beat().await {
            Ok(()) => {
                self.passed_on = Some(beat);
                self.engine.inner.wrist.set(|it| {
                    it.failing = false;
                    it.taken_at = Some(beat);
                });
            }
            Err(failure) => {
                self.engine.inner.wrist.set(|it| it.failing = true);
                let code = failure.code.as_str();
                tracing::warn!(code, "the watch outside took no beat: {failure}");
            }
        }
    }
}

impl Wrist {
    fn set(&self, change: impl FnOnce(&mut Pulse)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Engine {
    /// What became of the beats of this node to a watch outside.
    pub fn outside_pulse(&self) -> Pulse {
        self.inner.wrist.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
