//! Days, weeks and months of a rep's zone, for caps.

use jiff::Timestamp as Instant;
use jiff::tz::TimeZone;
use model::Timestamp;
use model::roster::Assigned;

/// The local day, week and month of an instant, as numbers that differ when the period does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Periods {
    /// Days since 1970-01-01.
    pub(crate) day: i64,
    /// Weeks since Monday 1969-12-29.
    pub(crate) week: i64,
    /// Months since January of year 0.
    pub(crate) month: i64,
}

/// Leads assigned, with the periods they were counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    /// The periods of the counts.
    pub(crate) periods: Periods,
    /// The counts.
    pub(crate) assigned: Assigned,
}

impl Periods {
    /// The periods of `at` in `zone`.
    pub(crate) fn of(at: Timestamp, zone: &TimeZone) -> Self {
        // Instants beyond jiff's years 9999 share one period: caps do not reach there.
        let instant = Instant::from_microsecond(at.as_micros()).unwrap_or(Instant::MAX);
        let date = zone.to_datetime(instant).date();
        let epoch = jiff::civil::Date::constant(1970, 1, 1);
        let day = i64::from(date.duration_since(epoch).as_hours().div_euclid(24) as i32);
        Self {
            day,
            // 1970-01-01 was a Thursday.
            week: (day + 3).div_euclid(7),
            month: i64::from(date.year()) * 12 + i64::from(date.month()) - 1,
        }
    }
}

impl Counted {
    /// The counts that still hold in `now`: those of a past period are gone.
    pub(crate) fn in_periods(&self, now: Periods) -> Assigned {
        let keep = |same: bool, count: u32| if same { count } else { 0 };
        Assigned {
            day: keep(self.periods.day == now.day, self.assigned.day),
            week: keep(self.periods.week == now.week, self.assigned.week),
            month: keep(self.periods.month == now.month, self.assigned.month),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn periods(at: &str, zone: &str) -> Periods {
        Periods::of(at.parse().unwrap(), &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn the_day_turns_at_local_midnight() {
        let before = periods("2026-11-21T04:59:59Z", "America/New_York");
        let after = periods("2026-11-21T05:00:00Z", "America/New_York");
        assert_eq!(before.day + 1, after.day);
        assert_eq!(before.week, after.week);
    }

    #[test]
    fn the_week_turns_on_monday_and_the_month_on_the_first() {
        let sunday = periods("2026-11-29T23:00:00Z", "UTC");
        let monday = periods("2026-11-30T00:00:00Z", "UTC");
        let first = periods("2026-12-01T00:00:00Z", "UTC");
        assert_eq!(sunday.week + 1, monday.week);
        assert_eq!(monday.month + 1, first.month);
        assert_eq!(monday.week, first.week);
    }

    #[test]
    fn counts_of_a_past_day_are_gone_but_the_week_goes_on() {
        let counted = Counted {
            periods: periods("2026-11-24T12:00:00Z", "UTC"),
            assigned: Assigned { day: 3, week: 9, month: 30 },
        };
        let next_day = counted.in_periods(periods("2026-11-25T12:00:00Z", "UTC"));
        assert_eq!(next_day, Assigned { day: 0, week: 9, month: 30 });
    }
}
