//! Jumps of the clock of record: it is compared with a clock that only ever runs.

use std::time::{Duration, Instant};

use model::Timestamp;

/// A difference of more than this is a jump, in microseconds.
const JUMP_MIN: i64 = 60_000_000;

/// What both clocks showed at the last look.
#[derive(Debug, Default)]
pub(super) struct Watch(Option<(Instant, Timestamp)>);

impl Watch {
    /// By how many microseconds the clock of record has jumped since the last look, if it has.
    pub(super) fn look(&mut self, now: Timestamp) -> Option<i64> {
        let steady = Instant::now();
        let last = self.0.replace((steady, now));
        let (was_steady, was) = last?;
        jump(steady.duration_since(was_steady), was, now)
    }
}

fn jump(passed: Duration, was: Timestamp, now: Timestamp) -> Option<i64> {
    let passed = i64::try_from(passed.as_micros()).unwrap_or(i64::MAX);
    let jumped = now.as_micros().saturating_sub(was.as_micros()).saturating_sub(passed);
    (JUMP_MIN < jumped.saturating_abs()).then_some(jumped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_leaves_the_steady_one_by_more_than_a_minute_has_jumped() {
        let was = Timestamp::from_seconds(1_000_000);
        let after = |seconds: i64| Timestamp::from_seconds(1_000_000 + seconds);
        let passed = Duration::from_secs(10);
        assert_eq!(jump(passed, was, after(10)), None);
        assert_eq!(jump(passed, was, after(70)), None);
        assert_eq!(jump(passed, was, after(71)), Some(61_000_000));
        assert_eq!(jump(passed, was, after(-3_600)), Some(-3_610_000_000));
        // The clock of a SQLite file never goes back: it stands until the other has caught up.
        assert_eq!(jump(Duration::from_secs(61), was, was), Some(-61_000_000));
    }
}
