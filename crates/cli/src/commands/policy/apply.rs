//! `baton policy apply`.

use std::io::Write;
use std::path::{Path, PathBuf};

use engine::policies::Publication;
use engine::roster::StoredRoster;
use engine::{Actor, Engine};
use model::Timestamp;
use policy::{Severity, Sources};
use serde_json::json;
use store::Migrate;

use super::{Format, read, write_json};
use crate::database::{DatabaseArg, Presence, of_refusal};
use crate::files;
use crate::outcome::{Failure, Outcome, say};
use crate::screen::counted;

/// Arguments of `baton policy apply`.
#[derive(clap::Args)]
pub(super) struct Args {
    /// Policy file, or folder with the files of one policy
    pub(super) path: PathBuf,
    #[command(flatten)]
    pub(super) database: DatabaseArg,
    /// Roster to put in place with it
    #[arg(long)]
    pub(super) roster: Option<PathBuf>,
    /// What the change is about
    #[arg(long, default_value = "")]
    pub(super) note: String,
    /// Hash of the policy it was made from; refused where another one is live by now
    #[arg(long, value_name = "HASH")]
    pub(super) parent: Option<String>,
    /// From when on, e.g. 2026-12-01T00:00:00Z; at once where absent
    #[arg(long, value_name = "INSTANT")]
    pub(super) from: Option<Timestamp>,
    /// Let its working hours count for the past too: breaches that were none by them are voided
    #[arg(long)]
    pub(super) retroactive: bool,
    /// How to report: text on stderr with the hash on stdout, or JSON on stdout
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
}

pub(super) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let policy = check_policy(&args.path)?;
    let roster = args.roster.as_deref().map(check_roster).transpose()?;
    let fits = match (&policy, &roster) {
        (Some(policy), Some(Some(roster))) => fits(policy, roster),
        (Some(_), None) => true,
        (_, _) => false,
    };
    let (Some(policy), true) = (policy, fits) else {
        eprintln!("nothing was changed");
        return Ok(Outcome::CheckFailed);
    };
    let engine = args.database.open(Presence::MayBeNew, Migrate::Apply)?;
    set_up(&engine)?;
    let Args { note, from, parent, retroactive, .. } = args;
    let publication = Publication { sources: policy, note, from, parent, retroactive };
    let (stored, published) = match roster.flatten() {
        Some(roster) => engine
            .publish_with_roster_blocking(Actor::Operator, publication, &roster)
            .map(|(stored, published)| (Some(stored), published)),
        None => engine.publish_blocking(Actor::Operator, publication).map(|it| (None, it)),
    }
    .map_err(|it| of_refusal(&it))?;
    if let Some(stored) = &stored {
        show_roster(stored);
    }
    match args.format {
        Format::Json => write_json(out, &json!(published))?,
        Format::Text => {
            let word = match (published.unchanged, from) {
                (true, _) => "is live already".to_owned(),
                (false, Some(from)) => format!("goes live at {from}"),
                (false, None) => "is live".to_owned(),
            };
            eprintln!("policy: `{}` {word}", published.name);
            writeln!(out, "{}", published.hash)?;
        }
    }
    Ok(Outcome::Done)
}

fn show_roster(stored: &StoredRoster) {
    let word = if stored.unchanged { "is live already" } else { "is live" };
    eprintln!("roster: version {} {word}, {} reps", stored.version, stored.reps);
    for (rep, open) in &stored.left {
        let open = counted(*open, "open handoff");
        let text = format!("`{rep}` is not in it and still has {open}: a server routes them again");
        say("warning", &text);
    }
}

/// A database that was never used gets its workspace.
pub(crate) fn set_up(engine: &Engine) -> Result<(), Failure> {
    engine.ensure_workspace("Baton", "UTC", "USD").map_err(|it| of_refusal(&it))
}

/// Shows what is found; the sources where nothing stands in the way.
fn check_policy(path: &Path) -> Result<Option<Sources>, Failure> {
    let read = read(path)?;
    files::show(&read.found, &read.sources);
    eprintln!("{}: {}", path.display(), files::counted(&read.found));
    Ok(read.policy.map(|_| stored_names(read.sources)))
}

fn check_roster(path: &Path) -> Result<Option<Sources>, Failure> {
    let (sources, mut found) = files::read(path)?;
    let (roster, more) = policy::roster::read(&sources);
    found.extend(more);
    files::show(&found, &sources);
    eprintln!("{}: {}", path.display(), files::counted(&found));
    Ok(roster.filter(|_| !files::has_errors(&found)).map(|_| stored_names(sources)))
}

/// Whether policy and roster may go live together; shows why not.
fn fits(policy: &Sources, roster: &Sources) -> bool {
    let (compiled, _) = policy::compile(policy);
    let (people, _) = policy::roster::read(roster);
    let (Some(compiled), Some((people, _))) = (compiled, people) else { return false };
    let mut found = policy::lint_roster(&compiled, &people);
    found.retain(|it| it.severity == Severity::Error);
    files::show(&found, policy);
    found.is_empty()
}

/// Stored under the names of the files alone: where they lie on this machine is nobody's concern.
fn stored_names(mut sources: Sources) -> Sources {
    for file in &mut sources.files {
        if let Some(name) = Path::new(&file.path).file_name().and_then(|it| it.to_str()) {
            file.path = name.to_owned();
        }
    }
    sources
}

/// Makes the policy and roster of a database that has none yet live, with what is found shown.
pub(crate) fn first(engine: &Engine, policy: &Path, roster: &Path) -> Result<(), Failure> {
    let (Some(policy), Some(roster)) = (check_policy(policy)?, check_roster(roster)?) else {
        return Err(Failure::Input("the policy or the roster has errors".to_owned()));
    };
    let note = "first policy".to_owned();
    let publication =
        Publication { sources: policy, note, from: None, parent: None, retroactive: false };
    let first = engine.publish_with_roster_blocking(Actor::Operator, publication, &roster);
    first.map(|_| ()).map_err(|it| of_refusal(&it))
}
