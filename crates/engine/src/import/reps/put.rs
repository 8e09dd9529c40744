//! Rows of reps into the document of the roster.

use std::collections::BTreeMap;

use model::Timestamp;
use policy::tree::{Entry, Node};
use policy::{Diagnostic, Diagnostics, Policy, Severity, Sources, Span};
use serde_json::{Map, Value, json};
use store::Tx;

use super::row::RepRow;
use crate::engine::{Answer, WORKSPACE};
use crate::refusal::FieldFault;
use crate::roster::{self, Over, policy_in_force, put_work};
use crate::roster_text::to_json;
use crate::{Actor, Engine, Refusal, RefusalKind};

/// What became of a row.
#[derive(Clone, Debug)]
pub(super) enum Put {
    New,
    Changed,
    Unchanged,
    Refused(Vec<FieldFault>),
}

/// Reasons against rows, by their place.
type Refused = BTreeMap<usize, Vec<FieldFault>>;

/// Puts rows into the roster; what became of each.
pub(super) fn put(
    engine: &Engine,
    tx: &mut Tx<'_>,
    actor: &Actor,
    rows: &[RepRow],
    now: Timestamp,
) -> Answer<Vec<Put>> {
    roster::lock(tx)?;
    let stored = store::roster::latest(tx, WORKSPACE)?;
    let before = stored.map_or_else(|| json!({ "schema": 1, "reps": {} }), |it| to_json(&it.body));
    let policy = policy_in_force(tx, now)?;
    let mut refused = policy.as_ref().map(|it| unknown_calendars(it, rows)).unwrap_or_default();
    // Each turn refuses one row more, or is the last.
    loop {
        let (document, results) = edited(&before, rows, &refused);
        if document == before {
            return Ok(Ok(results));
        }
        let text = serde_json::to_string_pretty(&document).unwrap_or_default();
        let sources = Sources::single("roster.json", text);
        let (read, findings) = policy::roster::read(&sources);
        let Some((roster, _)) = read else {
            let more = blamed(&sources, &findings, rows, &refused);
            if more.is_empty() {
                return Ok(Err(unsound(&findings)));
            }
            refused.extend(more);
            continue;
        };
        let unfit = policy.as_ref().map(|it| policy::lint_roster(it, &roster)).unwrap_or_default();
        if unfit.iter().any(is_error) {
            return Ok(Err(unsound(&unfit)));
        }
        return Ok(match put_work(engine, actor.clone(), &sources, Over::Any) {
            Ok(mut work) => work(tx, now)?.map(|_| results),
            Err(refusal) => Err(refusal),
        });
    }
}

/// The document with the rows that are not refused, and what that makes of each row.
fn edited(before: &Value, rows: &[RepRow], refused: &Refused) -> (Value, Vec<Put>) {
    let mut document = before.clone();
    let mut results = Vec::with_capacity(rows.len());
    let none = &mut Map::new();
    let reps = document.get_mut("reps").and_then(Value::as_object_mut).unwrap_or(none);
    for (at, row) in rows.iter().enumerate() {
        if let Some(faults) = refused.get(&at) {
            results.push(Put::Refused(faults.clone()));
            continue;
        }
        let known = reps.get(&row.id).cloned();
        row.put(reps);
        results.push(match known {
            None => Put::New,
            Some(known) if reps.get(&row.id) == Some(&known) => Put::Unchanged,
            Some(_) => Put::Changed,
        });
    }
    (document, results)
}

/// Rows that name a calendar that the policy does not have.
fn unknown_calendars(policy: &Policy, rows: &[RepRow]) -> Refused {
    let known = |name: &str| policy.calendars.keys().any(|it| it.as_str() == name);
    let unknown =
        rows.iter().enumerate().filter(|(_, it)| it.calendar().is_some_and(|it| !known(it)));
    let fault = |_| FieldFault {
        at: "calendar".to_owned(),
        code: "P0331".to_owned(),
        message: "the policy has no calendar of this name".to_owned(),
    };
    unknown.map(|(at, row)| (at, vec![fault(row)])).collect()
}

/// The rows of the reps in whose entries the findings lie; empty where none lies in one.
fn blamed(
    sources: &Sources,
    findings: &[Diagnostic],
    rows: &[RepRow],
    refused: &Refused,
) -> Refused {
    let text = sources.files.first().map_or("", |it| it.text.as_str());
    let root = policy::parse::parse(0, text, &mut Diagnostics::default());
    let reps = root.as_ref().and_then(|it| it.get("reps")).map_or(&[][..], |it| it.value.entries());
    let mut blamed = Refused::new();
    for finding in findings.iter().filter(|it| is_error(it)) {
        let Some(entry) = reps.iter().find(|it| lies_in(finding.primary, it)) else { continue };
        let fault = FieldFault {
            at: column(entry, finding.primary),
            code: finding.code.to_owned(),
            message: finding.message.clone(),
        };
        let of_rep = rows.iter().enumerate().filter(|(_, it)| it.id == entry.key);
        for (at, _) in of_rep.filter(|(at, _)| !refused.contains_key(at)) {
            blamed.entry(at).or_default().push(fault.clone());
        }
    }
    blamed
}

fn lies_in(span: Span, entry: &Entry) -> bool {
    entry.key_span.start <= span.start && span.end <= entry.value.span.end
}

/// The name of the cell within a rep's entry; `id` for the entry itself.
fn column(entry: &Entry, span: Span) -> String {
    let child = |node: &Node| node.entries().iter().find(|it| lies_in(span, it)).cloned();
    match child(&entry.value) {
        None => "id".to_owned(),
        Some(outer) => match child(&outer.value) {
            None => outer.key,
            Some(inner) => format!("{}.{}", outer.key, inner.key),
        },
    }
}

fn is_error(finding: &Diagnostic) -> bool {
    finding.severity == Severity::Error
}

/// The roster as a whole would not do.
fn unsound(findings: &[Diagnostic]) -> Refusal {
    let faults = findings.iter().filter(|it| is_error(it)).map(|it| FieldFault {
        at: "roster".to_owned(),
        code: it.code.to_owned(),
        message: it.message.clone(),
    });
    let message = "the roster would have errors with these reps; nothing was imported";
    Refusal::new(RefusalKind::Invalid, "A0603", message).with_fields(faults.collect())
}
