//! One table for each rule of the business-hours clock.

use calendar::{Calendar, Clock, Course, due, earliest_due, elapsed, next_open};
use model::Seconds;

use crate::fixture::{at, hours, office, pause, segment, spec, windows};

const HOUR: u32 = 3600;

#[track_caller]
fn check_due(calendar: &Calendar, start: &str, seconds: u32, expected: &str) {
    let found = calendar.due(at(start), Seconds::new(seconds));
    assert_eq!(found.map(|it| it.to_string()).unwrap_or_default(), expected, "from {start}");
}

#[track_caller]
fn check_elapsed(calendar: &Calendar, from: &str, to: &str, seconds: i64) {
    assert_eq!(calendar.elapsed(at(from), at(to)), seconds * 1_000_000, "{from} to {to}");
}

#[test]
fn a_time_budget_runs_in_open_hours_only() {
    let office = office();
    check_due(&office, "2026-11-20T15:00:00Z", 900, "2026-11-20T15:15:00Z");
    check_due(&office, "2026-11-20T21:45:00Z", 901, "2026-11-23T14:00:01Z");
    check_due(&office, "2026-11-20T22:00:00Z", 60, "2026-11-23T14:01:00Z");
    check_due(&office, "2026-11-21T03:00:00Z", 2 * 8 * HOUR, "2026-11-24T22:00:00Z");
}

#[test]
fn examples_of_other_products_come_out_the_same() {
    let nine = hours("UTC", "mon tue wed thu fri", "09:00-17:00");
    let ten = hours("UTC", "mon tue wed thu fri", "10:00-18:00");
    check_due(&nine, "2026-11-20T16:30:00Z", HOUR, "2026-11-23T09:30:00Z");
    check_due(&ten, "2026-11-18T15:00:00Z", 10 * HOUR, "2026-11-19T17:00:00Z");
    check_due(&ten, "2026-11-18T20:00:00Z", 10 * HOUR, "2026-11-20T12:00:00Z");
    check_due(&nine, "2026-11-18T16:00:00Z", 2 * HOUR, "2026-11-19T10:00:00Z");
    check_due(&nine, "2026-11-18T09:00:00Z", 16 * HOUR, "2026-11-19T17:00:00Z");
}

#[test]
fn due_may_lie_on_the_closing_edge() {
    check_due(&office(), "2026-11-20T21:45:00Z", 900, "2026-11-20T22:00:00Z");
    check_due(&office(), "2026-11-20T14:00:00Z", 8 * HOUR, "2026-11-20T22:00:00Z");
    // Also after whole weeks, on the last edge before the weekend.
    check_due(&office(), "2026-06-01T13:00:00Z", 10 * 40 * HOUR, "2026-08-07T21:00:00Z");
    let mondays = hours("America/New_York", "mon", "09:00-10:00");
    check_due(&mondays, "2026-06-01T13:00:00Z", 10 * HOUR, "2026-08-03T14:00:00Z");
}

#[test]
fn a_zero_budget_is_due_at_its_start_open_or_not() {
    let never = hours("Europe/Paris", "", "");
    for calendar in [office(), never, Calendar::always()] {
        check_due(&calendar, "2026-11-21T03:00:00.5Z", 0, "2026-11-21T03:00:00.5Z");
    }
}

#[test]
fn fractions_of_a_second_are_kept() {
    check_due(&office(), "2026-11-20T21:59:59.75Z", 1, "2026-11-23T14:00:00.75Z");
    let elapsed = office().elapsed(at("2026-11-20T21:59:59.75Z"), at("2026-11-23T14:00:00.5Z"));
    assert_eq!(elapsed, 750_000);
}

#[test]
fn an_override_wins_over_a_holiday_and_may_have_several_windows() {
    check_due(&office(), "2026-11-25T21:30:00Z", 5 * HOUR, "2026-11-30T14:30:00Z");
    let mut split = spec("America/New_York", "fri", "09:00-17:00");
    split.holidays.push("2026-11-27".parse().unwrap());
    let friday = "2026-11-27".parse().unwrap();
    split.overrides.insert(friday, windows("20:00-24:00 06:00-07:00 06:30-08:00"));
    split.overrides.insert("2026-12-04".parse().unwrap(), Vec::new());
    let split = Calendar::new(&split).unwrap();
    check_elapsed(&split, "2026-11-27T00:00:00Z", "2026-12-11T00:00:00Z", 6 * 3600);
    check_due(&split, "2026-11-27T00:00:00Z", 2 * HOUR + 1, "2026-11-28T01:00:01Z");
}

#[test]
fn overlapping_windows_count_once() {
    let twice = hours("UTC", "daily", "09:00-12:00 10:00-11:00 11:30-13:00 13:00-14:00");
    check_elapsed(&twice, "2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", 5 * 3600);
}

