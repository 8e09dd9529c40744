//! One way to lay out a policy: two spaces for each level, one blank line between sections, quotes
//! only where they are needed, `{ … }` and `[ … ]` on one line where they fit, white space in
//! conditions. The order of keys, line breaks inside conditions and comments stay as they are.

mod comment;
mod condition;
mod scalar;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::parse::parse;
use crate::tree::{Entry, Node, NodeKind, ScalarStyle};

use comment::{Comment, comments};
use scalar::{Context, key_text, one_line};

/// The longest line that a list or a map on one line may make, in characters.
const WIDTH: usize = 100;

/// The text laid out; the mistakes where it cannot be read.
pub fn format(text: &str) -> Result<String, Vec<Diagnostic>> {
    let mut found = Diagnostics::default();
    let tree = parse(0, text, &mut found);
    if found.has_errors() {
        return Err(found.into_sorted());
    }
    let written = write(text, tree.as_ref());
    // Meaning and comments come before looks.
    let kept = same(&written, tree.as_ref()) && comments_of(&written) == comments_of(text);
    Ok(if kept { written } else { text.to_owned() })
}

fn write(text: &str, tree: Option<&Node>) -> String {
    let comments = comments(text, tree);
    let mut writer = Writer {
        source: text,
        comments,
        next: 0,
        seen: 0,
        out: String::new(),
        state: State::Fresh,
    };
    if let Some(tree) = tree {
        match writer.as_block(tree, 0, 0) {
            true => writer.block(tree, 0, Start::OwnLine),
            false => {
                writer.flush(start(tree), 0);
                writer.begin_line(start(tree), 0, false);
                writer.value(tree, 0, None);
            }
        }
    }
    writer.flush(text.len(), 0);
    writer.end_line();
    writer.out
}

/// Whether `written` reads as `tree`, white space in conditions aside.
fn same(written: &str, tree: Option<&Node>) -> bool {
    let mut found = Diagnostics::default();
    let back = parse(0, written, &mut found);
    !found.has_errors()
        && match (back.as_ref(), tree) {
            (None, None) => true,
            (Some(a), Some(b)) => same_node(a, b, false),
            (None, Some(_)) | (Some(_), None) => false,
        }
}

fn same_node(a: &Node, b: &Node, is_condition: bool) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Scalar(a), NodeKind::Scalar(b)) if is_condition => {
            condition::spaced(&a.text) == condition::spaced(&b.text)
        }
        (NodeKind::Scalar(a), NodeKind::Scalar(b)) => a.text == b.text,
        (NodeKind::List(a), NodeKind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same_node(a, b, false))
        }
        (NodeKind::Map(a), NodeKind::Map(b)) => {
            a.len() == b.len()
                && a.iter().zip(b).all(|(a, b)| {
                    a.key == b.key && same_node(&a.value, &b.value, condition::is_key(&a.key))
                })
        }
        (NodeKind::Scalar(_) | NodeKind::List(_) | NodeKind::Map(_), _) => false,
    }
}

fn comments_of(text: &str) -> Vec<String> {
    let tree = parse(0, text, &mut Diagnostics::default());
    let mut all: Vec<String> =
        comments(text, tree.as_ref()).into_iter().map(|it| it.text.to_owned()).collect();
    all.sort_unstable();
    all
}

/// What the line being written holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was written since a file or a block began.
    Fresh,
    /// Text that a comment may follow.
    Text,
    /// A comment ends the line.
    Comment,
}

/// Where the first entry of a block goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// Behind the dash that was written.
    SameLine,
    /// On a line of its own.
    OwnLine,
}

struct Writer<'a> {
    source: &'a str,
    comments: Vec<Comment<'a>>,
    /// The first comment not written.
    next: usize,
    /// One past the last byte of the source that was written.
    seen: usize,
    out: String,
    state: State,
}

