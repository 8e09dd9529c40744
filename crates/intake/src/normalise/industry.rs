//! Industries: one key for the usual spellings of an industry, the folded text for all others.

use crate::fold;
use crate::lines::SortedLines;
use crate::note::Normalised;
use crate::refusal::Refusal;

/// Folded spelling in snake case, to key.
static SPELLINGS: SortedLines = SortedLines::new(include_str!("../../data/industries.txt"));

/// The key of an industry, in lower snake case: `SaaS` and `Computer Software` are `software`.
///
/// # Errors
/// [`Refusal::NothingLeft`] when the text holds no letter and no digit.
pub fn normalise(text: &str) -> Result<Normalised<String>, Refusal> {
    let key = fold::snake(text);
    if key.is_empty() {
        return Err(Refusal::NothingLeft);
    }
    Ok(Normalised::plain(SPELLINGS.get(&key).map_or(key, str::to_owned)))
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &SPELLINGS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usual_spellings_share_a_key_and_others_keep_theirs() {
        for (text, key) in [
            ("SaaS", "software"),
            ("Computer Software", "software"),
            ("Health Care", "healthcare"),
            ("Banking & Finance", "financial_services"),
            ("Beekeeping", "beekeeping"),
        ] {
            assert_eq!(normalise(text), Ok(Normalised::plain(key.to_owned())), "{text}");
        }
        assert_eq!(normalise("!"), Err(Refusal::NothingLeft));
    }
}
