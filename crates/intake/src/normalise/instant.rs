//! Dates and instants: RFC 3339, `2026-11-20`, `2026-11-20 15:00:00`, epoch seconds or
//! milliseconds, and day-month-year when the mapping declares the order. Days that do not exist are
//! refused, never moved.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use model::Timestamp;

use crate::note::{Normalised, Note};
use crate::refusal::{Refusal, shown};

/// Longest text that is read, in bytes.
const TEXT_BYTES_MAX: usize = 64;

/// How a mapping declares its dates.
#[derive(Clone, Debug)]
pub struct InstantRules {
    /// Order of day and month in dates such as `11/12/2026`.
    pub order: DayMonthOrder,
    /// Zone of times that name none.
    pub zone: TimeZone,
}

/// Which of day and month comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayMonthOrder {
    /// Not declared: such dates are refused.
    Undeclared,
    /// `20/11/2026`.
    DayFirst,
    /// `11/20/2026`.
    MonthFirst,
}

/// An instant and how exactly the text told it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instant {
    /// The instant; the start of the day where only a day was given.
    pub at: Timestamp,
    /// Whether a time of day was given.
    pub precision: Precision,
}

/// How exactly an instant was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// A day.
    Day,
    /// A time of day.
    Time,
}

/// Reads a date or an instant.
///
/// # Errors
/// [`Refusal::NotADate`], [`Refusal::NoSuchDate`] or [`Refusal::DayMonthOrderUnknown`].
pub fn normalise(text: &str, rules: &InstantRules) -> Result<Normalised<Instant>, Refusal> {
    let text = text.trim();
    if text.is_empty() || TEXT_BYTES_MAX < text.len() {
        return Err(Refusal::NotADate { shown: shown(text) });
    }
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return from_digits(text, rules);
    }
    let (date_text, time_text) = split_time(text);
    let date = date(date_text, rules.order).map_err(|fault| fault.of(text))?;
    let Some(time_text) = time_text else {
        return zoned(date.at(0, 0, 0, 0), Precision::Day, rules, text);
    };
    let (clock, offset) = split_offset(time_text);
    let time = time(clock).map_err(|fault| fault.of(text))?;
    let local = DateTime::from_parts(date, time);
    match offset {
        None => zoned(local, Precision::Time, rules, text),
        Some(offset) => {
            let seconds = offset_seconds(offset).ok_or(Fault::Shape.of(text))?;
            let utc = micros(local, &TimeZone::UTC).ok_or(Fault::NoSuch.of(text))?;
            let at = Timestamp::from_micros(utc - i64::from(seconds) * 1_000_000);
            Ok(Normalised::plain(Instant { at, precision: Precision::Time }))
        }
    }
}

/// What is wrong with a text; the refusal repeats the whole text.
#[derive(Clone, Copy)]
enum Fault {
    Shape,
    NoSuch,
    Order,
}

impl Fault {
    fn of(self, text: &str) -> Refusal {
        let shown = shown(text);
        match self {
            Self::Shape => Refusal::NotADate { shown },
            Self::NoSuch => Refusal::NoSuchDate { shown },
            Self::Order => Refusal::DayMonthOrderUnknown { shown },
        }
    }
}

/// Eight digits are a day, nine or ten epoch seconds, twelve or thirteen epoch milliseconds.
fn from_digits(text: &str, rules: &InstantRules) -> Result<Normalised<Instant>, Refusal> {
    let number: i64 = text.parse().map_err(|_| Fault::Shape.of(text))?;
    let at = match text.len() {
        8 => {
            let day = civil(number / 10_000, number / 100 % 100, number % 100);
            return match day {
                Some(day) => zoned(day.at(0, 0, 0, 0), Precision::Day, rules, text),
                None => Err(Fault::NoSuch.of(text)),
            };
        }
        9 | 10 => Timestamp::from_seconds(number),
        12 | 13 => Timestamp::from_micros(number * 1_000),
        _ => return Err(Fault::Shape.of(text)),
    };
    Ok(Normalised::plain(Instant { at, precision: Precision::Time }))
}

fn split_time(text: &str) -> (&str, Option<&str>) {
    match text.split_once(['T', 't', ' ']) {
        Some((date, time)) => (date.trim_end_matches(','), Some(time.trim_start())),
        None => (text, None),
    }
}

