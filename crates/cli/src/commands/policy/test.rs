//! `baton policy test`: literate tests.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use decide::{Input, RosterState, Setup, decide_traced};
use policy::literate::{self, Answers, Case, Literate, Rosters};
use policy::roster::{self, RosterWithState};
use policy::{Diagnostic, Policy, Sources, render_json};
use serde_json::json;

use super::{Format, sound, write_json};
use crate::files;
use crate::outcome::{Failure, Outcome};
use crate::trial;

const TESTS_ENDING: &str = ".tests.md";

pub(super) fn run(
    path: &Path,
    people: Option<&Path>,
    tests: &[PathBuf],
    format: Format,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let (_, policy) = sound(path)?;
    let policy = Arc::new(policy);
    let people = people.map(|it| files::sound(it, roster::read)).transpose()?.map(|it| it.1);
    let files = if tests.is_empty() { beside(path)? } else { tests.to_vec() };
    let (mut passed, mut failed) = (0_usize, 0_usize);
    let mut all = Vec::new();
    for file in &files {
        let (sources, _) = files::read(file)?;
        let rosters = rosters(file, &sources)?;
        let (tests, mut found) = literate::read(&sources, &rosters);
        // A block that cannot be read is a test that fails.
        failed += found.len();
        for (case, unmet) in outcomes(&policy, &tests, people.as_ref()) {
            if unmet.is_empty() {
                passed += 1;
            } else {
                failed += 1;
                if format == Format::Text {
                    writeln!(out, "FAIL {}: {}", file.display(), case.title)?;
                }
            }
            found.extend(unmet);
        }
        match format {
            Format::Text => files::show(&found, &sources),
            Format::Json => all.push(render_json(&found, &sources)),
        }
    }
    if passed + failed == 0 {
        let message = "there are no tests: a test is a `lead` block followed by an `expect` block";
        return Err(Failure::Input(message.to_owned()));
    }
    match format {
        Format::Text => writeln!(out, "{passed} passed, {failed} failed")?,
        Format::Json => {
            let findings: Vec<_> =
                all.into_iter().filter_map(|it| it.as_array().cloned()).flatten().collect();
            let report = json!({ "passed": passed, "failed": failed, "findings": findings });
            write_json(out, &report)?;
        }
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::CheckFailed })
}

/// The rosters that a file of tests names, from where it lies.
fn rosters(tests: &Path, sources: &Sources) -> Result<Rosters, Failure> {
    let folder = tests.parent().unwrap_or(Path::new(""));
    let text = sources.files.first().map_or("", |it| &it.text);
    let read = |name: &str| {
        let (_, roster) = files::sound(&folder.join(name), roster::read)?;
        Ok((name.to_owned(), roster))
    };
    let named = literate::roster_files(text).into_iter();
    // One that is not there is underlined in the tests.
    named.filter(|it| folder.join(it).is_file()).map(read).collect()
}

/// `NAME.tests.md` beside `NAME.yaml`, or all tests in a folder.
fn beside(path: &Path) -> Result<Vec<PathBuf>, Failure> {
    if !path.is_dir() {
        let tests = path.with_extension("tests.md");
        return match tests.is_file() {
            true => Ok(vec![tests]),
            false => Err(Failure::Input(format!("there is no {}", tests.display()))),
        };
    }
    let entries = std::fs::read_dir(path)
        .map_err(|error| Failure::Input(format!("cannot read {}: {error}", path.display())))?;
    let mut tests: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .map(|it| it.path())
        .filter(|it| it.to_string_lossy().ends_with(TESTS_ENDING))
        .collect();
    tests.sort();
    match tests.is_empty() {
        true => Err(Failure::Input(format!("no file *{TESTS_ENDING} lies in {}", path.display()))),
        false => Ok(tests),
    }
}

/// Each case with what is not as expected.
fn outcomes<'a>(
    policy: &Arc<Policy>,
    tests: &'a Literate,
    people: Option<&RosterWithState>,
) -> Vec<(&'a Case, Vec<Diagnostic>)> {
    let empty = RosterWithState::default();
    let mut running: Option<(Setup, RosterState)> = None;
    let mut results = Vec::new();
    for case in &tests.cases {
        let roster = case.roster.and_then(|it| tests.rosters.get(it)).or(people).unwrap_or(&empty);
        if case.fresh || running.is_none() {
            let setup = Setup::new(Arc::clone(policy), Arc::new(roster.0.clone()));
            let mut state = RosterState::empty(&setup);
            state.reps.clone_from(&roster.1);
            running = Some((setup, state));
        }
        if let Some((setup, state)) = &mut running {
            let unmet = match decided(setup, state, case) {
                Ok(answers) => literate::compare(case, &answers),
                Err(message) => vec![Diagnostic::error("P0403", message, case.span)],
            };
            results.push((case, unmet));
        }
    }
    results
}

/// Decides on a case and lets the state run on.
fn decided(setup: &Setup, state: &mut RosterState, case: &Case) -> Result<Answers, String> {
    let lead = match trial::prepare(setup.policy(), &case.lead, case.at)? {
        Ok(lead) => lead,
        Err(faults) => return Ok(trial::quarantined(&faults)),
    };
    let input = Input { setup, state, lead: &lead, now: case.at, seed: 0 };
    let (decision, trace) = decide_traced(&input);
    let answers = decide::answers::answers(setup, &decision, &trace.steps);
    if let Some(change) = &decision.change {
        state.apply(change);
    }
    Ok(answers)
}
