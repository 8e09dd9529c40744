//! `baton user`: people who sign in.

use std::io::{BufRead, IsTerminal, Write};

use engine::access::Role;
use engine::users::{UserChange, UserRequest, UserView, checked_password, fold_email};
use engine::{Actor, Engine};
use model::RepId;
use serde_json::json;
use store::Migrate;

use crate::database::{DatabaseArg, Presence, of_refusal, wait};
use crate::outcome::{Failure, Outcome};
use crate::screen::{self, Format};

/// Arguments of `baton user`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    /// Add a user; asks for the password
    Add {
        #[command(flatten)]
        database: DatabaseArg,
        /// Mail address
        email: String,
        /// As shown to people
        #[arg(long)]
        name: Option<String>,
        /// rep, manager, marketing_ops, admin or auditor
        #[arg(long)]
        role: Role,
        /// The rep of the roster they are
        #[arg(long)]
        rep: Option<RepId>,
    },
    /// List users
    List {
        #[command(flatten)]
        database: DatabaseArg,
        /// How to report
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Keep a user from signing in and end their sessions
    Disable {
        #[command(flatten)]
        database: DatabaseArg,
        /// Mail address
        email: String,
    },
    /// Give a user a new password and end their sessions
    Password {
        #[command(flatten)]
        database: DatabaseArg,
        /// Mail address
        email: String,
    },
}

/// Runs `baton user`.
pub(crate) fn run(args: Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    match args.action {
        Action::Add { database, email, name, role, rep } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            let password_hash = Some(ask_password()?);
            let name = name.unwrap_or_else(|| email.clone());
            let request = UserRequest { email, name, role, rep, password_hash };
            let user = engine.create_user_blocking(Actor::Operator, request);
            let user = user.map_err(|it| of_refusal(&it))?;
            eprintln!("added {} <{}> as {}", user.id, user.email, user.role);
        }
        Action::List { database, format } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            let users = wait(engine.users())?;
            match format {
                Format::Json => writeln!(out, "{:#}", json!(users))?,
                Format::Text => list(&users, out)?,
            }
        }
        Action::Disable { database, email } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            let user = find(&engine, &email)?;
            let change = UserChange { active: Some(false), ..UserChange::default() };
            wait(engine.change_user(Actor::Operator, user.id, change))?;
            eprintln!("disabled {} <{}>", user.id, user.email);
        }
        Action::Password { database, email } => {
            let engine = database.open(Presence::Required, Migrate::Check)?;
            let user = find(&engine, &email)?;
            let hash = ask_password()?;
            let change = UserChange { password_hash: Some(hash), ..UserChange::default() };
            wait(engine.change_user(Actor::Operator, user.id, change))?;
            eprintln!("changed the password of {} <{}>", user.id, user.email);
        }
    }
    Ok(Outcome::Done)
}

/// The user with this mail address.
pub(super) fn find(engine: &Engine, email: &str) -> Result<UserView, Failure> {
    let folded = fold_email(email);
    let mut users = wait(engine.users())?.into_iter();
    users.find(|it| it.email == folded).ok_or_else(|| {
        Failure::Input(format!("there is no user `{email}`; `baton user list` shows them all"))
    })
}

/// The hash of a password that was typed twice, or of the first line of standard input.
fn ask_password() -> Result<String, Failure> {
    let cannot = |error| Failure::Input(format!("cannot read the password: {error}"));
    let password = if std::io::stdin().is_terminal() {
        let password = rpassword::prompt_password("Password: ").map_err(cannot)?;
        if password != rpassword::prompt_password("Once more: ").map_err(cannot)? {
            return Err(Failure::Input("the two passwords differ".to_owned()));
        }
        password
    } else {
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line).map_err(cannot)?;
        line.trim_end_matches(['\n', '\r']).to_owned()
    };
    checked_password(&password).map_err(|it| of_refusal(&it))
}

fn list(users: &[UserView], out: &mut dyn Write) -> Result<(), Failure> {
    if users.is_empty() {
        eprintln!("there are no users yet; add one with `baton user add`");
        return Ok(());
    }
    let rows: Vec<[String; 5]> = users
        .iter()
        .map(|it| {
            let state = if it.active { "active" } else { "disabled" };
            let rep = it.rep.clone().unwrap_or_else(|| "-".to_owned());
            [it.email.clone(), it.name.clone(), it.role.clone(), rep, state.to_owned()]
        })
        .collect();
    Ok(screen::table(out, ["mail", "name", "role", "rep", "state"], &rows)?)
}
