//! Texts that mean "left alone": the untouched drop-down, `n/a`, a lone dash.

use super::text::Placeholders;
use crate::fold;
use crate::lines::SortedLines;

static WORDS: SortedLines = SortedLines::new(include_str!("../../data/placeholders.txt"));

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
    let key = fold::words(text);
    if which == Placeholders::AllButCodes && CODES.contains(&text.to_ascii_lowercase().as_str()) {
        return false;
    }
    WORDS.has(&key)
}

#[cfg(test)]
pub(crate) fn table() -> SortedLines {
    WORDS
}
