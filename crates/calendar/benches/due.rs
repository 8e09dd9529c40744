//! Times `due`, `elapsed` and `next_open` on one core: `cargo bench -p calendar`.
//!
//! Prints nanoseconds per call, wall time and user CPU (Linux; CPU in steps of 10 ms).
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench reads the clock and its own CPU time"
)]

use std::hint::black_box;
use std::time::Instant;

use calendar::{Calendar, CalendarSpec, Course, Pause, Segment, Weekday, Window};
use model::{Seconds, Timestamp};

const CALLS: u32 = 2_000_000;

fn main() {
    let office = office(30);
    let start: Timestamp = "2026-01-05T00:00:00Z".parse().unwrap();
    // Starts spread over a year, at every time of day and night.
    let at = |n: u32| start.plus(Seconds::new(n.wrapping_mul(2_654_435_761) % 31_536_000));
    let due = |duration: Seconds| move |calendar: &Calendar, n: u32| calendar.due(at(n), duration);

    println!("zone data {}, {CALLS} calls each", calendar::tz_data_version());
    time("due, 15 minutes", &office, due(Seconds::from_minutes(15)));
    time("due, 4 hours", &office, due(Seconds::from_hours(4)));
    time("due, 24 business hours", &office, due(Seconds::from_hours(24)));
    time("due, 2000 business hours", &office, due(Seconds::from_hours(2000)));
    time("due, 15 minutes, always", &Calendar::always(), due(Seconds::from_minutes(15)));
    time("elapsed over 7 days", &office, |calendar, n| {
        calendar.elapsed(at(n), at(n).plus(Seconds::from_days(7)))
    });
    time("elapsed over 30 days", &office, |calendar, n| {
        calendar.elapsed(at(n), at(n).plus(Seconds::from_days(30)))
    });
    time("next_open", &office, |calendar, n| calendar.next_open(at(n)));
    time("is_open", &office, |calendar, n| calendar.is_open(at(n)));

    let pauses: Vec<Pause> = (0..3)
        .map(|day| Pause {
            from: start.plus(Seconds::from_days(day)),
            to: Some(start.plus(Seconds::from_days(day + 1))),
        })
        .collect();
    let segments = [
        Segment { calendar: office.clone(), from: None },
        Segment { calendar: Calendar::always(), from: Some(start.plus(Seconds::from_days(180))) },
    ];
    time("due, 4 hours, 2 segments, 3 pauses", &office, |_, n| {
        let course = Course::on_segments(&segments).paused(&pauses);
        calendar::due(course, at(n), Seconds::from_hours(4))
    });

    let compile = Instant::now();
    for _ in 0..1000 {
        black_box(self::office(30));
    }
    println!("{:<36} {:>9.1} us", "compile a calendar", compile.elapsed().as_secs_f64() * 1e3);
}

fn time<T>(name: &str, calendar: &Calendar, call: impl Fn(&Calendar, u32) -> T) {
    let (wall, cpu) = (Instant::now(), user_cpu_ms());
    for n in 0..CALLS {
        black_box(call(black_box(calendar), black_box(n)));
    }
    let per_call = 1e9 / f64::from(CALLS);
    let wall = wall.elapsed().as_secs_f64() * per_call;
    let cpu = (user_cpu_ms() - cpu) / 1e3 * per_call;
    println!("{name:<36} {wall:>9.1} ns wall {cpu:>9.1} ns user");
}

/// User CPU time of this process in milliseconds; zero where `/proc` is absent.
fn user_cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The fields after the parenthesised name; user time is the 14th field of all, in 1/100 s.
    let ticks = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(11));
    ticks.and_then(|ticks| ticks.parse().ok()).unwrap_or(0.0) * 10.0
}

/// Working days of Berlin with a lunch break and some holidays.
fn office(holidays: u32) -> Calendar {
    let day =
        vec![Window::parse("08:30", "12:00").unwrap(), Window::parse("13:00", "17:30").unwrap()];
    let spec = CalendarSpec {
        zone: "Europe/Berlin".to_owned(),
        weekly: Weekday::ALL.into_iter().take(5).map(|weekday| (weekday, day.clone())).collect(),
        holidays: (0..holidays)
            .map(|n| format!("2026-{:02}-{:02}", 1 + n % 12, 1 + n % 28).parse().unwrap())
            .collect(),
        ..CalendarSpec::default()
    };
    Calendar::new(&spec).unwrap()
}
