//! `baton import leads`.

use std::io::Write;
use std::path::{Path, PathBuf};

use engine::import::leads::{check_leads, rejected_beside};
use engine::import::{History, LeadImport, MappingFile, Summary};
use engine::live::Live;
use engine::policies::Publication;
use engine::{Actor, Engine};
use model::Timestamp;
use policy::Sources;
use store::Migrate;

use super::bar::Bar;
use super::{Common, failure, finish, warn};
use crate::database::{Presence, of_refusal};
use crate::files;
use crate::outcome::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
    /// What the columns mean; else they are taken by the names and aliases of the data contract
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Make this policy live first: a file or a folder
    #[arg(long, value_name = "PATH", requires = "roster")]
    policy: Option<PathBuf>,
    /// Put this roster in place first
    #[arg(long, value_name = "FILE", requires = "policy")]
    roster: Option<PathBuf>,
    /// Take all leads of the file as history, whenever they were captured
    #[arg(long)]
    historic: bool,
}

/// A policy and a roster that are to go live.
struct Set {
    policy: Sources,
    roster: Sources,
    setup: decide::Setup,
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let mapping = args.map.as_deref().map(MappingFile::open).transpose();
    let mapping = mapping.map_err(|it| failure(&it))?;
    let set = match (&args.policy, &args.roster) {
        (Some(policy), Some(roster)) => Some(set(policy, roster)?),
        _ => None,
    };
    let common = &args.common;
    let beside = rejected_beside(&common.file);
    let ask = LeadImport {
        path: &common.file,
        mapping: mapping.as_ref(),
        history: if args.historic { History::All } else { History::ByAge },
        rejected: common.rejected.as_deref().unwrap_or(&beside),
    };
    let summary = if common.dry_run { check(args, &ask, set)? } else { import(args, &ask, set)? };
    finish(common, &summary, "leads", out)
}

fn set(policy: &Path, roster: &Path) -> Result<Set, Failure> {
    let (policy, compiled) = files::sound(policy, policy::compile)?;
    let (roster, (read, _)) = files::sound(roster, policy::roster::read)?;
    let setup = decide::Setup::new(compiled.into(), read.into());
    Ok(Set { policy, roster, setup })
}

fn import(args: &Args, ask: &LeadImport<'_>, set: Option<Set>) -> Result<Summary, Failure> {
    let presence = if set.is_some() { Presence::MayBeNew } else { Presence::Required };
    let engine = args.common.database.open(presence, Migrate::Apply)?;
    if let Some(set) = set {
        publish(&engine, set)?;
    }
    let bar = Bar::new();
    let done = engine.import_leads(&Actor::Operator, ask, |it| bar.show(it));
    drop(bar);
    done.map_err(|it| failure(&it))
}

/// Makes policy and roster live, in a new database together with its workspace.
fn publish(engine: &Engine, set: Set) -> Result<(), Failure> {
    engine.ensure_workspace("Baton", "UTC", "USD").map_err(|it| of_refusal(&it))?;
    let publication = Publication {
        sources: set.policy,
        note: "with an import".to_owned(),
        from: None,
        parent: None,
    };
    let published = engine.publish_blocking(Actor::Operator, publication);
    published.map_err(|it| of_refusal(&it))?;
    engine.put_roster_blocking(Actor::Operator, &set.roster).map_err(|it| of_refusal(&it))?;
    Ok(())
}

/// Tries the import: under the policy named, or the one that is live.
fn check(args: &Args, ask: &LeadImport<'_>, set: Option<Set>) -> Result<Summary, Failure> {
    let (live, now) = match set {
        Some(set) => {
            let now = Timestamp::from_micros(jiff::Timestamp::now().as_microsecond());
            (Live::draft(set.setup, "UTC").into(), now)
        }
        None => {
            let engine = args.common.database.open(Presence::Required, Migrate::Check)?;
            engine::import::leads::live(&engine).map_err(|it| of_refusal(&it))?
        }
    };
    let bar = Bar::new();
    let done = check_leads(&live, ask, args.common.rejected.as_deref(), now, |it| bar.show(it));
    drop(bar);
    let summary = done.map_err(|it| failure(&it))?;
    if 0 < summary.rejected && args.common.rejected.is_none() {
        warn("name a file with `--rejected` to see which rows and why");
    }
    Ok(summary)
}
