//! Hostile input: huge calendars, huge durations, instants at the ends of the range.

use calendar::{Calendar, Course, Pause, due, elapsed};
use model::{Seconds, Timestamp};

use crate::fixture::{at, date_of, hours, segment, spec, windows};

/// Every second minute open on every day, thousands of exceptions.
fn crowded() -> Calendar {
    let comb: Vec<String> = (0..720)
        .map(|n| (2 * n, 2 * n + 1))
        .map(|(a, b)| format!("{:02}:{:02}-{:02}:{:02}", a / 60, a % 60, b / 60, b % 60))
        .collect();
    let mut crowded = spec("America/New_York", "daily", &comb.join(" "));
    let mut day = at("2024-01-01T00:00:00Z");
    for n in 0..4000 {
        let date = date_of(day);
        match n % 3 {
            0 => crowded.holidays.push(date),
            _ => {
                crowded.overrides.insert(date, windows("00:01-00:02 12:00-12:01"));
            }
        }
        day = day.plus(Seconds::from_days(1));
    }
    Calendar::new(&crowded).unwrap()
}

#[test]
fn ten_years_on_a_crowded_calendar_add_up() {
    let crowded = crowded();
    let start = at("2023-11-20T00:00:30.5Z");
    let tenth = Seconds::from_days(3652);
    let found = crowded.due(start, tenth).unwrap();
    assert_eq!(crowded.elapsed(start, found), 3652 * 86_400_000_000);
}

#[test]
fn the_longest_duration_resolves_or_ends_with_the_year_9999() {
    let start = at("2026-11-20T00:00:00Z");
    let longest = Seconds::new(u32::MAX);
    let daily = hours("Europe/Berlin", "daily", "09:00-17:00");
    let found = daily.due(start, longest).unwrap();
    assert_eq!(daily.elapsed(start, found), i64::from(u32::MAX) * 1_000_000);
    let minute = hours("Europe/Berlin", "mon", "09:00-09:01");
    assert_eq!(minute.due(start, longest), None);
}

#[test]
fn instants_at_the_ends_of_the_range_do_no_harm() {
    let (first, last) = (Timestamp::from_micros(i64::MIN), Timestamp::from_micros(i64::MAX));
    let night = hours("Pacific/Apia", "daily", "00:00-06:00 22:00-24:00");
    for calendar in [Calendar::always(), night.clone(), hours("UTC", "", "")] {
        for at in [first, last] {
            assert_eq!(calendar.due(at, Seconds::new(0)), Some(at));
            let open = calendar.is_open(at);
            assert_eq!(calendar.next_open(at).is_some(), open && at == first);
            calendar.next_change(at);
        }
        assert_eq!(calendar.due(last, Seconds::new(1)), None);
        assert_eq!(calendar.elapsed(last, first), 0);
    }
    let whole = night.elapsed(first, last);
    assert!(whole / 86_400_000_000 > 2_000_000, "a third of 20,000 years: {whole}");
}

#[test]
fn thousands_of_pauses_and_segments_add_up() {
    let (night, always) = (hours("Pacific/Apia", "daily", "00:00-06:00"), Calendar::always());
    let start = at("2026-01-01T00:00:00Z");
    let minutes = |n: u32| start.plus(Seconds::from_minutes(n));
    // Ten minutes of every hour are paused; the calendars take turns every 45 minutes.
    let pauses: Vec<Pause> = (0..5000)
        .map(|n| Pause { from: minutes(60 * n), to: Some(minutes(60 * n + 10)) })
        .collect();
    let mut segments = vec![segment(&always, "")];
    segments.extend((0..5000).map(|n| {
        let calendar = if n % 2 == 0 { &night } else { &always };
        segment(calendar, &minutes(45 * n).to_string())
    }));
    let course = Course::on_segments(&segments).paused(&pauses);
    let found = due(course, start, Seconds::from_days(60)).unwrap();
    assert_eq!(elapsed(course, start, found), 60 * 86_400_000_000);
}
