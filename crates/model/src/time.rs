//! Instants and durations. Everything is UTC; local time exists only inside `calendar`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An instant: microseconds since 1970-01-01T00:00:00Z. Text form is RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A duration in whole seconds, never negative.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Seconds(u32);

/// Text that is not an instant in RFC 3339.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeError {
    text: String,
}

const MICROS_PER_SECOND: i64 = 1_000_000;

impl Timestamp {
    /// The instant `micros` microseconds after the Unix epoch.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// The instant `seconds` seconds after the Unix epoch; saturates at the ends of the range.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds.saturating_mul(MICROS_PER_SECOND))
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Whole seconds since the Unix epoch, rounded down.
    pub const fn as_seconds(self) -> i64 {
        self.0.div_euclid(MICROS_PER_SECOND)
    }

    /// This instant moved later by `duration`; saturates at the end of the range.
    pub const fn plus(self, duration: Seconds) -> Self {
        Self(self.0.saturating_add(duration.0 as i64 * MICROS_PER_SECOND))
    }

    /// This instant moved earlier by `duration`; saturates at the start of the range.
    pub const fn minus(self, duration: Seconds) -> Self {
        Self(self.0.saturating_sub(duration.0 as i64 * MICROS_PER_SECOND))
    }

    /// Microseconds from `earlier` to this instant; negative when `earlier` is later.
    pub const fn micros_since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Seconds from `earlier` to this instant with their fraction; negative when `earlier` is later.
    pub fn seconds_since(self, earlier: Self) -> f64 {
        self.micros_since(earlier) as f64 / MICROS_PER_SECOND as f64
    }
}

impl Seconds {
    /// A duration of `seconds` seconds.
    pub const fn new(seconds: u32) -> Self {
        Self(seconds)
    }

    /// A duration of `minutes` minutes; saturates at about 136 years.
    pub const fn from_minutes(minutes: u32) -> Self {
        Self(minutes.saturating_mul(60))
    }

    /// A duration of `hours` hours; saturates at about 136 years.
    pub const fn from_hours(hours: u32) -> Self {
        Self(hours.saturating_mul(3600))
    }

    /// A duration of `days` days of 24 hours; saturates at about 136 years.
    pub const fn from_days(days: u32) -> Self {
        Self(days.saturating_mul(86_400))
    }

    /// The number of seconds.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(instant) => instant.fmt(f),
            // Outside the years -9999..=9999 there is no RFC 3339 form.
            Err(_) => write!(f, "{}us", self.0),
        }
    }
}

/// Shows the shortest exact text: `2d`, `90m`, `4h`, `30s`.
impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0;
        match seconds {
            0 => f.write_str("0s"),
            s if s % 86_400 == 0 => write!(f, "{}d", s / 86_400),
            s if s % 3600 == 0 => write!(f, "{}h", s / 3600),
            s if s % 60 == 0 => write!(f, "{}m", s / 60),
            s => write!(f, "{s}s"),
        }
    }
}

impl FromStr for Timestamp {
    type Err = TimeError;

    /// Reads RFC 3339 with an offset, e.g. `2026-11-20T15:00:00Z`.
    fn from_str(text: &str) -> Result<Self, TimeError> {
        match text.trim().parse::<jiff::Timestamp>() {
            Ok(instant) => Ok(Self(instant.as_microsecond())),
            Err(_) => Err(TimeError { text: text.chars().take(40).collect() }),
        }
    }
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not an instant like `2026-11-20T15:00:00Z` (RFC 3339 with an offset)",
            self.text
        )
    }
}

impl std::error::Error for TimeError {}

impl Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instant_text_round_trips() {
        let at: Timestamp = "2026-11-20T15:00:00.25+01:00".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-20T14:00:00.25Z");
        assert_eq!(at.to_string().parse::<Timestamp>().unwrap(), at);
    }

    #[test]
    fn an_instant_without_offset_is_refused() {
        let error = "2026-11-20T15:00:00".parse::<Timestamp>().unwrap_err();
        assert!(error.to_string().contains("`2026-11-20T15:00:00` is not an instant"));
    }

    #[test]
    fn seconds_before_the_epoch_round_down() {
        assert_eq!(Timestamp::from_micros(-1).as_seconds(), -1);
    }

    #[test]
    fn durations_show_their_largest_exact_unit() {
        assert_eq!(Seconds::from_hours(48).to_string(), "2d");
        assert_eq!(Seconds::from_minutes(90).to_string(), "90m");
        assert_eq!(Seconds::new(61).to_string(), "61s");
    }
}
