//! Comments and blank lines of a text.

use crate::tree::{Node, NodeKind};

/// A comment from its `#` to the end of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Comment<'a> {
    /// The byte of its `#`.
    pub(super) at: usize,
    /// Without white space at the end.
    pub(super) text: &'a str,
    /// Whether nothing stands before it on its line.
    pub(super) own_line: bool,
}

/// All comments of `text`, whose tree is `tree`, in order.
pub(super) fn comments<'a>(text: &'a str, tree: Option<&Node>) -> Vec<Comment<'a>> {
    let mut scalars = Vec::new();
    if let Some(tree) = tree {
        collect(tree, &mut scalars);
    }
    let mut scalars = scalars.into_iter().peekable();
    let mut found = Vec::new();
    let mut line_start = 0;
    let mut passed = 0;
    for line in text.split_inclusive('\n') {
        for (offset, _) in line.match_indices('#') {
            let at = line_start + offset;
            while scalars.next_if(|(_, end)| *end <= at).is_some() {}
            let inside = scalars.peek().is_some_and(|(start, _)| *start <= at);
            let before = line.get(..offset).unwrap_or_default();
            let parted = before.is_empty() || before.ends_with([' ', '\t', '\u{FEFF}']);
            if inside || !parted || at < passed {
                continue;
            }
            let own_line = before.trim_matches(['\u{FEFF}', ' ', '\t']).is_empty();
            let text = line.get(offset..).unwrap_or_default().trim_end();
            found.push(Comment { at, text, own_line });
            passed = line_start + line.len();
        }
        line_start += line.len();
    }
    found
}

/// The places of all scalars, keys among them, in order.
fn collect(node: &Node, scalars: &mut Vec<(usize, usize)>) {
    match &node.kind {
        NodeKind::Scalar(_) => scalars.push((node.span.start as usize, node.span.end as usize)),
        NodeKind::List(items) => items.iter().for_each(|it| collect(it, scalars)),
        NodeKind::Map(entries) => {
            for it in entries {
                scalars.push((it.key_span.start as usize, it.key_span.end as usize));
                collect(&it.value, scalars);
            }
        }
    }
}

/// Whether the line before the one of byte `at` is blank.
pub(super) fn blank_line_before(source: &str, at: usize) -> bool {
    let before = source.get(..at).unwrap_or_default();
    let Some((above, _)) = before.rsplit_once('\n') else { return false };
    above.rsplit('\n').next().is_some_and(|it| it.trim().is_empty())
}

/// How many characters stand before byte `at` on its line.
pub(super) fn column(source: &str, at: usize) -> usize {
    let before = source.get(..at).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default().chars().count()
}

/// The first byte from `from` on that is neither white space nor in a comment.
pub(super) fn next_token(source: &str, comments: &[Comment<'_>], from: usize) -> usize {
    let mut at = from;
    loop {
        let rest = source.get(at..).unwrap_or_default();
        at += rest.len() - rest.trim_start().len();
        match comments.binary_search_by_key(&at, |it| it.at) {
            Ok(found) => at += comments.get(found).map_or(1, |it| it.text.len()),
            Err(_) => return at,
        }
    }
}
