//! Numbers as people write them: `1,200`, `1.200,50`, `10k`, `$2M`, `51-200`, `1000+`, `5.000 €`.

use std::fmt;

use crate::note::{Normalised, Note};
use crate::refusal::{Refusal, shown};

mod digits;
mod money;

/// Longest text that is read, in bytes.
const TEXT_BYTES_MAX: usize = 64;

/// What numbers of a company count.
const COUNTED: [&str; 8] =
    ["employees", "employee", "people", "persons", "staff", "mitarbeiter", "empleados", "users"];

/// Numbers reach up to here, exclusive: beyond it a 64-bit float loses whole units.
pub const NUMBER_MAX: f64 = 1e15;

/// Which sign separates the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalSign {
    /// Not declared: told from the text, and `1.200` is one thousand two hundred, with a note.
    Undeclared,
    /// `1,200.50`.
    Point,
    /// `1.200,50`.
    Comma,
}

/// A number, a range, or an open range, with the currency that was written beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// The amount.
    pub amount: Amount,
    /// ISO 4217 code of the currency sign or code in the text.
    pub currency: Option<&'static str>,
}

/// One number or a range of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Amount {
    /// `1200`.
    Exactly(f64),
    /// `51-200`, both ends included.
    Between(f64, f64),
    /// `1000+`.
    AtLeast(f64),
    /// `<10`, `up to 10`.
    AtMost(f64),
}

impl Amount {
    /// The smallest number meant; zero when only an upper end is known.
    pub fn low(self) -> f64 {
        match self {
            Self::Exactly(low) | Self::Between(low, _) | Self::AtLeast(low) => low,
            Self::AtMost(_) => 0.0,
        }
    }
}

/// Reads `text`.
///
/// # Errors
/// [`Refusal::NotANumber`], [`Refusal::NumberOutOfRange`] or [`Refusal::RangeReversed`].
pub fn normalise(text: &str, sign: DecimalSign) -> Result<Normalised<Quantity>, Refusal> {
    if let Some(amount) = digits_alone(text) {
        return Ok(Normalised::plain(Quantity { amount, currency: None }));
    }
    let not_a_number = || Refusal::NotANumber { shown: shown(text) };
    if TEXT_BYTES_MAX < text.len() {
        return Err(not_a_number());
    }
    let lower = text.trim().to_lowercase();
    let (bare, currency) = money::take_currency(without_counted(&lower));
    let mut notes = Vec::new();
    let amount = amount(bare, sign, &mut notes).ok_or_else(not_a_number)?;
    check_range(amount)?;
    Ok(Normalised { value: Quantity { amount, currency }, notes })
}

/// The common case: nothing but digits, few enough to be below [`NUMBER_MAX`].
fn digits_alone(text: &str) -> Option<Amount> {
    let is_plain = (1..=15).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    let number: Option<u64> = is_plain.then(|| text.parse().ok()).flatten();
    number.map(|it| Amount::Exactly(it as f64))
}

/// Cuts off what is counted: `200 employees`.
fn without_counted(text: &str) -> &str {
    let cut = COUNTED.iter().find_map(|it| text.strip_suffix(it));
    cut.filter(|rest| rest.ends_with([' ', '\u{a0}'])).map_or(text, str::trim_end)
}

fn amount(text: &str, sign: DecimalSign, notes: &mut Vec<Note>) -> Option<Amount> {
    let mut read = |text: &str| {
        let (value, is_ambiguous) = digits::read(text, sign)?;
        if is_ambiguous && !notes.contains(&Note::SeparatorAmbiguous) {
            notes.push(Note::SeparatorAmbiguous);
        }
        Some(value)
    };
    if let Some(low) = open_low(text) {
        return read(low).map(Amount::AtLeast);
    }
    if let Some(high) = open_high(text) {
        return read(high).map(Amount::AtMost);
    }
    if let Some((low, high)) = range_ends(text) {
        // In `1-5k` the unit of the end holds for both ends.
        let unit = digits::unit(high.trim());
        let scaled = if digits::unit(low.trim()).is_empty() {
            format!("{}{unit}", low.trim())
        } else {
            low.to_owned()
        };
        return Some(Amount::Between(read(&scaled)?, read(high)?));
    }
    read(text).map(Amount::Exactly)
}

fn open_low(text: &str) -> Option<&str> {
    text.strip_suffix('+')
        .or_else(|| text.strip_prefix('>').map(|it| it.trim_start_matches('=')))
        .or_else(|| text.strip_prefix('≥'))
        .or_else(|| text.strip_prefix("over "))
        .or_else(|| text.strip_prefix("more than "))
        .or_else(|| text.strip_prefix("at least "))
        .or_else(|| text.strip_suffix(" or more"))
        .or_else(|| text.strip_suffix(" and more"))
        .or_else(|| text.strip_suffix(" and above"))
        .map(str::trim)
}

fn open_high(text: &str) -> Option<&str> {
    text.strip_prefix('<')
        .map(|it| it.trim_start_matches('='))
        .or_else(|| text.strip_prefix('≤'))
        .or_else(|| text.strip_prefix("up to "))
        .or_else(|| text.strip_prefix("under "))
        .or_else(|| text.strip_prefix("less than "))
        .or_else(|| text.strip_prefix("at most "))
        .or_else(|| text.strip_prefix("fewer than "))
        .map(str::trim)
}

fn range_ends(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_prefix("between ").map_or(text, str::trim);
    let inner = ["-", "–", "—", "‑", "−", " to ", " and ", "..", "…"];
    inner.iter().find_map(|sign| {
        let (low, high) = text.split_once(sign)?;
        let has_digit = |part: &str| part.bytes().any(|byte| byte.is_ascii_digit());
        (has_digit(low) && has_digit(high)).then_some((low, high))
    })
}

fn check_range(amount: Amount) -> Result<(), Refusal> {
    let (low, high) = match amount {
        Amount::Exactly(value) | Amount::AtLeast(value) | Amount::AtMost(value) => (value, value),
        Amount::Between(low, high) => (low, high),
    };
    if NUMBER_MAX <= low.abs() || NUMBER_MAX <= high.abs() {
        return Err(Refusal::NumberOutOfRange);
    }
    if high < low { Err(Refusal::RangeReversed) } else { Ok(()) }
}

/// The form that is read back as the same quantity, whatever decimal sign is not declared.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(currency) = self.currency {
            write!(f, "{currency} ")?;
        }
        match self.amount {
            Amount::Exactly(value) => f.write_str(&plain(value)),
            Amount::Between(low, high) => write!(f, "{} to {}", plain(low), plain(high)),
            Amount::AtLeast(low) => write!(f, "{}+", plain(low)),
            Amount::AtMost(high) => write!(f, "<={}", plain(high)),
        }
    }
}

/// Decimals after a point; a fourth is added to three so that they are no thousands.
fn plain(value: f64) -> String {
    let mut text = value.to_string();
    if text.split_once('.').is_some_and(|(_, decimals)| decimals.len() == 3) {
        text.push('0');
    }
    text
}

#[cfg(test)]
mod tests;
