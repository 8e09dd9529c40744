//! Waits of Socket Mode: between connections doubled with each failure, and never the same for two of us.

use std::time::Duration;

/// How long to wait for what.
#[derive(Clone, Copy, Debug)]
pub struct Waits {
    /// Before the first new connection after a failure.
    pub first: Duration,
    /// No wait is longer.
    pub longest: Duration,
    /// Without a frame for this long a connection is dead; Slack pings more often.
    pub silence: Duration,
}

impl Waits {
    /// For Slack.
    pub const USUAL: Self = Self {
        first: Duration::from_secs(1),
        longest: Duration::from_secs(60),
        silence: Duration::from_secs(60),
    };

    /// The wait after `failures` in a row, between half of it and all of it.
    pub(super) fn before(self, failures: u32) -> Duration {
        let doubled = self.first.saturating_mul(1 << failures.min(16));
        let whole = doubled.min(self.longest);
        let mut draw = [0; 1];
        // Without randomness everybody waits the whole time.
        let share = getrandom::fill(&mut draw).map_or(255, |()| u32::from(draw[0]));
        whole / 2 + (whole / 510) * share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_their_limit() {
        for (failures, whole) in [(0, 1), (1, 2), (5, 32), (6, 60), (999, 60)] {
            for _ in 0..50 {
                let wait = Waits::USUAL.before(failures);
                let whole = Duration::from_secs(whole);
                assert!(whole / 2 <= wait && wait <= whole, "{failures}: {wait:?}");
            }
        }
    }
}
