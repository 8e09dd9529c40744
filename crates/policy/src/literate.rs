//! Literate tests of a policy: a Markdown file in which prose explains and fenced blocks are run.
//!
//! ````markdown
//! # A full rep is passed over
//! ```roster
//! schema: 1
//! reps: { ana: { capacity: { open: 5 }, state: { open: 5 } }, bo: {} }
//! ```
//! ```lead
//! at: 2026-11-20T15:00:00Z
//! fields: { email: kim@acme.example }
//! ```
//! ```expect
//! owner: bo
//! passed_over: { ana: D0131 }
//! ```
//! ````
//!
//! A roster holds for its section, one under the first heading for the whole file; its state runs on
//! from lead to lead and starts anew with each heading. It may lie in a file of its own, which the
//! fence then names: `` ```roster team.yaml ``. Every lead is followed by one expectation. Blocks of
//! other kinds are prose. Reading files and deciding are not here: whoever runs the tests brings the
//! rosters that [`roster_files`] names and hands the answers to [`compare`].

mod block;
mod compare;

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use serde_json::Value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::roster::{self, RosterWithState};
use crate::shape::Shape;
use crate::shape::check::{Place, check, head};
use crate::shape::literate::{EXPECT, LEAD};
use crate::shape::{Record, scalar};
use crate::span::{Sources, Span};
use crate::tree::Node;

pub use compare::{Answers, compare};

use block::{Block, blocks};

/// The tests of one file, in order.
#[derive(Clone, Debug, Default)]
pub struct Literate {
    /// Rosters, in order.
    pub rosters: Vec<RosterWithState>,
    /// Cases, in order.
    pub cases: Vec<Case>,
}

/// A lead and what should become of it.
#[derive(Clone, Debug)]
pub struct Case {
    /// The heading it stands under.
    pub title: String,
    /// Place in [`Literate::rosters`]; `None` for the roster given with the policy.
    pub roster: Option<usize>,
    /// Whether the roster's state starts anew before this case.
    pub fresh: bool,
    /// The time of the decision.
    pub at: Timestamp,
    /// The lead block as JSON: a submission with a few keys besides.
    pub lead: Value,
    /// What is expected, by key; those within `due` and `passed_over` with a dot.
    pub expect: Vec<Expectation>,
    /// Where the lead block stands.
    pub span: Span,
}

/// One thing that is expected.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// E.g. `owner`, `due.touch`, `passed_over.ana`.
    pub key: String,
    /// E.g. `bo`, `none`.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

/// Rosters from files, by the name that a fence gives them.
pub type Rosters = BTreeMap<String, RosterWithState>;

/// The files that `roster` blocks name, once each: paths from where the tests lie.
pub fn roster_files(text: &str) -> BTreeSet<&str> {
    let named = blocks(text).into_iter().filter(|it| it.kind == "roster");
    named.map(|it| it.argument).filter(|it| !it.is_empty()).collect()
}

/// Reads the first file of `sources` as Markdown. The cases come with all mistakes of the run; those
/// with mistakes are left out.
pub fn read(sources: &Sources, rosters: &Rosters) -> (Literate, Vec<Diagnostic>) {
    let (tests, found) = (Literate::default(), Diagnostics::default());
    let mut reader = Reader { sources, rosters, tests, found };
    let text = sources.files.first().map_or("", |it| &it.text);
    let mut title = String::new();
    let (mut of_file, mut roster) = (None, None);
    let mut in_section = false;
    let mut fresh = true;
    let mut lead: Option<Block<'_>> = None;
    for block in blocks(text) {
        match block.kind {
            "heading" => {
                title = block.text.trim_start_matches('#').trim().to_owned();
                in_section = block.text.starts_with("##");
                roster = of_file;
                fresh = true;
            }
            "roster" => {
                reader.unanswered(lead.take());
                roster = reader.roster(&block);
                of_file = if in_section { of_file } else { roster };
                fresh = true;
            }
            "lead" => {
                reader.unanswered(lead.take());
                lead = Some(block);
            }
            "expect" => match lead.take() {
                Some(lead) => {
                    reader.case(&lead, &block, &title, roster, fresh);
                    fresh = false;
                }
                None => reader.found.push(
                    Diagnostic::error("P0401", "nothing to expect of", block.span)
                        .help("put a `lead` block before it"),
                ),
            },
            _ => {}
        }
    }
    reader.unanswered(lead);
    (reader.tests, reader.found.into_sorted())
}

