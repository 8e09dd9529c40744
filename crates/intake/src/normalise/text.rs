//! Plain text: encoding repaired, invisible characters removed, whitespace tidied, NFC, and
//! placeholders such as `Select` or `n/a` turned into a missing value.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::{mojibake, placeholder};
use crate::note::{Normalised, Note};
use crate::refusal::Refusal;

/// Longest one-line value such as a name or a job title, in bytes.
pub const LINE_BYTES_MAX: usize = 1_000;

/// Longest free text such as a message, in bytes.
pub const PARAGRAPHS_BYTES_MAX: usize = 65_536;

/// Each repair halves a layered text, so more rounds than this cannot be needed.
const REPAIR_ROUNDS_MAX: usize = 20;

/// How a field treats its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextRules {
    /// Longest raw value in bytes; anything longer is refused unread.
    pub bytes_max: usize,
    /// What happens to line breaks.
    pub shape: Shape,
    /// Which texts count as "left alone".
    pub placeholders: Placeholders,
}

/// Whether a text is one line or may have several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// All whitespace collapses to single spaces.
    Line,
    /// Line breaks stay; at most one empty line in a row.
    Paragraphs,
}

/// Which texts mean that nothing was entered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placeholders {
    /// Every known placeholder.
    All,
    /// All but those that are also codes: `NA` is Namibia.
    AllButCodes,
    /// None: every text is meant.
    Kept,
}

impl TextRules {
    /// Rules for a one-line value.
    pub const LINE: Self =
        Self { bytes_max: LINE_BYTES_MAX, shape: Shape::Line, placeholders: Placeholders::All };

    /// Rules for free text, where `none` may be an honest answer.
    pub const PARAGRAPHS: Self = Self {
        bytes_max: PARAGRAPHS_BYTES_MAX,
        shape: Shape::Paragraphs,
        placeholders: Placeholders::Kept,
    };

    /// Rules for a one-line value that may be a country or region code.
    pub const CODE: Self = Self { placeholders: Placeholders::AllButCodes, ..Self::LINE };
}

/// Cleans `raw`; `None` means missing: blank, or a placeholder (then with [`Note::Placeholder`]).
///
/// # Errors
/// [`Refusal::TooLong`] when `raw` has more bytes than the rules allow.
pub fn clean(raw: &str, rules: TextRules) -> Result<Normalised<Option<Cow<'_, str>>>, Refusal> {
    if rules.bytes_max < raw.len() {
        return Err(Refusal::TooLong { bytes: raw.len(), bytes_max: rules.bytes_max });
    }
    let mut notes = Vec::new();
    let text =
        if is_tidy_ascii(raw) { Cow::Borrowed(raw) } else { tidy(raw, rules.shape, &mut notes) };
    if text.is_empty() {
        return Ok(Normalised { value: None, notes: Vec::new() });
    }
    if placeholder::means_missing(&text, rules.placeholders) {
        return Ok(Normalised { value: None, notes: vec![Note::Placeholder] });
    }
    Ok(Normalised { value: Some(text), notes })
}

/// The common case: printable ASCII, single spaces, none at the ends. Scans without a way out in
/// the middle are made for many bytes at once.
fn is_tidy_ascii(raw: &str) -> bool {
    let is_printable = raw.bytes().fold(true, |all, byte| all & (b' '..=b'~').contains(&byte));
    is_printable && !raw.starts_with(' ') && !raw.ends_with(' ') && !raw.contains("  ")
}

fn tidy<'a>(raw: &'a str, shape: Shape, notes: &mut Vec<Note>) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(raw);
    // Composing and stripping can complete a garbled sequence, so repair runs until all is still.
    for _ in 0..REPAIR_ROUNDS_MAX {
        let before = text.clone();
        if let Some((repaired, read_as)) = mojibake::repair(&text) {
            text = Cow::Owned(repaired);
            note_once(notes, Note::MojibakeRepaired { read_as });
        }
        let (stripped, removed) = strip_invisible(&text);
        if let Some(stripped) = stripped {
            text = Cow::Owned(stripped);
            note_once(notes, Note::InvisibleRemoved { count: removed });
        }
        if !is_nfc(&text) {
            text = Cow::Owned(text.nfc().collect());
            note_once(notes, Note::Recomposed);
        }
        if text == before {
            break;
        }
    }
    let spaced = collapse(&text, shape);
    if spaced != *text {
        text = Cow::Owned(spaced);
        notes.push(Note::WhitespaceTidied);
    }
    if text.contains('\u{fffd}') {
        notes.push(Note::LettersLost);
    }
    text
}

