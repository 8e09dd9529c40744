//! Random calendars, zones and instants: against the reference, and laws that must hold.

use calendar::{
    Calendar, CalendarSpec, Course, Date, Pause, Segment, TimeOfDay, Weekday, Window, due, elapsed,
    latest_start, next_open,
};
use jiff::tz::TimeZone;
use model::{Seconds, Timestamp};
use proptest::prelude::*;

use crate::fixture::date_of;
use crate::reference::{self, MINUTE};

/// Zones with something odd, and a month in which their clocks change (some do not change).
const PLACES: [(&str, &str); 16] = [
    ("America/New_York", "2026-03-01T00:00:00Z"),
    ("America/New_York", "2026-10-25T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-03-28T00:00:00Z"),
    ("Australia/Lord_Howe", "2026-09-28T00:00:00Z"),
    ("Pacific/Apia", "2011-12-22T00:00:00Z"),
    ("Africa/Casablanca", "2026-02-10T00:00:00Z"),
    ("Africa/Casablanca", "2025-02-18T00:00:00Z"),
    ("Asia/Kathmandu", "2026-11-01T00:00:00Z"),
    ("America/Sao_Paulo", "2018-10-28T00:00:00Z"),
    ("America/Sao_Paulo", "2018-02-10T00:00:00Z"),
    ("America/Vancouver", "2026-10-25T00:00:00Z"),
    ("Antarctica/Troll", "2026-03-22T00:00:00Z"),
    ("Europe/Dublin", "2026-10-18T00:00:00Z"),
    ("Pacific/Kwajalein", "1993-08-15T00:00:00Z"),
    ("Pacific/Kwajalein", "1969-09-25T00:00:00Z"),
    ("Europe/Berlin", "2137-10-18T00:00:00Z"),
];
const DAYS: usize = 18;

/// Windows whose edges like the hours in which clocks change.
fn any_windows() -> impl Strategy<Value = Vec<Window>> {
    let edge = prop_oneof![
        3 => (0_u16..=48).prop_map(|half| half * 30),
        2 => 0_u16..=240,
        1 => 0_u16..=1440,
        1 => Just(1440_u16),
        1 => Just(0_u16),
    ];
    let window = (edge.clone(), edge).prop_filter_map("empty window", |(a, b)| {
        let time = |minutes| TimeOfDay::from_minutes(minutes);
        Window::new(time(a.min(b))?, time(a.max(b))?).ok()
    });
    prop_oneof![
        1 => Just(Vec::new()),
        6 => prop::collection::vec(window, 1..4),
    ]
}

fn date_after(start: Timestamp, days: u32) -> Date {
    date_of(start.plus(Seconds::from_days(days)))
}

/// A calendar and the start of a stretch of `DAYS` days, in seconds, to look at.
fn any_calendar() -> impl Strategy<Value = (CalendarSpec, i64)> {
    let weekly = prop::collection::vec(any_windows(), 7);
    let holidays = prop::collection::vec(0..DAYS as u32, 0..4);
    let overrides = prop::collection::vec((0..DAYS as u32, any_windows()), 0..4);
    (prop::sample::select(&PLACES[..]), weekly, holidays, overrides).prop_map(
        |((zone, start), weekly, holidays, overrides)| {
            let start: Timestamp = start.parse().unwrap();
            let spec = CalendarSpec {
                zone: zone.to_owned(),
                weekly: Weekday::ALL.into_iter().zip(weekly).collect(),
                holidays: holidays.into_iter().map(|day| date_after(start, day)).collect(),
                overrides: overrides
                    .into_iter()
                    .map(|(day, windows)| (date_after(start, day), windows))
                    .collect(),
            };
            (spec, start.as_seconds())
        },
    )
}

/// Pauses in whole minutes after the start; sometimes open-ended.
fn any_pauses() -> impl Strategy<Value = Vec<(u32, Option<u32>)>> {
    let last = DAYS as u32 * 1440;
    prop::collection::vec((0..last, prop::option::weighted(0.9, 0..last)), 0..4)
}

fn instant(start: i64, minute: usize) -> Timestamp {
    Timestamp::from_seconds(start + minute as i64 * MINUTE)
}

