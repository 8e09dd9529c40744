//! `baton import outcomes`.

use std::io::Write;
use std::path::PathBuf;

use engine::Actor;
use engine::import::leads::rejected_beside;
use engine::import::{MappingFile, OutcomeImport};
use store::Migrate;

use super::bar::Bar;
use super::{Common, failure, finish};
use crate::database::Presence;
use crate::outcome::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// What the columns mean
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let mapping = MappingFile::open(&args.map).map_err(|it| failure(&it))?;
    let common = &args.common;
    let migrate = if common.dry_run { Migrate::Check } else { Migrate::Apply };
    let engine = common.database.open(Presence::Required, migrate)?;
    let beside = rejected_beside(&common.file);
    let ask = OutcomeImport {
        path: &common.file,
        mapping: &mapping,
        rejected: common.rejected.as_deref().unwrap_or(&beside),
        dry_run: common.dry_run,
    };
    let bar = Bar::new();
    let done = engine.import_outcomes(&Actor::Operator, &ask, |it| bar.show(it));
    drop(bar);
    finish(common, &done.map_err(|it| failure(&it))?, "outcomes", out)
}
