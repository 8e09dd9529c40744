//! P0315: two rules of one list with the same id.
//!
//! What: ids that stand twice in routing, the gateway, an exclusion list or a score group.
//! Why: traces, reports and diffs name rules by id.
//! Example: two rules `id: emea`
//! Instead: `emea-enterprise` and `emea-smb`

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::span::Span;
use crate::tree::Node;

/// Reports each id after its first use; looks at the text, so that rules with other mistakes count.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let root = subject.root;
    let mut lists: Vec<&[Node]> = vec![root.list("disqualify"), root.list("suppress")];
    lists.extend(
        ["routing", "gateway"].map(|it| root.child(it).map_or(&[][..], |it| it.list("rules"))),
    );
    for part in ["groups", "matrix"] {
        let groups = root.child("scoring").and_then(|it| it.child(part));
        lists.extend(
            groups.map(Node::entries).unwrap_or_default().iter().map(|it| it.value.list("rules")),
        );
    }
    for list in lists {
        let mut first: BTreeMap<&str, Span> = BTreeMap::new();
        for id in list.iter().filter_map(|it| it.child("id")) {
            let Some(name) = id.scalar().filter(|it| !it.is_empty()) else { continue };
            if let Some(before) = first.get(name) {
                let message = format!("there is already a rule `{name}`");
                found.push(
                    Diagnostic::error("P0315", message, id.span).other(*before, "the first one"),
                );
            } else {
                first.insert(name, id.span);
            }
        }
    }
}
