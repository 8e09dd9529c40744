//! Bytes to text: UTF-8 without control characters.

use std::borrow::Cow;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;

/// Findings of one kind shown before the rest is left out.
const SHOWN_MAX: usize = 20;

/// The text of a file's bytes. Bytes that are not UTF-8 are reported and replaced by `U+FFFD`.
pub fn decode(file: u16, bytes: &[u8], diagnostics: &mut Diagnostics) -> String {
    let utf16 = bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(error) => {
            let text = String::from_utf8_lossy(bytes).into_owned();
            let at = if utf16 { 0 } else { error.valid_up_to() };
            let message = match utf16 {
                true => "the file is UTF-16, not UTF-8",
                false => "the file is not UTF-8",
            };
            let found = Diagnostic::error("P0008", message, span(file, at, at + 3, text.len()))
                .help("save it as UTF-8");
            diagnostics.push(found);
            text
        }
    }
}

/// The same text with control characters reported and replaced by as many spaces.
pub(super) fn without_control_characters<'a>(
    file: u16,
    text: &'a str,
    diagnostics: &mut Diagnostics,
) -> Cow<'a, str> {
    if !text.chars().any(refused) {
        return Cow::Borrowed(text);
    }
    let found = text.char_indices().filter(|(_, it)| refused(*it)).take(SHOWN_MAX);
    for (at, it) in found {
        let what = match it {
            '\0' => "a NUL byte".to_owned(),
            it => format!("the control character U+{:04X}", u32::from(it)),
        };
        let place = span(file, at, at + it.len_utf8(), text.len());
        let found = Diagnostic::error("P0007", format!("{what} stands in the file"), place)
            .label("not a character of a policy")
            .help("delete it; if there are many, the file is not a text file in UTF-8")
            .fix(place, "");
        diagnostics.push(found);
    }
    let mut clean = String::with_capacity(text.len());
    for it in text.chars() {
        match refused(it) {
            true => clean.extend(std::iter::repeat_n(' ', it.len_utf8())),
            false => clean.push(it),
        }
    }
    Cow::Owned(clean)
}

fn refused(it: char) -> bool {
    let allowed = matches!(it, '\t' | '\n' | '\r' | '\u{85}');
    (it.is_control() && !allowed) || matches!(it, '\u{FFFE}' | '\u{FFFF}')
}

fn span(file: u16, start: usize, end: usize, length: usize) -> Span {
    let cap = |at: usize| u32::try_from(at.min(length)).unwrap_or(u32::MAX);
    Span { file, start: cap(start), end: cap(end) }
}
