//! The structural check of a tree against its table: unknown and missing keys, wrong kinds of
//! values, words that are none of the choices.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::nearest::nearest;
use crate::shape::{MapKey, Record, Shape, scalar};
use crate::span::Span;
use crate::tree::{Entry, Node, NodeKind};

/// What a value is called in messages, and where it is named.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) name: &'a str,
    pub(crate) span: Span,
}

/// Checks `node`, which stands at `place`, against `shape`; every mistake is pushed.
pub(crate) fn check(node: &Node, shape: &Shape, place: Place<'_>, found: &mut Diagnostics) {
    match (shape, &node.kind) {
        (Shape::Either(shapes), _) => either(node, shape, shapes, place, found),
        (Shape::Record(record), NodeKind::Map(entries)) => {
            check_record(entries, record, place, found);
        }
        (Shape::Map(key, value), NodeKind::Map(entries)) => {
            for entry in entries {
                check_name(entry, *key, found);
                check(&entry.value, value, Place::of(entry), found);
            }
        }
        (Shape::List(item), NodeKind::List(items)) => {
            for node in items {
                check(node, item, Place { name: place.name, span: head(node) }, found);
            }
        }
        (Shape::Pair(first, second), NodeKind::List(items)) => match items.as_slice() {
            [a, b] => {
                check(a, first, place, found);
                check(b, second, place, found);
            }
            _ => wrong_kind(node, shape, place, found),
        },
        (_, NodeKind::Scalar(value)) if !is_collection(shape) => {
            check_scalar(node, &value.text, shape, place, found);
        }
        _ => wrong_kind(node, shape, place, found),
    }
}

impl<'a> Place<'a> {
    /// The place of an entry's value: its key.
    pub(crate) fn of(entry: &'a Entry) -> Self {
        Self { name: &entry.key, span: entry.key_span }
    }
}

/// Where a value begins: itself, or the first key of a map.
pub(crate) fn head(node: &Node) -> Span {
    match &node.kind {
        NodeKind::Map(entries) => entries.first().map_or(node.span, |it| it.key_span),
        NodeKind::List(_) | NodeKind::Scalar(_) => node.span,
    }
}

fn is_collection(shape: &Shape) -> bool {
    matches!(shape, Shape::List(_) | Shape::Pair(..) | Shape::Map(..) | Shape::Record(_))
}

fn either(node: &Node, whole: &Shape, shapes: &[Shape], place: Place<'_>, found: &mut Diagnostics) {
    let fits = |shape: &&Shape| match (&node.kind, shape) {
        (NodeKind::Map(_), Shape::Map(..) | Shape::Record(_)) => true,
        (NodeKind::List(_), Shape::List(_) | Shape::Pair(..)) => true,
        (NodeKind::Scalar(_), shape) => !is_collection(shape),
        _ => false,
    };
    match shapes.iter().find(fits) {
        Some(shape) => check(node, shape, place, found),
        None => wrong_kind(node, whole, place, found),
    }
}

fn wrong_kind(node: &Node, shape: &Shape, place: Place<'_>, found: &mut Diagnostics) {
    let is = match &node.kind {
        NodeKind::Scalar(it) if it.text.is_empty() => "nothing",
        NodeKind::Scalar(_) => "text",
        NodeKind::List(_) => "a list",
        NodeKind::Map(_) => "a map",
    };
    found.push(
        Diagnostic::error(
            "P0106",
            format!("`{}` must be {}", place.name, shape.words()),
            node.span,
        )
        .label(format!("this is {is}")),
    );
}

fn check_record(entries: &[Entry], record: &Record, place: Place<'_>, found: &mut Diagnostics) {
    for entry in entries {
        match record.keys.iter().find(|it| it.name == entry.key) {
            Some(key) => check(&entry.value, &key.shape, Place::of(entry), found),
            None => unknown_key(entry, record, found),
        }
    }
    for key in record
        .keys
        .iter()
        .filter(|it| it.required && !entries.iter().any(|entry| entry.key == it.name))
    {
        let message = format!("{} needs `{}`", record.what, key.name);
        let expects = key.shape.words();
        found.push(
            Diagnostic::error("P0105", message, place.span)
                .help(format!("add `{}: …`, {expects}: {}", key.name, key.about)),
        );
    }
    let present: Vec<&Entry> =
        entries.iter().filter(|it| record.one_of.contains(&it.key.as_str())).collect();
    let choices = record.one_of.join("`, `");
    match present.as_slice() {
        [] if !record.one_of.is_empty() => found.push(Diagnostic::error(
            "P0110",
            format!("{} needs one of `{choices}`", record.what),
            place.span,
        )),
        [first, second, ..] => found.push(
            Diagnostic::error(
                "P0110",
                format!("{} takes only one of `{choices}`", record.what),
                second.key_span,
            )
            .other(first.key_span, "the first one"),
        ),
        _ => {}
    }
}