impl<'a> Writer<'a> {
    fn end_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            self.out.push('\n');
        }
    }

    /// Begins a line for what stands at byte `at`, after a blank line where there was one.
    fn begin_line(&mut self, at: usize, indent: usize, blank: bool) {
        self.end_line();
        let blank = blank || comment::blank_line_before(self.source, at);
        let first = self.state == State::Fresh || self.out.is_empty();
        if blank && !first && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
        self.indent(indent);
        self.state = State::Text;
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn pending(&self) -> Option<Comment<'a>> {
        self.comments.get(self.next).copied()
    }

    fn own_line_comment(&mut self, comment: Comment<'a>, indent: usize, blank: bool) {
        self.begin_line(comment.at, indent, blank);
        self.push_comment(comment);
    }

    fn push_comment(&mut self, comment: Comment<'a>) {
        self.out.push_str(comment.text);
        self.state = State::Comment;
        self.seen = self.seen.max(comment.at + comment.text.len());
        self.next += 1;
    }

    /// Writes the comments before byte `limit` on lines of their own.
    fn flush(&mut self, limit: usize, indent: usize) {
        self.flush_after(limit, indent, false);
    }

    /// The same; `blank` asks for a blank line before the first. Whether there was one.
    fn flush_after(&mut self, limit: usize, indent: usize, blank: bool) -> bool {
        let mut first = true;
        while let Some(comment) = self.pending().filter(|it| it.at < limit) {
            self.own_line_comment(comment, indent, blank && first);
            first = false;
        }
        !first
    }

    /// Writes the comment that stands behind byte `end` on the same line.
    fn trailing(&mut self, end: usize, indent: usize) {
        self.seen = self.seen.max(end);
        let Some(comment) = self.pending().filter(|it| !it.own_line) else { return };
        let between = self.source.get(self.seen..comment.at);
        if !between.is_some_and(|it| it.chars().all(|it| matches!(it, ' ' | '\t' | ','))) {
            return;
        }
        match self.state {
            State::Comment => self.own_line_comment(comment, indent, false),
            State::Fresh | State::Text => {
                self.out.push(' ');
                self.push_comment(comment);
            }
        }
    }

    /// Writes the comments that end a block whose source begins in `column`.
    fn end_of_block(&mut self, column: usize, indent: usize) {
        while let Some(comment) = self.pending().filter(|it| it.own_line) {
            let between = self.source.get(self.seen..comment.at);
            let near = between.is_some_and(|it| it.trim().is_empty());
            if !near || comment::column(self.source, comment.at) < column {
                return;
            }
            self.own_line_comment(comment, indent, false);
        }
    }

    /// Whether a list or map is laid out with its parts on lines of their own, when its text would
    /// begin in `column`.
    fn as_block(&self, node: &Node, from: usize, column: usize) -> bool {
        let parts = match &node.kind {
            NodeKind::Scalar(_) => return false,
            NodeKind::List(items) => items.len(),
            NodeKind::Map(entries) => entries.len(),
        };
        if parts == 0 {
            return false;
        }
        let end = node.span.end as usize;
        let after = self.comments.partition_point(|it| it.at < from).max(self.next);
        let commented = self.comments.get(after).is_some_and(|it| it.at < end);
        !is_flow(self.source, node) || commented || column + one_line(node).chars().count() > WIDTH
    }

    fn block(&mut self, node: &Node, indent: usize, start: Start) {
        if start == Start::OwnLine {
            self.state = State::Fresh;
        }
        match &node.kind {
            NodeKind::Map(entries) => self.entries(entries, indent, start),
            NodeKind::List(items) => self.items(node, items, indent, start),
            NodeKind::Scalar(_) => {}
        }
        match is_flow(self.source, node) {
            true => self.flush(node.span.end as usize, indent),
            false => {
                let column = comment::column(self.source, node.span.start as usize);
                self.end_of_block(column, indent);
            }
        }
    }

    fn entries(&mut self, entries: &[Entry], indent: usize, start: Start) {
        let mut section_before = false;
        for (at, entry) in entries.iter().enumerate() {
            let key = key_text(self.source, entry, Context::Block);
            let from = entry.key_span.end as usize;
            let column = indent + key.chars().count() + 2;
            let is_block = self.as_block(&entry.value, from, column);
            let key_start = entry.key_span.start as usize;
            if at > 0 || start == Start::OwnLine {
                let section = indent == 0 && at > 0 && (is_block || section_before);
                // Comments between a key and a value on its line move before the key.
                let limit = if is_block { key_start } else { entry.value.span.start as usize };
                let limit = limit.max(key_start);
                let flushed = self.flush_after(limit, indent, section);
                self.begin_line(key_start, indent, section && !flushed);
            }
            section_before = is_block;
            let colon = comment::next_token(self.source, &self.comments, from);
            self.seen = self.seen.max(colon + 1);
            self.out.push_str(&key);
            self.out.push(':');
            self.value(&entry.value, indent, Some((entry, is_block)));
        }
    }

    fn items(&mut self, list: &Node, items: &[Node], indent: usize, start: Start) {
        let is_flow = is_flow(self.source, list);
        if is_flow {
            self.seen = self.seen.max(list.span.start as usize + 1);
        }
        for (at, item) in items.iter().enumerate() {
            let item_start = item.span.start as usize;
            let dash = match is_flow {
                true => item_start,
                false => {
                    comment::next_token(self.source, &self.comments, self.seen).min(item_start)
                }
            };
            let is_block = self.as_block(item, dash, indent + 2);
            if at > 0 || start == Start::OwnLine {
                self.flush(if is_block { dash } else { item_start }, indent);
                self.begin_line(dash, indent, false);
            }
            self.seen = self.seen.max(dash + usize::from(!is_flow));
            self.out.push('-');
            if !is_block {
                self.value(item, indent, None);
                continue;
            }
            let first = first_start(item);
            match self.pending().filter(|it| it.at < first) {
                None => {
                    self.out.push(' ');
                    self.block(item, indent + 2, Start::SameLine);
                }
                Some(_) => {
                    self.trailing(self.seen, indent);
                    self.block(item, indent + 2, Start::OwnLine);
                }
            }
            self.trailing(item.span.end as usize, indent);
        }
    }

    /// What stands behind a key or a dash; `entry` with whether its value is a block.
    fn value(&mut self, node: &Node, indent: usize, entry: Option<(&Entry, bool)>) {
        if let Some((_, true)) = entry {
            let is_flow = is_flow(self.source, node);
            let end = node.span.end as usize;
            if is_flow && self.pending().is_some_and(|it| end <= it.at) {
                self.trailing(end, indent);
            }
            let opens = is_flow.then_some(node.span.start as usize + 1);
            self.trailing(opens.unwrap_or(self.seen), indent + 2);
            self.block(node, indent + 2, Start::OwnLine);
        } else {
            let key = entry.map(|it| it.0.key.as_str());
            let colon = self.seen;
            let separate = if self.out.ends_with([':', '-']) { " " } else { "" };
            let text = match &node.kind {
                NodeKind::Scalar(scalar) => {
                    let is_condition = key.is_some_and(condition::is_key);
                    scalar::lines(self.source, node, scalar, is_condition, indent + 2)
                }
                NodeKind::List(_) | NodeKind::Map(_) => one_line(node),
            };
            let own_line = entry.is_some() && self.stays_below(node, colon, &text);
            if own_line {
                self.end_line();
                self.indent(indent + 2);
            } else if !text.is_empty() {
                self.out.push_str(separate);
            }
            self.out.push_str(&text);
        }
        self.trailing(node.span.end as usize, indent);
    }
}