fn pauses_after(start: i64, pauses: &[(u32, Option<u32>)]) -> Vec<Pause> {
    let after = |minute: u32| instant(start, minute as usize);
    pauses.iter().map(|(from, to)| Pause { from: after(*from), to: to.map(after) }).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_calendar_agrees_with_the_minute_by_minute_clock(
        (spec, start) in any_calendar(),
        pauses in any_pauses(),
        asked in prop::collection::vec((0..DAYS * 1440, 0..DAYS * 720), 24),
    ) {
        let calendar = Calendar::new(&spec).unwrap();
        let pauses = pauses_after(start, &pauses);
        let course = Course::on(&calendar).paused(&pauses);
        let plain = reference::open_minutes(&spec, start, DAYS * 1440);
        let mut open = plain.clone();
        reference::close_paused(&mut open, start, &pauses);
        for (from, minutes) in asked {
            let at = instant(start, from);
            prop_assert_eq!(calendar.is_open(at), plain[from], "{} {:?}", at, &spec);
            let to = (from + minutes).min(open.len());
            let passed = open[from..to].iter().filter(|open| **open).count() as i64;
            let found = elapsed(course, at, instant(start, to));
            prop_assert_eq!(found, passed * 60_000_000, "{} {} {:?}", at, minutes, &spec);
            if let Some(expected) = reference::due(&open, start, from, minutes) {
                let found = due(course, at, Seconds::from_minutes(minutes as u32));
                let expected = Some(Timestamp::from_seconds(expected));
                prop_assert_eq!(found, expected, "{} {} {:?}", at, minutes, &spec);
            }
            if let Some(ahead) = open[from..].iter().position(|open| *open) {
                prop_assert_eq!(next_open(course, at), Some(instant(start, from + ahead)));
            }
            if let Some(ahead) = plain[from..].iter().position(|open| *open != plain[from]) {
                prop_assert_eq!(calendar.next_change(at), Some(instant(start, from + ahead)));
            }
        }
    }

    /// Windows are walked one by one; `elapsed` and `due` skip whole weeks.
    #[test]
    fn windows_tile_the_open_time(
        (spec, start) in any_calendar(),
        // Exceptions and the chosen clock change lie somewhere in the range.
        before in prop_oneof![0..20_i64, 0..900_i64],
        range in 0..1_000_000_i64,
        step in 1..200_usize,
    ) {
        let calendar = Calendar::new(&spec).unwrap();
        let from = Timestamp::from_seconds(start - before * 86_401);
        let to = Timestamp::from_seconds(from.as_seconds() + range * 100);
        let (mut total, mut last) = (0, None);
        for (n, window) in calendar.open_windows(from, to).enumerate() {
            prop_assert!(from <= window.from && window.from < window.to && window.to <= to);
            prop_assert!(last.is_none_or(|last| last < window.from), "{last:?} {window:?}");
            prop_assert!(calendar.is_open(window.from));
            prop_assert!(window.to == to || !calendar.is_open(window.to));
            total += window.to.micros_since(window.from);
            last = Some(window.to);
            if n % step == 0 {
                prop_assert_eq!(total, calendar.elapsed(from, window.to), "{:?}", &spec);
                // All edges are whole seconds, and so is the range.
                let used = Seconds::new(u32::try_from(total / 1_000_000).unwrap());
                prop_assert_eq!(calendar.due(from, used), Some(window.to), "{:?}", &spec);
            }
        }
        prop_assert_eq!(total, calendar.elapsed(from, to));
    }

    #[test]
    fn due_and_elapsed_keep_their_laws(
        (spec, start) in any_calendar(),
        (other, _) in any_calendar(),
        pauses in any_pauses(),
        // Up to nine years ahead, so that whole weeks are skipped as well.
        durations in prop::array::uniform2(prop_oneof![0..100_000_u32, 0..290_000_000_u32]),
        offsets in prop::array::uniform3(0..2_000_000_000_000_i64),
        turn in 0..2_000_000_000_000_i64,
    ) {
        let instant = |offset: i64| Timestamp::from_micros(start * 1_000_000 + offset);
        let pauses = pauses_after(start, &pauses);
        let segments = [(&spec, None), (&other, Some(instant(turn)))].map(|(spec, from)| {
            Segment { calendar: Calendar::new(spec).unwrap(), from }
        });
        let course = Course::on_segments(&segments).paused(&pauses);
        let mut offsets = offsets;
        offsets.sort_unstable();
        let [a, b, c] = offsets.map(instant);
        prop_assert_eq!(elapsed(course, a, b) + elapsed(course, b, c), elapsed(course, a, c));
        let [short, long] = [durations[0].min(durations[1]), durations[0].max(durations[1])];
        for (start, duration) in [(a, short), (a, long), (b, long)] {
            let Some(end) = due(course, start, Seconds::new(duration)) else { continue };
            prop_assert_eq!(elapsed(course, start, end), i64::from(duration) * 1_000_000);
            // One microsecond earlier the time is not yet used up.
            let just_before = Timestamp::from_micros(end.as_micros() - 1);
            prop_assert_eq!(
                elapsed(course, start, just_before),
                (i64::from(duration) * 1_000_000 - 1).max(0)
            );
        }
        let later = |one: Option<Timestamp>, two: Option<Timestamp>| match (one, two) {
            (Some(one), Some(two)) => one <= two,
            (Some(_), None) | (None, None) => true,
            (None, Some(_)) => false,
        };
        let of = |start, duration| due(course, start, Seconds::new(duration));
        prop_assert!(later(of(a, short), of(a, long)));
        // A later start may see openings that the horizon of an earlier one does not reach.
        prop_assert!(of(a, long).is_none() || later(of(a, long), of(b, long)));
    }
}