fn unknown_key(entry: &Entry, record: &Record, found: &mut Diagnostics) {
    let names = record.keys.iter().map(|it| it.name);
    let message = format!("{} has no key `{}`", record.what, entry.key);
    let mut diagnostic = Diagnostic::error("P0104", message, entry.key_span);
    match nearest(&entry.key, names.clone()) {
        Some(name) => {
            diagnostic =
                diagnostic.help(format!("did you mean `{name}`?")).fix(entry.key_span, name);
        }
        None => {
            let all = names.collect::<Vec<_>>().join("`, `");
            diagnostic = diagnostic.help(format!("its keys are `{all}`"));
        }
    }
    found.push(diagnostic);
}

fn check_name(entry: &Entry, key: MapKey, found: &mut Diagnostics) {
    match key {
        MapKey::Name if !model::name::is_name(&entry.key) => {
            found.push(bad_name(&entry.key, entry.key_span));
        }
        MapKey::Name | MapKey::Text => {}
    }
}

fn bad_name(text: &str, span: Span) -> Diagnostic {
    Diagnostic::error("P0109", format!("`{text}` is not a name"), span)
        .help("use 1 to 64 lower-case letters, digits, `_`, `-` or `.`")
}

fn check_scalar(node: &Node, text: &str, shape: &Shape, place: Place<'_>, found: &mut Diagnostics) {
    let valid = match shape {
        Shape::Text | Shape::Condition => !text.trim().is_empty(),
        Shape::Name if text.is_empty() => false,
        Shape::Name => {
            if !model::name::is_name(text) {
                found.push(bad_name(text, node.span));
            }
            true
        }
        Shape::Bool => scalar::yes_or_no(text).is_some(),
        Shape::Whole(least, most) => {
            scalar::whole(text).is_some_and(|it| *least <= it && it <= *most)
        }
        Shape::Number => scalar::number(text).is_some(),
        Shape::Percent => scalar::percent(text).is_some(),
        Shape::NumberOrPercent => scalar::percent(text).or(scalar::number(text)).is_some(),
        Shape::Money => scalar::money(text).is_some(),
        Shape::Duration => scalar::duration(text).is_some(),
        Shape::Band => scalar::band(text).is_some(),
        Shape::Date => scalar::date(text).is_some(),
        Shape::Instant => scalar::instant(text).is_some(),
        Shape::Hours => scalar::hours(text).is_some(),
        Shape::Word(words) => {
            if !text.is_empty() && !words.contains(&text) {
                unknown_word(node, text, words, place, found);
            }
            !text.is_empty()
        }
        Shape::List(_) | Shape::Pair(..) | Shape::Map(..) => false,
        Shape::Record(_) | Shape::Either(_) => false,
    };
    if !valid {
        let shown = if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") };
        let message = format!("`{}` must be {}, not {shown}", place.name, shape.words());
        let mut diagnostic = Diagnostic::error("P0107", message, node.span);
        if let Some(better) = repaired(text, shape) {
            diagnostic = diagnostic.help(format!("write `{better}`")).fix(node.span, better);
        }
        found.push(diagnostic);
    }
}

/// The value that was probably meant, where that is certain enough to offer.
fn repaired(text: &str, shape: &Shape) -> Option<String> {
    match shape {
        Shape::Percent => scalar::number(text).map(|_| format!("{text}%")),
        Shape::Bool => match text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => Some("true".to_owned()),
            "no" | "off" | "n" | "false" => Some("false".to_owned()),
            _ => None,
        },
        Shape::Duration => {
            let digits: String = text.chars().take_while(char::is_ascii_digit).collect();
            let unit: String = text.chars().skip_while(|it| !it.is_alphabetic()).collect();
            let short = match unit.trim_end_matches('s') {
                "sec" | "second" => "s",
                "min" | "minute" => "m",
                "hr" | "hour" => "h",
                "day" => "d",
                "week" => "w",
                _ => return None,
            };
            (!digits.is_empty()).then(|| format!("{digits}{short}"))
        }
        Shape::Band => {
            let (low, high) = text.split_once("..").or_else(|| text.split_once('-'))?;
            let bare = |it: &str| it.trim().trim_end_matches('%').to_owned();
            let better = format!("{}%..{}%", bare(low), bare(high));
            scalar::band(&better).map(|_| better)
        }
        Shape::Money => {
            let better = text.replace([',', '$', '€', '£', ' '], "");
            scalar::money(&better).map(|_| better)
        }
        _ => None,
    }
}

fn unknown_word(
    node: &Node,
    text: &str,
    words: &[&str],
    place: Place<'_>,
    found: &mut Diagnostics,
) {
    let message = format!("`{}` cannot be `{text}`", place.name);
    let mut diagnostic = Diagnostic::error("P0108", message, node.span)
        .label(format!("expected one of `{}`", words.join("`, `")));
    if let Some(name) = nearest(text, words.iter().copied()) {
        diagnostic = diagnostic.help(format!("did you mean `{name}`?")).fix(node.span, name);
    }
    found.push(diagnostic);
}
