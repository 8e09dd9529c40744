//! `baton demo`: an invented company with the reference month behind it.

use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use engine::Engine;
use engine::access::Role;
use engine::users::{UserRequest, checked_password};
use engine::{Actor, Refusal};
use model::Timestamp;
use model::id::UserId;
use store::{DatabaseUrl, Options, Store};
use tempfile::TempDir;

use crate::demo::stream::Stream;
use crate::demo::{MONTH, SEED, month, set_up};
use crate::outcome::{Failure, Outcome};
use crate::sending::SendingArgs;
use crate::serving::{self, Serving};

/// Arguments of `baton demo`.
///
/// Makes a workspace with the month that ends now, prints how to sign in, and serves the API until
/// it is stopped. While it runs, a new lead arrives every half minute or so.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Where to listen
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder for the demo's database; where absent, one that is removed when the demo ends
    #[arg(long)]
    data: Option<PathBuf>,
    /// Make the database and end
    #[arg(long)]
    data_only: bool,
}

const FILE: &str = "demo.db";

/// People to sign in as: mail address, name, role, rep.
const PEOPLE: [(&str, &str, Role, Option<&str>); 4] = [
    ("olga@baton-demo.example", "Olga Brandt", Role::Rep, Some("olga")),
    ("svenja@baton-demo.example", "Svenja Kolb", Role::Manager, Some("svenja")),
    ("rae@baton-demo.example", "Rae Ellison", Role::MarketingOps, Some("rae")),
    ("admin@baton-demo.example", "Ines Falk", Role::Admin, None),
];

/// Letters of a password; 80 random bits.
const PASSWORD_LETTERS: usize = 16;

/// Runs `baton demo`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let bound = match args.data_only {
        true => None,
        false => Some(serving::bind(args.listen)?),
    };
    let folder = Folder::new(args.data.as_deref(), args.data_only)?;
    let file = folder.path().join(FILE);
    if file.exists() {
        let file = file.display();
        let message = format!("{file} is there already: remove it or name another folder");
        return Err(Failure::Input(message));
    }
    let url = DatabaseUrl::sqlite_file(&file);
    let store = Store::open(&url, Options::standard()).map_err(|it| input(&it))?;
    let engine = Engine::new(store, 1);
    let end = now();
    eprintln!("Making the 30 days that end now: every lead goes through intake and decision.");
    set_up(&engine, end).map_err(|it| input(&it))?;
    let lived = month::live_through(&engine, SEED, end, progress).map_err(|it| input(&it))?;
    eprintln!();
    writeln!(
        out,
        "{} handoffs, {} verdicts, {} opportunities in {}",
        lived.leads,
        lived.verdicts,
        lived.opportunities,
        file.display()
    )?;
    let (from, database) = (end.minus(MONTH), file.display());
    writeln!(out, "report  baton report --from {from} --to {end} --database sqlite://{database}")?;
    let Some(bound) = bound else { return Ok(Outcome::Done) };
    if let Folder::Passing(_) = &folder {
        writeln!(out, "the data goes when the demo ends; keep it with --data FOLDER")?;
    }
    let mut people = Vec::new();
    for (email, name, role, rep) in PEOPLE {
        let (id, password) = user(&engine, email, name, role, rep).map_err(|it| input(&it))?;
        writeln!(out, "sign in as {:<13} {email:<26} {password}", role.as_str())?;
        people.push(id);
    }
    out.flush()?;
    let sending = SendingArgs::default().sending(&engine, &url)?;
    let stream = Stream::start(engine.clone(), SEED);
    let serving = Serving { api: bound, admin: None, linger: Duration::ZERO, demo: people };
    let served = serving::serve(engine, sending, serving, |at| {
        eprintln!("Open http://{} - no password needed; stop with Ctrl-C", at.api);
    });
    drop(stream);
    served.map(|_| Outcome::Done)
}

/// Makes a user; their id and password.
fn user(
    engine: &Engine,
    email: &str,
    name: &str,
    role: Role,
    rep: Option<&str>,
) -> Result<(UserId, String), Refusal> {
    let random = engine::secret::random_text()
        .map_err(|error| Refusal::new(engine::RefusalKind::Internal, "A0500", error.to_string()))?;
    let password: String = random.chars().take(PASSWORD_LETTERS).collect();
    let request = UserRequest {
        email: email.to_owned(),
        name: name.to_owned(),
        role,
        rep: rep.and_then(|it| it.parse().ok()),
        password_hash: Some(checked_password(&password)?),
    };
    let user = engine.create_user_blocking(Actor::Operator, request)?;
    Ok((user.id, password))
}

/// Where the database lies.
enum Folder {
    /// Until somebody removes it.
    Staying(PathBuf),
    /// As long as the demo runs.
    Passing(TempDir),
}

impl Folder {
    fn new(given: Option<&Path>, is_kept: bool) -> Result<Self, Failure> {
        let Some(given) = given else {
            let made = tempfile::Builder::new().prefix("baton-demo-").tempdir();
            let made =
                made.map_err(|error| Failure::Input(format!("no temporary folder: {error}")))?;
            return Ok(if is_kept { Self::Staying(made.keep()) } else { Self::Passing(made) });
        };
        std::fs::create_dir_all(given)
            .map_err(|error| Failure::Input(format!("{}: {error}", given.display())))?;
        Ok(Self::Staying(given.to_path_buf()))
    }

    fn path(&self) -> &Path {
        match self {
            Self::Staying(path) => path,
            Self::Passing(folder) => folder.path(),
        }
    }
}

/// Now, to the second.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_seconds(i64::try_from(since.as_secs()).unwrap_or(0))
}

fn progress(done: u32, of: u32) {
    if std::io::stderr().is_terminal() && done.is_multiple_of(24) {
        eprint!("\r  day {} of {}", done / 24, of / 24);
    }
}

fn input(error: &dyn std::error::Error) -> Failure {
    Failure::Input(error.to_string())
}
