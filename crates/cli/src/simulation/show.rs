//! The summary of a simulation.

use std::io::{self, Write};

use decide::replay::Sha;
use serde_json::{Map, Value, json};
use simulate::{Fault, Invariant, Plan};

use super::Totals;
use crate::screen::{counted, grouped, table};

/// Writes the summary for people.
pub(crate) fn text(
    out: &mut dyn Write,
    reps: u16,
    plan: &Plan,
    totals: &Totals,
    seconds: f64,
) -> io::Result<()> {
    let counts = &totals.counts;
    let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
    let amount = |it: u64, thing: &str| counted(number(it), thing);
    writeln!(
        out,
        "{} of {} simulated hours, {} and {} each, in {seconds:.1} s",
        amount(totals.seeds, "seed"),
        plan.hours,
        amount(plan.leads.into(), "lead"),
        amount(reps.into(), "rep"),
    )?;
    writeln!(
        out,
        "{}, {}, {} acknowledged, {} fired, {} delivered, {} made again, {} held to the bound",
        amount(counts.events, "event"),
        amount(counts.commits, "commit"),
        amount(counts.acknowledged, "lead"),
        amount(counts.fired, "timer"),
        amount(counts.delivered, "message"),
        amount(counts.replayed, "decision"),
        amount(counts.bounded, "pick"),
    )?;
    if 0 < totals.rows {
        writeln!(out, "{} of the database compared", amount(totals.rows, "row"))?;
    }
    writeln!(out)?;
    let count = |it: Option<&u64>| grouped(number(it.copied().unwrap_or(0)));
    let faults = Fault::ALL.map(|it| [it.name().to_owned(), count(counts.faults.get(&it))]);
    table(out, ["fault", "met"], &faults)?;
    writeln!(out)?;
    let checks = Invariant::ALL.map(|it| [it.name().to_owned(), count(counts.checks.get(&it))]);
    table(out, ["promise", "checked"], &checks)?;
    writeln!(out, "\ntrace {}", Sha(totals.hash))?;
    match &totals.first {
        None => writeln!(out, "every promise kept"),
        Some(failed) => {
            writeln!(out, "\nseed {} broke: {}", failed.seed, failed.invariant)?;
            writeln!(out, "{}", failed.detail)?;
            if !failed.last.is_empty() {
                writeln!(out, "the last events:")?;
            }
            failed.last.iter().try_for_each(|line| writeln!(out, "  {line}"))
        }
    }
}

/// The summary for machines.
pub(crate) fn json(totals: &Totals, seconds: f64) -> Value {
    let counts = &totals.counts;
    let by_name = |all: Vec<(&str, u64)>| -> Map<String, Value> {
        all.into_iter().map(|(name, count)| (name.to_owned(), json!(count))).collect()
    };
    let faults = counts.faults.iter().map(|(it, count)| (it.name(), *count)).collect();
    let checks = counts.checks.iter().map(|(it, count)| (it.name(), *count)).collect();
    let failed = totals.first.as_ref().map(|it| {
        json!({ "seed": it.seed, "promise": it.invariant, "detail": it.detail, "last": it.last })
    });
    json!({
        "format": "simulate/1",
        "ok": failed.is_none(),
        "seeds": totals.seeds,
        "seconds": seconds,
        "events": counts.events,
        "commits": counts.commits,
        "acknowledged": counts.acknowledged,
        "fired": counts.fired,
        "delivered": counts.delivered,
        "replayed": counts.replayed,
        "bounded": counts.bounded,
        "rows_compared": totals.rows,
        "faults": by_name(faults),
        "checks": by_name(checks),
        "trace": Sha(totals.hash).to_string(),
        "failed": failed,
    })
}
