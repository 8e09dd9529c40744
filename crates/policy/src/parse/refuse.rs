//! The event parser's complaints in the words of policy authors.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parse::DEPTH_MAX;
use crate::parse::build::{Chunk, Stop};
use crate::span::Span;

/// The `info` of a [`Stop`] at the limit of depth.
pub(super) const TOO_DEEP: &str = "too deep";

/// Tabs shown for one piece.
const TABS_SHOWN_MAX: usize = 20;

/// Reports why `chunk` could not be read.
pub(super) fn report(chunk: &Chunk<'_>, stop: &Stop, diagnostics: &mut Diagnostics) {
    if stop.info == TOO_DEEP {
        let found = Diagnostic::error(
            "P0010",
            format!("lists and maps lie more than {DEPTH_MAX} levels deep in each other"),
            chunk.span(stop.at, stop.at + 1),
        );
        diagnostics.push(found.label("one level too many"));
        return;
    }
    let tabs = tabs(chunk);
    if !tabs.is_empty() {
        for place in tabs {
            let found = Diagnostic::error("P0006", "a tab indents this line", place)
                .label("tab")
                .help("indent with spaces, two for each level");
            diagnostics.push(found);
        }
        return;
    }
    if let Some(found) = unquoted_brackets(chunk, stop) {
        diagnostics.push(found);
        return;
    }
    let (message, help) = explain(&stop.info);
    let place = underline(chunk, stop.at);
    let found = Diagnostic::error("P0001", message, place);
    diagnostics.push(match help {
        Some(help) => found.help(help),
        None => found,
    });
}

pub(super) fn text_without_key(span: Span) -> Diagnostic {
    Diagnostic::error("P0001", "a text stands where a key was expected", span)
        .help("write `key: value`, or `- value` in a list")
}

pub(super) fn list_beside_map(span: Span) -> Diagnostic {
    Diagnostic::error("P0001", "list items and keys stand beside each other", span)
        .help("indent the one below the other, or remove it")
}

/// Message and advice for the event parser's words.
fn explain(info: &str) -> (String, Option<&'static str>) {
    let has = |part: &str| info.contains(part);
    let (message, help) = if has("mapping values are not allowed") {
        (
            "a `:` stands where no key can be",
            "a value that holds `: ` needs quotes; a key must be indented like the keys beside it",
        )
    } else if has("trailing content after") {
        (
            "text follows the closing quote",
            "put the whole value in single quotes: `'\"a\" in names'`",
        )
    } else if has("flow mapping")
        || has("flow sequence")
        || has("expected node content")
        || has("illegal placement of ':'")
    {
        (
            "a bracket is not closed, or a comma is missing",
            "check that each `{` and `[` has its `}` and `]`, with commas between the items",
        )
    } else if has("simple key expect") || has("could not find expected ':'") {
        ("a key without a `:`", "write `key: value`, or `- value` in a list")
    } else if has("unknown escape") {
        ("an unknown escape in double quotes", "use single quotes, where `\\` is a plain character")
    } else if has("quoted scalar") {
        ("a quote is not closed", "close it, or indent the lines that belong to it")
    } else if has("unexpected character") {
        ("a value cannot begin with this character", "put the value in quotes")
    } else if has("valid YAML whitespace") {
        ("a `:` without a space behind it", "write `key: value` with a space")
    } else if has("unknown anchor") {
        ("aliases are not read", "write the value out")
    } else if has("indentation") || has("block collection") || has("block mapping") {
        ("the indentation does not fit", "keys beside each other begin in the same column")
    } else {
        return (format!("this is not YAML: {info}"), None);
    };
    (message.to_owned(), Some(help))
}

/// `{ when: x in ["a"], … }`: inside `{ … }` a bracket ends a plain value.
fn unquoted_brackets(chunk: &Chunk<'_>, stop: &Stop) -> Option<Diagnostic> {
    let (start, end) = stop.last?;
    let between = chunk.get(end, stop.at);
    let rest = chunk.get(stop.at, chunk.end());
    let in_flow = stop.info.contains("flow mapping") || stop.info.contains("flow sequence");
    if !in_flow || !between.trim().is_empty() || !rest.starts_with(['[', '{']) {
        return None;
    }
    let mut depth = 0_usize;
    let mut close = None;
    for (at, it) in rest.char_indices() {
        match it {
            '[' | '{' | '(' => depth += 1,
            ']' | '}' | ')' if depth == 0 => break,
            ']' | '}' | ')' => depth -= 1,
            ',' | '\n' if depth == 0 => break,
            _ => {}
        }
        close = Some(at + it.len_utf8());
    }
    let value_end = stop.at + close?;
    let value = chunk.get(start, value_end).trim_end();
    let place = chunk.span(start, start + value.len());
    let found = Diagnostic::error("P0012", "a value with brackets needs quotes here", place)
        .label("inside `{ … }` a bracket or comma ends the value")
        .help("put it in single quotes, or write the keys on lines of their own");
    Some(match value.contains(['\'', '\n']) {
        true => found,
        false => found.fix(place, format!("'{value}'")),
    })
}

fn tabs(chunk: &Chunk<'_>) -> Vec<Span> {
    let mut at = chunk.start;
    let mut found = Vec::new();
    for line in chunk.text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\t']);
        let indent = line.get(..line.len() - content.len()).unwrap_or_default();
        if let Some(tab) = indent.find('\t')
            && !content.trim().is_empty()
            && found.len() < TABS_SHOWN_MAX
        {
            found.push(chunk.span(at + tab, at + indent.len()));
        }
        at += line.len();
    }
    found
}

/// The word at `at`, or the end of the last line with content where nothing stands there.
fn underline(chunk: &Chunk<'_>, at: usize) -> Span {
    let rest = chunk.get(at, chunk.end());
    let word = rest.find(char::is_whitespace).unwrap_or(rest.len());
    if word > 0 {
        return chunk.span(at, at + word);
    }
    let before = chunk.get(chunk.start, at).trim_end();
    let line = before.rsplit('\n').next().unwrap_or_default().trim_start();
    let end = chunk.start + before.len();
    chunk.span(end - line.len(), end)
}