#[test]
fn a_night_is_shorter_or_longer_when_clocks_change() {
    let night = hours("America/New_York", "daily", "00:00-06:00 22:00-24:00");
    check_elapsed(&night, "2026-03-08T05:00:00Z", "2026-03-08T10:00:00Z", 5 * 3600);
    check_elapsed(&night, "2026-11-01T04:00:00Z", "2026-11-01T11:00:00Z", 7 * 3600);
}

#[test]
fn midnight_is_no_break_between_windows_that_touch() {
    let night = hours("America/New_York", "daily", "00:00-06:00 22:00-24:00");
    check_due(&night, "2026-11-21T04:30:00Z", HOUR, "2026-11-21T05:30:00Z");
}

#[test]
fn an_edge_in_the_repeated_hour_is_its_first_occurrence() {
    let early = hours("America/New_York", "daily", "01:30-05:00");
    check_due(&early, "2026-11-01T04:00:00Z", 2 * HOUR, "2026-11-01T07:30:00Z");
    // A window that closes in the repeated hour stays closed when the hour comes again.
    let late = hours("America/New_York", "daily", "00:00-01:30");
    check_elapsed(&late, "2026-11-01T04:00:00Z", "2026-11-01T12:00:00Z", 5400);
    assert!(!late.is_open(at("2026-11-01T06:15:00Z")));
}

#[test]
fn an_edge_in_a_gap_is_the_instant_of_the_change() {
    let gap = hours("America/New_York", "daily", "02:15-02:45 03:30-06:00");
    check_due(&gap, "2026-03-08T06:30:00Z", 600, "2026-03-08T07:40:00Z");
    let into = hours("America/New_York", "daily", "01:00-02:30");
    check_elapsed(&into, "2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z", 3600);
    let out = hours("America/New_York", "daily", "02:30-04:00");
    check_elapsed(&out, "2026-03-08T05:00:00Z", "2026-03-08T12:00:00Z", 3600);
}

#[test]
fn unusual_clock_changes_are_followed() {
    let half_hour = hours("Australia/Lord_Howe", "daily", "01:00-03:00");
    check_elapsed(&half_hour, "2026-10-03T00:00:00Z", "2026-10-04T00:00:00Z", 5400);
    check_elapsed(&half_hour, "2026-04-04T00:00:00Z", "2026-04-05T00:00:00Z", 9000);
    let at_midnight = hours("America/Sao_Paulo", "daily", "00:00-24:00");
    check_due(&at_midnight, "2018-11-03T15:00:00Z", 24 * HOUR, "2018-11-04T15:00:00Z");
    let skipped_date = hours("Pacific/Apia", "daily", "09:00-17:00");
    check_due(&skipped_date, "2011-12-30T02:30:00Z", 2 * HOUR, "2011-12-30T20:30:00Z");
    // 30 September 1969 came twice; its windows are those of the first time.
    let date_twice = hours("Pacific/Kwajalein", "daily", "09:00-17:00");
    check_elapsed(&date_twice, "1969-09-28T13:00:00Z", "1969-10-02T12:00:00Z", 3 * 8 * 3600);
    let new_rule = hours("America/Vancouver", "daily", "09:00-17:00");
    check_due(&new_rule, "2026-11-20T15:50:00Z", 900, "2026-11-20T16:15:00Z");
    let mean_time = hours("America/New_York", "daily", "09:00-17:00");
    check_due(&mean_time, "1850-01-01T00:00:00Z", HOUR, "1850-01-01T14:56:02Z");
}

#[test]
fn time_in_a_pause_does_not_count_and_is_counted_out_once() {
    let office = office();
    let pauses = [
        pause("2026-11-20T23:00:00Z", "2026-11-21T23:00:00Z"),
        pause("2026-11-20T20:30:00Z", "2026-11-20T21:00:00Z"),
        pause("2026-11-20T20:00:00Z", "2026-11-20T20:40:00Z"),
        pause("2026-11-20T21:30:00Z", "2026-11-20T21:30:00Z"),
        pause("2026-11-20T21:50:00Z", "2026-11-20T21:40:00Z"),
    ];
    let course = Course::on(&office).paused(&pauses);
    let start = at("2026-11-20T19:00:00Z");
    let found = due(course, start, Seconds::from_hours(4));
    assert_eq!(found, Some(at("2026-11-23T16:00:00Z")));
    assert_eq!(elapsed(course, start, found.unwrap()), 4 * 3_600_000_000);
    assert_eq!(next_open(course, at("2026-11-20T20:10:00Z")), Some(at("2026-11-20T21:00:00Z")));
}

#[test]
fn a_pause_from_before_the_start_holds_the_clock() {
    let always = Calendar::always();
    let pauses = [pause("2026-11-19T00:00:00Z", "2026-11-20T10:05:00Z")];
    let found =
        due(Course::on(&always).paused(&pauses), at("2026-11-20T10:00:00Z"), Seconds::new(60));
    assert_eq!(found, Some(at("2026-11-20T10:06:00Z")));
}

