//! Languages: names, ISO 639 codes and tags such as `en-US` to ISO 639-1.

use crate::fold;
use crate::lines::SortedLines;
use crate::note::Normalised;
use crate::refusal::{Refusal, shown};

/// Folded name or code, to ISO 639-1 code.
static SPELLINGS: SortedLines = SortedLines::new(include_str!("../../data/languages.txt"));

/// Longest text that is looked up, in bytes.
const TEXT_BYTES_MAX: usize = 60;

/// Reads a language by name, code or tag.
///
/// # Errors
/// [`Refusal::UnknownLanguage`].
pub fn normalise(text: &str) -> Result<Normalised<&'static str>, Refusal> {
    let unknown = || Refusal::UnknownLanguage { shown: shown(text) };
    if TEXT_BYTES_MAX < text.len() {
        return Err(unknown());
    }
    let code = SPELLINGS.get(&fold::compact(text)).or_else(|| {
        let (first, region) = text.split_once(['-', '_'])?;
        let is_tag = (2..=3).contains(&first.len()) && (2..=10).contains(&region.len());
        is_tag.then(|| SPELLINGS.get(&fold::compact(first))).flatten()
    });
    code.map(Normalised::plain).ok_or_else(unknown)
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &SPELLINGS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_codes_and_tags_are_read() {
        for (text, code) in [
            ("en", "en"),
            ("EN-us", "en"),
            ("pt_BR", "pt"),
            ("German", "de"),
            ("Deutsch", "de"),
            ("deu", "de"),
            ("ger", "de"),
            ("Español", "es"),
            ("français", "fr"),
            ("日本語", "ja"),
            ("Mandarin", "zh"),
            ("Portuguese", "pt"),
        ] {
            assert_eq!(normalise(text), Ok(Normalised::plain(code)), "{text}");
        }
        assert_eq!(
            normalise("Klingonese"),
            Err(Refusal::UnknownLanguage { shown: "Klingonese".into() })
        );
    }
}
