//! `baton serve`: the server.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use engine::node::Lease;
use engine::{Engine, Live};
use server::Ended;
use store::{Migrate, Options, Store};

use super::policy::apply;
use crate::database::{DatabaseArg, of_refusal, of_store};
use crate::log::{self, LogFormat};
use crate::outcome::{Failure, Outcome};
use crate::sending::SendingArgs;
use crate::serving::{self, ENDING_MAX, Listening, Serving};

/// Arguments of `baton serve`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArg,
    /// Where to listen, e.g. 0.0.0.0:8080
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Where health and metrics are answered too, without credentials, e.g. 127.0.0.1:9464
    #[arg(long, value_name = "ADDR")]
    admin_listen: Option<SocketAddr>,
    /// How long to take requests after SIGTERM, while `/health/ready` says 503 already
    #[arg(long, value_name = "SECONDS", default_value_t = 0,
        value_parser = clap::value_parser!(u64).range(0..=ENDING_MAX.as_secs()))]
    linger: u64,
    /// How a line of the log on standard error looks; `BATON_LOG` names the level (`info`)
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log: LogFormat,
    /// Number of this node among the nodes of one database; the first that is free where absent
    #[arg(long, value_parser = clap::value_parser!(u16).range(0..1000))]
    node: Option<u16>,
    /// Refuse to start where migrations are missing
    #[arg(long)]
    no_migrate: bool,
    /// Policy of a database that has none yet
    #[arg(long, requires = "roster")]
    policy: Option<PathBuf>,
    /// Roster of a database that has none yet
    #[arg(long, requires = "policy")]
    roster: Option<PathBuf>,
    #[command(flatten)]
    sending: SendingArgs,
}

/// Runs `baton serve`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    log::start(args.log)?;
    let migrate = if args.no_migrate { Migrate::Check } else { Migrate::Apply };
    let url = args.database.url()?;
    let options = Options { migrate, ..Options::standard() };
    let store = Store::open(&url, options).map_err(|error| of_store(&error))?;
    let lease = Lease::take(&store, args.node).map_err(|it| of_refusal(&it))?;
    let engine = Engine::of_node(store, lease);
    apply::set_up(&engine)?;
    set_up(args, &engine)?;
    let sending = args.sending.sending(&engine, &url)?;
    let serving = Serving {
        api: serving::bind(args.listen)?,
        admin: args.admin_listen.map(serving::bind).transpose()?,
        linger: Duration::from_secs(args.linger),
        demo: Vec::new(),
    };
    let ended = serving::serve(engine, sending, serving, |at| {
        // With standard output gone there is nobody left to tell; the server serves all the same.
        let _ = tell(out, &url.to_string(), at);
    })?;
    match ended {
        Ended::Drained => tracing::info!("stopped; every request was answered"),
        Ended::CutOff => tracing::warn!("stopped; requests were still under way"),
    }
    Ok(Outcome::Done)
}

fn tell(out: &mut dyn Write, url: &str, at: Listening) -> std::io::Result<()> {
    writeln!(out, "serving {url} at http://{}", at.api)?;
    if let Some(admin) = at.admin {
        writeln!(out, "health and metrics at http://{admin}")?;
    }
    out.flush()
}

/// Makes the named policy and roster live where none is, and says what is.
fn set_up(args: &Args, engine: &Engine) -> Result<(), Failure> {
    match (live(engine)?, &args.policy, &args.roster) {
        (Some(live), named, _) => {
            tracing::info!(policy.hash = live.policy_hash, "a policy is live");
            if named.is_some() {
                tracing::warn!("`--policy` was not read: change it with `baton policy apply`");
            }
        }
        (None, Some(policy), Some(roster)) => apply::first(engine, policy, roster)?,
        (None, _, _) => {
            tracing::warn!("no policy is live yet: leads are refused until `baton policy apply`");
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
