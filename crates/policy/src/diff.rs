//! What differs between two policies, by section and rule.
//!
//! Compares the trees, not the texts: comments, quotes, line breaks and the order of keys do not
//! count. Rules are matched by id, so a rule that only moved is said to have moved.

use crate::diagnostic::Diagnostics;
use crate::lower::{file_name, read_files};
use crate::shape::policy::POLICY;
use crate::span::Sources;
use crate::tree::{Node, NodeKind};

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Where, e.g. `routing.rules.emea_enterprise.when`.
    pub path: String,
    /// What.
    pub what: Changed,
}

/// How something differs; texts are as written, on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Changed {
    /// Only in the new policy.
    Added(String),
    /// Only in the old policy.
    Removed(String),
    /// In both, but not the same.
    Replaced {
        /// As it was.
        old: String,
        /// As it is.
        new: String,
    },
    /// At another place of a list in which order counts.
    Moved {
        /// Place as it was, from 1.
        old: usize,
        /// Place as it is, from 1.
        new: usize,
    },
}

/// The differences in the order of the new policy, each section's removals last. What cannot be read
/// in either is left out; compile both first to see why.
pub fn diff(old: &Sources, new: &Sources) -> Vec<Difference> {
    let mut unread = Diagnostics::default();
    let mut found = Vec::new();
    let trees = (read_files(old, &POLICY, &mut unread), read_files(new, &POLICY, &mut unread));
    if let (Some(before), Some(after)) = trees {
        let compared = Compared { old, new };
        compared.nodes("", &before, &after, &mut found);
    }
    tables(old, new, &mut found);
    found
}

struct Compared<'a> {
    old: &'a Sources,
    new: &'a Sources,
}

impl Compared<'_> {
    fn nodes(&self, path: &str, old: &Node, new: &Node, found: &mut Vec<Difference>) {
        if same(old, new) {
            return;
        }
        let parts = match (&old.kind, &new.kind) {
            (NodeKind::Map(_), NodeKind::Map(_)) => named_entries(old).zip(named_entries(new)),
            (NodeKind::List(_), NodeKind::List(_)) => named_items(old).zip(named_items(new)),
            _ => None,
        };
        let Some((before, after)) = parts else {
            let (old, new) = (line(self.old, old), line(self.new, new));
            found.push(Difference { path: path.to_owned(), what: Changed::Replaced { old, new } });
            return;
        };
        let ordered = matches!(new.kind, NodeKind::List(_));
        for (place, (name, node)) in after.iter().enumerate() {
            let path = join(path, name);
            match before.iter().position(|it| it.0 == *name) {
                None => {
                    let what = Changed::Added(line(self.new, node));
                    found.push(Difference { path, what });
                }
                Some(at) => {
                    let moved = ordered && overtaken(&before, &after, name);
                    if moved {
                        let what = Changed::Moved { old: at + 1, new: place + 1 };
                        found.push(Difference { path: path.clone(), what });
                    }
                    if let Some((_, earlier)) = before.get(at) {
                        self.nodes(&path, earlier, node, found);
                    }
                }
            }
        }
        for (name, node) in before.iter().filter(|it| !after.iter().any(|new| new.0 == it.0)) {
            let what = Changed::Removed(line(self.old, node));
            found.push(Difference { path: join(path, name), what });
        }
    }
}

type Named<'a> = Vec<(&'a str, &'a Node)>;

fn named_entries(node: &Node) -> Option<Named<'_>> {
    Some(node.entries().iter().map(|it| (it.key.as_str(), &it.value)).collect())
}

/// The items of a list by id; `None` where one has none or two share one.
fn named_items(node: &Node) -> Option<Named<'_>> {
    let items = node.items().iter();
    let named: Option<Named<'_>> = items.map(|it| Some((it.text("id")?, it))).collect();
    let named = named?;
    let mut names: Vec<&str> = named.iter().map(|it| it.0).collect();
    names.sort_unstable();
    names.dedup();
    (names.len() == named.len()).then_some(named)
}

