//! `baton import`: files of leads, activities, handoffs, reps and outcomes.

mod bar;
mod leads;
mod target;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use engine::import::{
    FileImport, ImportError, MappingFile, Progress, Purpose, Summary, rejected_beside,
};
use engine::{Actor, Engine};
use intake::mapping::MappingKind;

use crate::database::{DatabaseArg, Presence, of_refusal};
use crate::files;
use crate::outcome::{Failure, Outcome, say};
use crate::screen::{Format, counted, grouped};
use bar::Bar;
use target::Target;

/// Arguments of `baton import`.
#[derive(clap::Args)]
#[command(after_help = "Exit codes: 0 all rows are in, 1 some were rejected, 2 nothing could be \
    imported.\n\nRejected rows stand in a file beside the input, as they were, each with its \
    reasons: mend the cells and import that file. An import that was interrupted is started \
    again: nothing is lost or comes twice. A file that was imported before adds nothing.\n\n\
    With `--dry-run` the same is done on a scratch database that is thrown away: the counts are \
    those of an import at this moment, and the database is only read.")]
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
    /// and messages. Without `--map`, columns go by the names and aliases of the data contract;
    /// `external_id` and `captured_at` stand for themselves.
    Leads(leads::Args),
    /// What leads did: page views, downloads, demo requests, replies
    ///
    /// Each finds its lead by the sender's id, by ours or by e-mail address; one whose lead is not
    /// known is rejected: import the file of rejected rows once the lead is there. An activity
    /// that is imported decides nothing by itself, it counts when its lead is next decided on.
    /// Known again by its id, else by lead, instant, kind and subject. Columns without `--map`:
    /// lead, at, kind, subject, external_id.
    Activities(Common),
    /// Handoffs of the past, from the system before Baton
    ///
    /// History for reports: closed, without deadlines, messages and load, and the lead stays with
    /// whom it is. Leads and reps are imported first. Known again by lead, rep and the instant
    /// offered. Columns without `--map`: lead, rep (id or e-mail address), offered_at, accepted_at,
    /// rejected_at, reject_reason, reject_note, first_touch_at, disposition (submitted, rejected,
    /// pursue_account, bad_use_case, recycled), closed_at, handoff_reason, tier, value.
    Handoffs(Common),
    /// Reps of the roster
    ///
    /// The file is one new version of the roster: known reps change in the cells that are filled,
    /// new ones are added, none is removed. If the whole does not fit the live policy, nothing is
    /// written. Lists are separated by `;` or `,`. Weights belong to pools and stand in the policy.
    /// Columns without `--map`: id, name, email, team, manager, backup, calendar, active,
    /// capacity.open, capacity.value, caps.day, caps.week, caps.month, skills, languages,
    /// territories, segments, industries, products, seniority, attributes.NAME.
    Reps(Common),
    /// Meetings, opportunities, wins and losses
    ///
    /// Each finds its lead by the sender's id, by ours or by e-mail address. One whose lead is not
    /// known is kept, and linked when the file is imported again after the lead. Columns without
    /// `--map`: lead, outcome, at, amount, lead_source, external_id.
    Outcomes(Common),
}

/// What all kinds of imports take.
#[derive(clap::Args)]
struct Common {
    /// The file
    file: PathBuf,
    /// What the columns mean; else they are taken by their names
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Try it and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Where rejected rows go; else beside the file, and nowhere in a dry run
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
        Kind::Activities(args) => {
            table(args, MappingKind::Activities, out, |engine, ask, watch| {
                engine.import_activities(&Actor::Operator, ask, watch)
            })
        }
        Kind::Handoffs(args) => table(args, MappingKind::Handoffs, out, |engine, ask, watch| {
            engine.import_handoffs(&Actor::Operator, ask, watch)
        }),
        Kind::Reps(args) => table(args, MappingKind::Reps, out, |engine, ask, watch| {
            engine.import_reps(&Actor::Operator, ask, watch)
        }),
        Kind::Outcomes(args) => table(args, MappingKind::Outcomes, out, |engine, ask, watch| {
            engine.import_outcomes(&Actor::Operator, ask, watch)
        }),
    }
}

/// Imports a file of another kind than leads.
fn table(
    common: &Common,
    kind: MappingKind,
    out: &mut dyn Write,
    import: impl FnOnce(
        &Engine,
        &FileImport<'_>,
        &mut dyn FnMut(Progress),
    ) -> Result<Summary, ImportError>,
) -> Result<Outcome, Failure> {
    let mapping = common.mapping()?;
    let target = Target::open(common, Presence::Required)?;
    let done = common.import(mapping.as_ref(), target.purpose(), |ask| {
        let bar = Bar::new();
        import(&target.engine, &ask, &mut |it| bar.show(it))
    });
    finish(common, &done?, kind, out)
}

