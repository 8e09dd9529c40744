//! Aligned tables for a terminal: numbers to the right, wide characters counted by their width, columns dropped from the
//! right when there is no room.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Which side a column's cells stick to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Right,
}

/// A table: column heads and rows of cells, most important columns first.
#[derive(Clone, Debug)]
pub(super) struct Grid {
    pub(super) heads: Vec<(&'static str, Align)>,
    pub(super) rows: Vec<Vec<String>>,
}

const GAP: usize = 2;
/// The first column gives way down to this width before another column is dropped.
const FIRST_MIN: usize = 16;

impl Grid {
    /// Lines of at most `width` columns: head, then rows.
    pub(super) fn lines(&self, width: usize) -> Vec<String> {
        let widths = self.fit(width);
        let heads: Vec<String> = self.heads.iter().map(|(head, _)| (*head).to_owned()).collect();
        let rows = std::iter::once(&heads).chain(&self.rows);
        rows.flat_map(|row| self.row(row, &widths)).collect()
    }

    /// The width of every column that has room.
    fn fit(&self, width: usize) -> Vec<usize> {
        let natural = self.heads.iter().enumerate().map(|(at, (head, _))| {
            let cells = self.rows.iter().filter_map(|row| row.get(at)).map(|it| it.width());
            cells.chain([head.width()]).max().unwrap_or(0)
        });
        let mut widths: Vec<usize> = natural.collect();
        let first = widths.first().copied().unwrap_or(0);
        let needed = first.min(FIRST_MIN);
        let mut used = needed;
        let mut kept = widths.len().min(1);
        for column in widths.iter().skip(1) {
            if used + GAP + column > width {
                break;
            }
            used += GAP + column;
            kept += 1;
        }
        widths.truncate(kept);
        if let Some(it) = widths.first_mut() {
            *it = first.min(needed + width.saturating_sub(used));
        }
        widths
    }

    /// A row: a name that is too long goes on below.
    fn row(&self, row: &[String], widths: &[usize]) -> Vec<String> {
        let name = row.first().map_or("", String::as_str);
        let mut pieces = folded(name, widths.first().copied().unwrap_or(0)).into_iter();
        let mut first = row.to_vec();
        if let (Some(cell), Some(piece)) = (first.first_mut(), pieces.next()) {
            *cell = piece;
        }
        std::iter::once(self.line(&first, widths)).chain(pieces).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::new();
        for ((cell, &width), (_, align)) in row.iter().zip(widths).zip(&self.heads) {
            if !line.is_empty() {
                line.extend(std::iter::repeat_n(' ', GAP));
            }
            match align {
                Align::Left => line.push_str(&left(cell, width)),
                Align::Right => line.push_str(&right(cell, width)),
            }
        }
        line.trim_end().to_owned()
    }
}

/// `text` cut or filled to `width` columns on a terminal.
pub(super) fn left(text: &str, width: usize) -> String {
    let mut out = cut(text, width);
    let missing = width.saturating_sub(out.width());
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

fn right(text: &str, width: usize) -> String {
    let text = cut(text, width);
    let missing = width.saturating_sub(text.width());
    std::iter::repeat_n(' ', missing).chain(text.chars()).collect()
}

/// `text` in pieces of at most `width` columns, those behind the first set in; broken between
/// words where it can be.
fn folded(text: &str, width: usize) -> Vec<String> {
    let text = clean(text);
    if text.width() <= width || width <= GAP {
        return vec![text];
    }
    let mut pieces: Vec<String> = Vec::new();
    let mut piece = String::new();
    for word in text.split_inclusive(' ') {
        let indent = if pieces.is_empty() { "" } else { "  " };
        if piece.width() > indent.width() && width < piece.width() + word.trim_end().width() {
            pieces.push(std::mem::replace(&mut piece, "  ".to_owned()));
        }
        for letter in word.chars() {
            if width < piece.width() + letter.width().unwrap_or(0) && letter != ' ' {
                pieces.push(std::mem::replace(&mut piece, "  ".to_owned()));
            }
            piece.push(letter);
        }
    }
    pieces.push(piece);
    pieces.iter().map(|it| it.trim_end().to_owned()).collect()
}

/// A value from a form must not reach the terminal as an escape sequence.
fn clean(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}

/// `text` without control characters, with an ellipsis where it was too wide.
fn cut(text: &str, width: usize) -> String {
    let clean = clean(text);
    if clean.width() <= width {
        return clean;
    }
    let mut out = String::new();
    let mut used = 1;
    for it in clean.chars() {
        used += it.width().unwrap_or(0);
        if used > width {
            break;
        }
        out.push(it);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

/// Breaks `text` between words into lines of at most `width` columns; a longer word stays whole.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.width() + 1 + word.width() > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        Grid {
            heads: vec![("Name", Align::Left), ("Handoffs", Align::Right), ("Rate", Align::Right)],
            rows: vec![row(["東京支社の営業", "1,200", "81.6 %"]), row(["Ana", "7", "-"])],
        }
    }

    #[test]
    fn wide_characters_count_twice() {
        let lines = grid().lines(80);
        assert_eq!(lines[0], "Name            Handoffs    Rate");
        assert_eq!(lines[1], "東京支社の営業     1,200  81.6 %");
        assert_eq!(lines[2], "Ana                    7       -");
    }

    #[test]
    fn columns_without_room_are_dropped_from_the_right() {
        assert_eq!(grid().lines(26)[2], "Ana                    7");
    }

    #[test]
    fn long_names_go_on_below() {
        let mut grid = grid();
        grid.rows[0][0] = "Marketing - Contact Sales Enterprise".to_owned();
        grid.rows[1][0] = "averylongnamewithoutspaces".to_owned();
        let lines = grid.lines(34);
        assert_eq!(
            lines[1..],
            [
                "Marketing -          1,200  81.6 %",
                "  Contact Sales",
                "  Enterprise",
                "averylongnamewit         7       -",
                "  houtspaces",
            ]
            .map(str::to_owned)
        );
    }

    #[test]
    fn long_names_are_cut_and_control_characters_blanked() {
        assert_eq!(left("a\u{1b}[31mb", 12), "a [31mb     ");
        assert_eq!(left("Marketing", 5), "Mark…");
        assert_eq!(left("東京支社", 6), "東京… ");
    }

    #[test]
    fn words_are_wrapped_at_the_width() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
    }
}
