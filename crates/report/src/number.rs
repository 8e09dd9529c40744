//! How numbers are written: thousands separators, one decimal half-up, percent and points kept apart, durations.

use std::fmt;

/// A relative change in percent: from 40 % to 60 % is +50 percent.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Percent(pub f64);

/// A difference of two rates in percentage points: from 40 % to 60 % is +20 points.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Points(pub f64);

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} %", signed_tenths(self.0))
    }
}

impl fmt::Display for Points {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} points", signed_tenths(self.0))
    }
}

/// `1,677`.
pub fn thousands(value: u64) -> String {
    let digits = value.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `-1,677.05 USD` from an amount in hundredths of the currency unit; `1,677 USD` where it is whole.
pub fn money(minor: i64, currency: &str) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let amount = minor.unsigned_abs();
    match amount % 100 {
        0 => format!("{sign}{} {currency}", thousands(amount / 100)),
        rest => format!("{sign}{}.{rest:02} {currency}", thousands(amount / 100)),
    }
}

/// One decimal, halves away from zero: `81.65` is `81.7`; never `-0.0`.
pub fn half_up_tenths(value: f64) -> String {
    let tenths = (value * 10.0).round();
    let sign = if tenths < 0.0 { "-" } else { "" };
    let tenths = tenths.abs() as u64;
    format!("{sign}{}.{}", thousands(tenths / 10), tenths % 10)
}

/// One decimal with its sign: `+7.0`, `-0.4`, `0.0`.
pub fn signed_tenths(value: f64) -> String {
    let text = half_up_tenths(value);
    if (value * 10.0).round() > 0.0 { format!("+{text}") } else { text }
}

/// A duration with its two largest units: `42 s`, `12 min 30 s`, `2 h 5 min`, `3 d 4 h`.
pub fn duration(seconds: u64) -> String {
    let (large, unit, small, small_unit) = match seconds {
        0..60 => return format!("{seconds} s"),
        60..3_600 => (seconds / 60, "min", seconds % 60, "s"),
        3_600..86_400 => (seconds / 3_600, "h", seconds % 3_600 / 60, "min"),
        86_400.. => (seconds / 86_400, "d", seconds % 86_400 / 3_600, "h"),
    };
    match small {
        0 => format!("{} {unit}", thousands(large)),
        small => format!("{} {unit} {small} {small_unit}", thousands(large)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_carry_thousands_separators() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1000), "1,000");
        assert_eq!(thousands(12_345_678), "12,345,678");
        assert_eq!(money(120_000, "USD"), "1,200 USD");
        assert_eq!(money(-123_456_705, "EUR"), "-1,234,567.05 EUR");
    }

    #[test]
    fn percent_and_points_are_told_apart() {
        assert_eq!(Points(8.2).to_string(), "+8.2 points");
        assert_eq!(Percent(5837.5).to_string(), "+5,837.5 %");
        assert_eq!(Points(-0.04).to_string(), "0.0 points");
        assert_eq!(Points(-1.25).to_string(), "-1.3 points");
    }

    #[test]
    fn durations_show_their_two_largest_units() {
        assert_eq!(duration(59), "59 s");
        assert_eq!(duration(60), "1 min");
        assert_eq!(duration(750), "12 min 30 s");
        assert_eq!(duration(7_500), "2 h 5 min");
        assert_eq!(duration(86_400 * 3 + 4 * 3_600 + 59), "3 d 4 h");
    }
}
