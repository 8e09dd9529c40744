//! `baton import leads`.

use std::io::Write;
use std::path::{Path, PathBuf};

use engine::import::{History, LeadImport};
use engine::policies::Publication;
use engine::{Actor, Engine};
use intake::mapping::MappingKind;
use policy::Sources;

use super::bar::Bar;
use super::target::Target;
use super::{Common, finish};
use crate::database::{Presence, of_refusal};
use crate::files;
use crate::outcome::{Failure, Outcome};

#[derive(clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    common: Common,
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
}

pub(super) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let common = &args.common;
    let mapping = common.mapping()?;
    let set = match (&args.policy, &args.roster) {
        (Some(policy), Some(roster)) => Some(set(policy, roster)?),
        _ => None,
    };
    let presence = if set.is_some() { Presence::MayBeNew } else { Presence::Required };
    let target = Target::open(common, presence)?;
    if let Some(set) = set {
        publish(&target.engine, set)?;
    }
    let history = if args.historic { History::All } else { History::ByAge };
    let summary = common.import(mapping.as_ref(), target.purpose(), |file| {
        let bar = Bar::new();
        let ask = LeadImport { file, history };
        target.engine.import_leads(&Actor::Operator, &ask, |it| bar.show(it))
    })?;
    finish(common, &summary, MappingKind::Leads, out)
}

fn set(policy: &Path, roster: &Path) -> Result<Set, Failure> {
    let (policy, _) = files::sound(policy, policy::compile)?;
    let (roster, _) = files::sound(roster, policy::roster::read)?;
    Ok(Set { policy, roster })
}

/// Makes policy and roster live, in a new database together with its workspace.
fn publish(engine: &Engine, set: Set) -> Result<(), Failure> {
    engine.ensure_workspace("Baton", "UTC", "USD").map_err(|it| of_refusal(&it))?;
    let publication = Publication {
        sources: set.policy,
        note: "with an import".to_owned(),
        from: None,
        retroactive: false,
        parent: None,
    };
    let published = engine.publish_blocking(Actor::Operator, publication);
    published.map_err(|it| of_refusal(&it))?;
    engine.put_roster_blocking(Actor::Operator, &set.roster).map_err(|it| of_refusal(&it))?;
    Ok(())
}