/// The start that `latest_start` finds leaves enough open time, and a second later does not.
#[test]
fn the_latest_start_is_over_the_closed_hours() {
    let spec =
        crate::fixture::spec("Europe/Berlin", "mon tue wed thu fri", "08:30-12:30 13:30-18:00");
    let calendar = Calendar::new(&spec).unwrap();
    let course = Course::on(&calendar);
    let minutes = |it: u32| Seconds::new(it * 60);
    // Monday 13:45 in Berlin; the hour before that was lunch.
    let end = crate::fixture::at("2026-11-23T12:45:00Z");
    let found = |within| latest_start(course, end, minutes(within)).to_string();
    assert_eq!(found(15), "2026-11-23T12:30:00Z");
    assert_eq!(found(16), "2026-11-23T11:29:00Z");
    assert_eq!(found(60), "2026-11-23T10:45:00Z");
    // Over the weekend, into Friday afternoon.
    assert_eq!(found(4 * 60 + 30), "2026-11-20T16:45:00Z");
    for within in 1..2_000 {
        let start = latest_start(course, end, minutes(within));
        let wanted = i64::from(within) * 60_000_000;
        assert!(wanted <= elapsed(course, start, end), "{within}");
        let later = start.plus(Seconds::new(1));
        assert!(elapsed(course, later, end) <= wanted, "{within}");
    }
}

/// Compares second by second where the offset is not a whole number of minutes.
#[test]
fn odd_seconds_of_old_offsets_count() {
    let places = [
        ("Europe/Amsterdam", "1937-06-28T00:00:00Z"),
        ("Africa/Monrovia", "1972-01-05T00:00:00Z"),
        ("America/New_York", "1883-11-17T00:00:00Z"),
    ];
    for (name, start) in places {
        let spec = crate::fixture::spec(name, "daily", "00:00-00:20 11:59-12:01 23:00-24:00");
        let calendar = Calendar::new(&spec).unwrap();
        let zone = TimeZone::get(name).unwrap();
        let start = crate::fixture::at(start).as_seconds();
        let mut latest = i64::MIN;
        let mut passed = 0;
        for second in start - 2 * 86_400..start + 4 * 86_400 {
            let offset = zone.to_offset(jiff::Timestamp::from_second(second).unwrap());
            latest = latest.max(second + i64::from(offset.seconds()));
            let time = latest.rem_euclid(86_400);
            let open = [(0, 1200), (43_140, 43_260), (82_800, 86_400)];
            if start <= second && open.iter().any(|(from, to)| *from <= time && time < *to) {
                passed += 1_000_000;
            }
            if second % 977 == 0 && start <= second {
                let to = Timestamp::from_seconds(second + 1);
                assert_eq!(calendar.elapsed(Timestamp::from_seconds(start), to), passed, "{to}");
            }
        }
    }
}