fn note_once(notes: &mut Vec<Note>, note: Note) {
    if !notes.iter().any(|it| it.code() == note.code()) {
        notes.push(note);
    }
}

fn strip_invisible(text: &str) -> (Option<String>, usize) {
    let removed = text.chars().filter(|&it| is_invisible(it)).count();
    if removed == 0 {
        return (None, 0);
    }
    (Some(text.chars().filter(|&it| !is_invisible(it)).collect()), removed)
}

/// Controls other than whitespace, zero-width and direction marks, soft hyphen, tags, non-characters.
fn is_invisible(letter: char) -> bool {
    match letter {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' => false,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}' => true,
        _ => letter.is_control(),
    }
}

fn collapse(text: &str, shape: Shape) -> String {
    let mut tidy = String::with_capacity(text.len());
    let (mut spaces, mut breaks) = (0, 0);
    let mut last = ' ';
    for letter in text.chars() {
        match letter {
            // CR LF is one break.
            '\n' if last == '\r' => {}
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => breaks += 1,
            _ if letter.is_whitespace() => spaces += 1,
            _ => {
                if !tidy.is_empty() {
                    match (shape, breaks, spaces) {
                        (_, 0, 0) => {}
                        (Shape::Line, _, _) | (Shape::Paragraphs, 0, _) => tidy.push(' '),
                        (Shape::Paragraphs, 1, _) => tidy.push('\n'),
                        (Shape::Paragraphs, _, _) => tidy.push_str("\n\n"),
                    }
                }
                (spaces, breaks) = (0, 0);
                tidy.push(letter);
            }
        }
        last = letter;
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(raw: &str) -> (Option<String>, Vec<Note>) {
        match clean(raw, TextRules::LINE) {
            Ok(done) => (done.value.map(Cow::into_owned), done.notes),
            Err(refusal) => panic!("{raw:?} was refused: {refusal}"),
        }
    }

    #[test]
    fn a_tidy_ascii_text_is_borrowed_and_unnoted() {
        let done = clean("Acme Inc.", TextRules::LINE).unwrap();
        assert!(matches!(done.value, Some(Cow::Borrowed("Acme Inc."))));
        assert!(done.notes.is_empty());
    }

    #[test]
    fn surplus_whitespace_and_invisible_characters_go() {
        let (text, notes) = line("\u{feff} Ana\u{a0}\u{200b} \t Silva\0 ");
        assert_eq!(text.as_deref(), Some("Ana Silva"));
        assert_eq!(notes, [Note::InvisibleRemoved { count: 3 }, Note::WhitespaceTidied]);
    }

    #[test]
    fn parts_of_letters_are_composed() {
        let (text, notes) = line("Mu\u{308}ller");
        assert_eq!(text.as_deref(), Some("Müller"));
        assert_eq!(notes, [Note::Recomposed]);
    }

    #[test]
    fn blanks_and_placeholders_are_missing() {
        assert_eq!(line(" \u{200b} "), (None, vec![]));
        for raw in [
            "Select",
            " please SELECT… ",
            "n/a",
            "N.A.",
            "-",
            "--",
            "none",
            "NULL",
            "Unknown",
            "NA",
        ] {
            assert_eq!(line(raw), (None, vec![Note::Placeholder]), "{raw:?}");
        }
        for raw in ["Selecta AG", "None of your business", "Nadia", "C", "7"] {
            assert!(line(raw).0.is_some(), "{raw:?}");
        }
    }

    #[test]
    fn na_is_a_country_code_and_not_a_placeholder() {
        let done = clean("NA", TextRules::CODE).unwrap();
        assert_eq!(done.value.as_deref(), Some("NA"));
    }

    #[test]
    fn ten_megabytes_are_refused_unread() {
        let raw = "x".repeat(10_000_000);
        let refusal = clean(&raw, TextRules::LINE).unwrap_err();
        assert_eq!(refusal, Refusal::TooLong { bytes: 10_000_000, bytes_max: 1_000 });
    }

    #[test]
    fn paragraphs_keep_their_line_breaks() {
        let done = clean(" One\r\ntwo  three\n\n\n\nfour\n", TextRules::PARAGRAPHS).unwrap();
        assert_eq!(done.value.as_deref(), Some("One\ntwo three\n\nfour"));
    }

    #[test]
    fn replacement_characters_are_flagged() {
        assert_eq!(line("M\u{fffd}ller").1, [Note::LettersLost]);
    }
}
