//! When a rep wants to be left alone: quiet hours on their own clock.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use store::{Snapshot, StoreError};

use crate::engine::WORKSPACE;

/// What a rep wants.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The hours in which only urgent messages come.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
}

/// Hours of each day, on the rep's clock; they may pass midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin, e.g. `19:00`.
    pub from: String,
    /// When they end, e.g. `07:30`.
    pub to: String,
}

impl Preferences {
    /// When the quiet hours that hold at `now` end; `None` where none hold.
    pub fn quiet_until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let quiet = self.quiet.as_ref()?;
        let (from, to) = (clock(&quiet.from)?, clock(&quiet.to)?);
        let local = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?.to_zoned(zone.clone());
        let time = local.time();
        let holds = match from < to {
            true => from <= time && time < to,
            false => from <= time || time < to,
        };
        if !holds || from == to {
            return None;
        }
        let day = if time < to { local.date() } else { local.date().tomorrow().ok()? };
        let end = day.to_datetime(to).to_zoned(zone.clone()).ok()?.timestamp();
        Some(Timestamp::from_micros(end.as_microsecond()))
    }
}

/// What `rep` wants; nothing where nobody has said.
pub(crate) fn of(db: &mut Snapshot<'_>, rep: &str) -> Result<Preferences, StoreError> {
    let row = store::preference::get(db, WORKSPACE, rep)?;
    Ok(row.and_then(|it| serde_json::from_str(&it.body).ok()).unwrap_or_default())
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':')?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(from: &str, to: &str, now: &str) -> Option<String> {
        let quiet = QuietHours { from: from.to_owned(), to: to.to_owned() };
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let preferences = Preferences { quiet: Some(quiet) };
        preferences.quiet_until(now.parse().unwrap(), &berlin).map(|it| it.to_string())
    }

    #[test]
    fn quiet_hours_end_on_the_readers_clock_also_past_midnight() {
        let night = |now| until("19:00", "07:30", now);
        assert_eq!(night("2026-11-20T17:59:59Z"), None);
        assert_eq!(night("2026-11-20T18:00:00Z").unwrap(), "2026-11-21T06:30:00Z");
        assert_eq!(night("2026-11-21T06:29:59Z").unwrap(), "2026-11-21T06:30:00Z");
        assert_eq!(night("2026-11-21T06:30:00Z"), None);
        assert_eq!(
            until("12:00", "13:00", "2026-11-20T11:30:00Z").unwrap(),
            "2026-11-20T12:00:00Z"
        );
        assert_eq!(until("12:00", "12:00", "2026-11-20T11:30:00Z"), None);
        // The night in which the clock goes forward ends an hour earlier in UTC.
        assert_eq!(night("2026-03-28T22:00:00Z").unwrap(), "2026-03-29T05:30:00Z");
    }
}