struct Reader<'a> {
    sources: &'a Sources,
    rosters: &'a Rosters,
    tests: Literate,
    found: Diagnostics,
}

impl Reader<'_> {
    fn unanswered(&mut self, lead: Option<Block<'_>>) {
        if let Some(lead) = lead {
            self.found.push(
                Diagnostic::error("P0401", "nothing is expected of this lead", lead.span)
                    .help("put an `expect` block after it"),
            );
        }
    }

    fn roster(&mut self, block: &Block<'_>) -> Option<usize> {
        let roster = match block.argument {
            "" => self.written(block),
            file => self.named(block, file),
        };
        self.tests.rosters.push(roster?);
        Some(self.tests.rosters.len() - 1)
    }

    /// A roster between the fences.
    fn written(&mut self, block: &Block<'_>) -> Option<RosterWithState> {
        let path = self.sources.files.first().map_or("", |it| &it.path);
        let (roster, found) = roster::read(&Sources::single(path, block.in_place()));
        found.into_iter().for_each(|it| self.found.push(it));
        roster
    }

    /// A roster in a file of its own.
    fn named(&mut self, block: &Block<'_>, file: &str) -> Option<RosterWithState> {
        if !block.text.trim().is_empty() {
            let message = "a roster is either a file or written here";
            let diagnostic = Diagnostic::error("P0401", message, block.span);
            self.found.push(diagnostic.help(format!("take `{file}` or the lines below it out")));
        }
        let roster = self.rosters.get(file).cloned();
        if roster.is_none() {
            let message = format!("there is no roster `{file}`");
            let diagnostic = Diagnostic::error("P0401", message, block.span);
            self.found.push(diagnostic.help("give the path from where this file lies"));
        }
        roster
    }

    fn case(
        &mut self,
        lead: &Block<'_>,
        expect: &Block<'_>,
        title: &str,
        roster: Option<usize>,
        fresh: bool,
    ) {
        let lead_node = self.tree(lead, &LEAD);
        let expect_node = self.tree(expect, &EXPECT);
        let (Some(node), Some(expect)) = (lead_node, expect_node) else { return };
        let Some(at) = node.text("at").and_then(scalar::instant) else { return };
        self.tests.cases.push(Case {
            title: title.to_owned(),
            roster,
            fresh,
            at,
            lead: node.to_json(),
            expect: expectations(&expect),
            span: lead.span,
        });
    }

    fn tree(&mut self, block: &Block<'_>, record: &'static Record) -> Option<Node> {
        let node = crate::parse::parse(0, &block.in_place(), &mut self.found)?;
        let place = Place { name: block.kind, span: head(&node) };
        let before = self.found.len();
        check(&node, &Shape::Record(record), place, &mut self.found);
        (self.found.len() == before).then_some(node)
    }
}

fn expectations(node: &Node) -> Vec<Expectation> {
    let mut all = Vec::new();
    for entry in node.entries() {
        let items = entry.value.items();
        if let Some(value) = entry.value.scalar() {
            let (key, span) = (entry.key.clone(), entry.value.span);
            all.push(Expectation { key, value: value.to_owned(), span });
        } else if items.is_empty() {
            all.extend(entry.value.entries().iter().filter_map(|inner| {
                Some(Expectation {
                    key: format!("{}.{}", entry.key, inner.key),
                    value: inner.value.scalar()?.to_owned(),
                    span: inner.value.span,
                })
            }));
        } else {
            let words: Vec<&str> = items.iter().filter_map(Node::scalar).collect();
            let (key, span) = (entry.key.clone(), entry.value.span);
            all.push(Expectation { key, value: words.join(", "), span });
        }
    }
    all
}

#[cfg(test)]
mod tests;
