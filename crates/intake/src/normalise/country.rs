//! Countries: names in many languages, codes and common aliases to ISO 3166-1 alpha-2.
//!
//! An unknown spelling is refused; the nearest English name is only suggested in the refusal.

use std::fmt;

use crate::fold;
use crate::lines::SortedLines;
use crate::note::Normalised;
use crate::refusal::{Refusal, shown};

/// Folded name or code, to alpha-2 code.
static SPELLINGS: SortedLines = SortedLines::new(include_str!("../../data/countries.txt"));
/// Alpha-2 code, to alpha-3 code and English name.
static NAMES: SortedLines = SortedLines::new(include_str!("../../data/country_names.txt"));

/// Longest text that is looked up or compared, in bytes.
const TEXT_BYTES_MAX: usize = 100;

/// Shortest folded text for which a nearest name is worth suggesting.
const SUGGEST_BYTES_MIN: usize = 4;

/// A country or territory of ISO 3166-1, or Kosovo as `XK`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country([u8; 2]);

impl Country {
    /// The country with this alpha-2 code in upper case, if it is assigned.
    pub fn from_code(code: &str) -> Option<Self> {
        let bytes: [u8; 2] = code.as_bytes().try_into().ok()?;
        NAMES.has(code).then_some(Self(bytes))
    }

    /// The alpha-2 code, e.g. `DE`.
    pub fn as_str(&self) -> &str {
        // INVARIANT: the constructor admits codes of the table only, which are ASCII.
        std::str::from_utf8(&self.0).unwrap_or("")
    }

    /// The alpha-3 code, e.g. `DEU`.
    pub fn alpha3(self) -> &'static str {
        self.entry().0
    }

    /// The English name, e.g. `Germany`.
    pub fn english_name(self) -> &'static str {
        self.entry().1
    }

    /// Every country, by code.
    pub fn all() -> impl Iterator<Item = Self> {
        NAMES.entries().filter_map(|(code, _)| Self::from_code(code))
    }

    fn entry(self) -> (&'static str, &'static str) {
        NAMES.get(self.as_str()).and_then(|it| it.split_once('\t')).unwrap_or(("", ""))
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Reads a country name, alias, alpha-2 or alpha-3 code.
///
/// # Errors
/// [`Refusal::UnknownCountry`] with the nearest English name, when one is near.
pub fn normalise(text: &str) -> Result<Normalised<Country>, Refusal> {
    if let Some(country) = Country::from_code(text) {
        return Ok(Normalised::plain(country));
    }
    let unknown = |nearest| Refusal::UnknownCountry { shown: shown(text), nearest };
    if TEXT_BYTES_MAX < text.len() {
        return Err(unknown(None));
    }
    let key = fold::compact(text);
    match SPELLINGS.get(&key).and_then(Country::from_code) {
        Some(country) => Ok(Normalised::plain(country)),
        None => Err(unknown(nearest(&key))),
    }
}

/// The English name of the country one of whose spellings is nearest to `key`.
fn nearest(key: &str) -> Option<&'static str> {
    if key.len() < SUGGEST_BYTES_MIN {
        return None;
    }
    // The first letter is rarely mistyped, and comparing with every spelling would be slow.
    let first = key.as_bytes().first();
    let near = SPELLINGS
        .entries()
        .map(|(spelling, _)| spelling)
        .filter(|it| it.as_bytes().first() == first && it.len().abs_diff(key.len()) <= 2);
    let spelling = policy::nearest::nearest(key, near)?;
    Country::from_code(SPELLINGS.get(spelling)?).map(Country::english_name)
}

#[cfg(test)]
pub(crate) fn tables() -> [&'static SortedLines; 2] {
    [&SPELLINGS, &NAMES]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_aliases_and_codes_are_read() {
        for (text, code) in [
            ("DE", "DE"),
            ("de", "DE"),
            ("DEU", "DE"),
            ("Germany", "DE"),
            ("Deutschland", "DE"),
            ("U.S.A.", "US"),
            ("United States of America", "US"),
            ("Estados Unidos", "US"),
            ("UK", "GB"),
            ("England", "GB"),
            ("Great Britain", "GB"),
            ("Holland", "NL"),
            ("Côte d’Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            ("日本", "JP"),
            ("Россия", "RU"),
            ("Österreich", "AT"),
            ("Osterreich", "AT"),
            ("Türkiye", "TR"),
            ("Turkey", "TR"),
            ("NA", "NA"),
            ("Brasil", "BR"),
            ("South Korea", "KR"),
            ("Korea, Republic of", "KR"),
            ("Czech Republic", "CZ"),
            ("España", "ES"),
            ("中国", "CN"),
            ("UAE", "AE"),
            ("Viet Nam", "VN"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Georgia", "GE"),
            ("Dominica", "DM"),
        ] {
            assert_eq!(normalise(text).unwrap().value.as_str(), code, "{text}");
        }
    }

    #[test]
    fn misspellings_are_refused_with_a_suggestion() {
        for (text, meant) in
            [("Germnay", "Germany"), ("Untied States", "United States"), ("Brazli", "Brazil")]
        {
            let refusal = normalise(text).unwrap_err();
            let expected = Refusal::UnknownCountry { shown: text.to_owned(), nearest: Some(meant) };
            assert_eq!(refusal, expected);
        }
        for text in ["Atlantis", "zz", "", "123"] {
            let refusal = normalise(text).unwrap_err();
            assert_eq!(refusal, Refusal::UnknownCountry { shown: text.to_owned(), nearest: None });
        }
    }

    #[test]
    fn there_are_249_iso_countries_and_kosovo() {
        assert_eq!(Country::all().count(), 250);
        let germany = Country::from_code("DE").unwrap();
        assert_eq!((germany.alpha3(), germany.english_name()), ("DEU", "Germany"));
    }
}
