//! The circuit breaker of one target: a small machine over instants.

use model::{Seconds, Timestamp};

/// Counts failures in a row, and keeps deliveries back after too many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Breaker {
    failures: u32,
    /// Until when nothing is sent.
    open_until: Option<Timestamp>,
    /// Whether one delivery tries the target out.
    on_trial: bool,
}

/// When to ask again while another delivery tries the target out.
const TRIAL_WAIT: Seconds = Seconds::new(5);

impl Breaker {
    /// Whether a delivery may start; else when to ask again.
    pub(super) fn state(&self, now: Timestamp) -> Result<(), Timestamp> {
        match self.open_until {
            Some(until) if now < until => Err(until),
            Some(_) if self.on_trial => Err(now.plus(TRIAL_WAIT)),
            Some(_) | None => Ok(()),
        }
    }

    /// Starts a delivery, after a rest as the only one.
    pub(super) fn admit(&mut self, now: Timestamp) -> Result<(), Timestamp> {
        self.state(now)?;
        self.on_trial = self.open_until.is_some();
        Ok(())
    }

    /// The target answered like a healthy one.
    pub(super) fn worked(&mut self) {
        *self = Self::default();
    }

    /// The target failed; the trial after a rest may fail once only.
    pub(super) fn failed(&mut self, now: Timestamp, failures_max: u32, rest: Seconds) {
        self.failures = self.failures.saturating_add(1);
        if failures_max <= self.failures || self.on_trial {
            self.open_until = Some(now.plus(rest));
        }
        self.on_trial = false;
    }

    /// The delivery was dropped; nothing is known.
    pub(super) fn given_up(&mut self) {
        self.on_trial = false;
    }

    /// Whether there is nothing to remember.
    pub(super) fn is_quiet(&self) -> bool {
        *self == Self::default()
    }
}
