//! Texts with as few quotes as they need.

use crate::format::condition;
use crate::tree::{Entry, Node, NodeKind, Scalar, ScalarStyle};

/// Where a text stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Context {
    /// On lines of its own, where commas and brackets are text.
    Block,
    /// Inside `{ … }` or `[ … ]`.
    Flow,
}

/// A list or map on one line.
pub(super) fn one_line(node: &Node) -> String {
    match &node.kind {
        NodeKind::Scalar(scalar) => text(&scalar.text, scalar.style, Context::Flow),
        NodeKind::List(items) => {
            let items: Vec<String> = items.iter().map(one_line).collect();
            format!("[{}]", items.join(", "))
        }
        NodeKind::Map(entries) if entries.is_empty() => "{}".to_owned(),
        NodeKind::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(pair).collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}

fn pair(entry: &Entry) -> String {
    let key = text(&entry.key, ScalarStyle::Plain, Context::Flow);
    let value = match &entry.value.kind {
        NodeKind::Scalar(scalar) if condition::is_key(&entry.key) => {
            text(&condition::spaced(&scalar.text), scalar.style, Context::Flow)
        }
        _ => one_line(&entry.value),
    };
    format!("{key}: {value}")
}

/// A key as it is written.
pub(super) fn key_text(source: &str, entry: &Entry, context: Context) -> String {
    let written = source.get(entry.key_span.start as usize..).unwrap_or_default();
    let style = match written.chars().next() {
        Some('"') => ScalarStyle::Double,
        Some('\'') => ScalarStyle::Single,
        _ => ScalarStyle::Plain,
    };
    text(&entry.key, style, context)
}

/// A scalar behind a key or dash; further lines are indented by `indent`.
pub(super) fn lines(
    source: &str,
    node: &Node,
    scalar: &Scalar,
    is_condition: bool,
    indent: usize,
) -> String {
    let raw = source.get(node.span.start as usize..node.span.end as usize).unwrap_or_default();
    let pad = " ".repeat(indent);
    if scalar.style == ScalarStyle::Block
        && let Some(block) = block(source, node, scalar, &pad)
    {
        return block;
    }
    let inner = match scalar.style {
        ScalarStyle::Single | ScalarStyle::Double => {
            raw.get(1..raw.len().saturating_sub(1)).unwrap_or_default()
        }
        ScalarStyle::Plain | ScalarStyle::Block => raw,
    };
    let parts: Vec<&str> = inner.lines().map(str::trim).collect();
    let plain = scalar.style == ScalarStyle::Plain || needs_no_quotes(&scalar.text, Context::Block);
    if parts.len() > 1 && plain && parts.join(" ") == scalar.text {
        // A text that goes on over a line break makes its lines unreadable by themselves.
        let respaced = is_condition
            && condition::reads(&scalar.text)
            && parts.iter().all(|it| condition::reads(it));
        let parts: Vec<String> = match respaced {
            true => parts.into_iter().map(condition::spaced).collect(),
            false => parts.into_iter().map(str::to_owned).collect(),
        };
        return parts.join(&format!("\n{pad}"));
    }
    if scalar.text.is_empty() && scalar.style == ScalarStyle::Plain {
        return String::new();
    }
    match is_condition {
        true => text(&condition::spaced(&scalar.text), scalar.style, Context::Block),
        false => text(&scalar.text, scalar.style, Context::Block),
    }
}

/// `|` or `>` and the lines below it; `None` where quotes are the only faithful form.
fn block(source: &str, node: &Node, scalar: &Scalar, pad: &str) -> Option<String> {
    let body = scalar.text.trim_end_matches('\n');
    let chomp = match scalar.text.len() - body.len() {
        0 => "-",
        1 => "",
        _ => return None,
    };
    let printable = |it: char| it == '\n' || it == '\t' || !it.is_control();
    if body.is_empty() || !body.chars().all(printable) || body.starts_with([' ', '\t', '\n']) {
        return None;
    }
    let before = source.get(..node.span.start as usize)?;
    let header = before.rfind(['|', '>'])?;
    let raw = source.get(node.span.start as usize..node.span.end as usize)?;
    let parts: Vec<&str> = raw.lines().map(str::trim).collect();
    let folds = before.get(header..)?.starts_with('>') && parts.join(" ") == body;
    let (mark, lines) = match folds {
        true => ('>', parts),
        false => ('|', body.split('\n').collect()),
    };
    let mut text = format!("{mark}{chomp}");
    for line in lines {
        text.push('\n');
        if !line.is_empty() {
            text.push_str(pad);
            text.push_str(line);
        }
    }
    Some(text)
}

/// A text on one line.
fn text(text: &str, style: ScalarStyle, context: Context) -> String {
    let was_plain = style == ScalarStyle::Plain;
    if needs_no_quotes(text, context) && (was_plain || !looks_typed(text)) {
        return text.to_owned();
    }
    let controls = text.chars().any(|it| it.is_control() || is_invisible(it));
    match (controls, text.contains(['"', '\\'])) {
        (false, false) => format!("\"{text}\""),
        (false, true) => format!("'{}'", text.replace('\'', "''")),
        (true, _) => escaped(text),
    }
}

fn escaped(text: &str) -> String {
    let mut quoted = String::from("\"");
    for it in text.chars() {
        match it {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            it if it.is_control() || is_invisible(it) => {
                quoted.push_str(&format!("\\u{:04X}", u32::from(it)));
            }
            it => quoted.push(it),
        }
    }
    quoted.push('"');
    quoted
}

/// Line and byte-order marks, which YAML treats in a way of its own.
fn is_invisible(it: char) -> bool {
    matches!(it, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether `text` reads back as itself without quotes.
fn needs_no_quotes(text: &str, context: Context) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let second = text.chars().nth(1);
    let flow = context == Context::Flow;
    let is_flow_mark = |it: char| matches!(it, ',' | '[' | ']' | '{' | '}');
    let indicator = is_flow_mark(first)
        || "#&*!|>'\"%@`".contains(first)
        || (matches!(first, '-' | '?' | ':')
            && second.is_none_or(|it| it.is_whitespace() || (flow && is_flow_mark(it))));
    let odd = |it: char| it.is_control() || is_invisible(it);
    let parted = text.contains(": ") || text.contains(" #") || text.ends_with(':');
    let marks = text.starts_with("---") || text.starts_with("...") || text == "<<";
    let breaks_flow =
        flow && (text.contains(is_flow_mark) || text.contains(":\"") || text.contains(":'"));
    text.trim() == text && !indicator && !parted && !marks && !breaks_flow && !text.contains(odd)
}

/// Whether other YAML readers take `text` for a number, a date or yes and no.
fn looks_typed(text: &str) -> bool {
    const WORDS: [&str; 11] =
        ["~", "null", "true", "false", "yes", "no", "on", "off", "y", "n", ".inf"];
    let lower = text.to_ascii_lowercase();
    let number = text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '+' | '-' | '.'))
        && text.chars().all(|it| it.is_ascii_hexdigit() || "xo_+-.:TZt ".contains(it));
    number || WORDS.contains(&lower.as_str()) || lower == ".nan"
}
