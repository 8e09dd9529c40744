//! The days of a report, in the zone of the workspace.

use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use model::{Seconds, Timestamp};
use report::Period;

use crate::{Refusal, RefusalKind};

/// Length of a period that is not named.
const DAYS: u32 = 30;

/// The days of a report, in the zone of the workspace.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days {
    /// The first day; 30 days before the end where absent.
    pub from: Option<Edge>,
    /// The first day after the last; now where absent.
    pub to: Option<Edge>,
}

/// Where a period begins or ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Midnight of a day in the zone of the workspace.
    Day(Date),
    /// An instant.
    At(Timestamp),
}

impl FromStr for Edge {
    type Err = String;

    /// Reads `2026-10-01` or `2026-10-01T15:00:00Z`.
    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(at) = text.parse() {
            return Ok(Self::At(at));
        }
        let day = text.parse::<Date>().ok().filter(|_| !text.contains('T'));
        day.map(Self::Day).ok_or_else(|| {
            "not a day like `2026-10-01` or an instant like `2026-10-01T15:00:00Z`".to_owned()
        })
    }
}

/// From midnight to midnight in `zone`. An end that is not named is now, its second included.
pub(super) fn period(days: Days, zone: &TimeZone, now: Timestamp) -> Result<Period, Refusal> {
    let wrong = |message: String| Refusal::new(RefusalKind::Invalid, "A0620", message);
    let midnight = |edge: Edge| {
        let date = match edge {
            Edge::At(at) => return Ok(at),
            Edge::Day(date) => date,
        };
        let at = date.to_zoned(zone.clone()).map(|it| it.timestamp().as_microsecond());
        at.map(Timestamp::from_micros).map_err(|error| wrong(format!("{date}: {error}")))
    };
    let to = match days.to {
        Some(date) => midnight(date)?,
        None => Timestamp::from_micros((now.as_seconds() + 1) * 1_000_000),
    };
    let from = match days.from {
        Some(date) => midnight(date)?,
        None => to.minus(Seconds::from_days(DAYS)),
    };
    Period::new(from, to).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(days: Days) -> Result<(String, String), Refusal> {
        let zone = TimeZone::get("America/New_York").unwrap();
        let period = period(days, &zone, "2026-11-20T15:00:00.25Z".parse().unwrap())?;
        Ok((period.from().to_string(), period.to().to_string()))
    }

    #[test]
    fn days_are_those_of_the_workspace_and_the_end_is_the_first_day_after() {
        let edge = |text: &str| text.parse::<Edge>().unwrap();
        let (from, to) = (edge("2026-10-01"), edge("2026-11-02"));
        let found = span(Days { from: Some(from), to: Some(to) }).unwrap();
        assert_eq!(found.0, "2026-10-01T04:00:00Z");
        assert_eq!(found.1, "2026-11-02T05:00:00Z", "the clocks went back on 1 November");
        let found = span(Days::default()).unwrap();
        assert_eq!(found.0, "2026-10-21T15:00:01Z");
        assert_eq!(found.1, "2026-11-20T15:00:01Z");
        let noon = edge("2026-11-02T12:00:00Z");
        let found = span(Days { from: Some(from), to: Some(noon) }).unwrap();
        assert_eq!(found.1, "2026-11-02T12:00:00Z");
        assert!("2026-02-30".parse::<Edge>().is_err());
        let reversed = span(Days { from: Some(to), to: Some(from) }).unwrap_err();
        assert_eq!(reversed.code, "A0620");
    }
}
