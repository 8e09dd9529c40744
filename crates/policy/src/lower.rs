//! Tree to checked policy: names are resolved, conditions typed, sections turned into plain values.
//!
//! Every section is lowered even after mistakes elsewhere, so that one run reports them all; what
//! cannot be lowered is left out, and a policy with any error is not handed out. The structure was
//! checked against [`crate::shape`] before, so a reader here is silent about what that reports.
//! Ids and symbols are given in the order of the text: the same text gives the same numbers.

mod calendars;
mod condition;
mod context;
mod contract;
mod derived;
mod exclude;
mod fast_track;
mod fields;
mod gateway;
mod merge;
mod names;
mod pools;
mod qualify;
mod read;
mod respond;
mod routing;
mod scoring;
mod slas;
mod source_rules;
mod tables;

use sha2::{Digest, Sha256};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Expr;
use crate::index::RuleIndex;
use crate::lint::{self, Subject};
use crate::section::{Policy, PolicyHash};
use crate::shape::Shape;
use crate::shape::check::{Place, check, head};
use crate::shape::policy::{POLICY, SCHEMA_VERSION};
use crate::span::Sources;
use crate::tree::Node;

pub(crate) use context::{Context, Stage};
pub(crate) use merge::read_files;
pub(crate) use names::Names;
pub use tables::table_files;

/// Checks a policy: a folder's files are one policy, files that end in `.csv` are tables. Every
/// mistake of the run is returned, sorted by place; with an error among them there is no policy.
pub fn compile(sources: &Sources) -> (Option<Policy>, Vec<Diagnostic>) {
    let mut found = Diagnostics::default();
    let root = read_files(sources, &POLICY, &mut found);
    let Some(root) = root else {
        if !found.has_errors() {
            found.push(empty());
        }
        return (None, found.into_sorted());
    };
    if !speaks_this_version(&root, &mut found) {
        return (None, found.into_sorted());
    }
    let place = Place { name: "policy", span: head(&root) };
    check(&root, &Shape::Record(&POLICY), place, &mut found);
    let mut context = Context::new(sources, &root, found);
    let mut policy = context.policy(&root);
    policy.hash = hash(sources, &root);
    let (mut found, conditions) = context.finish(&mut policy);
    lint::policy(&Subject { policy: &policy, root: &root, conditions: &conditions }, &mut found);
    let conditions: Vec<&Expr> = policy.routing.rules.iter().map(|it| &it.when).collect();
    policy.routing.index = RuleIndex::build(&conditions);
    let policy = (!found.has_errors()).then_some(policy);
    (policy, found.into_sorted())
}

fn empty() -> Diagnostic {
    Diagnostic::error("P0100", "the policy is empty", crate::Span::default())
        .help("begin with `schema: 1` and a `name`; `examples/policies` has whole ones")
}

/// Whether the text is of a language version that can be read; a missing one is taken as this.
fn speaks_this_version(root: &Node, found: &mut Diagnostics) -> bool {
    let Some(entry) = root.get("schema") else { return true };
    match entry.value.scalar() {
        Some(SCHEMA_VERSION) | None => true,
        Some(other) => {
            let message = format!("version `{other}` of the policy language is not known");
            let help = format!("this compiler reads `schema: {SCHEMA_VERSION}`");
            found.push(Diagnostic::error("P0101", message, entry.value.span).help(help));
            false
        }
    }
}

/// SHA-256 over the files in order: name and text, line ends as `\n`, each with its length. Tables
/// that the policy does not name may lie beside it and do not count.
fn hash(sources: &Sources, root: &Node) -> PolicyHash {
    let tables = root.child("tables").map(Node::entries).unwrap_or_default();
    let named: Vec<&str> =
        tables.iter().filter_map(|it| it.value.text("file")).map(file_name).collect();
    let mut digest = Sha256::new();
    let mut part = |text: &str| {
        digest.update((text.len() as u64).to_le_bytes());
        digest.update(text.as_bytes());
    };
    for file in &sources.files {
        let name = file_name(&file.path);
        let is_table = merge::is_table(&file.path);
        if is_table && !named.contains(&name) {
            continue;
        }
        // A table is found by its name; that of any other file says nothing.
        part(if is_table { name } else { "" });
        part(&file.text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n"));
    }
    PolicyHash(digest.finalize().into())
}

/// The last part of a path.
pub(crate) fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

#[cfg(test)]
pub(crate) mod tests;
