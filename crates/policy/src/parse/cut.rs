//! Reads a text that the event parser refuses, piece by piece.

use crate::diagnostic::Diagnostics;
use crate::parse::build::{Chunk, Stop, build, is_first};
use crate::parse::refuse;
use crate::tree::{Entry, Node, NodeKind};

/// How many levels of keys and items are cut before a piece is given up.
const CUT_DEPTH_MAX: usize = 6;

/// What of `chunk` can be read; its mistakes are reported.
pub(super) fn recover(
    chunk: &Chunk<'_>,
    stop: &Stop,
    depth: usize,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let pieces = pieces(chunk);
    if pieces.is_empty() {
        refuse::report(chunk, stop, diagnostics);
        return None;
    }
    let mut nodes = Vec::new();
    for piece in &pieces {
        let mut found = Diagnostics::default();
        match build(piece, depth, &mut found) {
            Ok(node) => {
                diagnostics.append(found);
                nodes.extend(node);
            }
            Err(stop) => nodes.extend(inside(piece, &stop, depth, diagnostics)),
        }
    }
    join(nodes, diagnostics)
}

/// Reads the block below the key or dash that `piece` begins with; reports `stop` where there is
/// none or it cannot be told apart.
fn inside(
    piece: &Chunk<'_>,
    stop: &Stop,
    depth: usize,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    let head = Head::of(piece).filter(|_| depth < CUT_DEPTH_MAX);
    let body = head.as_ref().map(|it| Chunk { text: &it.body, start: it.start, ..*piece });
    let (Some(head), Some(body)) = (head.as_ref(), body) else {
        refuse::report(piece, stop, diagnostics);
        return None;
    };
    let value = match build(&body, depth + 1, &mut Diagnostics::default()) {
        Err(stop) => recover(&body, &stop, depth + 1, diagnostics)?,
        Ok(_) => {
            // The mistake is in how head and block fit together.
            refuse::report(piece, stop, diagnostics);
            return None;
        }
    };
    let span = piece.span(piece.start, value.span.end as usize);
    let kind = match &head.key {
        None => NodeKind::List(vec![value]),
        Some((key, start)) => {
            let key_span = piece.span(*start, start + key.len());
            NodeKind::Map(vec![Entry { key: key.clone(), key_span, value }])
        }
    };
    Some(Node { span, kind })
}

/// The first line of a piece: a key with nothing behind it, or a dash.
struct Head {
    key: Option<(String, usize)>,
    /// What lies below it; a dash is replaced by a space.
    body: String,
    /// The byte of the file where the body starts.
    start: usize,
}

impl Head {
    fn of(piece: &Chunk<'_>) -> Option<Self> {
        let mut start = piece.start;
        for line in piece.text.split_inclusive('\n') {
            let content = line.trim_start();
            if content.trim().is_empty() || content.starts_with('#') {
                start += line.len();
                continue;
            }
            let first = start + line.len() - content.len();
            if content.starts_with("- ") {
                let (before, after) = (piece.get(start, first), piece.get(first + 1, piece.end()));
                return Some(Self { key: None, body: format!("{before} {after}"), start });
            }
            let (key, rest) = content.split_once(':')?;
            let key = key.trim_end();
            let plain = key.chars().all(|it| it.is_alphanumeric() || "_-. ".contains(it));
            let alone = rest.trim().is_empty() || rest.trim_start().starts_with('#');
            let body = piece.get(start + line.len(), piece.end()).to_owned();
            return (plain && alone && !key.is_empty()).then(|| Self {
                key: Some((key.to_owned(), first)),
                body,
                start: start + line.len(),
            });
        }
        None
    }
}

/// `chunk` cut at each line that is indented as little as its first one.
fn pieces<'a>(chunk: &Chunk<'a>) -> Vec<Chunk<'a>> {
    let mut cuts = Vec::new();
    let mut least = None;
    let mut at = chunk.start;
    for line in chunk.text.split_inclusive('\n') {
        let content = line.trim_start_matches([' ', '\u{FEFF}']);
        let indent = line.len() - content.len();
        let blank = content.trim().is_empty() || content.starts_with(['#', ']', '}', '\t']);
        if !blank && indent <= *least.get_or_insert(indent) {
            cuts.push(at);
        }
        at += line.len();
    }
    if let Some(first) = cuts.first_mut() {
        *first = chunk.start;
    }
    let ends = cuts.iter().copied().skip(1).chain([chunk.end()]);
    cuts.iter().copied().zip(ends).map(|(start, end)| chunk.part(start, end)).collect()
}

/// One map of all maps, or one list of all lists; what does not fit the first piece is left out.
fn join(nodes: Vec<Node>, diagnostics: &mut Diagnostics) -> Option<Node> {
    let mut nodes = nodes.into_iter();
    let mut all = nodes.next()?;
    let mut seen = all.entries().iter().map(|it| (it.key.clone(), it.key_span)).collect();
    for node in nodes {
        all.span = all.span.to(node.span);
        match (&mut all.kind, node.kind) {
            (NodeKind::Map(entries), NodeKind::Map(more)) => {
                for it in more {
                    if is_first(&mut seen, &it.key, it.key_span, diagnostics) {
                        entries.push(it);
                    }
                }
            }
            (NodeKind::List(items), NodeKind::List(more)) => items.extend(more),
            // Its mistake was reported where it was read, or it is text without a key.
            (_, NodeKind::Scalar(_)) => diagnostics.push(refuse::text_without_key(node.span)),
            (_, NodeKind::Map(_) | NodeKind::List(_)) => {
                diagnostics.push(refuse::list_beside_map(node.span));
            }
        }
    }
    Some(all)
}
