//! What people read: lists of checks and tables, in columns, in colour on a terminal.

use std::io::{self, IsTerminal, Write};

use unicode_width::UnicodeWidthStr;

/// Who reads the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// People
    Text,
    /// Machines
    Json,
}

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Status {
    /// As it should be.
    Ok,
    /// Worth a look.
    Warn,
    /// Must be mended.
    Fail,
}

/// One line of a list of checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) status: Status,
    pub(crate) name: String,
    pub(crate) detail: String,
}

impl Status {
    /// As machines read it.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warn => "warn",
            Self::Fail => "fail",
        }
    }

    const fn color(self) -> &'static str {
        match self {
            Self::Ok => "\x1b[32m",
            Self::Warn => "\x1b[33m",
            Self::Fail => "\x1b[31m",
        }
    }
}

impl Line {
    pub(crate) fn new(status: Status, name: &str, detail: impl Into<String>) -> Self {
        Self { status, name: name.to_owned(), detail: detail.into() }
    }
}

/// Writes checks below each other.
pub(crate) fn checks(out: &mut dyn Write, lines: &[Line]) -> io::Result<()> {
    let color = colored();
    let name_width = lines.iter().map(|it| it.name.width()).max().unwrap_or(0);
    for line in lines {
        let word = line.status.as_str();
        let gap = " ".repeat(4 - word.len());
        let word = match color {
            true => format!("{}{word}\x1b[0m", line.status.color()),
            false => word.to_owned(),
        };
        let fill = " ".repeat(name_width - line.name.width());
        let text = format!("  {word}{gap}  {}{fill}  {}", line.name, line.detail);
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// Writes rows in columns under a header; the last column is as long as it is.
pub(crate) fn table<const N: usize>(
    out: &mut dyn Write,
    header: [&str; N],
    rows: &[[String; N]],
) -> io::Result<()> {
    let header = header.map(str::to_uppercase);
    let all = || std::iter::once(&header).chain(rows);
    let mut widths = [0; N];
    for row in all() {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.width().max(*width);
        }
    }
    for row in all() {
        let mut text = String::new();
        for (cell, width) in row.iter().zip(widths) {
            text.push_str(cell);
            text.push_str(&" ".repeat(width - cell.width() + 2));
        }
        writeln!(out, "{}", text.trim_end())?;
    }
    Ok(())
}

/// A whole number with a comma between thousands.
pub(crate) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at != 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number < 0 { format!("-{text}") } else { text }
}

/// A number of things in words, e.g. `1 row`, `1,204 rows`.
pub(crate) fn counted(number: i64, thing: &str) -> String {
    format!("{} {thing}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// Bytes in the largest fitting unit of 1024, e.g. `3.2 GiB`.
pub(crate) fn bytes(number: u64) -> String {
    let mut value = number as f64;
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB"] {
        if value < 1024.0 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    match unit {
        "B" => format!("{number} B"),
        unit => format!("{value:.1} {unit}"),
    }
}

/// Whether standard output takes colours.
fn colored() -> bool {
    let plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
    io::stdout().is_terminal() && !plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_thousands() {
        let shown = [0, 7, 999, 1_000, 1_234_567, -45_000].map(grouped);
        assert_eq!(shown, ["0", "7", "999", "1,000", "1,234,567", "-45,000"]);
        assert_eq!(counted(1, "row"), "1 row");
        assert_eq!(counted(2_000, "row"), "2,000 rows");
    }

    #[test]
    fn bytes_are_shown_in_the_largest_fitting_unit() {
        let shown = [0, 1023, 1024, 5 * 1024 * 1024, 3 << 40].map(bytes);
        assert_eq!(shown, ["0 B", "1023 B", "1.0 KiB", "5.0 MiB", "3.0 TiB"]);
    }

    #[test]
    fn columns_line_up_for_wide_letters_too() {
        let mut out = Vec::new();
        let rows = [["東京".to_owned(), "a".to_owned()], ["x".to_owned(), "b".to_owned()]];
        table(&mut out, ["name", "role"], &rows).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text, "NAME  ROLE\n東京  a\nx     b\n");
    }
}
