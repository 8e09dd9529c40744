//! Why a value cannot be used. Codes `I01xx`; the text is rendered here and nowhere else.
//!
//! Refusals of e-mail addresses and phone numbers do not repeat them, and no other refusal repeats
//! a text with an `@`, so that addresses do not end up in logs.

use std::fmt;

use crate::normalise::email::EmailFault;

/// Longest piece of a refused value that a message repeats, in characters.
const SHOWN_MAX: usize = 40;

/// Why a value was refused.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Refusal {
    /// The value is longer than the field allows.
    TooLong {
        /// Length of the value in bytes.
        bytes: usize,
        /// Most bytes allowed.
        bytes_max: usize,
    },
    /// Not an e-mail address.
    NotAnEmail(EmailFault),
    /// No phone number can be read from the text.
    NotAPhone,
    /// The text has the shape of a phone number, but no such number can exist.
    NoSuchPhone,
    /// A national number, and no country is known to read it in.
    PhoneWithoutCountry,
    /// Not the name or code of a country.
    UnknownCountry {
        /// The refused text, shortened.
        shown: String,
        /// English name of the nearest country, when one is near.
        nearest: Option<&'static str>,
    },
    /// Not a state or region of the country.
    UnknownSubdivision {
        /// The refused text, shortened.
        shown: String,
        /// Alpha-2 code of the country.
        country: String,
        /// The nearest known name, folded, when one is near.
        nearest: Option<&'static str>,
    },
    /// Not a number or a range of numbers.
    NotANumber {
        /// The refused text, shortened.
        shown: String,
    },
    /// The number is beyond what can be stored exactly.
    NumberOutOfRange,
    /// A range whose end comes before its start.
    RangeReversed,
    /// A number that counts things is negative.
    NegativeCount,
    /// Not a date or an instant in a known form.
    NotADate {
        /// The refused text, shortened.
        shown: String,
    },
    /// Well formed, but the calendar has no such day or the clock no such time.
    NoSuchDate {
        /// The refused text, shortened.
        shown: String,
    },
    /// Day and month cannot be told apart, and the mapping does not say which comes first.
    DayMonthOrderUnknown {
        /// The refused text, shortened.
        shown: String,
    },
    /// Neither yes nor no.
    NotYesOrNo {
        /// The refused text, shortened.
        shown: String,
    },
    /// Not a web address.
    NotAWebAddress,
    /// Not the name or code of a language.
    UnknownLanguage {
        /// The refused text, shortened.
        shown: String,
    },
    /// Nothing usable is left of the text once it is normalised.
    NothingLeft,
}

impl Refusal {
    /// The stable code; `docs/errors/<code>.md` explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "I0101",
            Self::NotAnEmail(_) => "I0102",
            Self::NotAPhone => "I0103",
            Self::NoSuchPhone => "I0104",
            Self::PhoneWithoutCountry => "I0105",
            Self::UnknownCountry { .. } => "I0106",
            Self::UnknownSubdivision { .. } => "I0107",
            Self::NotANumber { .. } => "I0108",
            Self::NumberOutOfRange => "I0109",
            Self::RangeReversed => "I0110",
            Self::NegativeCount => "I0111",
            Self::NotADate { .. } => "I0112",
            Self::NoSuchDate { .. } => "I0113",
            Self::DayMonthOrderUnknown { .. } => "I0114",
            Self::NotYesOrNo { .. } => "I0115",
            Self::NotAWebAddress => "I0116",
            Self::UnknownLanguage { .. } => "I0117",
            Self::NothingLeft => "I0118",
        }
    }

    /// What the sender can do about it.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "shorten the value, or raise the limit of the field",
            Self::NotAnEmail(_) => "send one address like `ana@example.com`",
            Self::NotAPhone => "send digits with the country code, like `+14155550132`",
            Self::NoSuchPhone => "check the digits and the country code",
            Self::PhoneWithoutCountry => {
                "start the number with `+` and the country code, or send a country"
            }
            Self::UnknownCountry { .. } => "send an ISO 3166 code like `DE`, or the English name",
            Self::UnknownSubdivision { .. } => {
                "send an ISO 3166-2 code like `US-CA`, or the name of the state"
            }
            Self::NotANumber { .. } => "send digits like `1200`, or a range like `51-200`",
            Self::NumberOutOfRange => "send a number below one quadrillion",
            Self::RangeReversed => "put the smaller number first",
            Self::NegativeCount => "send zero or more",
            Self::NotADate { .. } => "send `2026-11-20` or `2026-11-20T15:00:00Z`",
            Self::NoSuchDate { .. } => "check day, month and time",
            Self::DayMonthOrderUnknown { .. } => {
                "declare day-first or month-first in the mapping, or send `2026-11-20`"
            }
            Self::NotYesOrNo { .. } => "send `true` or `false`",
            Self::NotAWebAddress => "send an address like `https://example.com`",
            Self::UnknownLanguage { .. } => "send an ISO 639-1 code like `de`, or the English name",
            Self::NothingLeft => "send a value with letters or digits",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes, bytes_max } => {
                write!(f, "the value has {bytes} bytes; at most {bytes_max} are allowed")
            }
            Self::NotAnEmail(fault) => write!(f, "not an e-mail address: {fault}"),
            Self::NotAPhone => f.write_str("no phone number can be read from this"),
            Self::NoSuchPhone => f.write_str("no such phone number can exist"),
            Self::PhoneWithoutCountry => {
                f.write_str("the phone number has no country code and the country is not known")
            }
            Self::UnknownCountry { shown, nearest: None } => {
                write!(f, "`{shown}` is not a country")
            }
            Self::UnknownCountry { shown, nearest: Some(nearest) } => {
                write!(f, "`{shown}` is not a country; `{nearest}` may be meant")
            }
            Self::UnknownSubdivision { shown, country, nearest: None } => {
                write!(f, "`{shown}` is not a state or region of {country}")
            }
            Self::UnknownSubdivision { shown, country, nearest: Some(nearest) } => {
                write!(
                    f,
                    "`{shown}` is not a state or region of {country}; `{nearest}` may be meant"
                )
            }
            Self::NotANumber { shown } => write!(f, "`{shown}` is not a number"),
            Self::NumberOutOfRange => f.write_str("the number is too large to be stored exactly"),
            Self::RangeReversed => f.write_str("the range ends before it starts"),
            Self::NegativeCount => f.write_str("a count cannot be negative"),
            Self::NotADate { shown } => {
                write!(f, "`{shown}` is not a date or time in a known form")
            }
            Self::NoSuchDate { shown } => write!(f, "the date or time `{shown}` does not exist"),
            Self::DayMonthOrderUnknown { shown } => {
                write!(f, "`{shown}` can be day-month or month-day")
            }
            Self::NotYesOrNo { shown } => write!(f, "`{shown}` is neither yes nor no"),
            Self::NotAWebAddress => f.write_str("not a web address"),
            Self::UnknownLanguage { shown } => write!(f, "`{shown}` is not a language"),
            Self::NothingLeft => f.write_str("the text holds no letter and no digit"),
        }
    }
}

impl std::error::Error for Refusal {}

/// The start of `text`, short enough for a message; an address is not shown.
pub(crate) fn shown(text: &str) -> String {
    if text.contains('@') {
        return "(an address)".to_owned();
    }
    text.trim().chars().take(SHOWN_MAX).collect()
}
