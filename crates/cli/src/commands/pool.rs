//! `baton pool`: pools of reps.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::outcome::{Failure, Outcome, one_line};

/// Arguments of `baton pool`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Run rotation cases through the real pick and compare with the answers in the file
    ///
    /// Prints one line per failed case; the last line is `N passed, M failed`. A case that cannot
    /// be read counts as failed. Exit codes: 0 all passed, 1 a case failed, 2 the file cannot be
    /// read.
    Check {
        /// File with cases (JSON, format 1)
        file: PathBuf,
    },
}

/// Runs `baton pool`.
pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match args.action {
        Action::Check { file } => check(&file, out),
    }
}

fn check(file: &Path, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let name = file.display();
    let text = std::fs::read_to_string(file)
        .map_err(|it| Failure::Input(format!("cannot read {name}: {it}")))?;
    let results =
        decide::cases::run(&text).map_err(|it| Failure::Input(format!("{name}: {it}")))?;
    let mut failed = 0_usize;
    for result in &results {
        if let Some(what) = &result.failure {
            failed += 1;
            writeln!(out, "{}", one_line(&format!("FAIL {}: {what}", result.id)))?;
        }
    }
    writeln!(out, "{} passed, {failed} failed", results.len().saturating_sub(failed))?;
    Ok(if failed == 0 { Outcome::Done } else { Outcome::CheckFailed })
}
