//! P0335: reps who stand in for each other in a circle.
//!
//! What: a chain of backups, or of managers, that comes back to where it began.
//! Why: when all of them are away, nobody is left to take over (rule E20).
//! Example: ana's backup is bo, bo's backup is ana, and there is no third
//! Instead: let one of them name somebody outside the circle

use std::collections::BTreeMap;

use model::{Rep, RepId, RepState};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;
use crate::tree::Node;

/// Reports each circle once, at its first rep by name.
pub(super) fn report(root: &Node, people: &[(Rep, RepState)], found: &mut Diagnostics) {
    let links = |of: fn(&Rep) -> Option<&RepId>| -> BTreeMap<&RepId, &RepId> {
        people.iter().filter_map(|(rep, _)| Some((&rep.id, of(rep)?))).collect()
    };
    for circle in circles(&links(|rep| rep.backup.as_ref())) {
        let message = format!("backups go round in a circle: {}", shown(&circle));
        found.push(
            Diagnostic::error("P0335", message, place(root, circle.first(), "backup"))
                .help("let one of them name somebody outside the circle"),
        );
    }
    for circle in circles(&links(|rep| rep.manager.as_ref())) {
        let message = format!("managers go round in a circle: {}", shown(&circle));
        found.push(
            Diagnostic::error("P0335", message, place(root, circle.first(), "manager"))
                .help("somebody at the top has no manager"),
        );
    }
}

/// Circles of more than one rep, each from its first rep by name.
fn circles<'a>(links: &BTreeMap<&'a RepId, &'a RepId>) -> Vec<Vec<&'a RepId>> {
    let mut found = Vec::new();
    for start in links.keys() {
        let mut path = vec![*start];
        let mut next = links.get(start);
        while let Some(at) = next {
            if at == start {
                let is_first = path.iter().all(|it| start <= it);
                if is_first && 1 < path.len() {
                    found.push(path);
                }
                break;
            }
            if path.contains(at) {
                break;
            }
            path.push(at);
            next = links.get(at);
        }
    }
    found
}

fn shown(circle: &[&RepId]) -> String {
    let names: Vec<String> =
        circle.iter().chain(circle.first()).map(|it| format!("`{it}`")).collect();
    names.join(" to ")
}

fn place(root: &Node, rep: Option<&&RepId>, key: &str) -> Span {
    let entry = rep.and_then(|it| root.child("reps")?.child(it.as_str()));
    entry.map_or(root.span, |it| it.span_of(key))
}
