//! `baton decide`: one decision with its trace, without a database.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use decide::lead::LeadView;
use decide::{Input, RosterState, Setup, WhyNot, decide_traced};
use intake::Fault;
use intake::submission::Submission;
use model::{RepId, Timestamp};
use policy::Severity;
use serde_json::{Value, json};

use crate::outcome::{Failure, Outcome};
use crate::{files, json, trial};

/// Arguments of `baton decide`.
///
/// Prints the decision as JSON in the format `decision/1`, or in words with `--text`. A lead that
/// does not satisfy the contract is not decided on: its faults are printed and the exit code is 1.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Policy file, or a folder of them
    #[arg(long)]
    policy: PathBuf,
    /// Roster file
    #[arg(long)]
    roster: PathBuf,
    /// Submission as JSON: the body of `POST /api/v1/leads`, or its fields alone
    #[arg(long)]
    lead: PathBuf,
    /// The time of the decision, e.g. 2026-11-20T15:00:00Z
    #[arg(long)]
    at: Timestamp,
    /// Version of the lead, part of the keys of messages
    #[arg(long, default_value_t = 1)]
    lead_version: u64,
    /// Explain in words
    #[arg(long)]
    text: bool,
    /// Say what would have had to be otherwise for this rep to get the lead
    #[arg(long, value_name = "REP")]
    why_not: Option<RepId>,
}

/// Runs `baton decide`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (sources, policy) = files::sound(&args.policy, policy::compile)?;
    let (roster, reps) = files::sound(&args.roster, policy::roster::read)?.1;
    // Names without a rep or calendar do not keep a lead from being decided on, but explain much.
    let mut amiss = policy::lint_roster(&policy, &roster);
    amiss.retain(|it| it.severity == Severity::Error);
    files::show(&amiss, &sources);
    let body = json::read(&args.lead)?;
    let name = args.lead.display();
    let submission = submission(&body)
        .map_err(|faults| Failure::Input(format!("{name}: {}", faults.join("; "))))?;
    let lead = match trial::lead(&policy, &submission, args.at) {
        Ok(lead) => LeadView { version: args.lead_version, ..lead },
        Err(faults) => {
            if args.text {
                writeln!(out, "quarantined: the lead does not satisfy the contract")?;
                for it in &faults {
                    writeln!(out, "  {} {it}", it.code())?;
                }
                return Ok(Outcome::CheckFailed);
            }
            let fault = |it: &Fault| json!({ "code": it.code(), "message": it.to_string() });
            let faults: Vec<Value> = faults.iter().map(fault).collect();
            let document = json!({ "format": "quarantine/1", "at": args.at, "faults": faults });
            writeln!(out, "{document:#}")?;
            return Ok(Outcome::CheckFailed);
        }
    };
    let setup = Setup::new(Arc::new(policy), Arc::new(roster));
    let state = RosterState { reps, ..RosterState::empty(&setup) };
    let input = Input { setup: &setup, state: &state, lead: &lead, now: args.at, seed: 0 };
    if let Some(rep) = &args.why_not {
        return why_not(&input, rep, args.text, out);
    }
    let (decision, trace) = decide_traced(&input);
    if args.text {
        write!(out, "{}", decide::render::text(&setup, &decision, &trace))?;
    } else {
        writeln!(out, "{:#}", decide::trace::format::to_json(&input, &decision, &trace))?;
    }
    Ok(Outcome::Done)
}

fn why_not(
    input: &Input<'_>,
    id: &RepId,
    words: bool,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let setup = input.setup;
    let rep = setup.find(id).ok_or_else(|| {
        let names = setup.roster().reps().iter().map(|it| it.id.as_str());
        let meant = policy::nearest::nearest(id.as_str(), names);
        let meant = meant.map(|it| format!("; `{it}` may be meant")).unwrap_or_default();
        Failure::Input(format!("`{id}` is not on the roster{meant}"))
    })?;
    let answer = decide::why_not(input, rep);
    if words {
        write!(out, "{}", decide::render::why_not(setup, rep, &answer))?;
        return Ok(Outcome::Done);
    }
    let (kind, flips) = match &answer {
        WhyNot::Chosen => ("chosen", [].as_slice()),
        WhyNot::Change(flips) => ("change", flips.as_slice()),
        WhyNot::NotWithin(flips) => ("not_within", flips.as_slice()),
    };
    let changes: Vec<String> = flips.iter().map(|it| decide::render::flip(setup, it)).collect();
    let document = json!({ "format": "why_not/1", "rep": id, "is": kind, "changes": changes });
    writeln!(out, "{document:#}")?;
    Ok(Outcome::Done)
}

/// The body of a POST, or a flat object of fields.
fn submission(body: &Value) -> Result<Submission, Vec<String>> {
    let flat = body.get("fields").is_none();
    let wrapped = if flat { json!({ "fields": body }) } else { body.clone() };
    Submission::from_json(wrapped)
        .map_err(|faults| faults.iter().map(ToString::to_string).collect())
}
