//! `baton key`: API keys.

use std::io::Write;

use engine::Actor;
use engine::keys::{KeyRequest, KeyView};
use model::Timestamp;
use model::id::KeyId;
use serde_json::json;
use store::Migrate;

use super::user::find;
use crate::database::{DatabaseArg, Presence, wait};
use crate::outcome::{Failure, Outcome};
use crate::screen::{self, Format};

/// Arguments of `baton key`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Make a key; its secret is printed once, alone on standard output
    Create {
        #[command(flatten)]
        database: DatabaseArg,
        /// What it is for
        #[arg(long)]
        name: String,
        /// Mail address of the user it belongs to: the key never may more than they may
        #[arg(long, value_name = "EMAIL")]
        user: String,
        /// What it may do, e.g. `leads:write`; repeat for more
        #[arg(long = "scope", value_name = "SCOPE", required = true)]
        scopes: Vec<String>,
        /// When it ends, e.g. 2027-01-01T00:00:00Z; never where absent
        #[arg(long, value_name = "INSTANT")]
        until: Option<Timestamp>,
    },
    /// List keys, without their secrets
    List {
        #[command(flatten)]
        database: DatabaseArg,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// End a key at once
    Revoke {
        #[command(flatten)]
        database: DatabaseArg,
        /// The key, e.g. key_03a6kfw0g0g00
        id: KeyId,
    },
}

/// Runs `baton key`.
pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match args.action {
        Action::Create { database, name, user, scopes, until } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            let owner = find(&engine, &user)?;
            let request = KeyRequest { name, scopes, expires_at: until };
            let (key, secret) = wait(engine.create_key(Actor::User(owner.id, None), request))?;
            eprintln!("made {} for {}; this is the only time its secret is shown:", key.id, user);
            writeln!(out, "{}", secret.unwrap_or_default())?;
        }
        Action::List { database, format } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            let keys = wait(engine.keys())?;
            match format {
                Format::Json => writeln!(out, "{:#}", json!(keys))?,
                Format::Text => list(&keys, out)?,
            }
        }
        Action::Revoke { database, id } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            wait(engine.revoke_key(Actor::Operator, id))?;
            eprintln!("revoked {id}");
        }
    }
    Ok(Outcome::Done)
}

fn list(keys: &[KeyView], out: &mut dyn Write) -> Result<(), Failure> {
    if keys.is_empty() {
        eprintln!("there are no keys yet; make one with `baton key create`");
        return Ok(());
    }
    let rows: Vec<[String; 6]> = keys
        .iter()
        .map(|key| {
            let state = match (key.revoked_at, key.expires_at) {
                (Some(at), _) => format!("revoked {at}"),
                (None, Some(at)) => format!("until {at}"),
                (None, None) => "good".to_owned(),
            };
            let used = key.last_used_at.map_or_else(|| "never".to_owned(), |it| it.to_string());
            let begins = format!("{}…", key.prefix);
            [key.id.to_string(), key.name.clone(), begins, key.scopes.join(" "), used, state]
        })
        .collect();
    Ok(screen::table(out, ["key", "name", "begins", "scopes", "last used", "state"], &rows)?)
}
