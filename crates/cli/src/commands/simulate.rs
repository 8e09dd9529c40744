//! `baton simulate`: Baton under faults, seed by seed.

use std::io::Write;
use std::time::Instant;

use simulate::{Library, Plan};

use crate::outcome::{Failure, Outcome};
use crate::screen::Format;
use crate::simulation;

/// Arguments of `baton simulate`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many seeds to run
    #[arg(long, value_name = "COUNT", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The first seed
    #[arg(long, value_name = "SEED", default_value_t = 0)]
    from: u64,
    /// Simulated hours of each seed
    #[arg(long, value_name = "HOURS", default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=720))]
    hours: u32,
    /// Leads of each seed
    #[arg(long, value_name = "COUNT", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    leads: u32,
    /// Reps in five teams
    #[arg(long, value_name = "COUNT", default_value_t = 8, value_parser = clap::value_parser!(u16).range(5..=500))]
    reps: u16,
    /// Do the same on a real SQLite database and compare all rows
    #[arg(long)]
    sqlite: bool,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs `baton simulate`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let library = Library::new(args.reps).map_err(Failure::Input)?;
    let plan = Plan {
        hours: args.hours,
        leads: args.leads,
        side_by_side: !args.sqlite,
        // The model does not know of the drainer and of policies that handoffs keep (ADR 10).
        clears_leavers: !args.sqlite,
        publishes: !args.sqlite,
        ..Plan::small()
    };
    let began = Instant::now();
    let seeds = args.from..args.from.saturating_add(args.seeds);
    let totals = simulation::run(&library, &plan, seeds, args.sqlite);
    let seconds = began.elapsed().as_secs_f64();
    match args.format {
        Format::Text => simulation::text(out, args.reps, &plan, &totals, seconds)?,
        Format::Json => writeln!(out, "{:#}", simulation::json(&totals, seconds))?,
    }
    Ok(match totals.first {
        None => Outcome::Done,
        Some(_) => Outcome::CheckFailed,
    })
}
