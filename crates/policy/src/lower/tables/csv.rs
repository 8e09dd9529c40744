//! CSV after RFC 4180, with the place of each cell: a table's mistakes are underlined like any
//! other. Bare quotes inside a cell are taken as they are; blank lines are skipped.

use crate::span::Span;

/// One cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: String,
    pub(super) span: Span,
}

/// The rows of file number `file`.
pub(super) fn rows(file: u16, text: &str) -> Vec<Vec<Cell>> {
    let mut reader =
        Reader { file, text, at: text.len() - text.trim_start_matches('\u{feff}').len() };
    let mut rows = Vec::new();
    while reader.at < text.len() {
        let row = reader.row();
        if row.iter().any(|it| !it.text.trim().is_empty()) {
            rows.push(row);
        }
    }
    rows
}

struct Reader<'a> {
    file: u16,
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn row(&mut self) -> Vec<Cell> {
        let mut row = Vec::new();
        loop {
            row.push(self.cell());
            match self.take() {
                Some(',') => {}
                Some('\r') if self.peek() == Some('\n') => {
                    self.take();
                    return row;
                }
                Some(_) | None => return row,
            }
        }
    }

    /// Up to the comma or line end that closes the cell.
    fn cell(&mut self) -> Cell {
        let start = self.at;
        let mut text = String::new();
        let mut quoted = self.peek() == Some('"');
        if quoted {
            self.take();
        }
        while let Some(letter) = self.peek() {
            match letter {
                '"' if quoted => {
                    self.take();
                    if self.peek() == Some('"') {
                        self.take();
                        text.push('"');
                    } else {
                        quoted = false;
                    }
                }
                ',' | '\n' | '\r' if !quoted => break,
                other => {
                    self.take();
                    text.push(other);
                }
            }
        }
        let place = |it: usize| u32::try_from(it).unwrap_or(u32::MAX);
        Cell { text, span: Span { file: self.file, start: place(start), end: place(self.at) } }
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|it| it.chars().next())
    }

    fn take(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_line_ends_follow_rfc_4180() {
        let text = "a,b\r\n\"x, \"\"y\"\"\",2\n\n,\nlast";
        let texts: Vec<Vec<String>> = rows(0, text)
            .into_iter()
            .map(|row| row.into_iter().map(|it| it.text).collect())
            .collect();
        assert_eq!(texts, [vec!["a", "b"], vec!["x, \"y\"", "2"], vec!["last"]]);
    }

    #[test]
    fn cells_know_their_place() {
        let text = "a,ä\nb,\"c\"";
        let found: Vec<&str> = rows(0, text)
            .iter()
            .flatten()
            .filter_map(|it| text.get(it.span.start as usize..it.span.end as usize))
            .collect();
        assert_eq!(found, ["a", "ä", "b", "\"c\""]);
    }
}
