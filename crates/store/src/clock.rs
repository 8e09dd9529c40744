//! The clock of record: `now` of a transaction.
//!
//! Postgres answers with its own clock, so all nodes agree. SQLite takes the machine's clock but
//! never goes back behind an instant it has given before, a restart included.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use model::Timestamp;

/// Where `now` comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The database's clock.
    Database,
    /// A clock that only moves when told: for tests and simulations.
    Manual(ManualClock),
}

/// A clock that stands still until it is moved. Clones share one time.
#[derive(Clone, Debug)]
pub struct ManualClock {
    micros: Arc<AtomicI64>,
}

impl ManualClock {
    /// A clock that shows `now`.
    pub fn new(now: Timestamp) -> Self {
        Self { micros: Arc::new(AtomicI64::new(now.as_micros())) }
    }

    /// Moves the clock, forwards or backwards.
    pub fn set(&self, now: Timestamp) {
        self.micros.store(now.as_micros(), Ordering::SeqCst);
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.micros.load(Ordering::SeqCst))
    }
}

/// The machine's clock, made monotone. Shared by all connections of one SQLite store.
#[derive(Debug)]
pub(crate) struct MachineClock {
    last: AtomicI64,
}

impl MachineClock {
    /// A clock that starts no earlier than `last`, in microseconds.
    pub(crate) fn starting_at(last: i64) -> Self {
        Self { last: AtomicI64::new(last) }
    }

    /// The current instant, never before one given earlier.
    pub(crate) fn now(&self) -> Timestamp {
        let wall = wall_micros();
        let last = self.last.fetch_max(wall, Ordering::SeqCst);
        Timestamp::from_micros(last.max(wall))
    }

    /// The latest instant given so far, in microseconds.
    pub(crate) fn last(&self) -> i64 {
        self.last.load(Ordering::SeqCst)
    }
}

pub(crate) fn wall_micros() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_never_goes_back_behind_what_was_stored() {
        let ahead = wall_micros() + 3_600_000_000;
        let clock = MachineClock::starting_at(ahead);
        assert_eq!(clock.now().as_micros(), ahead);
        assert!(wall_micros() <= MachineClock::starting_at(0).now().as_micros() + 1);
    }
}
