//! Yes and no, as forms and people write them, consent boxes included.

use crate::fold;
use crate::lines::SortedLines;
use crate::note::Normalised;
use crate::refusal::{Refusal, shown};

/// Folded word, to `yes` or `no`.
static WORDS: SortedLines = SortedLines::new(include_str!("../../data/yes_no.txt"));

/// Longest text that is looked up, in bytes.
const TEXT_BYTES_MAX: usize = 60;

/// Reads yes or no.
///
/// # Errors
/// [`Refusal::NotYesOrNo`]; what is not clearly a yes is never taken for one.
pub fn normalise(text: &str) -> Result<Normalised<bool>, Refusal> {
    let unclear = || Refusal::NotYesOrNo { shown: shown(text) };
    if TEXT_BYTES_MAX < text.len() {
        return Err(unclear());
    }
    if matches!(text, "✓" | "✔" | "☑" | "✅") {
        return Ok(Normalised::plain(true));
    }
    match WORDS.get(&fold::words(text)) {
        Some(meaning) => Ok(Normalised::plain(meaning == "yes")),
        None => Err(unclear()),
    }
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_consent_are_read() {
        for text in [
            "true", "TRUE", "Yes", "y", "1", "on", "I agree", "opt-in", "checked", "Sí", "ja",
            "oui", "sim", "✓",
        ] {
            assert_eq!(normalise(text), Ok(Normalised::plain(true)), "{text}");
        }
        for text in
            ["false", "No", "0", "off", "opt-out", "unsubscribed", "nein", "não", "declined"]
        {
            assert_eq!(normalise(text), Ok(Normalised::plain(false)), "{text}");
        }
    }

    #[test]
    fn unclear_answers_are_refused() {
        for text in ["", "maybe", "2", "yes and no", "I do not agree to that"] {
            assert_eq!(
                normalise(text),
                Err(Refusal::NotYesOrNo { shown: text.to_owned() }),
                "{text}"
            );
        }
    }
}