/// Whether another item that both lists have stood before `name` and stands behind it now.
fn overtaken(before: &Named<'_>, after: &Named<'_>, name: &str) -> bool {
    let earlier = before.iter().take_while(|it| it.0 != name);
    let later: Vec<&str> =
        after.iter().skip_while(|it| it.0 != name).skip(1).map(|it| it.0).collect();
    earlier.into_iter().any(|it| later.contains(&it.0))
}

/// Whether two trees mean the same; the order of keys does not count, except where it decides.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.kind, &b.kind) {
        (NodeKind::Scalar(a), NodeKind::Scalar(b)) => a.text.trim() == b.text.trim(),
        (NodeKind::List(a), NodeKind::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (NodeKind::Map(a), NodeKind::Map(b)) => {
            let found = |key: &str| b.iter().find(|it| it.key == key);
            a.len() == b.len()
                && a.iter()
                    .all(|it| found(&it.key).is_some_and(|other| same(&it.value, &other.value)))
        }
        _ => false,
    }
}

/// Tables in files, by name: rows that are in one only.
fn tables(old: &Sources, new: &Sources, found: &mut Vec<Difference>) {
    for file in new.files.iter().filter(|it| it.path.ends_with(".csv")) {
        let name = file_name(&file.path);
        let before = old.files.iter().find(|it| file_name(&it.path) == name);
        let was: Vec<&str> = before.map_or(Vec::new(), |it| it.text.lines().collect());
        let is: Vec<&str> = file.text.lines().collect();
        let added = is.iter().filter(|it| !was.contains(it));
        found.extend(added.map(|it| row(name, Changed::Added((*it).to_owned()))));
        let removed = was.iter().filter(|it| !is.contains(it));
        found.extend(removed.map(|it| row(name, Changed::Removed((*it).to_owned()))));
    }
}

fn row(file: &str, what: Changed) -> Difference {
    Difference { path: file.to_owned(), what }
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

/// The text of a node on one line.
fn line(sources: &Sources, node: &Node) -> String {
    sources.text(node.span).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lower::tests::SMALL;

    fn shown(edits: &[(&str, &str)]) -> Vec<String> {
        let new = edits.iter().fold(SMALL.to_owned(), |all, (old, new)| {
            assert!(all.contains(old), "{old}");
            all.replace(old, new)
        });
        let found = diff(&Sources::single("a.yaml", SMALL), &Sources::single("b.yaml", new));
        found
            .into_iter()
            .map(|it| match it.what {
                Changed::Added(text) => format!("+ {} {text}", it.path),
                Changed::Removed(text) => format!("- {} {text}", it.path),
                Changed::Replaced { old, new } => format!("~ {} {old} -> {new}", it.path),
                Changed::Moved { old, new } => format!("> {} {old} -> {new}", it.path),
            })
            .collect()
    }

    #[test]
    fn what_means_the_same_is_no_difference() {
        assert_eq!(
            shown(&[("keeper: ana, calendar: office", "calendar: \"office\", keeper: 'ana'")]),
            [""; 0]
        );
    }

    #[test]
    fn rules_are_told_by_id() {
        let dach = "    - { id: dach, when: area == \"dach\", to: [{ pool: all, only: rep.load < 80 }] }\n";
        let rest = "    - { id: rest, when: true, to: [{ pool: all }] }\n";
        let fresh = "    - { id: fresh, when: vip, to: [{ queue: triage }] }\n";
        assert_eq!(
            shown(&[
                (&format!("{dach}{rest}"), &format!("{fresh}{dach}{rest}")),
                ("rep.load < 80", "rep.load < 90"),
                ("keeper: ana", "keeper: bo"),
                ("  Web: Website\n", "  Event: Event\n"),
            ]),
            [
                "+ routing.rules.fresh { id: fresh, when: vip, to: [{ queue: triage }] }",
                "~ routing.rules.dach.to [{ pool: all, only: rep.load < 80 }] -> [{ pool: all, only: rep.load < 90 }]",
                "~ queues.triage.keeper ana -> bo",
                "+ attribution.Event Event",
                "- attribution.Web Website",
            ]
        );
        assert_eq!(
            shown(&[(&format!("{dach}{rest}"), &format!("{rest}{dach}"))]),
            ["> routing.rules.rest 2 -> 1"]
        );
    }
}
