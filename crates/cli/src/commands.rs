//! The commands: each has a file here with its arguments and a `run` function.

mod calendar;
mod decide;
mod demo;
mod doctor;
mod explain;
mod import;
mod key;
mod migrate;
mod policy;
mod pool;
mod report;
mod serve;
mod simulate;
mod user;
mod verify;

use std::io::Write;

use crate::outcome::{Failure, Outcome};

/// What `baton` can do.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Work with business-hours calendars
    Calendar(calendar::Args),
    /// Decide on one lead and say why
    Decide(decide::Args),
    /// Look around in an invented company with a month of handoffs
    Demo(demo::Args),
    /// Look whether all is well with a database and this machine
    ///
    /// Says what to do about each finding. Changes nothing but a file of its own that it removes
    /// again. Exit code 1 where a check fails; warnings leave it at 0; 2 for wrong usage.
    Doctor(doctor::Args),
    /// Explain the code of a mistake or a reason
    Explain(explain::Args),
    /// Import leads, activities, handoffs, reps and outcomes from files
    Import(import::Args),
    /// Make, list and revoke API keys
    Key(key::Args),
    /// Bring the schema of a database up to date, or copy a database into another
    ///
    /// Applies what is missing, or with `--check` only looks: exit code 2 where something is. With
    /// `--from` and `--to` copies everything between SQLite and Postgres, either way, in one
    /// transaction, and verifies the copy: exit code 1 where it is not sound.
    Migrate(migrate::Args),
    /// Check, format, test, compare and show policies
    Policy(policy::Args),
    /// Work with pools of reps
    Pool(pool::Args),
    /// Report on the handoffs of a period
    Report(report::Args),
    /// Serve the API
    ///
    /// Brings the schema up to date, then serves until SIGTERM or SIGINT: requests that are under
    /// way are answered first.
    Serve(serve::Args),
    /// Run Baton under faults, seed by seed, and check every promise
    ///
    /// Nodes crash, messages are lost, doubled and late, commits fail or end unknown, clocks run
    /// wrong, people and policies change; after every event the promises are checked. The same
    /// seed is the same run. Exit code 1 with the first seed that breaks a promise and the events
    /// before it.
    Simulate(simulate::Args),
    /// Add, list and disable people who sign in
    ///
    /// Passwords come from a prompt, or from the first line of standard input where that is no
    /// terminal; never from the command line, which other users of the machine can see.
    User(user::Args),
    /// Check the chains and counts of a database
    ///
    /// Walks the hash chains of events and audit rows from the first row to the head and counts
    /// what must not be: leads lost, owned twice or by nobody, timers and messages that were late
    /// when the record ends. Changes nothing; a server may run beside it. Exit code 1 with the
    /// first bad row.
    Verify(verify::Args),
}

/// Runs a command; `out` is standard output.
pub(crate) fn run(command: Command, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match command {
        Command::Calendar(args) => calendar::run(args, out),
        Command::Decide(args) => decide::run(&args, out),
        Command::Demo(args) => demo::run(&args, out),
        Command::Doctor(args) => doctor::run(&args, out),
        Command::Explain(args) => explain::run(&args, out),
        Command::Import(args) => import::run(&args, out),
        Command::Key(args) => key::run(args, out),
        Command::Migrate(args) => migrate::run(&args, out),
        Command::Policy(args) => policy::run(args, out),
        Command::Pool(args) => pool::run(args, out),
        Command::Report(args) => report::run(&args, out),
        Command::Serve(args) => serve::run(&args, out),
        Command::Simulate(args) => simulate::run(&args, out),
        Command::User(args) => user::run(args, out),
        Command::Verify(args) => verify::run(&args, out),
    }
}
