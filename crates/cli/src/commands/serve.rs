//! `baton serve`: the server.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;

use engine::{Engine, Live};
use store::{Migrate, Options, Store};

use super::policy::apply;
use crate::database::{DatabaseArg, of_refusal, of_store};
use crate::outcome::{Failure, Outcome};
use crate::serving;

/// Arguments of `baton serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArg,
    /// Where to listen, e.g. 0.0.0.0:8080
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Number of this node, unique among the nodes of one database
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(0..1000))]
    node: u16,
    /// Refuse to start where migrations are missing
    #[arg(long)]
    no_migrate: bool,
    /// Policy of a database that has none yet
    #[arg(long, requires = "roster")]
    policy: Option<PathBuf>,
    /// Roster of a database that has none yet
    #[arg(long, requires = "policy")]
    roster: Option<PathBuf>,
}

/// Runs `baton serve`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let migrate = if args.no_migrate { Migrate::Check } else { Migrate::Apply };
    let url = args.database.url()?;
    let options = Options { migrate, ..Options::standard() };
    let store = Store::open(&url, options).map_err(|error| of_store(&error))?;
    let engine = Engine::new(store, args.node);
    apply::set_up(&engine)?;
    set_up(args, &engine)?;
    serving::serve(engine, serving::bind(args.listen)?, |address| {
        // With standard output gone there is nobody left to tell; the server serves all the same.
        let _ = writeln!(out, "serving {url} at http://{address}").and_then(|()| out.flush());
    })?;
    eprintln!("stopped; every request was answered");
    Ok(Outcome::Done)
}

/// Makes the named policy and roster live where none is, and says what is.
fn set_up(args: &Args, engine: &Engine) -> Result<(), Failure> {
    match (live(engine)?, &args.policy, &args.roster) {
        (Some(live), named, _) => {
            let hash: String = live.policy_hash.chars().take(12).collect();
            let name = &live.setup.policy().name;
            eprintln!("policy: `{name}` is live ({hash})");
            if named.is_some() {
                eprintln!("`--policy` was not read: change it with `baton policy apply`");
            }
        }
        (None, Some(policy), Some(roster)) => apply::first(engine, policy, roster)?,
        (None, _, _) => {
            eprintln!("no policy is live yet: leads are refused until `baton policy apply`");
        }
    }
    Ok(())
}

fn live(engine: &Engine) -> Result<Option<std::sync::Arc<Live>>, Failure> {
    let inner = engine.clone();
    let found = engine.read_blocking(move |db| {
        let now = db.now()?;
        Ok(Ok(match inner.live(db, now)? {
            Ok(live) => Ok(live),
            Err(refusal) if refusal.code == "A0502" => Err(None),
            Err(refusal) => Err(Some(refusal)),
        }))
    });
    match found.map_err(|it| of_refusal(&it))? {
        Ok(live) => Ok(Some(live)),
        Err(None) => Ok(None),
        Err(Some(refusal)) => Err(of_refusal(&refusal)),
    }
}
