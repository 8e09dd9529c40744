//! Short ways to write calendars and instants.

use calendar::{Calendar, CalendarSpec, Date, Pause, Segment, Weekday, Window};
use model::Timestamp;

/// An instant from RFC 3339.
pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// The date of an instant in UTC.
pub(crate) fn date_of(at: Timestamp) -> Date {
    at.to_string()[..10].parse().unwrap()
}

/// Windows from `09:00-12:00 13:00-17:00`.
pub(crate) fn windows(text: &str) -> Vec<Window> {
    text.split_whitespace()
        .map(|window| {
            let (from, to) = window.split_once('-').unwrap();
            Window::parse(from, to).unwrap()
        })
        .collect()
}

/// The same windows on each of the days, e.g. `mon tue`; `daily` for all seven.
pub(crate) fn spec(zone: &str, days: &str, hours: &str) -> CalendarSpec {
    let days: Vec<Weekday> = match days {
        "daily" => Weekday::ALL.to_vec(),
        days => days.split_whitespace().map(|day| day.parse().unwrap()).collect(),
    };
    CalendarSpec {
        zone: zone.to_owned(),
        weekly: days.into_iter().map(|day| (day, windows(hours))).collect(),
        ..CalendarSpec::default()
    }
}

/// A compiled calendar; see [`spec`].
pub(crate) fn hours(zone: &str, days: &str, hours: &str) -> Calendar {
    Calendar::new(&spec(zone, days, hours)).unwrap()
}

/// Working days of New York, 09:00 to 17:00, with holidays and a short Friday.
pub(crate) fn office() -> Calendar {
    let mut office = spec("America/New_York", "mon tue wed thu fri", "09:00-17:00");
    office.holidays = ["2026-11-26", "2026-11-27"].map(|date| date.parse().unwrap()).to_vec();
    office.overrides.insert("2026-11-27".parse().unwrap(), windows("09:00-13:00"));
    Calendar::new(&office).unwrap()
}

/// A pause; an empty `to` is open-ended.
pub(crate) fn pause(from: &str, to: &str) -> Pause {
    Pause { from: at(from), to: (!to.is_empty()).then(|| at(to)) }
}

/// A segment; an empty `from` is from the beginning.
pub(crate) fn segment(calendar: &Calendar, from: &str) -> Segment {
    Segment { calendar: calendar.clone(), from: (!from.is_empty()).then(|| at(from)) }
}