/// Parts of a date with the year first (then `-`, `/` or `.`), or in the declared order.
fn date(text: &str, order: DayMonthOrder) -> Result<Date, Fault> {
    let mut parts = text.split(['-', '/', '.']);
    let (Some(a), Some(b), Some(c), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(Fault::Shape);
    };
    let (Some(first), Some(second), Some(third)) = (digits(a), digits(b), digits(c)) else {
        return Err(Fault::Shape);
    };
    let lens = (a.len(), b.len(), c.len());
    let (year, month, day) = match (lens, order) {
        ((4, 1..=2, 1..=2), _) => (first, second, third),
        ((1..=2, 1..=2, 4), DayMonthOrder::DayFirst) => (third, second, first),
        ((1..=2, 1..=2, 4), DayMonthOrder::MonthFirst) => (third, first, second),
        ((1..=2, 1..=2, 4), DayMonthOrder::Undeclared) => return Err(Fault::Order),
        _ => return Err(Fault::Shape),
    };
    civil(year, month, day).ok_or(Fault::NoSuch)
}

fn civil(year: i64, month: i64, day: i64) -> Option<Date> {
    let (year, month, day) =
        (i16::try_from(year).ok()?, i8::try_from(month).ok()?, i8::try_from(day).ok()?);
    Date::new(year, month, day).ok()
}

/// Cuts `Z`, `+01:00` or `-0500` off a time of day.
fn split_offset(text: &str) -> (&str, Option<&str>) {
    let bare = text.strip_suffix(" UTC").or_else(|| text.strip_suffix(['Z', 'z']));
    if let Some(bare) = bare {
        return (bare.trim_end(), Some("+0"));
    }
    match text.rfind(['+', '-', '−']) {
        Some(at) => {
            let (clock, offset) = text.split_at(at);
            (clock.trim_end(), Some(offset))
        }
        None => (text, None),
    }
}

/// Seconds east of UTC, less than a day.
fn offset_seconds(text: &str) -> Option<i32> {
    let (east, bare) = match text.strip_prefix('+') {
        Some(bare) => (1, bare),
        None => (-1, text.strip_prefix(['-', '−'])?),
    };
    let (hours, minutes) = match (bare.split_once(':'), bare.len()) {
        (Some((hours, minutes)), _) => (hours, minutes),
        (None, 4) => bare.split_at_checked(2)?,
        (None, _) => (bare, "0"),
    };
    let (hours, minutes) =
        (i32::try_from(digits(hours)?).ok()?, i32::try_from(digits(minutes)?).ok()?);
    (hours < 24 && minutes < 60).then_some(east * (hours * 3600 + minutes * 60))
}

fn time(text: &str) -> Result<Time, Fault> {
    let lower = text.to_ascii_lowercase();
    let (clock, half) = match (lower.strip_suffix("am"), lower.strip_suffix("pm")) {
        (Some(clock), _) => (clock.trim_end(), Some(0)),
        (_, Some(clock)) => (clock.trim_end(), Some(12)),
        _ => (lower.as_str(), None),
    };
    let mut parts = clock.splitn(3, ':');
    let hour = parts.next().and_then(digits).ok_or(Fault::Shape)?;
    let minute = parts.next().and_then(digits).ok_or(Fault::Shape)?;
    let (second, nanos) = match parts.next() {
        Some(seconds) => seconds_of(seconds).ok_or(Fault::Shape)?,
        None => (0, 0),
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return Err(Fault::NoSuch),
        Some(half) => hour % 12 + half,
        None => hour,
    };
    let small = |value: i64| i8::try_from(value).map_err(|_| Fault::NoSuch);
    Time::new(small(hour)?, small(minute)?, small(second)?, nanos).map_err(|_| Fault::NoSuch)
}

/// Seconds and nanoseconds of `07` or `07.25`; a comma may stand for the point (ISO 8601).
fn seconds_of(text: &str) -> Option<(i64, i32)> {
    let (whole, fraction) = match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (whole, fraction),
        None => (text, "0"),
    };
    digits(fraction)?;
    let nanos: String = fraction.chars().chain(std::iter::repeat('0')).take(9).collect();
    Some((digits(whole)?, nanos.parse().ok()?))
}

