//! The days of a report, in the zone of the workspace.

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
    pub from: Option<Date>,
    /// The first day after the last; now where absent.
    pub to: Option<Date>,
}

/// From midnight to midnight in `zone`. An end that is not named is now, its second included.
pub(super) fn period(days: Days, zone: &TimeZone, now: Timestamp) -> Result<Period, Refusal> {
    let wrong = |message: String| Refusal::new(RefusalKind::Invalid, "A0620", message);
    let midnight = |date: Date| {
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
        let (from, to) = (jiff::civil::date(2026, 10, 1), jiff::civil::date(2026, 11, 2));
        let found = span(Days { from: Some(from), to: Some(to) }).unwrap();
        assert_eq!(found.0, "2026-10-01T04:00:00Z");
        assert_eq!(found.1, "2026-11-02T05:00:00Z", "the clocks went back on 1 November");
        let found = span(Days::default()).unwrap();
        assert_eq!(found.0, "2026-10-21T15:00:01Z");
        assert_eq!(found.1, "2026-11-20T15:00:01Z");
        let reversed = span(Days { from: Some(to), to: Some(from) }).unwrap_err();
        assert_eq!(reversed.code, "A0620");
    }
}
