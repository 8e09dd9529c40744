//! `baton migrate`: brings the schema of a database up to date, or a whole database into another.

use std::io::Write;

use engine::Engine;
use store::migrate::MIGRATIONS;
use store::{DatabaseUrl, Migrate, Options, Store, StoreError};

use super::verify;
use crate::database::{
    COMMAND_NODE, DatabaseArg, Presence, command_options, must_be_there, of_refusal, of_store,
};
use crate::outcome::{Failure, Outcome};
use crate::screen::counted;

/// Arguments of `baton migrate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArg,
    /// Change nothing
    #[arg(long, conflicts_with = "from")]
    check: bool,
    /// Copy this database whole into that of `--to`; stop its servers first
    #[arg(long, value_name = "URL", requires = "to", conflicts_with = "url")]
    from: Option<String>,
    /// A new file, or an empty database
    #[arg(long, value_name = "URL", requires = "from")]
    to: Option<String>,
}

/// Decisions that are made again on the copy.
const REPLAYS: u32 = 1_000;

/// Runs `baton migrate`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    if let (Some(from), Some(to)) = (&args.from, &args.to) {
        return copy(from, to, out);
    }
    let (presence, migrate) = match args.check {
        true => (Presence::Required, Migrate::Check),
        false => (Presence::MayBeNew, Migrate::Apply),
    };
    drop(args.database.open(presence, migrate)?);
    let newest = MIGRATIONS.last().map_or("none", |it| it.name());
    writeln!(out, "the schema is up to date (migration {newest})")?;
    Ok(Outcome::Done)
}

/// Copies a database and checks the copy as `baton verify` does.
fn copy(from: &str, to: &str, out: &mut dyn Write) -> Result<Outcome, Failure> {
    must_be_there(from)?;
    let from = open(from, Migrate::Check)?;
    let to = open(to, Migrate::Apply)?;
    let copied = store::copy::copy(&from, &to).map_err(|error| of_store(&error))?;
    for (table, digest) in copied.iter().filter(|it| it.1.rows() != 0) {
        let rows = counted(i64::try_from(digest.rows()).unwrap_or(i64::MAX), "row");
        writeln!(out, "{table:<14} {rows:>16}  {digest}")?;
    }
    writeln!(out)?;
    let meanwhile = heads(&from)? != heads(&to)?;
    let engine = Engine::new(to, COMMAND_NODE);
    let checks = engine.verify_blocking(REPLAYS).map_err(|it| of_refusal(&it))?;
    verify::show(&checks, out)?;
    if meanwhile {
        let advice = "stop its servers and copy again into another empty database";
        writeln!(out, "\nthe source was written to meanwhile: {advice}")?;
    }
    let sound = !meanwhile && checks.iter().all(|it| it.bad == 0);
    Ok(if sound { Outcome::Done } else { Outcome::CheckFailed })
}

fn open(url: &str, migrate: Migrate) -> Result<Store, Failure> {
    let url: DatabaseUrl = url.parse().map_err(|error: StoreError| of_store(&error))?;
    let options = Options { migrate, ..command_options() };
    Store::open(&url, options).map_err(|error| of_store(&error))
}

/// Where the logs end: every change adds to one.
fn heads(store: &Store) -> Result<Vec<(String, i64, i64)>, Failure> {
    let heads = store.read(|db| store::gauge::heads(db, engine::WORKSPACE));
    heads.wait().map_err(|error| of_store(&error))
}
