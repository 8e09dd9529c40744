//! Events to tree, for one piece of the text.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle as Style, StrInput, Tag};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parse::DEPTH_MAX;
use crate::parse::place::places;
use crate::span::Span;
use crate::tree::{Entry, Node, NodeKind, Scalar, ScalarStyle};

/// A piece of a file, on its own a YAML text.
#[derive(Clone, Copy)]
pub(super) struct Chunk<'a> {
    pub(super) file: u16,
    pub(super) text: &'a str,
    /// The byte of the file where it starts.
    pub(super) start: usize,
}

/// Why the event parser stopped.
pub(super) struct Stop {
    /// Byte in the file.
    pub(super) at: usize,
    /// In the event parser's words.
    pub(super) info: String,
    /// The last scalar read, in bytes of the file.
    pub(super) last: Option<(usize, usize)>,
}

impl<'a> Chunk<'a> {
    /// One past its last byte in the file.
    pub(super) fn end(&self) -> usize {
        self.start + self.text.len()
    }

    /// Bytes `start..end` of the file as far as they lie in the piece.
    pub(super) fn get(&self, start: usize, end: usize) -> &'a str {
        let end = end.min(self.end()).saturating_sub(self.start);
        self.text.get(start.saturating_sub(self.start)..end).unwrap_or_default()
    }

    /// The part of it that is bytes `start..end` of the file.
    pub(super) fn part(&self, start: usize, end: usize) -> Self {
        Self { text: self.get(start, end), start, ..*self }
    }

    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        let cap = |at: usize| u32::try_from(at.min(self.end())).unwrap_or(u32::MAX);
        Span { file: self.file, start: cap(start), end: cap(end.max(start)) }
    }
}

/// Reads one piece that lies `depth` levels deep. `Ok(None)` where it holds nothing.
pub(super) fn build(
    chunk: &Chunk<'_>,
    depth: usize,
    diagnostics: &mut Diagnostics,
) -> Result<Option<Node>, Stop> {
    let mut builder = Builder {
        chunk: *chunk,
        parser: Parser::new_from_str(chunk.text),
        bytes: byte_offsets(chunk.text),
        last: None,
        diagnostics,
    };
    builder.document(depth)
}

/// Reports a repeated key; `true` where `key` is the first of its name.
pub(super) fn is_first(
    seen: &mut BTreeMap<String, Span>,
    key: &str,
    key_span: Span,
    diagnostics: &mut Diagnostics,
) -> bool {
    let Some(before) = seen.get(key) else {
        seen.insert(key.to_owned(), key_span);
        return true;
    };
    let found = Diagnostic::error("P0002", format!("the key `{key}` stands here twice"), key_span)
        .label("this one is left out")
        .other(*before, "first written here")
        .help("keep one of them, or give this one another name");
    diagnostics.push(found);
    false
}

struct Builder<'a, 'd> {
    chunk: Chunk<'a>,
    parser: Parser<'a, StrInput<'a>>,
    /// The byte of each character; empty where all characters are single bytes.
    bytes: Vec<u32>,
    last: Option<(usize, usize)>,
    diagnostics: &'d mut Diagnostics,
}

/// How far after its node's start an anchor or a tag is looked for.
const PROPERTY_BYTES_MAX: usize = 80;

type At = (usize, usize);

