//! `baton demo`: an invented company with the reference month behind it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use engine::Engine;
use model::Timestamp;
use store::{DatabaseUrl, Options, Store};

use crate::demo::{SEED, month, set_up};
use crate::outcome::{Failure, Outcome};

/// Arguments of `baton demo`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Folder for the demo's database; a new temporary one where absent
    #[arg(long)]
    data: Option<PathBuf>,
    /// Make the database and end
    #[arg(long)]
    data_only: bool,
}

const FILE: &str = "demo.db";

/// Runs `baton demo`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let folder = folder(args.data.as_deref())?;
    let file = folder.join(FILE);
    if file.exists() {
        let message =
            format!("{} is there already: remove it or name another folder", file.display());
        return Err(Failure::Input(message));
    }
    let url = DatabaseUrl::sqlite_file(&file);
    let store = Store::open(&url, Options::standard()).map_err(|it| input(&it))?;
    let engine = Engine::new(store, 1);
    let end = now();
    eprintln!("Living through the 30 days that end at {end} ...");
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
    Ok(Outcome::Done)
}

fn folder(given: Option<&Path>) -> Result<PathBuf, Failure> {
    let folder = match given {
        Some(folder) => folder.to_path_buf(),
        None => std::env::temp_dir().join(format!("baton-demo-{}", std::process::id())),
    };
    std::fs::create_dir_all(&folder)
        .map_err(|error| Failure::Input(format!("{}: {error}", folder.display())))?;
    Ok(folder)
}

/// Now, to the second.
fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_seconds(i64::try_from(since.as_secs()).unwrap_or(0))
}

fn progress(done: u32, of: u32) {
    if done.is_multiple_of(24) {
        eprint!("\r  day {} of {}", done / 24, of / 24);
    }
}

fn input(error: &dyn std::error::Error) -> Failure {
    Failure::Input(error.to_string())
}
