//! `baton migrate`: brings the schema of a database up to date.

use std::io::Write;

use store::Migrate;
use store::migrate::MIGRATIONS;

use crate::database::{DatabaseArg, Presence};
use crate::outcome::{Failure, Outcome};

/// Arguments of `baton migrate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArg,
    /// Change nothing
    #[arg(long)]
    check: bool,
}

/// Runs `baton migrate`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let (presence, migrate) = match args.check {
        true => (Presence::Required, Migrate::Check),
        false => (Presence::MayBeNew, Migrate::Apply),
    };
    drop(args.database.open(presence, migrate)?);
    let newest = MIGRATIONS.last().map_or("none", |it| it.name());
    writeln!(out, "the schema is up to date (migration {newest})")?;
    Ok(Outcome::Done)
}
