//! Numbers, durations and instants.

use model::{Number, Seconds, Timestamp};

use crate::expr::token::TokenKind;

type Refused = (String, &'static str);

const NUMBER_HELP: &str = "write a number (`200`, `2.5`, `10k`, `2M`, `80%`), a duration (`15m`, `4h`, `14d`, `2w`) or an instant (`2026-11-20T15:00:00Z`)";

/// The token of a literal that begins with a digit or a sign.
pub(super) fn literal(text: &str) -> Result<TokenKind, Refused> {
    if looks_like_date(text) {
        return instant(text);
    }
    if let Some(seconds) = duration(text)? {
        return Ok(TokenKind::Duration(seconds));
    }
    number(text).map(TokenKind::Number).ok_or_else(|| {
        let shown: String = text.chars().take(40).collect();
        (format!("`{shown}` is not a number, duration or instant"), NUMBER_HELP)
    })
}

fn looks_like_date(text: &str) -> bool {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    digits == 4 && text.as_bytes().get(4) == Some(&b'-')
}

/// A day alone means its start in UTC.
fn instant(text: &str) -> Result<TokenKind, Refused> {
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        _ => text.to_owned(),
    };
    whole.parse::<Timestamp>().map(TokenKind::Instant).map_err(|_| {
        let shown: String = text.chars().take(40).collect();
        let help = "write `2026-11-20` (its start in UTC) or `2026-11-20T15:00:00Z`";
        (format!("`{shown}` is not an instant"), help)
    })
}

/// `15m`, `1h30m`; `None` where `text` is not made of numbers and units of time.
fn duration(text: &str) -> Result<Option<Seconds>, Refused> {
    let mut total: u64 = 0;
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let Some((count, after)) = rest.split_at_checked(digits) else { return Ok(None) };
        let Some(unit) = after.chars().next() else { return Ok(None) };
        let each: u64 = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return Ok(None),
        };
        if digits == 0 {
            return Ok(None);
        }
        let count = count.parse::<u64>().unwrap_or(u64::MAX);
        total = total.saturating_add(count.saturating_mul(each));
        rest = after.get(1..).unwrap_or_default();
    }
    match u32::try_from(total) {
        Ok(seconds) => Ok(Some(Seconds::new(seconds))),
        Err(_) => Err((format!("`{text}` is longer than 136 years"), "use a shorter duration")),
    }
}

/// `200`, `1_000`, `2.5`, `10k`, `2M`, `80%` (eighty).
fn number(text: &str) -> Option<Number> {
    let (digits, factor) = match text.chars().last()? {
        'k' | 'K' => (text.get(..text.len() - 1)?, 1e3),
        'M' => (text.get(..text.len() - 1)?, 1e6),
        'B' => (text.get(..text.len() - 1)?, 1e9),
        '%' => (text.get(..text.len() - 1)?, 1.0),
        _ => (text, 1.0),
    };
    let plain = |it: char| it.is_ascii_digit() || matches!(it, '.' | '_' | '-' | '+');
    if !digits.chars().all(plain) || digits.ends_with(['_', '.']) {
        return None;
    }
    let value: f64 = digits.replace('_', "").parse().ok()?;
    Number::new(value * factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read() {
        let number = |it: f64| Ok(TokenKind::Number(Number::new(it).unwrap()));
        for (text, expect) in [
            ("200", number(200.0)),
            ("-2.5", number(-2.5)),
            ("1_000", number(1000.0)),
            ("10k", number(10_000.0)),
            ("2M", number(2_000_000.0)),
            ("80%", number(80.0)),
            ("15m", Ok(TokenKind::Duration(Seconds::from_minutes(15)))),
            ("1h30m", Ok(TokenKind::Duration(Seconds::from_minutes(90)))),
            ("2w", Ok(TokenKind::Duration(Seconds::from_days(14)))),
            (
                "2026-11-20",
                "2026-11-20T00:00:00Z"
                    .parse()
                    .map(TokenKind::Instant)
                    .map_err(|_| (String::new(), "")),
            ),
        ] {
            assert_eq!(literal(text), expect, "{text}");
        }
    }

    #[test]
    fn what_is_no_literal_is_refused() {
        for text in
            ["10x", "1.2.3", "5.", "2026-13-01", "2026-11-20T15:00", "1__", "99999999999d", "1e9"]
        {
            assert!(literal(text).is_err(), "{text} {:?}", literal(text));
        }
    }
}
