//! Opening times: next opening, next change, windows, and the horizon of the search.

use calendar::{Calendar, CalendarSpec, HORIZON_DAYS};
use model::{Seconds, Timestamp};

use crate::fixture::{at, date_of, hours, office, spec, windows};

fn one_day_open(date: &str) -> Calendar {
    let mut spec = CalendarSpec { zone: "UTC".to_owned(), ..CalendarSpec::default() };
    spec.overrides.insert(date.parse().unwrap(), windows("00:00-01:00"));
    Calendar::new(&spec).unwrap()
}

#[test]
fn the_next_opening_is_now_when_open() {
    let office = office();
    for (from, expected) in [
        ("2026-11-20T15:00:00.25Z", "2026-11-20T15:00:00.25Z"),
        ("2026-11-20T14:00:00Z", "2026-11-20T14:00:00Z"),
        ("2026-11-20T22:00:00Z", "2026-11-23T14:00:00Z"),
        ("2026-11-25T22:00:00Z", "2026-11-27T14:00:00Z"),
    ] {
        assert_eq!(office.next_open(at(from)), Some(at(expected)), "{from}");
        assert_eq!(office.is_open(at(from)), from == expected, "{from}");
    }
}

#[test]
fn a_change_is_the_next_edge_and_touching_windows_have_none_between() {
    let office = office();
    let night = hours("America/New_York", "daily", "00:00-06:00 22:00-24:00");
    for (calendar, from, expected) in [
        (&office, "2026-11-20T15:00:00Z", "2026-11-20T22:00:00Z"),
        (&office, "2026-11-20T22:00:00Z", "2026-11-23T14:00:00Z"),
        (&office, "2026-11-23T14:00:00Z", "2026-11-23T22:00:00Z"),
        (&night, "2026-11-21T04:00:00Z", "2026-11-21T11:00:00Z"),
    ] {
        assert_eq!(calendar.next_change(at(from)), Some(at(expected)), "{from}");
    }
    let open = hours("America/New_York", "daily", "00:00-24:00");
    for calendar in [Calendar::always(), open, hours("UTC", "", "")] {
        assert_eq!(calendar.next_change(at("2026-11-21T04:00:00Z")), None);
    }
}

#[test]
fn windows_are_cut_to_the_range_and_joined_where_they_touch() {
    let night = hours("America/New_York", "daily", "00:00-06:00 22:00-24:00");
    let found: Vec<String> = night
        .open_windows(at("2026-11-20T04:00:00Z"), at("2026-11-22T04:00:00Z"))
        .map(|window| format!("{} {}", window.from, window.to))
        .collect();
    assert_eq!(
        found,
        [
            "2026-11-20T04:00:00Z 2026-11-20T11:00:00Z",
            "2026-11-21T03:00:00Z 2026-11-21T11:00:00Z",
            "2026-11-22T03:00:00Z 2026-11-22T04:00:00Z",
        ]
    );
    let always = Calendar::always();
    let (from, to) = (at("2026-11-20T04:00:00Z"), at("2026-11-22T04:00:00Z"));
    assert_eq!(always.open_windows(from, to).count(), 1);
    for calendar in [&always, &night] {
        assert_eq!(calendar.open_windows(to, from).count(), 0);
        assert_eq!(calendar.open_windows(from, from).count(), 0);
    }
}

#[test]
fn the_search_for_an_opening_ends_after_the_horizon() {
    let opening = at("2026-11-20T00:00:00Z");
    let calendar = one_day_open("2026-11-20");
    let first = opening.minus(Seconds::from_days(HORIZON_DAYS));
    let too_early = Timestamp::from_micros(first.as_micros() - 1);
    assert_eq!(calendar.next_open(first), Some(opening));
    assert_eq!(calendar.next_change(first), Some(opening));
    assert_eq!(calendar.due(first, Seconds::new(60)), Some(at("2026-11-20T00:01:00Z")));
    assert!(calendar.opens_within_horizon(first));
    assert_eq!(calendar.next_open(too_early), None);
    assert_eq!(calendar.next_change(too_early), None);
    assert_eq!(calendar.due(too_early, Seconds::new(60)), None);
    assert!(!calendar.opens_within_horizon(too_early));
    // What passed is counted at any distance.
    assert_eq!(
        calendar.elapsed(at("1990-01-01T00:00:00Z"), at("2090-01-01T00:00:00Z")),
        3_600_000_000
    );
}

#[test]
fn the_horizon_begins_anew_at_each_open_instant() {
    let mut sparse = CalendarSpec { zone: "UTC".to_owned(), ..CalendarSpec::default() };
    for year in 2026..2036 {
        sparse.overrides.insert(format!("{year}-01-01").parse().unwrap(), windows("09:00-10:00"));
    }
    let sparse = Calendar::new(&sparse).unwrap();
    let start = at("2025-12-01T00:00:00Z");
    assert_eq!(sparse.due(start, Seconds::from_hours(10)), Some(at("2035-01-01T10:00:00Z")));
    assert_eq!(sparse.due(start, Seconds::new(36_001)), None);
}

#[test]
fn a_closed_year_inside_a_long_budget_ends_the_search() {
    let mut shut = spec("UTC", "mon", "09:00-10:00");
    let mut day = at("2030-01-01T00:00:00Z");
    while day < at("2031-03-01T00:00:00Z") {
        shut.holidays.push(date_of(day));
        day = day.plus(Seconds::from_days(1));
    }
    let shut = Calendar::new(&shut).unwrap();
    // Mondays from 2026-11-23 to 2029-12-31 are 163.
    let start = at("2026-11-20T00:00:00Z");
    assert_eq!(shut.due(start, Seconds::from_hours(163)), Some(at("2029-12-31T10:00:00Z")));
    assert_eq!(shut.due(start, Seconds::new(163 * 3600 + 1)), None);
    let late = at("2030-03-01T00:00:00Z");
    assert_eq!(shut.due(late, Seconds::from_hours(1)), Some(at("2031-03-03T10:00:00Z")));
}

#[test]
fn the_horizon_counts_from_the_last_opening_after_weeks_that_were_skipped() {
    // Mondays until 2027-02-01, and one odd Wednesday to begin with.
    let mut spec = spec("UTC", "mon", "09:00-10:00");
    spec.overrides.insert("2026-11-18".parse().unwrap(), windows("09:00-10:00"));
    for week in 0..60 {
        let monday = at("2027-02-08T00:00:00Z").plus(Seconds::from_days(7 * week));
        spec.holidays.push(date_of(monday));
    }
    let reopened = |date: &str| {
        let mut spec = spec.clone();
        spec.overrides.insert(date.parse().unwrap(), windows("10:00-11:00"));
        let start = at("2026-11-18T00:00:00Z");
        Calendar::new(&spec).unwrap().due(start, Seconds::from_hours(13))
    };
    // 400 days after 2027-02-01T10:00, and one day more.
    assert_eq!(reopened("2028-03-07"), Some(at("2028-03-07T11:00:00Z")));
    assert_eq!(reopened("2028-03-08"), None);
}
