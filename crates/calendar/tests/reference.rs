//! A clock that walks minute by minute. Slow and obviously right.
//!
//! It never turns a wall time into an instant. A minute is open when the latest wall time shown
//! so far - a clock that never goes back - lies in a window of its date. So a time shown twice
//! counts as passed the first time, and a time never shown is passed at once.

use calendar::{CalendarSpec, Pause, Window};
use jiff::Timestamp as Instant;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

pub(crate) const MINUTE: i64 = 60;

/// Whether each minute from `start` on is open. All instants are whole UTC minutes in seconds.
pub(crate) fn open_minutes(spec: &CalendarSpec, start: i64, count: usize) -> Vec<bool> {
    let zone = TimeZone::get(&spec.zone).unwrap();
    let shown = |second: i64| zone.to_datetime(Instant::from_second(second).unwrap());
    let mut latest = DateTime::MIN;
    // No wall clock was ever set back by more than two days.
    for second in (start - 48 * 3600..start).step_by(60) {
        latest = latest.max(shown(second));
    }
    (0..count)
        .map(|n| {
            latest = latest.max(shown(start + n as i64 * MINUTE));
            windows(spec, latest).iter().any(|window| {
                let time = i32::from(latest.hour()) * 60 + i32::from(latest.minute());
                let (from, to) = (window.from().minutes(), window.to().minutes());
                i32::from(from) <= time && time < i32::from(to)
            })
        })
        .collect()
}

fn windows(spec: &CalendarSpec, at: DateTime) -> Vec<Window> {
    let date = at.date().to_string().parse().unwrap();
    if let Some(windows) = spec.overrides.get(&date) {
        return windows.clone();
    }
    if spec.holidays.contains(&date) {
        return Vec::new();
    }
    let weekday = format!("{:?}", at.weekday()).to_lowercase()[..3].parse().unwrap();
    spec.weekly.get(&weekday).cloned().unwrap_or_default()
}

/// Closes the minutes that lie in a pause.
pub(crate) fn close_paused(open: &mut [bool], start: i64, pauses: &[Pause]) {
    for (n, open) in open.iter_mut().enumerate() {
        let second = start + n as i64 * MINUTE;
        let paused = |pause: &Pause| {
            pause.from.as_seconds() <= second && pause.to.is_none_or(|to| second < to.as_seconds())
        };
        *open &= !pauses.iter().any(paused);
    }
}

/// The first instant by which `minutes` open minutes have passed since `start + skip` minutes.
pub(crate) fn due(open: &[bool], start: i64, skip: usize, minutes: usize) -> Option<i64> {
    let mut left = minutes;
    for n in skip..=open.len() {
        if left == 0 {
            return Some(start + n as i64 * MINUTE);
        }
        if *open.get(n)? {
            left -= 1;
        }
    }
    None
}

#[test]
fn the_reference_knows_gaps_and_overlaps() {
    let spec = crate::fixture::spec("America/New_York", "daily", "01:30-03:30");
    let count = |day: &str| {
        let start = crate::fixture::at(day).as_seconds();
        open_minutes(&spec, start, 24 * 60).into_iter().filter(|open| *open).count()
    };
    assert_eq!(count("2026-06-01T00:00:00Z"), 120);
    assert_eq!(count("2026-03-08T00:00:00Z"), 60);
    assert_eq!(count("2026-11-01T00:00:00Z"), 180);
}
