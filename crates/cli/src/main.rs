//! The `baton` command.
//!
//! Machine output goes to stdout, everything else to stderr. A mistake in the input is one
//! readable line, never a backtrace. Exit codes are those of [`outcome`].
//!
//! One file per command under `commands/`; a new one is its file, and its module, variant and call
//! in `commands.rs`.

mod commands;
mod database;
mod demo;
mod files;
mod json;
mod log;
mod outcome;
mod screen;
mod sending;
mod serving;
mod simulation;
mod trial;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::commands::Command;
use crate::outcome::exit_code;

/// A capture makes some hundred small allocations on two threads; the system's allocator took a
/// sixth of its time. Without huge pages: they would treble the memory at rest.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Hands each lead to the right rep in time, and shows why.
#[derive(Parser)]
#[command(
    name = "baton",
    version,
    arg_required_else_help = true,
    max_term_width = 100,
    after_help = "Exit codes: 0 done, 1 a check failed, 2 wrong usage or bad input."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let ended = commands::run(cli.command, &mut out);
    let flushed = out.flush();
    exit_code(ended.and_then(|outcome| Ok(flushed.map(|()| outcome)?)))
}
