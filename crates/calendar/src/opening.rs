//! A compiled calendar and its opening times.

use std::sync::Arc;

use model::{Seconds, Timestamp};

use crate::course::{Course, due, elapsed, next_open};
use crate::error::CalendarError;
use crate::hours::{Cursor, Hours, Interval};
use crate::spec::CalendarSpec;
use crate::zone::{FIRST_SECOND, LAST_SECOND};
use crate::{HORIZON_DAYS, MICROS_PER_SECOND};

/// A compiled calendar: open at every instant, or by weekly hours with exceptions. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calendar {
    hours: Option<Arc<Hours>>,
}

/// Instants `[from, to)` during which a calendar is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenWindow {
    /// Opening instant.
    pub from: Timestamp,
    /// Closing instant, itself closed.
    pub to: Timestamp,
}

/// The open stretches of a calendar in order; see [`Calendar::open_windows`].
#[derive(Clone, Debug)]
pub struct OpenWindows<'a> {
    /// `None` for a calendar that is always open.
    cursor: Option<Cursor<'a>>,
    /// An interval that did not touch the one returned last.
    ahead: Option<Interval>,
    /// What is left of the range asked for.
    from: Timestamp,
    to: Timestamp,
}

impl Calendar {
    /// The time zone of its hours, as the tz database names it; `None` where it is always open.
    pub fn zone(&self) -> Option<&str> {
        self.hours.as_ref().and_then(|it| it.zone_name())
    }

    /// Compiles working hours. A calendar that never opens is accepted here; see
    /// [`Self::opens_within_horizon`].
    pub fn new(spec: &CalendarSpec) -> Result<Self, CalendarError> {
        Ok(Self { hours: Some(Arc::new(Hours::new(spec)?)) })
    }

    /// The calendar that is open at every instant.
    pub const fn always() -> Self {
        Self { hours: None }
    }

    /// The earliest instant at or after `start` by which the calendar has been open for
    /// `duration`; `None` if there is none. See [`due`].
    pub fn due(&self, start: Timestamp, duration: Seconds) -> Option<Timestamp> {
        due(Course::on(self), start, duration)
    }

    /// Open time in `[from, to)` in microseconds; zero when `to` is not after `from`.
    pub fn elapsed(&self, from: Timestamp, to: Timestamp) -> i64 {
        elapsed(Course::on(self), from, to)
    }

    /// Whether the calendar is open at an instant. Closing edges are closed.
    pub fn is_open(&self, at: Timestamp) -> bool {
        0 < self.elapsed(at, Timestamp::from_micros(at.as_micros().saturating_add(1)))
    }

    /// The earliest open instant at or after `at`, within [`HORIZON_DAYS`].
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        next_open(Course::on(self), at)
    }

    /// The first instant after `at`, within [`HORIZON_DAYS`], at which the calendar opens or
    /// closes. Windows that touch are one.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        let horizon = at.plus(Seconds::from_days(HORIZON_DAYS));
        let beyond = Timestamp::from_micros(horizon.as_micros().saturating_add(1));
        let window = self.open_windows(at, beyond).next()?;
        let change = if at < window.from { window.from } else { window.to };
        (change < beyond).then_some(change)
    }

    /// Whether the calendar opens within [`HORIZON_DAYS`] of `at`. A policy refuses one that
    /// does not.
    pub fn opens_within_horizon(&self, at: Timestamp) -> bool {
        self.next_open(at).is_some()
    }

    /// The open stretches within `[from, to)`, cut to that range, in order. Windows that touch
    /// come as one. Work is in proportion to the windows and dates in the range.
    pub fn open_windows(&self, from: Timestamp, to: Timestamp) -> OpenWindows<'_> {
        let cursor = self.hours.as_deref().map(|hours| hours.cursor(from.as_seconds()));
        OpenWindows { cursor, ahead: None, from, to }
    }

    /// The compiled hours, or `None` when always open.
    pub(crate) fn hours(&self) -> Option<&Hours> {
        self.hours.as_deref()
    }
}

impl Iterator for OpenWindows<'_> {
    type Item = OpenWindow;

    fn next(&mut self) -> Option<OpenWindow> {
        if self.to <= self.from {
            return None;
        }
        let Some(cursor) = &mut self.cursor else {
            let whole = OpenWindow { from: self.from, to: self.to };
            self.from = self.to;
            return Some(whole);
        };
        let before = second_after(self.to.as_micros());
        let mut found = loop {
            let interval = match self.ahead.take() {
                Some(ahead) => ahead,
                None => cursor.next(before)?,
            };
            if self.from < Timestamp::from_seconds(interval.close) {
                break interval;
            }
        };
        while let Some(next) = cursor.next(before) {
            if next.open != found.close {
                self.ahead = Some(next);
                break;
            }
            found.close = next.close;
        }
        let from = self.from.max(Timestamp::from_seconds(found.open));
        let to = self.to.min(Timestamp::from_seconds(found.close));
        self.from = to;
        (from < to).then_some(OpenWindow { from, to })
    }
}

/// The first whole second at or after an instant in microseconds, at most the end of local time.
pub(crate) fn second_after(micros: i64) -> i64 {
    let down = micros.div_euclid(MICROS_PER_SECOND);
    let up = if micros.rem_euclid(MICROS_PER_SECOND) == 0 { down } else { down + 1 };
    up.clamp(FIRST_SECOND, LAST_SECOND + 1)
}
