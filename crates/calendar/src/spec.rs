//! A calendar as people write it: zone, weekly windows, holidays, overrides.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use crate::DAY_SECONDS;
use crate::error::{CalendarError, quoted};

/// Working hours in local wall time. Compile with [`crate::Calendar::new`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CalendarSpec {
    /// IANA zone name or alias, e.g. `America/New_York`; letter case does not matter.
    pub zone: String,
    /// Windows of each weekday; a missing day is closed. Overlapping windows count once.
    pub weekly: BTreeMap<Weekday, Vec<Window>>,
    /// Local dates without windows.
    pub holidays: Vec<Date>,
    /// Windows that replace those of a local date; wins over `holidays`; empty = closed.
    pub overrides: BTreeMap<Date, Vec<Window>>,
}

/// A day of the week, Monday first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

/// A local date of the proleptic Gregorian calendar; text form `YYYY-MM-DD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

/// A local wall time in whole minutes, 00:00 to 24:00; text form `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    minutes: u16,
}

/// A half-open stretch `[from, to)` of local wall time within one date, never empty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    from: TimeOfDay,
    to: TimeOfDay,
}

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];

    /// The short English name, e.g. `mon`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mon => "mon",
            Self::Tue => "tue",
            Self::Wed => "wed",
            Self::Thu => "thu",
            Self::Fri => "fri",
            Self::Sat => "sat",
            Self::Sun => "sun",
        }
    }
}

impl FromStr for Weekday {
    type Err = CalendarError;

    /// Reads a short English name in lower case.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        Self::ALL
            .into_iter()
            .find(|day| day.name() == text)
            .ok_or_else(|| CalendarError::BadWeekday { text: quoted(text) })
    }
}

impl Date {
    /// Days since 1970-01-01.
    pub(crate) fn day_number(self) -> i64 {
        let midnight = self.0.to_datetime(jiff::civil::Time::midnight());
        // Every date is within the range of instants at offset zero, except a few hours at its
        // two ends, where the day is closed for good anyway.
        let instant = jiff::tz::Offset::UTC.to_timestamp(midnight);
        instant.map_or(i64::MIN / DAY_SECONDS, |it| it.as_second().div_euclid(DAY_SECONDS))
    }
}

impl FromStr for Date {
    type Err = CalendarError;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let bad = || CalendarError::BadDate { text: quoted(text) };
        let shape = text.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
        if text.len() != 10 || !shape {
            return Err(bad());
        }
        text.parse().map(Self).map_err(|_| bad())
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl TimeOfDay {
    /// The wall time `minutes` after 00:00, at most 1440 (24:00).
    pub const fn from_minutes(minutes: u16) -> Option<Self> {
        if minutes <= 1440 { Some(Self { minutes }) } else { None }
    }

    /// Minutes after 00:00, 0 to 1440.
    pub const fn minutes(self) -> u16 {
        self.minutes
    }
}

impl FromStr for TimeOfDay {
    type Err = CalendarError;

    /// Reads `HH:MM` from `00:00` to `24:00`.
    fn from_str(text: &str) -> Result<Self, CalendarError> {
        let bad = || CalendarError::BadTime { text: quoted(text) };
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else { return Err(bad()) };
        if ![h1, h2, m1, m2].iter().all(u8::is_ascii_digit) {
            return Err(bad());
        }
        let two_digits = |tens: u8, ones: u8| u16::from(tens - b'0') * 10 + u16::from(ones - b'0');
        let (hours, minutes) = (two_digits(h1, h2), two_digits(m1, m2));
        if 60 <= minutes {
            return Err(bad());
        }
        Self::from_minutes(hours * 60 + minutes).ok_or_else(bad)
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl Window {
    /// The window `[from, to)`; an error unless `from < to`.
    pub fn new(from: TimeOfDay, to: TimeOfDay) -> Result<Self, CalendarError> {
        if from < to { Ok(Self { from, to }) } else { Err(CalendarError::EmptyWindow { from, to }) }
    }

    /// The window between two texts `HH:MM`.
    pub fn parse(from: &str, to: &str) -> Result<Self, CalendarError> {
        Self::new(from.parse()?, to.parse()?)
    }

    /// Opening time.
    pub const fn from(self) -> TimeOfDay {
        self.from
    }

    /// Closing time; 24:00 is 00:00 of the next local date.
    pub const fn to(self) -> TimeOfDay {
        self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_run_from_0000_to_2400() {
        for (text, minutes) in [("00:00", 0), ("09:30", 570), ("23:59", 1439), ("24:00", 1440)] {
            let time: TimeOfDay = text.parse().unwrap();
            assert_eq!(time.minutes(), minutes);
            assert_eq!(time.to_string(), text);
        }
        for text in ["", "9:00", "24:01", "12:60", "+1:00", "09:00:00", "0９:00", "ab:cd", "99:99"]
        {
            let error = text.parse::<TimeOfDay>().unwrap_err();
            assert!(error.to_string().contains("is not a time of day"), "{text}: {error}");
        }
    }

    #[test]
    fn dates_count_days_from_the_epoch() {
        for (text, day) in
            [("1970-01-01", 0), ("1969-12-31", -1), ("2026-11-26", 20_783), ("2000-02-29", 11_016)]
        {
            let date: Date = text.parse().unwrap();
            assert_eq!(date.day_number(), day, "{text}");
            assert_eq!(date.to_string(), text);
        }
        for text in ["", "2026-02-30", "2026-11-26T10:00", "20261126", "26-11-2026", "2026-13-01"] {
            let error = text.parse::<Date>().unwrap_err();
            assert!(error.to_string().contains("is not a date"), "{text}: {error}");
        }
    }

    #[test]
    fn a_window_that_does_not_end_after_it_starts_is_refused_with_advice() {
        for (from, to) in [("22:00", "06:00"), ("09:00", "09:00"), ("24:00", "24:00")] {
            let error = Window::parse(from, to).unwrap_err();
            assert!(error.to_string().contains("write a night shift as two windows"), "{error}");
        }
    }
}