#[test]
fn an_open_pause_leaves_a_due_instant_only_if_no_time_is_needed_after_it_began() {
    let always = Calendar::always();
    let pauses = [pause("2026-11-20T10:10:00Z", "")];
    let course = Course::on(&always).paused(&pauses);
    let start = at("2026-11-20T10:00:00Z");
    assert_eq!(due(course, start, Seconds::new(600)), Some(at("2026-11-20T10:10:00Z")));
    assert_eq!(due(course, start, Seconds::new(601)), None);
    assert_eq!(
        due(course, at("2026-11-20T11:00:00Z"), Seconds::new(0)),
        Some(at("2026-11-20T11:00:00Z"))
    );
    assert_eq!(elapsed(course, start, at("2027-01-01T00:00:00Z")), 600_000_000);
    assert_eq!(next_open(course, at("2026-11-20T10:10:00Z")), None);
}

#[test]
fn used_time_stays_used_when_the_calendar_in_force_changes() {
    let ny = office();
    let kolkata = hours("Asia/Kolkata", "mon tue wed thu fri sat", "09:30-18:30");
    let moved = [segment(&ny, ""), segment(&kolkata, "2026-11-20T21:00:00Z")];
    let course = Course::on_segments(&moved);
    let start = at("2026-11-20T19:00:00Z");
    assert_eq!(due(course, start, Seconds::from_hours(4)), Some(at("2026-11-21T06:00:00Z")));
    let pauses = [pause("2026-11-20T20:30:00Z", "2026-11-21T05:00:00Z")];
    let paused = course.paused(&pauses);
    assert_eq!(due(paused, start, Seconds::from_hours(4)), Some(at("2026-11-21T07:30:00Z")));
    assert_eq!(elapsed(paused, start, at("2026-11-21T06:00:00Z")), 9_000_000_000);
}

#[test]
fn segments_count_by_instant_not_by_order() {
    let (ny, always) = (office(), Calendar::always());
    let listed = [
        segment(&always, "2026-11-21T12:00:00Z"),
        segment(&ny, "2026-11-21T13:00:00Z"),
        segment(&always, "2026-11-21T13:00:00Z"),
        segment(&ny, "2026-11-20T00:00:00Z"),
    ];
    let course = Course::on_segments(&listed);
    // Nothing is in force before the first one.
    assert_eq!(
        elapsed(course, at("2026-11-18T00:00:00Z"), at("2026-11-20T15:00:00Z")),
        3_600_000_000
    );
    assert_eq!(next_open(course, at("2026-11-20T23:00:00Z")), Some(at("2026-11-21T12:00:00Z")));
    assert_eq!(
        due(course, at("2026-11-20T21:00:00Z"), Seconds::from_hours(3)),
        Some(at("2026-11-21T14:00:00Z"))
    );
    assert_eq!(next_open(Course::on_segments(&[]), at("2026-11-20T23:00:00Z")), None);
}

#[test]
fn the_earliest_clock_counts_and_one_without_due_instant_is_left_out() {
    let (office, always) = (office(), Calendar::always());
    let never = hours("Europe/Paris", "", "");
    let pauses = [pause("2026-11-20T22:00:00Z", "2026-11-20T23:00:00Z")];
    let tier = |start: &str, first: &Calendar, paused: bool| {
        let clocks = [(first, 900), (&always, 7200)].map(|(calendar, seconds)| Clock {
            course: Course::on(calendar).paused(if paused { &pauses } else { &[] }),
            duration: Seconds::new(seconds),
        });
        earliest_due(&clocks, at(start)).map(|it| it.to_string())
    };
    for (start, first, paused, expected) in [
        ("2026-11-20T21:55:00Z", &office, false, "2026-11-20T23:55:00Z"),
        ("2026-11-20T21:55:00Z", &office, true, "2026-11-21T00:55:00Z"),
        ("2026-11-23T13:30:00Z", &office, false, "2026-11-23T14:15:00Z"),
        ("2026-11-23T13:30:00Z", &never, false, "2026-11-23T15:30:00Z"),
    ] {
        assert_eq!(tier(start, first, paused).as_deref(), Some(expected));
    }
    let idle = Clock { course: Course::on(&never), duration: Seconds::new(1) };
    assert_eq!(earliest_due(&[idle], at("2026-11-20T00:00:00Z")), None);
    assert_eq!(earliest_due(&[], at("2026-11-20T00:00:00Z")), None);
}

#[test]
fn no_time_passes_backwards() {
    check_elapsed(&office(), "2026-11-20T16:00:00Z", "2026-11-20T15:00:00Z", 0);
    check_elapsed(&Calendar::always(), "2026-11-20T16:00:00Z", "2026-11-20T15:00:00Z", 0);
    check_elapsed(&office(), "2026-11-20T16:00:00Z", "2026-11-20T16:00:00Z", 0);
}
