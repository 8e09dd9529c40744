//! Phone numbers: E.164 by Google's metadata, valid numbers only.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType};

use super::country::Country;
use crate::note::{Normalised, Note};
use crate::refusal::Refusal;

/// Longest text that is looked at, in bytes: a number with separators and an extension.
const RAW_BYTES_MAX: usize = 64;

/// A phone number that can exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phone {
    /// The number in E.164: `+14155550132`.
    pub e164: String,
    /// The country of the number; absent for numbers that belong to none, such as `+800`.
    pub country: Option<Country>,
    /// What kind of line it is.
    pub kind: PhoneKind,
}

/// What kind of line a number is, as far as the numbering plan tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PhoneKind {
    /// A fixed line.
    Fixed,
    /// A mobile phone.
    Mobile,
    /// Fixed or mobile: the plan does not tell, as in North America.
    FixedOrMobile,
    /// Free for the caller.
    TollFree,
    /// Paid by the caller beyond the usual rate.
    Premium,
    /// Internet telephony.
    Voip,
    /// Anything else: pagers, personal numbers, voicemail.
    Other,
}

impl PhoneKind {
    /// The stable name: `mobile`, `fixed_or_mobile` and so on.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fixed => "fixed",
            Self::Mobile => "mobile",
            Self::FixedOrMobile => "fixed_or_mobile",
            Self::TollFree => "toll_free",
            Self::Premium => "premium",
            Self::Voip => "voip",
            Self::Other => "other",
        }
    }
}

/// Reads `text`; a number without country code is read in the plan of `home`.
///
/// # Errors
/// A [`Refusal`] of a phone number: not one, none that can exist, or no country to read it in.
pub fn normalise(text: &str, home: Option<Country>) -> Result<Normalised<Phone>, Refusal> {
    if RAW_BYTES_MAX < text.len()
        || !text.bytes().any(|byte| byte.is_ascii_digit()) && text.is_ascii()
    {
        return Err(Refusal::NotAPhone);
    }
    let region = home.and_then(|it| it.as_str().parse::<Region>().ok());
    let number = match PHONE_NUMBER_UTIL.parse(text, region) {
        Ok(number) => number,
        Err(_) if region.is_none() => without_region(text)?,
        Err(_) => return Err(Refusal::NotAPhone),
    };
    let number = if PHONE_NUMBER_UTIL.is_valid_number(&number) {
        number
    } else {
        // Where people dial abroad with another prefix, `00` is still written by those who come
        // from elsewhere.
        without_region(text)
            .ok()
            .filter(|it| PHONE_NUMBER_UTIL.is_valid_number(it))
            .ok_or(Refusal::NoSuchPhone)?
    };
    let dropped = number.extension.is_some();
    Ok(Normalised {
        value: phone(&number),
        notes: if dropped { vec![Note::ExtensionDropped] } else { Vec::new() },
    })
}

/// Without a region only `00` can still stand for `+`: most of the world dials abroad with it.
fn without_region(text: &str) -> Result<PhoneNumber, Refusal> {
    let text = text.trim_start();
    if text.starts_with('+') {
        return Err(Refusal::NotAPhone);
    }
    let abroad = text.strip_prefix("00").ok_or(Refusal::PhoneWithoutCountry)?;
    PHONE_NUMBER_UTIL.parse(format!("+{abroad}"), None).map_err(|_| Refusal::PhoneWithoutCountry)
}

fn phone(number: &PhoneNumber) -> Phone {
    Phone {
        e164: PHONE_NUMBER_UTIL.format(number, PhoneNumberFormat::E164).into_owned(),
        country: PHONE_NUMBER_UTIL
            .get_region_for_number(number)
            .and_then(|region| Country::from_code(&region.as_region_str())),
        kind: kind(PHONE_NUMBER_UTIL.get_number_type(number)),
    }
}

fn kind(kind: PhoneNumberType) -> PhoneKind {
    match kind {
        PhoneNumberType::FixedLine => PhoneKind::Fixed,
        PhoneNumberType::Mobile => PhoneKind::Mobile,
        PhoneNumberType::FixedLineOrMobile => PhoneKind::FixedOrMobile,
        PhoneNumberType::TollFree => PhoneKind::TollFree,
        PhoneNumberType::PremiumRate => PhoneKind::Premium,
        PhoneNumberType::VoIP => PhoneKind::Voip,
        _ => PhoneKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn e164(text: &str, home: Option<&str>) -> Result<String, Refusal> {
        normalise(text, home.and_then(Country::from_code)).map(|done| done.value.e164)
    }

    #[test]
    fn national_and_international_spellings_agree() {
        for (text, home, expected) in [
            ("(415) 555-2671", Some("US"), "+14155552671"),
            ("+1 415 555 2671", None, "+14155552671"),
            ("001 415 555 2671", Some("DE"), "+14155552671"),
            ("0049 30 901820", None, "+4930901820"),
            ("0049 30 901820", Some("US"), "+4930901820"),
            ("+49 (0) 30 901820", None, "+4930901820"),
            ("030/901820", Some("DE"), "+4930901820"),
            ("020 7183 8750", Some("GB"), "+442071838750"),
            ("11 96123-4567", Some("BR"), "+5511961234567"),
            ("98765 43210", Some("IN"), "+919876543210"),
            ("tel:+1-415-555-2671", None, "+14155552671"),
        ] {
            assert_eq!(e164(text, home).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_a_number_is_refused_with_the_reason() {
        for (text, home, refusal) in [
            ("call me", Some("US"), Refusal::NotAPhone),
            ("12345", Some("US"), Refusal::NoSuchPhone),
            ("+1 000 000 0000", None, Refusal::NoSuchPhone),
            ("415 555 2671", None, Refusal::PhoneWithoutCountry),
            ("", None, Refusal::NotAPhone),
        ] {
            assert_eq!(e164(text, home), Err(refusal), "{text}");
        }
    }

    #[test]
    fn the_kind_and_country_come_from_the_plan() {
        let mobile = normalise("+5511961234567", None).unwrap().value;
        assert_eq!(mobile.kind, PhoneKind::Mobile);
        assert_eq!(mobile.country, Country::from_code("BR"));
        let free = normalise("+18002345678", None).unwrap().value;
        assert_eq!(free.kind, PhoneKind::TollFree);
    }

    #[test]
    fn an_extension_is_cut_off_and_noted() {
        let done = normalise("+1 415 555 2671 ext. 12", None).unwrap();
        assert_eq!(done.value.e164, "+14155552671");
        assert_eq!(done.notes, [Note::ExtensionDropped]);
    }
}
