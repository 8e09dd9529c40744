//! Single values as people write them: durations, percentages, amounts, bands.

use calendar::{Date, Window};
use model::{Number, Seconds, Timestamp};

/// `30s`, `15m`, `4h`, `14d`, `2w`. A day is 24 hours.
pub(crate) fn duration(text: &str) -> Option<Seconds> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let seconds = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return None,
    };
    whole(digits)?.checked_mul(seconds).and_then(|it| u32::try_from(it).ok()).map(Seconds::new)
}

/// A whole number; `_` may separate digits.
pub(crate) fn whole(text: &str) -> Option<i64> {
    let digits = text.replace('_', "");
    let bare = digits.strip_prefix('-').unwrap_or(&digits);
    let well_formed = !bare.is_empty() && bare.bytes().all(|it| it.is_ascii_digit());
    if well_formed && !text.starts_with('_') && !text.ends_with('_') {
        digits.parse().ok()
    } else {
        None
    }
}

/// A finite number in plain decimal notation.
pub(crate) fn number(text: &str) -> Option<Number> {
    let plain = text.replace('_', "");
    let well_formed = plain.starts_with(|it: char| it.is_ascii_digit() || it == '-')
        && plain.ends_with(|it: char| it.is_ascii_digit())
        && plain.bytes().all(|it| matches!(it, b'0'..=b'9' | b'.' | b'-'));
    if well_formed { plain.parse().ok().and_then(Number::new) } else { None }
}

/// `80%`: the number before the sign, 0 to 1000.
pub(crate) fn percent(text: &str) -> Option<Number> {
    let value = number(text.strip_suffix('%')?.trim_end())?;
    (0.0 <= value.get() && value.get() <= 1000.0).then_some(value)
}

/// `5000`, `2.5k`, `1M`; a small `m` is minutes.
pub(crate) fn money(text: &str) -> Option<Number> {
    let (digits, factor) = match text.strip_suffix('k') {
        Some(rest) => (rest, 1e3),
        None => match text.strip_suffix('M') {
            Some(rest) => (rest, 1e6),
            None => (text, 1.0),
        },
    };
    Number::new(number(digits)?.get() * factor).filter(|it| 0.0 <= it.get())
}

/// `85%..95%`, the lower bound first.
pub(crate) fn band(text: &str) -> Option<(Number, Number)> {
    let (low, high) = text.split_once("..")?;
    let band = (percent(low.trim())?, percent(high.trim())?);
    (band.0 <= band.1).then_some(band)
}

/// `true` or `false` and nothing else.
pub(crate) fn yes_or_no(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// `2026-11-26`
pub(crate) fn date(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// `2026-11-26T09:00:00Z`
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    text.parse().ok()
}

/// `09:00-17:00`
pub(crate) fn hours(text: &str) -> Option<Window> {
    let (from, to) = text.split_once('-')?;
    Window::parse(from.trim(), to.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_one_unit() {
        for (text, seconds) in
            [("30s", 30), ("15m", 900), ("2h", 7200), ("14d", 1_209_600), ("1w", 604_800)]
        {
            assert_eq!(duration(text), Some(Seconds::new(seconds)), "{text}");
        }
        for text in ["", "m", "15", "15 min", "1.5h", "-1m", "99999999999d", "ä", "1é"] {
            assert_eq!(duration(text), None, "{text}");
        }
    }

    #[test]
    fn amounts_take_thousands_and_millions() {
        for (text, value) in [("2000", 2e3), ("50k", 5e4), ("2.5k", 2500.0), ("1M", 1e6)] {
            assert_eq!(money(text).map(Number::get), Some(value), "{text}");
        }
        for text in ["$50k", "1m", "-1", "k", "1e9", "NaN", "inf", "5 k m"] {
            assert_eq!(money(text), None, "{text}");
        }
    }

    #[test]
    fn bands_run_upwards() {
        let (low, high) = band("85%..95%").unwrap();
        assert_eq!((low.get(), high.get()), (85.0, 95.0));
        assert_eq!(band("95%..85%"), None);
        assert_eq!(band("85..95"), None);
    }

    #[test]
    fn a_percentage_needs_its_sign() {
        assert_eq!(percent("80%").map(Number::get), Some(80.0));
        assert_eq!(percent("80"), None);
        assert_eq!(percent("-1%"), None);
    }
}
