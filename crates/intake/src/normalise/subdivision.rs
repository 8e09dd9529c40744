//! States, provinces and regions of a country, as ISO 3166-2 codes.
//!
//! Known: Australia, Brazil, Canada, Germany, India, Mexico, the United States.

use super::country::Country;
use crate::fold;
use crate::lines::SortedLines;
use crate::note::Normalised;
use crate::refusal::{Refusal, shown};

/// Country and folded name or abbreviation, e.g. `us california`, to ISO 3166-2 code.
static SPELLINGS: SortedLines = SortedLines::new(include_str!("../../data/subdivisions.txt"));

/// Longest text that is looked up, in bytes.
const TEXT_BYTES_MAX: usize = 100;

/// A state, province or region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Subdivision {
    code: &'static str,
}

impl Subdivision {
    /// The ISO 3166-2 code, e.g. `US-CA`.
    pub fn as_str(self) -> &'static str {
        self.code
    }
}

/// True when the states of `country` are known.
pub fn covers(country: Country) -> bool {
    matches!(country.as_str(), "AU" | "BR" | "CA" | "DE" | "IN" | "MX" | "US")
}

/// Reads a state of `country` by name, abbreviation or ISO 3166-2 code; `None` when the states of
/// that country are not known.
///
/// # Errors
/// [`Refusal::UnknownSubdivision`] with the nearest known name, when one is near.
pub fn normalise(text: &str, country: Country) -> Result<Option<Normalised<Subdivision>>, Refusal> {
    if !covers(country) {
        return Ok(None);
    }
    let unknown = |nearest| Refusal::UnknownSubdivision {
        shown: shown(text),
        country: country.to_string(),
        nearest,
    };
    if TEXT_BYTES_MAX < text.len() {
        return Err(unknown(None));
    }
    let prefix = country.as_str().to_ascii_lowercase();
    let folded = fold::compact(text);
    // An ISO code carries the country itself: `US-CA` is folded to `usca`.
    let bare = match (text.as_bytes().get(2), folded.strip_prefix(prefix.as_str())) {
        (Some(b'-'), Some(bare)) if !bare.is_empty() => bare,
        _ => folded.as_str(),
    };
    match SPELLINGS.get(&format!("{prefix} {bare}")) {
        Some(code) => Ok(Some(Normalised::plain(Subdivision { code }))),
        None => Err(unknown(nearest(&prefix, bare))),
    }
}

fn nearest(prefix: &str, bare: &str) -> Option<&'static str> {
    if bare.len() < 4 {
        return None;
    }
    let names =
        SPELLINGS.entries().filter_map(|(key, _)| key.strip_prefix(prefix)?.strip_prefix(' '));
    policy::nearest::nearest(bare, names)
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &SPELLINGS
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, country: &str) -> Option<&'static str> {
        let country = Country::from_code(country).unwrap();
        normalise(text, country).unwrap().map(|done| done.value.as_str())
    }

    #[test]
    fn names_abbreviations_and_codes_are_read() {
        for (text, country, expected) in [
            ("California", "US", "US-CA"),
            ("CA", "US", "US-CA"),
            ("Calif.", "US", "US-CA"),
            ("US-CA", "US", "US-CA"),
            ("D.C.", "US", "US-DC"),
            ("new york", "US", "US-NY"),
            ("Québec", "CA", "CA-QC"),
            ("B.C.", "CA", "CA-BC"),
            ("NSW", "AU", "AU-NSW"),
            ("Bayern", "DE", "DE-BY"),
            ("Bavaria", "DE", "DE-BY"),
            ("NRW", "DE", "DE-NW"),
            ("São Paulo", "BR", "BR-SP"),
            ("SP", "BR", "BR-SP"),
            ("Orissa", "IN", "IN-OD"),
            ("Maharashtra", "IN", "IN-MH"),
            ("Nuevo León", "MX", "MX-NLE"),
            ("Jal.", "MX", "MX-JAL"),
        ] {
            assert_eq!(code(text, country), Some(expected), "{text}");
        }
    }

    #[test]
    fn each_country_has_all_of_its_states() {
        for (country, count) in
            [("AU", 8), ("BR", 27), ("CA", 13), ("DE", 16), ("IN", 36), ("MX", 32), ("US", 57)]
        {
            let mut codes: Vec<_> = SPELLINGS
                .entries()
                .map(|it| it.1)
                .filter(|code| code.starts_with(country))
                .collect();
            codes.sort_unstable();
            codes.dedup();
            assert_eq!(codes.len(), count, "{country}");
        }
    }

    #[test]
    fn a_country_without_known_states_is_not_judged() {
        assert_eq!(code("Île-de-France", "FR"), None);
    }

    #[test]
    fn misspellings_are_refused_with_a_suggestion() {
        let refusal = normalise("Califronia", Country::from_code("US").unwrap()).unwrap_err();
        assert!(matches!(refusal, Refusal::UnknownSubdivision { nearest: Some("california"), .. }));
    }
}
