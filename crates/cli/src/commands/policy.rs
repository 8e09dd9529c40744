//! `baton policy`: check, format, test, compare and show policies.

pub(crate) mod apply;
mod check;
mod compare;
mod fmt;
mod show;
mod test;

use std::io::Write;
use std::path::{Path, PathBuf};

use policy::{Diagnostic, Policy, Sources, compile};

use crate::files;
use crate::outcome::{Failure, Outcome};

/// Arguments of `baton policy`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Make a policy live
    ///
    /// Shows what `check` shows. A policy with errors never replaces a live one. Exit codes: 0
    /// live, 1 errors, 2 the files or the database cannot be used.
    Apply(apply::Args),
    /// Report every mistake of a policy
    ///
    /// Exit codes: 0 no errors, 1 errors, 2 the files cannot be read.
    Check {
        /// Policy file, or folder with the files of one policy
        path: PathBuf,
        /// Roster to compare it with: people who are not there, empty pools, hours without anybody
        #[arg(long)]
        roster: Option<PathBuf>,
        /// How to report: text on stderr or JSON on stdout
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Lay out the text of a policy in the one way
    Fmt {
        /// Policy file, or folder with the files of one policy
        path: PathBuf,
        /// Change nothing; exit with 1 where something would change
        #[arg(long)]
        check: bool,
    },
    /// Run the literate tests beside a policy
    ///
    /// Takes `NAME.tests.md` beside a file `NAME.yaml`, or all `*.tests.md` in a folder. The last
    /// line is `N passed, M failed`; exit code 1 where one fails.
    Test {
        /// Policy file, or folder with the files of one policy
        path: PathBuf,
        /// Roster of the tests that bring none
        #[arg(long)]
        roster: Option<PathBuf>,
        /// Tests to run instead of those beside the policy
        #[arg(long)]
        tests: Vec<PathBuf>,
        /// How to report: text, or JSON on stdout
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Say what differs between two policies, rule by rule
    Diff {
        /// The old policy
        old: PathBuf,
        /// The new policy
        new: PathBuf,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Print a summary of a policy as it is understood
    Show {
        /// Policy file, or folder with the files of one policy
        path: PathBuf,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
}

/// Who reads the report.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// People.
    Text,
    /// Machines.
    Json,
}

/// Runs `baton policy`.
pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match args.action {
        Action::Apply(args) => apply::run(args, out),
        Action::Check { path, roster, format } => check::run(&path, roster.as_deref(), format, out),
        Action::Fmt { path, check } => fmt::run(&path, check, out),
        Action::Test { path, roster, tests, format } => {
            test::run(&path, roster.as_deref(), &tests, format, out)
        }
        Action::Diff { old, new, format } => compare::run(&old, &new, format, out),
        Action::Show { path, format } => show::run(&path, format, out),
    }
}

/// A policy from disk with all that was found.
struct Read {
    sources: Sources,
    policy: Option<Policy>,
    found: Vec<Diagnostic>,
}

fn read(path: &Path) -> Result<Read, Failure> {
    let (sources, mut found) = files::read(path)?;
    let (policy, more) = compile(&sources);
    found.extend(more);
    let policy = policy.filter(|_| !files::has_errors(&found));
    Ok(Read { sources, policy, found })
}

/// A policy that must be sound.
fn sound(path: &Path) -> Result<(Sources, Policy), Failure> {
    files::sound(path, compile)
}

fn write_json(out: &mut dyn Write, value: &serde_json::Value) -> Result<(), Failure> {
    // Values made here always serialise.
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    Ok(writeln!(out, "{text}")?)
}
