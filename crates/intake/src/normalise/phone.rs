//! Phone numbers: E.164 by Google's metadata, valid numbers only.

use rlibphonenumber::enums::Region;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat};

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
    let (number, region) = match existing(number) {
        Some(found) => found,
        // Where people dial abroad with another prefix, `00` is still written by those who come
        // from elsewhere.
        None => without_region(text).ok().and_then(existing).ok_or(Refusal::NoSuchPhone)?,
    };
    let dropped = number.extension.is_some();
    Ok(Normalised {
        value: Phone {
            e164: PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned(),
            country: Country::from_code(&region.as_region_str()),
        },
        notes: if dropped { vec![Note::ExtensionDropped] } else { Vec::new() },
    })
}

/// A number that can exist, with the region whose plan it follows.
fn existing(number: PhoneNumber) -> Option<(PhoneNumber, Region)> {
    // Of regions that share a code the first is asked first below too, and most numbers are its own.
    let first = PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code);
    if let Some(region) = first
        && PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, region)
    {
        return Some((number, region));
    }
    let region = PHONE_NUMBER_UTIL.get_region_for_number(&number)?;
    let valid = PHONE_NUMBER_UTIL.is_valid_number_for_region(&number, region);
    valid.then_some((number, region))
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
    fn the_country_comes_from_the_plan() {
        let country = |text| normalise(text, None).unwrap().value.country;
        assert_eq!(country("+5511961234567"), Country::from_code("BR"));
        assert_eq!(country("+16135550123"), Country::from_code("CA"));
        assert_eq!(country("+80012345678"), None);
    }

    #[test]
    fn an_extension_is_cut_off_and_noted() {
        let done = normalise("+1 415 555 2671 ext. 12", None).unwrap();
        assert_eq!(done.value.e164, "+14155552671");
        assert_eq!(done.notes, [Note::ExtensionDropped]);
    }
}
