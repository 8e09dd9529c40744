//! The roster file: teams, reps, their load at the start of a trial decision.
//!
//! The same text, tree and diagnostics as a policy. Names that only a policy knows (calendars, rep
//! fields) are checked by [`crate::lint_roster`], which also serves rosters that come from elsewhere.

mod cycle;
mod facts;

pub use facts::rep_facts;

use std::collections::BTreeMap;
use std::sync::Arc;

use model::roster::{Absence, Addresses, Assigned, Capacity, Caps};
use model::{Rep, RepId, RepState, Roster, Team, TeamId, Value};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::{Names, read_files};
use crate::shape::Shape;
use crate::shape::check::{Place, check, head};
use crate::shape::roster::{LIST_ATTRIBUTES, ROSTER};
use crate::shape::scalar;
use crate::span::{Sources, Span};
use crate::tree::{Entry, Node, NodeKind, ScalarStyle};

/// A roster with the state of its reps, in the order of [`Roster::reps`].
pub type RosterWithState = (Roster, Vec<RepState>);

/// The files of a roster as one tree; findings are those of [`read`]. Nothing where they are empty.
pub fn whole(sources: &Sources) -> Option<Node> {
    read_files(sources, &ROSTER, &mut Diagnostics::default())
}

/// Reads a roster from YAML or JSON, reporting every mistake of the run; with an error among them
/// there is no roster.
pub fn read(sources: &Sources) -> (Option<RosterWithState>, Vec<Diagnostic>) {
    let mut found = Diagnostics::default();
    let Some(root) = read_files(sources, &ROSTER, &mut found) else {
        if !found.has_errors() {
            found.push(Diagnostic::error("P0100", "the roster is empty", Span::default()));
        }
        return (None, found.into_sorted());
    };
    let place = Place { name: "roster", span: head(&root) };
    check(&root, &Shape::Record(&ROSTER), place, &mut found);
    let mut reader = Reader {
        reps: Names::of(root.child("reps"), "rep"),
        teams: Names::of(root.child("teams"), "team"),
        found,
    };
    let teams = reader.teams(&root);
    let people = reader.reps(&root);
    cycle::report(&root, &people, &mut reader.found);
    let found = reader.found;
    if found.has_errors() {
        return (None, found.into_sorted());
    }
    let states: BTreeMap<RepId, RepState> =
        people.iter().map(|(rep, state)| (rep.id.clone(), *state)).collect();
    // Keys of a map are unique, so no rep is repeated.
    let (roster, _) = Roster::new(people.into_iter().map(|(rep, _)| rep).collect(), teams);
    // Sorted by id, as the roster is.
    let states = states.into_values().collect();
    (Some((roster, states)), found.into_sorted())
}

struct Reader {
    reps: Names,
    teams: Names,
    found: Diagnostics,
}

impl Reader {
    fn teams(&mut self, root: &Node) -> Vec<Team> {
        let entries = root.child("teams").map(Node::entries).unwrap_or_default();
        let teams = entries.iter().filter_map(|entry| {
            Some(Team {
                id: entry.key.parse().ok()?,
                name: entry.value.text("name").unwrap_or(&entry.key).to_owned(),
                manager: self.rep_named(&entry.value, "manager"),
                calendar: entry.value.named("calendar").map(|it| it.0),
            })
        });
        teams.collect()
    }

    fn reps(&mut self, root: &Node) -> Vec<(Rep, RepState)> {
        let entries = root.child("reps").map(Node::entries).unwrap_or_default();
        entries.iter().filter_map(|it| self.rep(it)).collect()
    }

    fn rep(&mut self, entry: &Entry) -> Option<(Rep, RepState)> {
        let node = &entry.value;
        let addresses = self.addresses(node);
        let team = self.team_named(node);
        let manager = self.rep_named(node, "manager");
        let backup = self.rep_named(node, "backup");
        if backup.as_ref().is_some_and(|it| it.as_str() == entry.key) {
            let message = format!("`{}` is its own backup", entry.key);
            self.found.push(Diagnostic::error("P0335", message, node.span_of("backup")));
        }
        let capacity = node.child("capacity");
        let [day, week, month] = node.child("caps").map(counts).unwrap_or_default();
        let state = node.child("state").map(state_of).unwrap_or_default();
        let rep = Rep {
            id: entry.key.parse().ok()?,
            name: node.text("name").unwrap_or(&entry.key).to_owned(),
            email: node.text("email").map(str::to_owned),
            addresses,
            team,
            manager,
            backup,
            calendar: node.named("calendar").map(|it| it.0),
            active: node.flag("active", true),
            capacity: Capacity {
                open: capacity.and_then(|it| it.whole("open")),
                value: capacity.and_then(|it| it.money("value")).map(|it| it.get() as u64),
            },
            caps: Caps { day, week, month },
            attributes: attributes(node),
            absences: node.list("absences").iter().filter_map(|it| self.absence(it)).collect(),
        };
        Some((rep, state))
    }

