//! `baton calendar check`: all cases of a file, one line for each that fails.

use std::io::Write;
use std::path::Path;

use serde_json::Value;

use super::case::{self, Verdict};
use super::definition::{self, Definitions};
use crate::json::{self, Object};
use crate::outcome::{Failure, Outcome, one_line, say};

/// Lists of cases in a file; all count.
const LISTS: [&str; 2] = ["cases", "tzdb_probe"];

/// Runs the cases of `file`.
pub(crate) fn run(file: &Path, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let document = json::read(file)?;
    let wrong = |what: String| Failure::Input(format!("{}: {what}", file.display()));
    let root = Object::new(&document, "").map_err(wrong)?;
    check_format(&root).map_err(wrong)?;
    let calendars = definition::read(&root).map_err(wrong)?;
    for (id, calendar) in &calendars {
        if let Err(what) = calendar {
            say("warning", &format!("{}: calendar `{id}`: {what}", file.display()));
        }
    }
    let mut cases = Vec::new();
    for list in LISTS {
        cases.extend(root.items(list).map_err(wrong)?);
    }
    if cases.is_empty() {
        return Err(wrong("no cases in `cases` or `tzdb_probe`".to_owned()));
    }
    let mut failed = 0_usize;
    for (case, path) in &cases {
        if let Some(line) = failure(case, path, &calendars) {
            failed += 1;
            writeln!(out, "{}", one_line(&line))?;
        }
    }
    writeln!(out, "{} passed, {failed} failed", cases.len().saturating_sub(failed))?;
    Ok(if failed == 0 { Outcome::Done } else { Outcome::CheckFailed })
}

fn check_format(root: &Object<'_>) -> Result<(), String> {
    match root.optional("format") {
        None => Ok(()),
        Some(Value::String(format)) if format == "business_hours/1" => Ok(()),
        Some(other) => Err(root.expected("format", "`business_hours/1`", other)),
    }
}

/// The line to print if a case fails: id, operation, reason of the case, and what went wrong.
fn failure(case: &Value, path: &str, calendars: &Definitions) -> Option<String> {
    let case = match Object::new(case, "") {
        Ok(case) => case,
        Err(what) => return Some(format!("FAIL {path}: {what}")),
    };
    let text = |name: &str| case.optional(name).and_then(Value::as_str);
    let id = text("id").unwrap_or(path);
    let op = text("op").unwrap_or("(no op)");
    let why = text("why").map(|why| format!(" ({why})")).unwrap_or_default();
    let what = match case::run(&case, calendars) {
        Ok(Verdict { expected, got }) if expected == got => return None,
        Ok(Verdict { expected, got }) => format!("expected {expected}, got {got}"),
        Err(what) => what,
    };
    Some(format!("FAIL {id} {op}{why}: {what}"))
}
