//! What the sweeper of this node has done since it started.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use super::Swept;

/// Counts since this node started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SweepFigures {
    /// Timers that fired.
    pub fired: u64,
    /// Timers that were due when their duty was done or had moved.
    pub ended: u64,
    /// The greatest lateness, in microseconds.
    pub late_max: i64,
    /// Timers that could not be fired and wait to be tried again.
    pub stuck: u64,
    /// How often the clock has jumped by more than a minute.
    pub clock_jumps: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Tally {
    fired: AtomicU64,
    ended: AtomicU64,
    late_max: AtomicI64,
    stuck: AtomicU64,
    clock_jumps: AtomicU64,
}

impl Tally {
    pub(super) fn add(&self, swept: &Swept, stuck: usize) {
        self.fired.fetch_add(swept.fired, Ordering::Relaxed);
        self.ended.fetch_add(swept.ended, Ordering::Relaxed);
        self.late_max.fetch_max(swept.late_max, Ordering::Relaxed);
        self.stuck.store(u64::try_from(stuck).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    pub(super) fn jumped(&self) {
        self.clock_jumps.fetch_add(1, Ordering::Relaxed);
    }

    fn figures(&self) -> SweepFigures {
        SweepFigures {
            fired: self.fired.load(Ordering::Relaxed),
            ended: self.ended.load(Ordering::Relaxed),
            late_max: self.late_max.load(Ordering::Relaxed),
            stuck: self.stuck.load(Ordering::Relaxed),
            clock_jumps: self.clock_jumps.load(Ordering::Relaxed),
        }
    }
}

impl crate::Engine {
    /// What the sweeper of this node has done since it started.
    pub fn sweep_figures(&self) -> SweepFigures {
        self.inner.sweeps.figures()
    }
}