impl Writer<'_> {
    /// Whether a text that stands on the line below its key stays there, being too long to join it.
    fn stays_below(&self, node: &Node, colon: usize, text: &str) -> bool {
        let NodeKind::Scalar(scalar) = &node.kind else { return false };
        let between = self.source.get(colon..start(node));
        let below = between.is_some_and(|it| it.contains('\n'));
        let line = self.out.rsplit('\n').next().unwrap_or_default().chars().count();
        let first = text.lines().next().unwrap_or_default().chars().count();
        below && scalar.style != ScalarStyle::Block && !text.is_empty() && line + 1 + first > WIDTH
    }
}

/// Whether a list or map is written in brackets.
fn is_flow(source: &str, node: &Node) -> bool {
    let start = node.span.start as usize;
    let open = source.get(start..).is_some_and(|it| it.starts_with(['[', '{']));
    // The span of a block list may begin with its first item.
    let own = match &node.kind {
        NodeKind::Scalar(_) => false,
        NodeKind::List(items) => items.first().is_none_or(|it| start < it.span.start as usize),
        NodeKind::Map(entries) => {
            entries.first().is_none_or(|it| start < it.key_span.start as usize)
        }
    };
    open && own
}

fn start(node: &Node) -> usize {
    node.span.start as usize
}

/// Where the first part of a list or map stands.
fn first_start(node: &Node) -> usize {
    match &node.kind {
        NodeKind::Scalar(_) => start(node),
        NodeKind::List(items) => items.first().map_or(start(node), start),
        NodeKind::Map(entries) => {
            entries.first().map_or(start(node), |it| it.key_span.start as usize)
        }
    }
}

#[cfg(test)]
mod tests;