impl<'a> Builder<'a, '_> {
    fn document(&mut self, depth: usize) -> Result<Option<Node>, Stop> {
        let mut root = None;
        let mut documents = 0;
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(root),
                Event::DocumentStart(_) => {
                    documents += 1;
                    if documents > 1 {
                        let place = self.chunk.span(at.0, at.1.max(at.0 + 1));
                        let found = Diagnostic::error(
                            "P0005",
                            "a second document starts here",
                            place,
                        )
                        .label("everything from here on is not read")
                        .help("remove the line `---`, or put what follows in a file of its own");
                        self.diagnostics.push(found);
                        return Ok(root);
                    }
                }
                Event::Nothing | Event::StreamStart | Event::DocumentEnd => {}
                event => root = self.node(event, at, depth)?,
            }
        }
    }

    fn next(&mut self) -> Result<(Event<'a>, At), Stop> {
        match self.parser.next_event() {
            Some(Ok((event, span))) => {
                Ok((event, (self.byte(span.start.index()), self.byte(span.end.index()))))
            }
            Some(Err(error)) => Err(Stop {
                at: self.byte(error.marker().index()),
                info: error.info().to_owned(),
                last: self.last,
            }),
            None => Ok((Event::StreamEnd, (self.chunk.end(), self.chunk.end()))),
        }
    }

    fn byte(&self, index: usize) -> usize {
        let offset = match self.bytes.is_empty() {
            true => index,
            false => self.bytes.get(index).map_or(self.chunk.end(), |it| *it as usize),
        };
        (self.chunk.start + offset).min(self.chunk.end())
    }

    /// `Ok(None)` for an alias, which is refused.
    fn node(&mut self, event: Event<'a>, at: At, depth: usize) -> Result<Option<Node>, Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let node = self.scalar(&text, style, at);
                self.refuse_properties(anchor, tag.as_deref(), at.0);
                Ok(Some(node))
            }
            Event::SequenceStart(anchor, tag) => {
                self.refuse_properties(anchor, tag.as_deref(), at.0);
                self.check_depth(depth, at)?;
                self.list(at, depth).map(Some)
            }
            Event::MappingStart(anchor, tag) => {
                self.refuse_properties(anchor, tag.as_deref(), at.0);
                self.check_depth(depth, at)?;
                self.map(at, depth).map(Some)
            }
            Event::Alias(_) => {
                let found = Diagnostic::error("P0003", "aliases are not read", self.span(at))
                    .label("refers to another place")
                    .help("write the value out, or name it under `lists` or `derived`");
                self.diagnostics.push(found);
                Ok(None)
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => Ok(None),
        }
    }

    fn list(&mut self, start: At, depth: usize) -> Result<Node, Stop> {
        let mut items: Vec<Node> = Vec::new();
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::SequenceEnd | Event::StreamEnd => {
                    let span = self.enclosing(start, items.last().map(|it| it.span), at);
                    return Ok(Node { span, kind: NodeKind::List(items) });
                }
                event => items.extend(self.node(event, at, depth + 1)?),
            }
        }
    }

    fn map(&mut self, start: At, depth: usize) -> Result<Node, Stop> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut seen = BTreeMap::new();
        let mut last = None;
        loop {
            let (event, at) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::StreamEnd) {
                let span = self.enclosing(start, last, at);
                return Ok(Node { span, kind: NodeKind::Map(entries) });
            }
            let key = self.node(event, at, depth + 1)?;
            let (event, at) = self.next()?;
            let value = self.node(event, at, depth + 1)?;
            last = value.as_ref().or(key.as_ref()).map(|it| it.span);
            let Some(key) = key.and_then(|it| self.key(it)) else { continue };
            if let Some(value) = value
                && is_first(&mut seen, &key.0, key.1, self.diagnostics)
            {
                entries.push(Entry { key: key.0, key_span: key.1, value });
            }
        }
    }

    fn key(&mut self, node: Node) -> Option<(String, Span)> {
        let NodeKind::Scalar(scalar) = node.kind else {
            let found = Diagnostic::error("P0011", "a key must be a text", node.span)
                .label("a list or a map")
                .help("if a condition or a text was meant, put it in quotes");
            self.diagnostics.push(found);
            return None;
        };
        if scalar.text == "<<" && scalar.style == ScalarStyle::Plain {
            let found = Diagnostic::error("P0003", "merge keys are not read", node.span)
                .help("write the keys out");
            self.diagnostics.push(found);
            return None;
        }
        Some((scalar.text, node.span))
    }

    fn scalar(&mut self, text: &str, style: Style, at: At) -> Node {
        let (style, quote) = match style {
            Style::Plain => (ScalarStyle::Plain, None),
            Style::SingleQuoted => (ScalarStyle::Single, Some('\'')),
            Style::DoubleQuoted => (ScalarStyle::Double, Some('"')),
            Style::Literal | Style::Folded => (ScalarStyle::Block, None),
        };
        let at = self.trimmed(at, quote);
        self.last = Some(at);
        let inner = usize::from(quote.is_some());
        let raw = self.chunk.get(at.0 + inner, at.1.saturating_sub(inner));
        let places = places(raw, at.0 + inner, text, quote);
        let scalar = Scalar { text: text.to_owned(), style, places };
        Node { span: self.span(at), kind: NodeKind::Scalar(scalar) }
    }

    /// The scalar itself: the event parser's span may begin with an anchor or a tag and end with
    /// white space and a comment.
    fn trimmed(&self, at: At, quote: Option<char>) -> At {
        let raw = self.chunk.get(at.0, at.1);
        let Some(quote) = quote else { return (at.0, at.0 + raw.trim_end().len()) };
        let Some(open) = raw.find(quote) else { return at };
        let mut inside = raw.char_indices().skip_while(|(it, _)| *it <= open).peekable();
        while let Some((place, it)) = inside.next() {
            if it == '\\' && quote == '"' {
                inside.next();
            } else if it == quote
                && quote == '\''
                && inside.next_if(|(_, it)| *it == '\'').is_some()
            {
                // A doubled quote mark is a quote mark.
            } else if it == quote {
                return (at.0 + open, at.0 + place + 1);
            }
        }
        at
    }

    fn refuse_properties(&mut self, anchor: usize, tag: Option<&Tag>, at: usize) {
        if anchor == 0 && tag.is_none() {
            return;
        }
        let (code, message, help) = match tag {
            None => (
                "P0003",
                "anchors are not read",
                "remove it and write the value out where it is used",
            ),
            Some(_) => {
                ("P0004", "tags are not read", "remove it; the field decides the type of a value")
            }
        };
        let place = self.property(at, if tag.is_none() { '&' } else { '!' });
        self.diagnostics.push(Diagnostic::error(code, message, place).help(help).fix(place, ""));
    }

    /// The word that begins with `sign` at `at` or shortly before it.
    fn property(&self, at: usize, sign: char) -> Span {
        let after = self.chunk.get(at, at + PROPERTY_BYTES_MAX);
        let before = self.chunk.get(self.chunk.start, at);
        let here = after.find(sign).map(|it| it + at);
        let start = here.or(before.rfind(sign).map(|it| it + self.chunk.start)).unwrap_or(at);
        let rest = self.chunk.get(start, self.chunk.end());
        self.chunk.span(start, start + rest.find(char::is_whitespace).unwrap_or(rest.len()))
    }

    fn check_depth(&mut self, depth: usize, at: At) -> Result<(), Stop> {
        if depth < DEPTH_MAX {
            return Ok(());
        }
        let info = super::refuse::TOO_DEEP.to_owned();
        Err(Stop { at: at.0, info, last: self.last })
    }

    /// From the start of a list or map to its closing bracket or the end of its last value.
    fn enclosing(&self, start: At, last: Option<Span>, end: At) -> Span {
        let open = self.chunk.get(start.0, start.1);
        match (open.starts_with(['[', '{']), last) {
            // The event parser counts a comment behind the bracket in.
            (true, _) => self.chunk.span(start.0, end.0 + 1),
            (false, Some(last)) => self.chunk.span(start.0, last.end as usize),
            (false, None) => self.chunk.span(start.0, start.1),
        }
    }

    fn span(&self, at: At) -> Span {
        self.chunk.span(at.0, at.1)
    }
}

fn byte_offsets(text: &str) -> Vec<u32> {
    match text.is_ascii() {
        true => Vec::new(),
        false => text.char_indices().filter_map(|(at, _)| u32::try_from(at).ok()).collect(),
    }
}
