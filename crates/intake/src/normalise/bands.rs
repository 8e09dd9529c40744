//! Size bands of companies, by employees and by yearly revenue.

use super::number::Amount;
use crate::note::{Normalised, Note};
use crate::refusal::Refusal;

/// Upper ends of the employee bands, included, with their names.
const EMPLOYEES: [(f64, &str); 8] = [
    (10.0, "1-10"),
    (50.0, "11-50"),
    (200.0, "51-200"),
    (500.0, "201-500"),
    (1_000.0, "501-1000"),
    (5_000.0, "1001-5000"),
    (10_000.0, "5001-10000"),
    (f64::INFINITY, "10001+"),
];

/// Upper ends of the revenue bands, excluded, with their names.
const REVENUE: [(f64, &str); 7] = [
    (1e6, "0-1m"),
    (1e7, "1m-10m"),
    (5e7, "10m-50m"),
    (1e8, "50m-100m"),
    (5e8, "100m-500m"),
    (1e9, "500m-1b"),
    (f64::INFINITY, "1b+"),
];

/// The band of a number of employees: `1-10` up to `10001+`.
///
/// An open end such as `1000+` begins above its number when that number closes a band, as drop-downs
/// mean it. A range over several bands counts with its lower end, with a note.
///
/// # Errors
/// [`Refusal::NegativeCount`].
pub fn employees(amount: Amount) -> Result<Normalised<&'static str>, Refusal> {
    let closes = |value: f64| EMPLOYEES.iter().any(|(end, _)| *end == value);
    let (low, high) = ends(amount)?;
    let low = match amount {
        Amount::AtLeast(value) if closes(value) => value + 1.0,
        _ => low,
    };
    Ok(band(low, high, |value| name(&EMPLOYEES, |end| value <= end)))
}

/// The band of a yearly revenue in whole units of the currency: `0-1m` up to `1b+`.
///
/// # Errors
/// [`Refusal::NegativeCount`].
pub fn revenue(amount: Amount) -> Result<Normalised<&'static str>, Refusal> {
    let (low, high) = ends(amount)?;
    // A range `1m-10m` ends where the next band begins.
    let below = |value: f64| name(&REVENUE, |end| value <= end);
    let exact = |value: f64| name(&REVENUE, |end| value < end);
    let (from, to) = (exact(low), if high == low { exact(high) } else { below(high) });
    Ok(noted(from, to))
}

fn ends(amount: Amount) -> Result<(f64, f64), Refusal> {
    let (low, high) = match amount {
        Amount::Exactly(value) => (value, value),
        Amount::Between(low, high) => (low, high),
        Amount::AtLeast(low) => (low, f64::INFINITY),
        Amount::AtMost(high) => (0.0, high),
    };
    if low < 0.0 || high < 0.0 { Err(Refusal::NegativeCount) } else { Ok((low, high)) }
}

fn band(low: f64, high: f64, name: impl Fn(f64) -> &'static str) -> Normalised<&'static str> {
    noted(name(low), name(high))
}

fn noted(from: &'static str, to: &'static str) -> Normalised<&'static str> {
    let notes = if from == to { Vec::new() } else { vec![Note::RangeAcrossBands] };
    Normalised { value: from, notes }
}

fn name(bands: &'static [(f64, &'static str)], is_within: impl Fn(f64) -> bool) -> &'static str {
    bands.iter().find(|(end, _)| is_within(*end)).or(bands.last()).map_or("", |(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn employee_bands_include_their_upper_end() {
        for (count, expected) in [
            (0.0, "1-10"),
            (10.0, "1-10"),
            (11.0, "11-50"),
            (200.0, "51-200"),
            (201.0, "201-500"),
            (10_000.0, "5001-10000"),
            (10_001.0, "10001+"),
            (1e12, "10001+"),
        ] {
            assert_eq!(employees(Amount::Exactly(count)).unwrap().value, expected, "{count}");
        }
    }

    #[test]
    fn drop_down_ranges_fall_into_their_band() {
        for (amount, expected) in [
            (Amount::Between(51.0, 200.0), "51-200"),
            (Amount::AtMost(10.0), "1-10"),
            (Amount::AtLeast(10_000.0), "10001+"),
        ] {
            assert_eq!(employees(amount), Ok(Normalised::plain(expected)));
        }
        let across = employees(Amount::AtLeast(1000.0)).unwrap();
        assert_eq!((across.value, across.notes), ("1001-5000", vec![Note::RangeAcrossBands]));
        assert_eq!(employees(Amount::Exactly(-1.0)), Err(Refusal::NegativeCount));
    }

    #[test]
    fn revenue_bands_begin_at_their_lower_end() {
        for (amount, expected) in [
            (Amount::Exactly(999_999.0), "0-1m"),
            (Amount::Exactly(1e6), "1m-10m"),
            (Amount::Between(1e6, 1e7), "1m-10m"),
            (Amount::AtLeast(1e9), "1b+"),
        ] {
            assert_eq!(revenue(amount), Ok(Normalised::plain(expected)));
        }
    }
}
