//! Cells of files that people open in spreadsheets, where some texts would run as formulas.
//!
//! A text that might is written with a quote before it, and read without. Phone numbers with a
//! plus sign and negative numbers are such texts too; they come back as they were.

use std::borrow::Cow;

/// What is put before a text.
const GUARD: char = '\'';

/// What a formula starts with.
const STARTS: [char; 4] = ['=', '+', '-', '@'];

/// The text as it is written.
pub(super) fn guarded(text: &str) -> Cow<'_, str> {
    match is_risky(text) {
        true => Cow::Owned(format!("{GUARD}{text}")),
        false => Cow::Borrowed(text),
    }
}

/// A written text as it was.
pub(super) fn plain(text: &str) -> &str {
    match text.strip_prefix(GUARD) {
        Some(rest) if is_risky(rest) => rest,
        Some(_) | None => text,
    }
}

/// Whether a line of the text would start a formula. Guards before it do not count, so that what
/// looks guarded already is guarded once more and comes back whole.
fn is_risky(text: &str) -> bool {
    let text = text.trim_start_matches(GUARD);
    text.starts_with(['\t', '\r'])
        || text.split(['\n', '\r']).any(|line| line.trim_start().starts_with(STARTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_guarded_and_nothing_else() {
        for text in ["=1+1", " =A1", "\u{a0}@x", "-1", "+49 30 1", "\tx", "\rx", "a\n=b", "'=1"] {
            assert_eq!(guarded(text), format!("'{text}"));
        }
        for text in ["", "a=b", "'", "'tis", "O'Hara", "a\nb - c", "1-2"] {
            assert_eq!(guarded(text), text);
        }
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let letters = ['\'', '=', '+', '@', '\t', '\r', '\n', ' ', 'a'];
        let mut texts = vec![String::new()];
        for length in 0..5 {
            let longer = texts.iter().filter(|it| it.chars().count() == length);
            let longer = longer.flat_map(|it| letters.map(|letter| format!("{it}{letter}")));
            texts.extend(longer.collect::<Vec<_>>());
        }
        for text in texts {
            let written = guarded(&text);
            assert_eq!(plain(&written), text);
            assert!(!written.trim_start().starts_with(STARTS), "{text:?}");
        }
    }
}
