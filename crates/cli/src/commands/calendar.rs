//! `baton calendar`: business-hours calendars.

mod case;
mod check;
mod definition;

use std::io::Write;
use std::path::PathBuf;

use crate::outcome::{Failure, Outcome};

/// Arguments of `baton calendar`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Run business-hours cases and compare with the answers in the file
    ///
    /// Prints one line per failed case; the last line is `N passed, M failed`. A case that cannot
    /// be read counts as failed. Exit codes: 0 all passed, 1 a case failed, 2 the file cannot be
    /// read.
    Check {
        /// File with calendars and cases (JSON, format `business_hours/1`)
        file: PathBuf,
    },
}

/// Runs `baton calendar`.
pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match args.action {
        Action::Check { file } => check::run(&file, out),
    }
}
