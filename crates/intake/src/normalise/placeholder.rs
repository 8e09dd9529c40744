//! Texts that mean "left alone": the untouched drop-down, `n/a`, a lone dash.

use super::text::Placeholders;
use crate::fold;
use crate::lines::SortedLines;

static WORDS: SortedLines = SortedLines::new(include_str!("../../data/placeholders.txt"));

/// The first letters of all placeholders: most texts are told apart by them without folding.
static BEGINNINGS: Beginnings = Beginnings::of(include_str!("../../data/placeholders.txt"));

/// No placeholder is longer, in bytes.
const BYTES_MAX: usize = 40;

/// Placeholders that are also codes of something.
const CODES: [&str; 1] = ["na"];

/// True when `text` says that nothing was entered.
pub fn means_missing(text: &str, which: Placeholders) -> bool {
    if which == Placeholders::Kept || BYTES_MAX < text.len() {
        return false;
    }
    if text.bytes().all(|byte| byte.is_ascii_punctuation()) {
        return true;
    }
    if !BEGINNINGS.may_hold(text) {
        return false;
    }
    let key = fold::words(text);
    if which == Placeholders::AllButCodes && CODES.contains(&text.to_ascii_lowercase().as_str()) {
        return false;
    }
    WORDS.has(&key)
}

/// Pairs of first and second letter, a bit each; 26 stands for any other second letter or none.
struct Beginnings([u32; 26]);

impl Beginnings {
    const fn of(table: &str) -> Self {
        let bytes = table.as_bytes();
        let mut pairs = [0; 26];
        let (mut at, mut is_line_start) = (0, true);
        while at + 1 < bytes.len() {
            #[expect(
                clippy::indexing_slicing,
                reason = "evaluated when compiled; bounded by the loop"
            )]
            if is_line_start && bytes[at].is_ascii_lowercase() {
                pairs[(bytes[at] - b'a') as usize] |= 1 << second(bytes[at + 1]);
            }
            #[expect(
                clippy::indexing_slicing,
                reason = "evaluated when compiled; bounded by the loop"
            )]
            let is_break = bytes[at] == b'\n';
            is_line_start = is_break;
            at += 1;
        }
        Self(pairs)
    }

    /// False when no placeholder can begin like `text`.
    fn may_hold(&self, text: &str) -> bool {
        let letters = text.as_bytes();
        let Some(start) = letters.iter().position(u8::is_ascii_alphanumeric) else { return true };
        let (Some(first), next) = (letters.get(start), letters.get(start + 1)) else { return true };
        // What is folded before or right behind the first letter is left to the slow way.
        if !text.is_ascii() || next == Some(&b'\'') {
            return true;
        }
        let row = usize::from(first.to_ascii_lowercase().wrapping_sub(b'a'));
        let pairs = self.0.get(row).copied().unwrap_or_default();
        pairs >> second(next.map_or(b' ', u8::to_ascii_lowercase)) & 1 == 1
    }
}

const fn second(letter: u8) -> u32 {
    if letter.is_ascii_lowercase() { (letter - b'a') as u32 } else { 26 }
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &WORDS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_placeholder_passes_the_first_letters() {
        for (text, _) in WORDS.entries() {
            assert!(means_missing(text, Placeholders::All), "{text}");
            assert!(
                means_missing(&format!("({})", text.to_uppercase()), Placeholders::All),
                "{text}"
            );
        }
        assert!(means_missing("N/A", Placeholders::All));
        assert!(!BEGINNINGS.may_hold("Acme") && !BEGINNINGS.may_hold("51-200"));
    }
}