    fn addresses(&mut self, node: &Node) -> Addresses {
        Addresses {
            slack: self.written(node, "slack", is_slack_id, "a member id such as `U012AB3CD`"),
            teams: self.written(node, "teams", is_sign_in, "a sign-in name, `ana@company.example`"),
            phone: self.written(node, "phone", is_phone, "`+` and 7 to 15 digits"),
        }
    }

    /// A text that must look a certain way.
    fn written(
        &mut self,
        node: &Node,
        key: &str,
        fits: fn(&str) -> bool,
        wanted: &str,
    ) -> Option<String> {
        let text = node.text(key)?;
        if !fits(text) {
            let message = format!("`{key}` must be {wanted}, not `{text}`");
            self.found.push(Diagnostic::error("P0107", message, node.span_of(key)));
        }
        Some(text.to_owned())
    }

    fn absence(&mut self, node: &Node) -> Option<Absence> {
        let backup = self.rep_named(node, "backup");
        let from = node.text("from").and_then(scalar::instant)?;
        let to = node.text("to").and_then(scalar::instant)?;
        if to <= from {
            let message = "the absence ends before it begins";
            self.found.push(
                Diagnostic::error("P0111", message, node.span_of("to"))
                    .other(node.span_of("from"), "begins here"),
            );
        }
        Some(Absence { from, to, backup })
    }

    fn rep_named(&mut self, node: &Node, key: &str) -> Option<RepId> {
        let (id, span): (RepId, Span) = node.named(key)?;
        self.reps.resolve(id.as_str(), span, &mut self.found)?;
        Some(id)
    }

    fn team_named(&mut self, node: &Node) -> Option<TeamId> {
        let (id, span): (TeamId, Span) = node.named("team")?;
        self.teams.resolve(id.as_str(), span, &mut self.found)?;
        Some(id)
    }
}

fn is_slack_id(text: &str) -> bool {
    (5..=20).contains(&text.len())
        && text.starts_with(['U', 'W'])
        && text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit())
}

fn is_sign_in(text: &str) -> bool {
    let plain = |it: char| !it.is_whitespace() && !it.is_control() && !"<>".contains(it);
    text.len() <= 254 && text.contains('@') && text.chars().all(plain)
}

fn is_phone(text: &str) -> bool {
    let digits = text.strip_prefix('+').unwrap_or_default();
    (7..=15).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
}

/// Per day, week and month.
fn counts(node: &Node) -> [Option<u32>; 3] {
    ["day", "week", "month"].map(|it| node.whole(it))
}

fn state_of(node: &Node) -> RepState {
    let [day, week, month] =
        node.child("assigned").map(counts).unwrap_or_default().map(Option::unwrap_or_default);
    RepState {
        present: node.flag("present", true),
        open: node.whole("open").unwrap_or_default(),
        open_value: node.money("open_value").map_or(0, |it| it.get() as u64),
        assigned: Assigned { day, week, month },
    }
}

fn attributes(node: &Node) -> BTreeMap<String, Value> {
    let mut attributes = BTreeMap::new();
    for name in LIST_ATTRIBUTES {
        if let Some(list) = node.child(name) {
            attributes.insert((*name).to_owned(), words(list));
        }
    }
    if let Some(seniority) = node.text("seniority") {
        attributes.insert("seniority".to_owned(), Value::text(seniority));
    }
    for entry in node.child("attributes").map(Node::entries).unwrap_or_default() {
        attributes.insert(entry.key.clone(), attribute(&entry.value));
    }
    attributes
}

fn words(node: &Node) -> Value {
    let mut words: Vec<Arc<str>> = Vec::new();
    for word in node.items().iter().filter_map(Node::scalar) {
        if !words.iter().any(|it| **it == *word) {
            words.push(word.into());
        }
    }
    Value::List(words)
}

/// A list, or a plain `true`, `false` or number, or text.
fn attribute(node: &Node) -> Value {
    let NodeKind::Scalar(value) = &node.kind else { return words(node) };
    let plain = value.style == ScalarStyle::Plain;
    let flag = scalar::yes_or_no(&value.text).map(Value::Bool);
    let typed = flag.or_else(|| scalar::number(&value.text).map(Value::Number));
    typed.filter(|_| plain).unwrap_or_else(|| Value::text(value.text.as_str()))
}

#[cfg(test)]
mod tests;
