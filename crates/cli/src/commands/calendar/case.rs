//! One business-hours case: the question, its answer by the calendar crate, the expected answer.

use std::fmt;

use calendar::{Calendar, Clock, Course, Pause, Segment, due, earliest_due, elapsed, next_open};
use model::{Seconds, Timestamp};
use policy::nearest::nearest;
use serde_json::Value;

use super::definition::Definitions;
use crate::json::Object;

const OPERATIONS: [&str; 3] = ["due", "elapsed", "next_open"];
const MICROS_PER_SECOND: i64 = 1_000_000;

/// What a case expects and what came out.
#[derive(Debug)]
pub(super) struct Verdict {
    pub(super) expected: Answer,
    pub(super) got: Answer,
}

/// The answer to a case.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// An instant, or none.
    Instant(Option<Timestamp>),
    /// Business time in microseconds; shown in seconds.
    Time(i64),
}

/// The time a case runs on, and how long where each clock has its own duration.
enum Subject {
    Segments(Vec<Segment>),
    Clocks(Vec<(Vec<Segment>, Seconds)>),
}

/// Runs a case. An error says what about the case cannot be understood.
pub(super) fn run(case: &Object<'_>, calendars: &Definitions) -> Result<Verdict, String> {
    let op = case.text("op")?;
    if !OPERATIONS.contains(&op) {
        return Err(unknown("op", &case.path("op"), op, OPERATIONS));
    }
    let pauses = pauses(case)?;
    let got = match (op, subject(case, calendars)?) {
        ("due", Subject::Clocks(clocks)) => {
            let clocks: Vec<Clock<'_>> = clocks
                .iter()
                .map(|(segments, duration)| Clock {
                    course: Course::on_segments(segments).paused(&pauses),
                    duration: *duration,
                })
                .collect();
            Answer::Instant(earliest_due(&clocks, case.parsed("start")?))
        }
        (_, Subject::Clocks(_)) => {
            return Err("field `clocks`: only `due` can have several clocks".to_owned());
        }
        (op, Subject::Segments(segments)) => {
            one_clock(case, op, Course::on_segments(&segments).paused(&pauses))?
        }
    };
    Ok(Verdict { expected: expected(case, &got)?, got })
}

fn one_clock(case: &Object<'_>, op: &str, course: Course<'_>) -> Result<Answer, String> {
    Ok(match op {
        "due" => Answer::Instant(due(course, case.parsed("start")?, duration(case)?)),
        "elapsed" => Answer::Time(elapsed(course, case.parsed("from")?, case.parsed("to")?)),
        _ => Answer::Instant(next_open(course, case.parsed("at")?)),
    })
}

/// The field that names the calendar: exactly one of `calendar`, `segments` and `clocks`.
fn subject(case: &Object<'_>, calendars: &Definitions) -> Result<Subject, String> {
    let names = ["calendar", "segments", "clocks"];
    let given: Vec<&str> = names.into_iter().filter(|name| case.optional(name).is_some()).collect();
    match given.as_slice() {
        ["clocks"] => {
            let clock = |it: Object<'_>| Ok((segments(&it, calendars)?, duration(&it)?));
            let clocks: Result<Vec<_>, String> =
                case.objects("clocks")?.into_iter().map(clock).collect();
            Ok(Subject::Clocks(clocks?))
        }
        [_] => Ok(Subject::Segments(segments(case, calendars)?)),
        [] => Err("field `calendar` is missing (or `segments`, or `clocks`)".to_owned()),
        [first, second, ..] => Err(format!("fields `{first}` and `{second}` exclude each other")),
    }
}

/// One calendar as a single segment, or the list of segments.
fn segments(holder: &Object<'_>, calendars: &Definitions) -> Result<Vec<Segment>, String> {
    if holder.optional("segments").is_none() {
        return Ok(vec![Segment { calendar: named_calendar(holder, calendars)?, from: None }]);
    }
    let segment = |(n, it): (usize, Object<'_>)| {
        // Only the first may do without a beginning.
        let from = match it.optional("from") {
            None if n == 0 => None,
            Some(_) | None => Some(it.parsed("from")?),
        };
        Ok(Segment { calendar: named_calendar(&it, calendars)?, from })
    };
    let found: Result<Vec<Segment>, String> =
        holder.objects("segments")?.into_iter().enumerate().map(segment).collect();
    found.and_then(|found| {
        if found.is_empty() { Err("field `segments` is empty".to_owned()) } else { Ok(found) }
    })
}

fn named_calendar(holder: &Object<'_>, calendars: &Definitions) -> Result<Calendar, String> {
    let id = holder.text("calendar")?;
    match calendars.get(id) {
        Some(Ok(calendar)) => Ok(calendar.clone()),
        Some(Err(fault)) => Err(format!("calendar `{id}` cannot be used: {fault}")),
        None => {
            let known = calendars.keys().map(String::as_str);
            Err(unknown("calendar", &holder.path("calendar"), id, known))
        }
    }
}

fn unknown<'a>(
    what: &str,
    path: &str,
    found: &str,
    known: impl IntoIterator<Item = &'a str>,
) -> String {
    let meant =
        nearest(found, known).map_or_else(String::new, |it| format!("; did you mean `{it}`?"));
    format!("field `{path}`: unknown {what} `{found}`{meant}")
}

fn pauses(case: &Object<'_>) -> Result<Vec<Pause>, String> {
    let pause = |it: Object<'_>| {
        let open_ended = it.required("to")?.is_null();
        let to = if open_ended { None } else { Some(it.parsed("to")?) };
        Ok(Pause { from: it.parsed("from")?, to })
    };
    case.objects("pauses")?.into_iter().map(pause).collect()
}

fn duration(holder: &Object<'_>) -> Result<Seconds, String> {
    let value = holder.required("duration_s")?;
    let seconds = value.as_u64().and_then(|seconds| u32::try_from(seconds).ok());
    let what = "whole seconds from 0 to 4294967295";
    seconds.map(Seconds::new).ok_or_else(|| holder.expected("duration_s", what, value))
}

/// The expected answer, which must be of the same kind as the one that came out.
fn expected(case: &Object<'_>, got: &Answer) -> Result<Answer, String> {
    let value = case.required("expect")?;
    match got {
        Answer::Instant(_) if value.is_null() => Ok(Answer::Instant(None)),
        Answer::Instant(_) => Ok(Answer::Instant(Some(case.parsed("expect")?))),
        Answer::Time(_) => micros(value)
            .map(Answer::Time)
            .ok_or_else(|| case.expected("expect", "a number of seconds", value)),
    }
}

fn micros(value: &Value) -> Option<i64> {
    match value.as_i64() {
        Some(seconds) => seconds.checked_mul(MICROS_PER_SECOND),
        None => value.as_f64().map(|seconds| (seconds * MICROS_PER_SECOND as f64).round() as i64),
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant(Some(instant)) => instant.fmt(f),
            Self::Instant(None) => f.write_str("null"),
            Self::Time(micros) if micros % MICROS_PER_SECOND == 0 => {
                write!(f, "{} s", micros / MICROS_PER_SECOND)
            }
            Self::Time(micros) => write!(f, "{} s", *micros as f64 / MICROS_PER_SECOND as f64),
        }
    }
}
