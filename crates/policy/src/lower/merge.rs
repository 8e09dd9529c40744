//! Several files as one: sections of a folder's files are put together.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::file_name;
use crate::nearest::nearest;
use crate::shape::Record;
use crate::span::Sources;
use crate::tree::{Entry, Node, NodeKind};

/// Reads every file that is not a table and merges their sections. `None` where nothing could be
/// read.
pub(crate) fn read_files(
    sources: &Sources,
    record: &Record,
    found: &mut Diagnostics,
) -> Option<Node> {
    let mut whole: Option<Node> = None;
    for (number, file) in sources.files.iter().enumerate() {
        let Ok(number) = u16::try_from(number) else { break };
        if is_table(&file.path) {
            continue;
        }
        let Some(node) = crate::parse::parse(number, &file.text, found) else { continue };
        let NodeKind::Map(entries) = node.kind else {
            let message = format!("{} must be a map of sections", record.what);
            found.push(Diagnostic::error("P0106", message, node.span));
            continue;
        };
        let into = whole.get_or_insert(Node { span: node.span, kind: NodeKind::Map(Vec::new()) });
        for entry in entries {
            add_section(into, entry, record, found);
        }
    }
    whole
}

/// Whether a source is a table rather than a part of the policy.
pub(crate) fn is_table(path: &str) -> bool {
    file_name(path).to_ascii_lowercase().ends_with(".csv")
}

fn add_section(whole: &mut Node, entry: Entry, record: &Record, found: &mut Diagnostics) {
    let known = record.keys.iter().map(|it| it.name);
    if !known.clone().any(|it| it == entry.key) {
        let message = format!("{} has no section `{}`", record.what, entry.key);
        let mut diagnostic = Diagnostic::error("P0102", message, entry.key_span);
        diagnostic = match nearest(&entry.key, known.clone()) {
            Some(name) => {
                diagnostic.help(format!("did you mean `{name}`?")).fix(entry.key_span, name)
            }
            None => {
                let all = known.filter(|it| !it.starts_with('$')).collect::<Vec<_>>();
                diagnostic.help(format!("the sections are `{}`", all.join("`, `")))
            }
        };
        found.push(diagnostic);
        return;
    }
    let NodeKind::Map(sections) = &mut whole.kind else { return };
    let Some(first) = sections.iter_mut().find(|it| it.key == entry.key) else {
        sections.push(entry);
        return;
    };
    let is_same_scalar = first.value.scalar().is_some()
        && first.value.scalar() == entry.value.scalar()
        && entry.key.ends_with("schema");
    if is_same_scalar {
        return;
    }
    match (&mut first.value.kind, entry.value.kind) {
        (NodeKind::Map(old), NodeKind::Map(new)) => merge_maps(old, new, found),
        _ => found.push(
            Diagnostic::error(
                "P0103",
                format!("section `{}` stands in two files", entry.key),
                entry.key_span,
            )
            .other(first.key_span, "the first one")
            .help("only sections with named entries may be spread over files"),
        ),
    }
}

fn merge_maps(old: &mut Vec<Entry>, new: Vec<Entry>, found: &mut Diagnostics) {
    for entry in new {
        match old.iter().find(|it| it.key == entry.key) {
            Some(first) => found.push(
                Diagnostic::error(
                    "P0103",
                    format!("`{}` stands in two files", entry.key),
                    entry.key_span,
                )
                .other(first.key_span, "the first one"),
            ),
            None => old.push(entry),
        }
    }
}
