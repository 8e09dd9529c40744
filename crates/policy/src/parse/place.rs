//! Which bytes of the file a scalar's text was made from.

use std::iter::Peekable;
use std::str::CharIndices;

/// Pieces of `text` and of the file that map one to one, as [`crate::tree::Scalar::places`] wants
/// them. `raw` is the file's text at `start`, without the quote marks that enclose it.
pub(super) fn places(raw: &str, start: usize, text: &str, quote: Option<char>) -> Vec<(u32, u32)> {
    let mut walk = Walk {
        raw: raw.char_indices().peekable(),
        text: text.char_indices().peekable(),
        start,
        lengths: (raw.len(), text.len()),
        places: Vec::new(),
    };
    walk.mark();
    while walk.text.peek().is_some() {
        if walk.raw.peek().is_none() && walk.text.clone().all(|(_, it)| is_space(it)) {
            break;
        }
        if walk.step(quote).is_none() {
            return Vec::new();
        }
    }
    walk.mark();
    walk.places
}

struct Walk<'a> {
    raw: Peekable<CharIndices<'a>>,
    text: Peekable<CharIndices<'a>>,
    start: usize,
    /// Of raw and text.
    lengths: (usize, usize),
    places: Vec<(u32, u32)>,
}

impl Walk<'_> {
    /// Notes that text and file are in step here.
    fn mark(&mut self) {
        let raw = self.raw.peek().map_or(self.lengths.0, |it| it.0);
        let text = self.text.peek().map_or(self.lengths.1, |it| it.0);
        if let (Ok(text), Ok(file)) = (u32::try_from(text), u32::try_from(raw + self.start)) {
            self.places.push((text, file));
        }
    }

    /// Passes one character of the text, or one line break; `None` where they do not fit.
    fn step(&mut self, quote: Option<char>) -> Option<()> {
        let (_, raw) = *self.raw.peek()?;
        let (_, text) = *self.text.peek()?;
        if raw == '\\' && quote == Some('"') {
            return self.escape();
        }
        if raw == '\'' && quote == Some('\'') && text == '\'' {
            self.raw.next();
            self.raw.next();
            self.text.next();
            self.mark();
            return Some(());
        }
        if is_space(raw) && self.breaks_line() {
            while self.raw.next_if(|(_, it)| is_space(*it)).is_some() {}
            while self.text.next_if(|(_, it)| is_space(*it)).is_some() {}
            self.mark();
            return Some(());
        }
        if raw != text {
            return None;
        }
        self.raw.next();
        self.text.next();
        Some(())
    }

    /// Whether the white space here holds a line break.
    fn breaks_line(&self) -> bool {
        self.raw.clone().map(|(_, it)| it).take_while(|it| is_space(*it)).any(|it| it == '\n')
    }

    fn escape(&mut self) -> Option<()> {
        self.raw.next();
        let (_, kind) = self.raw.next()?;
        let digits = match kind {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '\r' | '\n' => return None,
            _ => 0,
        };
        for _ in 0..digits {
            self.raw.next();
        }
        self.text.next();
        self.mark();
        Some(())
    }
}

fn is_space(it: char) -> bool {
    matches!(it, ' ' | '\t' | '\r' | '\n')
}
