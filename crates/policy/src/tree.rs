//! The policy text as a tree with spans, before anything is known about its meaning.

use std::ops::Range;

use crate::span::Span;

/// A value in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where it stands, quotes included.
    pub span: Span,
    /// What it is.
    pub kind: NodeKind,
}

/// The three shapes of YAML.
#[derive(Clone, Debug, PartialEq)]
pub enum NodeKind {
    /// Text; its type is decided by whoever reads it, so `no` and `1.10` stay text.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order written; repeated keys are reported by the parser and kept out.
    Map(Vec<Entry>),
}

/// Text with the way it was written.
#[derive(Clone, Debug, PartialEq)]
pub struct Scalar {
    /// The text without quotes and escapes.
    pub text: String,
    /// How it was written.
    pub style: ScalarStyle,
    /// Where the text stands in the file, in pieces that map one to one: (byte in `text`, byte in
    /// the file), ascending, the last at its end. Empty where the two could not be matched.
    pub places: Vec<(u32, u32)>,
}

/// How a scalar was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarStyle {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// A block, `|` or `>`.
    Block,
}

/// One key and its value.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The key as text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// Its value.
    pub value: Node,
}

impl Node {
    /// The entries of a map, else nothing.
    pub fn entries(&self) -> &[Entry] {
        match &self.kind {
            NodeKind::Map(entries) => entries,
            NodeKind::Scalar(_) | NodeKind::List(_) => &[],
        }
    }

    /// The value under `key` of a map.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|it| it.key == key)
    }

    /// The text of a scalar.
    pub fn scalar(&self) -> Option<&str> {
        match &self.kind {
            NodeKind::Scalar(scalar) => Some(&scalar.text),
            NodeKind::List(_) | NodeKind::Map(_) => None,
        }
    }
}

impl Scalar {
    /// `text` as if it stood by itself in a file.
    pub fn alone(text: &str) -> Self {
        let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self { text: text.to_owned(), style: ScalarStyle::Plain, places: vec![(0, 0), (end, end)] }
    }

    /// The place in the file of bytes `range` of the text; the whole scalar, which stands at
    /// `whole`, where the two could not be matched.
    pub fn span_of(&self, whole: Span, range: Range<usize>) -> Span {
        match (self.place(range.start), self.place(range.end)) {
            (Some(start), Some(end)) => Span { file: whole.file, start, end: end.max(start) },
            (None, _) | (_, None) => whole,
        }
    }

    fn place(&self, at: usize) -> Option<u32> {
        let at = u32::try_from(at).ok()?;
        let after = self.places.partition_point(|(text, _)| *text <= at);
        let (text, file) = self.places.get(after.checked_sub(1)?)?;
        file.checked_add(at.checked_sub(*text)?)
    }
}
