//! `baton report`: the report on the handoffs of a period.

mod touches;

use std::io::{IsTerminal, Write};

use engine::Engine;
use engine::reports::{Days, Edge};
use engine::sight::Sight;
use report::text::Style;
use serde_json::json;
use store::Migrate;

use crate::database::{DatabaseArg, Presence, of_refusal};
use crate::outcome::{Failure, Outcome};

/// Columns of a page where nobody says otherwise.
const WIDTH: usize = 100;

/// Arguments of `baton report`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// First day, e.g. 2026-10-01, in the zone of the workspace, or an instant; else 30 days before
    /// the end
    #[arg(long, value_name = "DAY")]
    from: Option<Edge>,
    /// First day after the last one, or an instant; else now
    #[arg(long, value_name = "DAY")]
    to: Option<Edge>,
    /// How each rep touched leads instead: attempts, contacts, and what looks made for the clock
    #[arg(long)]
    touches: bool,
    /// How it is written
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Columns of a line of text, 80 to 140
    #[arg(long, default_value_t = WIDTH)]
    width: usize,
    #[command(flatten)]
    database: DatabaseArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For terminals
    Text,
    /// For machines
    Json,
    /// Not there yet
    #[value(hide = true)]
    Html,
    /// Not there yet
    #[value(hide = true)]
    Pdf,
    /// Not there yet
    #[value(hide = true)]
    Xlsx,
}

/// Runs `baton report`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    if matches!(args.format, Format::Html | Format::Pdf | Format::Xlsx) {
        let message = "this version writes the report as `text` and `json` only";
        return Err(Failure::Input(message.to_owned()));
    }
    let engine = args.database.open(Presence::Required, Migrate::Check)?;
    let days = Days { from: args.from, to: args.to };
    if args.touches {
        return touched(&engine, days, args.format, out);
    }
    let report = engine.report_of_days(days).map_err(|it| of_refusal(&it))?;
    let text = match args.format {
        Format::Json => report::json::render(&report)
            .map_err(|error| Failure::Input(format!("the report cannot be written: {error}")))?,
        Format::Text | Format::Html | Format::Pdf | Format::Xlsx => {
            let plain = std::env::var_os("NO_COLOR").is_some_and(|it| !it.is_empty());
            let ansi = std::io::stdout().is_terminal() && !plain;
            let style = if ansi { Style::Ansi } else { Style::Plain };
            report::text::render(&report, args.width, style)
        }
    };
    writeln!(out, "{}", text.trim_end())?;
    Ok(Outcome::Done)
}

/// Writes how each rep touched leads.
fn touched(
    engine: &Engine,
    days: Days,
    format: Format,
    out: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let period = engine.period_of_days(days).map_err(|it| of_refusal(&it))?;
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|error| Failure::Input(format!("cannot start: {error}")))?;
    let reps = engine.touch_patterns(Sight::EVERYTHING, period.from(), period.to());
    let reps = runtime.block_on(reps).map_err(|it| of_refusal(&it))?;
    let text = match format {
        Format::Json => format!("{:#}", json!({ "format": "touches/1", "reps": reps })),
        Format::Text | Format::Html | Format::Pdf | Format::Xlsx => touches::text(&reps),
    };
    writeln!(out, "{}", text.trim_end())?;
    Ok(Outcome::Done)
}
