//! `baton policy check`.

use std::io::Write;
use std::path::Path;

use policy::{Diagnostic, Sources, lint_roster, render_json, roster};
use serde_json::json;

use super::{Format, Read, read, write_json};
use crate::files;
use crate::outcome::{Failure, Outcome};

pub(super) fn run(
    path: &Path,
    people: Option<&Path>,
    format: Format,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let mut checked = read(path)?;
    let (people_sources, people_found) = match people {
        Some(people) => with_roster(&mut checked, people)?,
        None => (Sources::default(), Vec::new()),
    };
    let ok = !files::has_errors(&checked.found) && !files::has_errors(&people_found);
    match format {
        Format::Json => {
            let mut findings = render_json(&checked.found, &checked.sources);
            if let (Some(all), Some(more)) = (
                findings.as_array_mut(),
                render_json(&people_found, &people_sources).as_array_mut(),
            ) {
                all.append(more);
            }
            write_json(out, &json!({ "ok": ok, "findings": findings }))?;
        }
        Format::Text => {
            files::show(&checked.found, &checked.sources);
            files::show(&people_found, &people_sources);
            let all: Vec<Diagnostic> = checked.found.into_iter().chain(people_found).collect();
            eprintln!("{}: {}", path.display(), files::counted(&all));
        }
    }
    Ok(if ok { Outcome::Done } else { Outcome::CheckFailed })
}

/// Adds what the policy and the roster say of each other; returns what the roster's text says.
fn with_roster(checked: &mut Read, people: &Path) -> Result<(Sources, Vec<Diagnostic>), Failure> {
    let (sources, mut found) = files::read(people)?;
    let (roster, more) = roster::read(&sources);
    found.extend(more);
    if let (Some(policy), Some((roster, _))) = (&checked.policy, &roster) {
        checked.found.extend(lint_roster(policy, roster));
    }
    Ok((sources, found))
}