impl Common {
    fn mapping(&self) -> Result<Option<MappingFile>, Failure> {
        let mapping = self.map.as_deref().map(MappingFile::open).transpose();
        mapping.map_err(|it| failure(&it))
    }

    /// Runs an import of the file; of a trial only the file named gets rejected rows.
    fn import(
        &self,
        mapping: Option<&MappingFile>,
        purpose: Purpose<'_>,
        import: impl FnOnce(FileImport<'_>) -> Result<Summary, ImportError>,
    ) -> Result<Summary, Failure> {
        let beside = (!self.dry_run).then(|| rejected_beside(&self.file));
        let rejected = self.rejected.as_deref().or(beside.as_deref());
        let done = import(FileImport { path: &self.file, mapping, rejected, purpose });
        let summary = done.map_err(|it| failure(&it))?;
        if 0 < summary.rejected && rejected.is_none() {
            warn("name a file with `--rejected` to have these rows written to it");
        }
        Ok(summary)
    }
}

/// Writes the summary; the exit code says whether all, some or none came in.
fn finish(
    common: &Common,
    summary: &Summary,
    kind: MappingKind,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    if common.format == Format::Json {
        serde_json::to_writer(&mut *out, summary).map_err(|error| Failure::Output(error.into()))?;
        writeln!(out)?;
    }
    // Progress and summary are for people; with stderr gone there is nobody left to tell.
    let _ = tell(summary, kind, &mut std::io::stderr().lock());
    match (summary.rejected, summary.taken()) {
        (0, _) => Ok(Outcome::Done),
        (_, 0) => Err(Failure::Input("no row could be imported".to_owned())),
        (_, _) => Ok(Outcome::CheckFailed),
    }
}

/// Reasons that are shown on screen.
const REASONS_SHOWN: usize = 10;

/// What it means for a row of a kind to belong to something known.
const fn attached(kind: MappingKind) -> &'static str {
    match kind {
        MappingKind::Leads => "joined known leads",
        MappingKind::Outcomes => "linked to their leads",
        MappingKind::Activities | MappingKind::Handoffs | MappingKind::Reps => "joined",
    }
}

/// What rows of this kind are, as `count` of them are called.
fn things(kind: MappingKind, count: u64) -> &'static str {
    match (count, kind) {
        (1, MappingKind::Leads) => "lead",
        (1, MappingKind::Activities) => "activity",
        (1, MappingKind::Handoffs) => "handoff",
        (1, MappingKind::Reps) => "rep",
        (1, MappingKind::Outcomes) => "outcome",
        (_, kind) => kind.word(),
    }
}

fn tell(summary: &Summary, kind: MappingKind, err: &mut dyn Write) -> std::io::Result<()> {
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
        (summary.new, format!("new {}", things(kind, summary.new))),
        (summary.attached, attached(kind).to_owned()),
        (summary.updated, format!("updated {}", things(kind, summary.updated))),
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
    for (name, meant) in &summary.may_be {
        warn(&format!("the data contract has no field `{name}`; `{meant}` may be meant"));
    }
    if !summary.passed_over.is_empty() {
        writeln!(err, "Columns passed over: {}", summary.passed_over.join(", "))?;
    }
    let unnamed = summary.unnamed.iter();
    let unnamed: Vec<String> =
        unnamed.map(|(it, n)| format!("{it} ({})", grouped(number(*n)))).collect();
    if !unnamed.is_empty() {
        writeln!(
            err,
            "Kinds that the policy does not name, kept all the same: {}",
            unnamed.join(", ")
        )?;
    }
    reasons(summary, err)?;
    if let Some(path) = &summary.rejected_file {
        writeln!(err, "Rejected rows, with reasons: {}", path.display())?;
    }
    Ok(())
}

/// Why rows were rejected, the most frequent reasons first.
fn reasons(summary: &Summary, err: &mut dyn Write) -> std::io::Result<()> {
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    if !summary.reasons.is_empty() {
        writeln!(err, "Rejected because:")?;
    }
    for it in summary.reasons.iter().take(REASONS_SHOWN) {
        let rows: Vec<String> = it.rows.iter().map(|row| grouped(number(*row))).collect();
        let (rows, word) = (rows.join(", "), if it.count == 1 { "row" } else { "rows" });
        let more = if (it.rows.len() as u64) < it.count { ", ..." } else { "" };
        let count = grouped(number(it.count));
        writeln!(err, "{count:>12}  {} {}: {} ({word} {rows}{more})", it.code, it.at, it.message)?;
    }
    let more = summary.reasons.len().saturating_sub(REASONS_SHOWN);
    if 0 < more {
        writeln!(err, "              and {more} reasons more, in the file of rejected rows")?;
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
