//! The course of a clock: which calendar is in force when, less pauses; due and elapsed on it.

use model::{Seconds, Timestamp};

use crate::opening::{Calendar, second_after};
use crate::zone::LAST_SECOND;
use crate::{DAY_SECONDS, HORIZON_DAYS, MICROS_PER_SECOND};

const HORIZON: i64 = HORIZON_DAYS as i64 * DAY_SECONDS * MICROS_PER_SECOND;
/// No due instant lies after this one, near the end of the year 9999.
const END: i64 = (LAST_SECOND + 1) * MICROS_PER_SECOND;

/// A calendar that comes into force at an instant, e.g. when a handoff is reassigned.
#[derive(Clone, Debug)]
pub struct Segment {
    /// In force until the next segment begins.
    pub calendar: Calendar,
    /// First instant in force; `None` = from the beginning of time.
    pub from: Option<Timestamp>,
}

/// Instants `[from, to)` during which a clock stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pause {
    /// First instant of the pause.
    pub from: Timestamp,
    /// First instant after it; `None` = still paused. A pause that ends before it begins is none.
    pub to: Option<Timestamp>,
}

/// The time a clock runs on: the open set of the calendar in force at each instant, less pauses.
#[derive(Clone, Copy, Debug)]
pub struct Course<'a> {
    in_force: InForce<'a>,
    pauses: &'a [Pause],
}

/// One of several clocks that start together.
#[derive(Clone, Copy, Debug)]
pub struct Clock<'a> {
    /// What it runs on.
    pub course: Course<'a>,
    /// How long it runs.
    pub duration: Seconds,
}

