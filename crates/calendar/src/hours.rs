//! Compiled working hours and the walk over their open intervals.

use std::collections::BTreeMap;

use crate::DAY_SECONDS;
use crate::error::CalendarError;
use crate::spec::{CalendarSpec, Date, Weekday, Window};
use crate::zone::{MAX_OFFSET, Piece, Zone};

/// Seconds of a week whose clocks do not change.
const WEEK_SECONDS: i64 = 7 * DAY_SECONDS;

/// Working hours ready for arithmetic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hours {
    zone: Zone,
    /// Windows by weekday, Monday first.
    weekly: [Vec<Span>; 7],
    /// Open seconds of a week without exception or clock change.
    pub(crate) week_open: i64,
    // INVARIANT: ascending by day, each day once.
    exceptions: Vec<Exception>,
}

/// Seconds `[from, to)` after local midnight.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: i64,
    to: i64,
}

/// A local date whose windows are not those of its weekday.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Exception {
    day: i64,
    windows: Vec<Span>,
}

/// Instants `[open, close)` in seconds, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) open: i64,
    pub(crate) close: i64,
}

/// Walks forward over the open intervals of a calendar, in order and disjoint; touching ones
/// stay apart.
#[derive(Clone, Debug)]
pub(crate) struct Cursor<'a> {
    hours: &'a Hours,
    /// A piece of the zone near the walk.
    piece: Piece,
    /// Windows of the current date still to come, and local midnight of that date.
    windows: &'a [Span],
    midnight: i64,
    /// The date after the current one, in days since 1970-01-01.
    next_day: i64,
    /// Exceptions on `next_day` or later.
    exceptions: &'a [Exception],
}

impl Hours {
    /// The zone's name in the tz database.
    pub(crate) fn zone_name(&self) -> Option<&str> {
        self.zone.name()
    }

    pub(crate) fn new(spec: &CalendarSpec) -> Result<Self, CalendarError> {
        let zone = Zone::named(&spec.zone)?;
        let weekly =
            Weekday::ALL.map(|day| spec.weekly.get(&day).map_or_else(Vec::new, |it| union(it)));
        let open: i64 = weekly.iter().flatten().map(|span| span.to - span.from).sum();
        Ok(Self { zone, weekly, week_open: open, exceptions: exceptions(spec) })
    }

    /// A walk that starts at the first interval that closes after `second`, or a little earlier:
    /// intervals of the same local date that closed before may come first.
    pub(crate) fn cursor(&self, second: i64) -> Cursor<'_> {
        let piece = self.zone.piece_at(second);
        // Any interval that closes after `second` belongs to the date the wall clock shows at
        // `second` or to a later one, also when the clock has just been set back.
        let day = (second.max(piece.start) + piece.offset).div_euclid(DAY_SECONDS);
        let past = self.exceptions.partition_point(|exception| exception.day < day);
        Cursor {
            hours: self,
            piece,
            windows: &[],
            midnight: 0,
            next_day: day,
            exceptions: self.exceptions.get(past..).unwrap_or_default(),
        }
    }

    fn weekday_windows(&self, day: i64) -> &[Span] {
        // Day 0, 1970-01-01, was a Thursday: index 3 with Monday as 0.
        let index = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        self.weekly.get(index).map_or(&[], Vec::as_slice)
    }
}

impl Cursor<'_> {
    /// The next interval that opens before the instant `before`. After `None`, a call with a
    /// later limit goes on where this one stopped.
    pub(crate) fn next(&mut self, before: i64) -> Option<Interval> {
        loop {
            while let Some((window, rest)) = self.windows.split_first() {
                let open = self.resolve(self.midnight + window.from);
                if before <= open {
                    return None;
                }
                self.windows = rest;
                let close = self.resolve(self.midnight + window.to);
                // Both edges of a window may fall into one gap of the wall clock.
                if open < close {
                    return Some(Interval { open, close });
                }
            }
            self.enter_next_day(before)?;
        }
    }

    /// Skips at most `weeks_max` whole weeks and returns how many. The skipped weeks are open
    /// for exactly `week_open` seconds each, end by `until`, and are followed by one more such
    /// week, which is left for [`Self::next`] to walk.
    pub(crate) fn skip_weeks(&mut self, weeks_max: i64, until: i64) -> i64 {
        let local = self.next_day * DAY_SECONDS;
        let settled = self.piece.start <= local - MAX_OFFSET;
        if !self.windows.is_empty() || !settled {
            return 0;
        }
        // An edge at the very end of the piece may resolve into the next one.
        let local_end = until.min(self.piece.end - 1).saturating_add(self.piece.offset);
        let to_change = local_end.saturating_sub(local).div_euclid(WEEK_SECONDS);
        let to_exception =
            self.exceptions.first().map_or(i64::MAX, |it| (it.day - self.next_day).div_euclid(7));
        let weeks = to_change.min(to_exception).saturating_sub(1).min(weeks_max).max(0);
        self.next_day += weeks * 7;
        weeks
    }

    /// Loads the windows of the next date, or of the next one that can have any. `None` when
    /// that date cannot begin before `before`.
    fn enter_next_day(&mut self, before: i64) -> Option<()> {
        let exception = self.exceptions.first();
        if self.hours.week_open == 0 {
            self.next_day = self.next_day.max(exception?.day);
        }
        let midnight = self.next_day.saturating_mul(DAY_SECONDS);
        if before <= midnight.saturating_sub(MAX_OFFSET) {
            return None;
        }
        self.midnight = midnight;
        self.windows = match exception {
            Some(it) if it.day == self.next_day => {
                self.exceptions = self.exceptions.get(1..).unwrap_or_default();
                &it.windows
            }
            Some(_) | None => self.hours.weekday_windows(self.next_day),
        };
        self.next_day += 1;
        Some(())
    }

    fn resolve(&mut self, local: i64) -> i64 {
        self.hours.zone.resolve(local, &mut self.piece)
    }
}

/// The dates that differ from their weekday; overrides win over holidays.
fn exceptions(spec: &CalendarSpec) -> Vec<Exception> {
    let mut by_date: BTreeMap<Date, Vec<Span>> =
        spec.holidays.iter().map(|date| (*date, Vec::new())).collect();
    by_date.extend(spec.overrides.iter().map(|(date, windows)| (*date, union(windows))));
    by_date
        .into_iter()
        .map(|(date, windows)| Exception { day: date.day_number(), windows })
        .collect()
}

/// The windows of one date in order, overlapping and touching ones joined.
fn union(windows: &[Window]) -> Vec<Span> {
    let mut spans: Vec<Span> = windows
        .iter()
        .map(|window| Span {
            from: i64::from(window.from().minutes()) * 60,
            to: i64::from(window.to().minutes()) * 60,
        })
        .collect();
    spans.sort_by_key(|span| span.from);
    let mut joined: Vec<Span> = Vec::with_capacity(spans.len());
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.from <= last.to => last.to = last.to.max(span.to),
            Some(_) | None => joined.push(span),
        }
    }
    joined
}
