//! `baton import`: files of leads, outcomes and reps.

mod bar;
mod leads;
mod outcomes;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use engine::import::{ImportError, Summary};

use crate::database::{DatabaseArg, of_refusal};
use crate::files;
use crate::outcome::{Failure, Outcome, say};
use crate::screen::{Format, counted, grouped};

/// Arguments of `baton import`.
#[derive(clap::Args)]
#[command(after_help = "Exit codes: 0 all rows are in, 1 some were rejected, 2 nothing could be \
    imported.\n\nAn import that was interrupted goes on where it stopped when it is started again; \
    a file that was imported before adds nothing.")]
pub(crate) struct Args {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(clap::Subcommand)]
enum Kind {
    /// Leads from CSV, TSV, JSON lines or Excel
    ///
    /// A lead keeps its own time of capture and is decided on now. A lead captured more than 24
    /// hours ago is history: it is given to somebody like any other, but without deadlines, timers
    /// and messages.
    Leads(leads::Args),
    /// Meetings, opportunities, wins and losses
    ///
    /// Each finds its lead by the sender's id or by e-mail address. One whose lead is not known is
    /// kept, and linked when the file is imported again after the lead.
    Outcomes(outcomes::Args),
}

/// What all kinds of imports take.
#[derive(clap::Args)]
struct Common {
    /// The file
    file: PathBuf,
    /// Try it and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where rejected rows go; else beside the file
    #[arg(long, value_name = "FILE")]
    rejected: Option<PathBuf>,
    /// How the summary is written: for people to stderr, for machines to stdout
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    database: DatabaseArg,
}

/// Runs `baton import`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match &args.kind {
        Kind::Leads(args) => leads::run(args, out),
        Kind::Outcomes(args) => outcomes::run(args, out),
    }
}

/// Writes the summary; the exit code says whether all, some or none came in.
fn finish(
    common: &Common,
    summary: &Summary,
    things: &str,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    if common.format == Format::Json {
        serde_json::to_writer(&mut *out, summary).map_err(|error| Failure::Output(error.into()))?;
        writeln!(out)?;
    }
    // Progress and summary are for people; with stderr gone there is nobody left to tell.
    let _ = tell(summary, things, &mut std::io::stderr().lock());
    match (summary.rejected, summary.taken()) {
        (0, _) => Ok(Outcome::Done),
        (_, 0) => Err(Failure::Input("no row could be imported".to_owned())),
        (_, _) => Ok(Outcome::CheckFailed),
    }
}

fn tell(summary: &Summary, things: &str, err: &mut dyn Write) -> std::io::Result<()> {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    if summary.done_before {
        writeln!(err, "This file was imported before: nothing to do.")?;
    }
    if 0 < summary.resumed_after {
        let rows = counted(number(summary.resumed_after), "row");
        writeln!(err, "Went on behind the {rows} of an interrupted import.")?;
    }
    let tried = if summary.dry_run { "tried, nothing written" } else { "read" };
    writeln!(err, "{} {tried}", counted(number(summary.rows), "row"))?;
    let lines = [
        (summary.new, format!("new {things}")),
        (summary.attached, format!("joined known {things}")),
        (summary.unchanged, "known already".to_owned()),
        (summary.left_out, "left out by the mapping".to_owned()),
        (summary.unmatched, "without a known lead".to_owned()),
        (summary.rejected, "rejected".to_owned()),
    ];
    for (count, what) in lines.into_iter().filter(|(count, _)| 0 < *count) {
        writeln!(err, "{:>12}  {what}", grouped(number(count)))?;
    }
    let outcomes = summary.outcomes.iter().map(|(outcome, count)| {
        format!("{} {}", grouped(number(*count)), outcome.replace('_', " "))
    });
    let outcomes: Vec<String> = outcomes.collect();
    if !outcomes.is_empty() {
        writeln!(err, "Decided: {}", outcomes.join(", "))?;
    }
    if !summary.aside.is_empty() {
        writeln!(err, "Kept beside the fields of the contract: {}", summary.aside.join(", "))?;
    }
    if let Some(path) = &summary.rejected_file {
        writeln!(err, "Rejected rows, with reasons: {}", path.display())?;
    }
    Ok(())
}

/// An import that could not go on, as one line; mistakes of a mapping are shown in place first.
fn failure(error: &ImportError) -> Failure {
    match error {
        ImportError::Mapping { sources, findings } => {
            files::show(findings, sources);
            Failure::Input(format!("the mapping cannot be used: {}", files::counted(findings)))
        }
        ImportError::Refused(refusal) => of_refusal(refusal),
        ImportError::File(_) | ImportError::Rejects { .. } => {
            Failure::Input(format!("{error} (see `baton explain {}`)", error.code()))
        }
    }
}

/// Whether anybody looks at a progress bar.
fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}

/// Warns of something that does not stop the import.
fn warn(message: &str) {
    say("warning", message);
}