#[derive(Clone, Copy, Debug)]
enum InForce<'a> {
    One(&'a Calendar),
    Segments(&'a [Segment]),
}

impl<'a> Course<'a> {
    /// One calendar at all times.
    pub const fn on(calendar: &'a Calendar) -> Self {
        Self { in_force: InForce::One(calendar), pauses: &[] }
    }

    /// From the `from` of each segment on, its calendar; before the first one, closed. The
    /// order of the list counts only between segments with the same `from`: the last one holds.
    pub const fn on_segments(segments: &'a [Segment]) -> Self {
        Self { in_force: InForce::Segments(segments), pauses: &[] }
    }

    /// The same course, standing still during `pauses`, which may overlap, in any order.
    pub const fn paused(self, pauses: &'a [Pause]) -> Self {
        Self { pauses, ..self }
    }
}

/// The earliest instant at or after `start` by which `duration` of open time has passed.
///
/// It may lie on a closing edge; a zero duration is due at `start`, open or not. `None` when
/// the time is never used up: nothing is open within 400 days of the last open instant (or of
/// `start`), or the year 9999 is over.
pub fn due(course: Course<'_>, start: Timestamp, duration: Seconds) -> Option<Timestamp> {
    if duration.get() == 0 {
        return Some(start);
    }
    let budget = i64::from(duration.get()) * MICROS_PER_SECOND;
    Meter::new(start, budget, HORIZON).run(course, start, END)
}

/// The earliest due instant of several clocks; clocks without one are left out.
pub fn earliest_due(clocks: &[Clock<'_>], start: Timestamp) -> Option<Timestamp> {
    clocks.iter().filter_map(|clock| due(clock.course, start, clock.duration)).min()
}

/// Open time in `[from, to)` in microseconds; zero when `to` is not after `from`.
pub fn elapsed(course: Course<'_>, from: Timestamp, to: Timestamp) -> i64 {
    let mut meter = Meter::new(from, i64::MAX, i64::MAX);
    match meter.run(course, from, to.as_micros()) {
        Some(_) => i64::MAX,
        None => i64::MAX - meter.budget,
    }
}

/// The latest instant, to the second, from which `duration` of open time passes until `end`; an
/// earlier one where less than that was open in the 400 days before `end`.
pub fn latest_start(course: Course<'_>, end: Timestamp, duration: Seconds) -> Timestamp {
    let wanted = i64::from(duration.get()) * MICROS_PER_SECOND;
    // Looks twice as far back each time, then forward again over what is too much.
    let mut back = wanted.max(MICROS_PER_SECOND);
    loop {
        let from = Timestamp::from_micros(end.as_micros().saturating_sub(back));
        let open = elapsed(course, from, end);
        if wanted <= open || HORIZON <= back {
            let surplus = (open - wanted).max(0) / MICROS_PER_SECOND;
            let surplus = Seconds::new(u32::try_from(surplus).unwrap_or(u32::MAX));
            return due(course, from, surplus).unwrap_or(from);
        }
        back = back.saturating_mul(2);
    }
}

/// The earliest open instant at or after `at`, within 400 days.
pub fn next_open(course: Course<'_>, at: Timestamp) -> Option<Timestamp> {
    // An open interval is never shorter than a microsecond, so the first open microsecond ends
    // one after the first open instant.
    let after = Meter::new(at, 1, HORIZON).run(course, at, END)?;
    Some(Timestamp::from_micros(after.as_micros() - 1))
}

/// Uses up a budget of open time. All values are microseconds.
struct Meter {
    budget: i64,
    /// The end of the open time met last, at first the start.
    last_open: i64,
    gap_max: i64,
}

enum Run {
    /// The budget was used up at this instant.
    Done(i64),
    /// The end of the stretch came first.
    Left,
    /// Nothing opens within the longest gap allowed.
    Dry,
}

/// Instants `[from, to)` on one calendar without pause.
struct Stretch<'a> {
    calendar: &'a Calendar,
    from: i64,
    to: i64,
}

impl Meter {
    const fn new(start: Timestamp, budget: i64, gap_max: i64) -> Self {
        Self { budget, last_open: start.as_micros(), gap_max }
    }

    /// Runs from `start` to `until`; the instant at which the budget was used up, if it was.
    fn run(&mut self, course: Course<'_>, start: Timestamp, until: i64) -> Option<Timestamp> {
        let (from, to) = (start.as_micros(), until);
        if let (InForce::One(calendar), []) = (course.in_force, course.pauses) {
            return match self.run_stretch(&Stretch { calendar, from, to }) {
                Run::Done(at) => Some(Timestamp::from_micros(at)),
                Run::Left | Run::Dry => None,
            };
        }
        for stretch in stretches(course, from, to) {
            match self.run_stretch(&stretch) {
                Run::Done(at) => return Some(Timestamp::from_micros(at)),
                Run::Left => {}
                Run::Dry => return None,
            }
        }
        None
    }

    fn run_stretch(&mut self, stretch: &Stretch<'_>) -> Run {
        let Some(hours) = stretch.calendar.hours() else {
            return self.use_up(stretch.from, stretch.to);
        };
        let mut cursor = hours.cursor(stretch.from.div_euclid(MICROS_PER_SECOND));
        let week = hours.week_open * MICROS_PER_SECOND;
        loop {
            let limit =
                stretch.to.min(self.last_open.saturating_add(self.gap_max).saturating_add(1));
            let Some(interval) = cursor.next(second_after(limit)) else {
                return if limit < stretch.to { Run::Dry } else { Run::Left };
            };
            let open = (interval.open * MICROS_PER_SECOND).max(stretch.from);
            let close = (interval.close * MICROS_PER_SECOND).min(stretch.to);
            match self.use_up(open, close) {
                Run::Left => {}
                end @ (Run::Done(_) | Run::Dry) => return end,
            }
            if week < self.budget && 0 < week {
                // One microsecond stays, so that the walk ends on the edge that uses it up.
                let weeks_max = (self.budget - 1) / week;
                let until = stretch.to.div_euclid(MICROS_PER_SECOND);
                let weeks = cursor.skip_weeks(weeks_max, until);
                self.budget -= weeks * week;
                // A little early, but the next interval, which follows within two weeks, sets it.
                let skipped = weeks * 7 * DAY_SECONDS * MICROS_PER_SECOND;
                self.last_open = self.last_open.saturating_add(skipped);
            }
        }
    }

    /// Uses the open time `[open, close)`, which may be empty.
    fn use_up(&mut self, open: i64, close: i64) -> Run {
        if close <= open {
            return Run::Left;
        }
        if self.last_open.saturating_add(self.gap_max) < open {
            return Run::Dry;
        }
        let available = close.saturating_sub(open);
        if self.budget <= available {
            return Run::Done(open + self.budget);
        }
        self.budget -= available;
        self.last_open = close;
        Run::Left
    }
}

/// Cuts `[from, to)` at the changes of calendar and takes the pauses out. In order.
fn stretches(course: Course<'_>, from: i64, to: i64) -> Vec<Stretch<'_>> {
    let pauses = joined_pauses(course.pauses);
    let turns = turns(course.in_force);
    let ends = turns.iter().skip(1).map(|(begin, _)| *begin).chain([i64::MAX]);
    let mut found = Vec::new();
    for ((begin, calendar), end) in turns.iter().zip(ends) {
        let mut at = from.max(*begin);
        let end = to.min(end);
        let over = pauses.partition_point(|(_, resumed)| *resumed <= at);
        for (paused, resumed) in pauses.iter().skip(over) {
            if end <= *paused {
                break;
            }
            if at < *paused {
                found.push(Stretch { calendar, from: at, to: *paused });
            }
            at = *resumed;
        }
        if at < end {
            found.push(Stretch { calendar, from: at, to: end });
        }
    }
    found
}

/// When each calendar comes into force, in order.
fn turns(in_force: InForce<'_>) -> Vec<(i64, &Calendar)> {
    let mut turns: Vec<(i64, &Calendar)> = match in_force {
        InForce::One(calendar) => vec![(i64::MIN, calendar)],
        InForce::Segments(segments) => segments
            .iter()
            .map(|it| (it.from.map_or(i64::MIN, Timestamp::as_micros), &it.calendar))
            .collect(),
    };
    // Stable, so the last of several with the same instant is the one that holds.
    turns.sort_by_key(|(begin, _)| *begin);
    turns
}

/// The pauses in order, overlapping and touching ones joined, empty ones left out.
fn joined_pauses(pauses: &[Pause]) -> Vec<(i64, i64)> {
    let mut edges: Vec<(i64, i64)> = pauses
        .iter()
        .map(|it| (it.from.as_micros(), it.to.map_or(i64::MAX, Timestamp::as_micros)))
        .filter(|(from, to)| from < to)
        .collect();
    edges.sort_unstable();
    let mut joined: Vec<(i64, i64)> = Vec::with_capacity(edges.len());
    for (from, to) in edges {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            Some(_) | None => joined.push((from, to)),
        }
    }
    joined
}
