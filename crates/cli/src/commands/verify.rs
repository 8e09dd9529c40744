//! `baton verify`: chains and counts of a database.

use std::io::Write;

use engine::verify::Check;
use serde_json::json;
use store::Migrate;

use crate::database::{DatabaseArg, Presence, of_refusal};
use crate::outcome::{Failure, Outcome};
use crate::screen::{self, Format, Line, Status, counted, grouped};

/// Arguments of `baton verify`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArg,
    /// How many stored decisions to make again, spread over all of them
    #[arg(long, value_name = "COUNT", default_value_t = 100)]
    replay: u32,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs `baton verify`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let engine = args.database.open(Presence::Required, Migrate::Check)?;
    let checks = engine.verify_blocking(args.replay).map_err(|it| of_refusal(&it))?;
    let first = checks.iter().find(|it| it.bad != 0);
    match args.format {
        Format::Json => {
            let shown: Vec<_> = checks
                .iter()
                .map(|it| {
                    json!({ "name": it.name, "ok": it.bad == 0, "rows": it.rows, "bad": it.bad,
                        "first": it.first })
                })
                .collect();
            let first = first.map(|it| json!({ "check": it.name, "row": it.first }));
            let ok = first.is_none();
            let document =
                json!({ "format": "verify/1", "ok": ok, "first_bad": first, "checks": shown });
            writeln!(out, "{document:#}")?;
        }
        Format::Text => show(&checks, out)?,
    }
    Ok(if first.is_none() { Outcome::Done } else { Outcome::CheckFailed })
}

/// Shows checks to people.
pub(super) fn show(checks: &[Check], out: &mut dyn Write) -> Result<(), Failure> {
    let lines: Vec<Line> = checks.iter().map(line).collect();
    screen::checks(out, &lines)?;
    let bad = checks.iter().filter(|it| it.bad != 0).count();
    match checks.iter().find(|it| it.bad != 0) {
        None => writeln!(out, "\n{} checks passed", checks.len())?,
        Some(first) => {
            let row = first.first.as_deref().unwrap_or("unknown");
            writeln!(out, "\n{bad} of {} checks failed", checks.len())?;
            writeln!(out, "first bad row: {}, {row}", first.name)?;
        }
    }
    Ok(())
}

fn line(check: &Check) -> Line {
    let status = if check.bad == 0 { Status::Ok } else { Status::Fail };
    let detail = match (&check.first, check.rows) {
        (Some(first), Some(_)) => first.clone(),
        (Some(first), None) => format!("{}, the first is {first}", grouped(check.bad)),
        (None, _) if check.bad != 0 => grouped(check.bad),
        (None, Some(rows)) => counted(rows, "row"),
        (None, None) => String::new(),
    };
    Line::new(status, &check.name, detail)
}