/// A number of plain digits, at most eighteen of them.
fn digits(text: &str) -> Option<i64> {
    let is_number = (1..=18).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}

fn zoned(
    local: DateTime,
    precision: Precision,
    rules: &InstantRules,
    text: &str,
) -> Result<Normalised<Instant>, Refusal> {
    let at =
        micros(local, &rules.zone).map(Timestamp::from_micros).ok_or(Fault::NoSuch.of(text))?;
    let notes = match precision {
        Precision::Day => Vec::new(),
        Precision::Time => vec![Note::ZoneAssumed],
    };
    Ok(Normalised { value: Instant { at, precision }, notes })
}

/// Of an hour that occurs twice the first is taken; in a gap, the time is moved past it.
fn micros(local: DateTime, zone: &TimeZone) -> Option<i64> {
    zone.to_ambiguous_timestamp(local).compatible().ok().map(|it| it.as_microsecond())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(order: DayMonthOrder) -> InstantRules {
        InstantRules { order, zone: TimeZone::UTC }
    }

    fn read(text: &str) -> Result<String, Refusal> {
        normalise(text, &rules(DayMonthOrder::Undeclared)).map(|done| done.value.at.to_string())
    }

    #[test]
    fn the_known_forms_are_read() {
        for (text, expected) in [
            ("2026-11-20T15:00:00Z", "2026-11-20T15:00:00Z"),
            ("2026-11-20T15:00:00.25+01:00", "2026-11-20T14:00:00.25Z"),
            ("2026-11-20 15:00:00 UTC", "2026-11-20T15:00:00Z"),
            ("2026-11-20T15:00-0500", "2026-11-20T20:00:00Z"),
            ("2026-11-20 15:00:00", "2026-11-20T15:00:00Z"),
            ("2026-11-20 3:05 PM", "2026-11-20T15:05:00Z"),
            ("2026/11/20", "2026-11-20T00:00:00Z"),
            ("2026-11-20", "2026-11-20T00:00:00Z"),
            ("20261120", "2026-11-20T00:00:00Z"),
            ("1795186800", "2026-11-20T15:00:00Z"),
            ("1795186800000", "2026-11-20T15:00:00Z"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn days_and_times_that_do_not_exist_are_refused() {
        for text in [
            "2026-02-30",
            "2026-13-01",
            "20260230",
            "2026-11-20T25:00:00Z",
            "2026-11-20 13:00 PM",
            "2026-11-20T12:60:00Z",
        ] {
            assert_eq!(read(text), Err(Refusal::NoSuchDate { shown: text.to_owned() }), "{text}");
        }
    }

    #[test]
    fn day_and_month_are_told_apart_only_by_declaration() {
        let text = "11/12/2026";
        assert_eq!(read(text), Err(Refusal::DayMonthOrderUnknown { shown: text.to_owned() }));
        let at = |order| normalise(text, &rules(order)).unwrap().value.at.to_string();
        assert_eq!(at(DayMonthOrder::DayFirst), "2026-12-11T00:00:00Z");
        assert_eq!(at(DayMonthOrder::MonthFirst), "2026-11-12T00:00:00Z");
        let refusal = normalise("31/31/2026", &rules(DayMonthOrder::DayFirst)).unwrap_err();
        assert!(matches!(refusal, Refusal::NoSuchDate { .. }));
    }

    #[test]
    fn a_time_without_zone_is_read_in_the_given_zone_and_noted() {
        let zone = TimeZone::get("America/New_York").unwrap();
        let rules = InstantRules { order: DayMonthOrder::Undeclared, zone };
        let done = normalise("2026-11-20 10:00:00", &rules).unwrap();
        assert_eq!(done.value.at.to_string(), "2026-11-20T15:00:00Z");
        assert_eq!(done.notes, [Note::ZoneAssumed]);
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for text in [
            "",
            "soon",
            "12",
            "2026",
            "2026-11",
            "20/11/26",
            "2026-11-20T",
            "2026-11-20T10",
            "2026-11-20Tx:00",
            "2026-11-20T10:00+x",
        ] {
            assert_eq!(read(text), Err(Refusal::NotADate { shown: text.to_owned() }), "{text}");
        }
    }
}
