//! Headings and fenced blocks of a Markdown text.

use crate::span::Span;

/// A heading, or a fenced block by the first word after its fence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// `heading`, `lead`, `expect`, `roster` or any other.
    pub(super) kind: &'a str,
    /// What stands after that word on the line of the fence, e.g. a path.
    pub(super) argument: &'a str,
    /// The heading, or what stands between the fences.
    pub(super) text: &'a str,
    /// The heading, or the opening fence.
    pub(super) span: Span,
    /// The whole file.
    file: &'a str,
    start: usize,
}

impl Block<'_> {
    /// The block's text where it stands in the file, all before it blank: what is read from it has
    /// its place in the file.
    pub(super) fn in_place(&self) -> String {
        let before = self.file.get(..self.start).unwrap_or_default();
        let mut text: String =
            before.bytes().map(|it| if it == b'\n' { '\n' } else { ' ' }).collect();
        // The first line of a block must begin at its own column.
        let line = text.rfind('\n').map_or(0, |it| it + 1);
        text.truncate(line);
        text.push_str(self.text);
        text
    }
}

/// The blocks in order. A fence is closed by one at least as long, or by the end of the file.
pub(super) fn blocks(file: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut open: Option<(usize, Block<'_>)> = None;
    for line in file.split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        let text = line.trim_end();
        let ticks = text.len() - text.trim_start_matches('`').len();
        let span = Span { file: 0, start: place(start), end: place(start + text.len()) };
        match open {
            Some((length, block)) if length <= ticks && text.len() == ticks => {
                let text = file.get(block.start..start).unwrap_or_default();
                found.push(Block { text, ..block });
                open = None;
            }
            Some(_) => {}
            None if 3 <= ticks => {
                let head = text.trim_start_matches('`').trim();
                let (kind, argument) = head.split_once(char::is_whitespace).unwrap_or((head, ""));
                let argument = argument.trim_start();
                open = Some((ticks, Block { kind, argument, text: "", span, file, start: end }));
            }
            None if text.starts_with('#') => {
                let kind = "heading";
                found.push(Block { kind, argument: "", text, span, file, start });
            }
            None => {}
        }
    }
    if let Some((_, block)) = open {
        let text = file.get(block.start..).unwrap_or_default();
        found.push(Block { text, ..block });
    }
    found
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
