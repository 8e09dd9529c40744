//! The report for machines: `"format": "report/1"`.
//!
//! Every share carries numerator, denominator, excluded, the exact quotient and its interval; nothing is rounded. A later
//! change of meaning gets a new format number; added keys do not. `null` is "cannot be told".

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use crate::dictionary::Label;
use crate::facts::Window;
use crate::metric::{Measured, Metric, Unit};
use crate::monthly::Report;
use crate::quantile::Spread;
use crate::rate::Rate;
use crate::tally::{Clocks, Tally};

/// Name and version of the format.
pub const FORMAT: &str = "report/1";

/// The report as JSON with one key a line.
pub fn render(report: &Report) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(&Document::of(report))
}

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    from: model::Timestamp,
    to: model::Timestamp,
    as_of: model::Timestamp,
    horizon_seconds: u32,
    minimum: u64,
    currency: &'a str,
    definitions: Vec<DefinitionEntry>,
    total: Metrics<'a>,
    tables: Vec<TableEntry<'a>>,
    rejections: Vec<RejectionEntry<'a>>,
    lead_sources: Vec<LeadSourceEntry<'a>>,
    checks: Vec<CheckEntry<'a>>,
}

#[derive(Serialize)]
struct DefinitionEntry {
    id: &'static str,
    name: &'static str,
    unit: &'static str,
    text: &'static str,
    numerator: &'static str,
    denominator: &'static str,
    excluded: &'static str,
}

#[derive(Serialize)]
struct TableEntry<'a> {
    dimension: &'static str,
    groups: Vec<GroupEntry<'a>>,
}

/// `name` is null for the collecting groups; `label` tells which.
#[derive(Serialize)]
struct GroupEntry<'a> {
    name: Option<&'a str>,
    label: &'a str,
    metrics: Metrics<'a>,
}

#[derive(Serialize)]
struct RejectionEntry<'a> {
    reason: Option<&'a str>,
    reject_reason: Option<&'a str>,
    count: u64,
}

#[derive(Serialize)]
struct LeadSourceEntry<'a> {
    lead_source: Option<&'a str>,
    opportunities: u64,
    repaired: u64,
    won: u64,
    revenue_minor: i64,
}

#[derive(Serialize)]
struct CheckEntry<'a> {
    name: &'a str,
    parts: u64,
    whole: u64,
    holds: bool,
}

#[derive(Serialize)]
struct RateEntry {
    numerator: u64,
    denominator: u64,
    excluded: u64,
    value: Option<f64>,
    low: Option<f64>,
    high: Option<f64>,
}

#[derive(Serialize)]
struct SpreadEntry {
    n: u64,
    mean_seconds: f64,
    median_seconds: u32,
    median_low_seconds: Option<u32>,
    median_high_seconds: Option<u32>,
    p90_seconds: u32,
}

#[derive(Serialize)]
struct ClocksEntry {
    kept_early: u64,
    kept_late: u64,
    missed: u64,
    running: u64,
    released: u64,
    without: u64,
}

/// A tally as an object: one key a metric, then the raw counts behind them.
struct Metrics<'a>(&'a Tally);

impl<'a> Document<'a> {
    fn of(report: &'a Report) -> Self {
        let settings = &report.settings;
        Self {
            format: FORMAT,
            from: settings.period.from(),
            to: settings.period.to(),
            as_of: settings.as_of,
            horizon_seconds: settings.horizon_seconds,
            minimum: settings.minimum,
            currency: &settings.currency,
            definitions: Metric::ALL.map(DefinitionEntry::of).into(),
            total: Metrics(&report.total),
            tables: report.tables.iter().map(TableEntry::of).collect(),
            rejections: report.rejections.iter().map(RejectionEntry::of).collect(),
            lead_sources: report.lead_sources.iter().map(LeadSourceEntry::of).collect(),
            checks: report.checks.iter().map(CheckEntry::of).collect(),
        }
    }
}

impl DefinitionEntry {
    fn of(metric: Metric) -> Self {
        let it = metric.definition();
        let unit = match it.unit {
            Unit::Count => "count",
            Unit::Share => "share",
            Unit::Duration => "seconds",
            Unit::Money => "minor_currency_units",
        };
        Self {
            id: it.id,
            name: it.name,
            unit,
            text: it.text,
            numerator: it.numerator,
            denominator: it.denominator,
            excluded: it.excluded,
        }
    }
}

impl<'a> TableEntry<'a> {
    fn of(table: &'a crate::monthly::Table) -> Self {
        let groups = table.groups.iter().map(|it| GroupEntry {
            name: it.label.name(),
            label: it.label.text(),
            metrics: Metrics(&it.tally),
        });
        Self { dimension: table.dimension.id(), groups: groups.collect() }
    }
}

impl<'a> RejectionEntry<'a> {
    fn of(row: &'a crate::monthly::RejectionRow) -> Self {
        let (reason, reject_reason) = (Label::name(&row.reason), Label::name(&row.reject_reason));
        Self { reason, reject_reason, count: row.count }
    }
}

impl<'a> LeadSourceEntry<'a> {
    fn of(row: &'a crate::monthly::LeadSourceRow) -> Self {
        Self {
            lead_source: row.lead_source.name(),
            opportunities: row.opportunities,
            repaired: row.repaired,
            won: row.won,
            revenue_minor: row.revenue,
        }
    }
}

impl<'a> CheckEntry<'a> {
    fn of(check: &'a crate::monthly::Check) -> Self {
        Self { name: &check.name, parts: check.parts, whole: check.whole, holds: check.holds() }
    }
}

impl From<Rate> for RateEntry {
    fn from(rate: Rate) -> Self {
        let interval = rate.interval();
        Self {
            numerator: rate.numerator,
            denominator: rate.denominator,
            excluded: rate.excluded,
            value: rate.share(),
            low: interval.map(|it| it.low),
            high: interval.map(|it| it.high),
        }
    }
}

impl From<Spread> for SpreadEntry {
    fn from(it: Spread) -> Self {
        Self {
            n: it.n,
            mean_seconds: it.sum as f64 / it.n.max(1) as f64,
            median_seconds: it.median,
            median_low_seconds: it.median_interval.map(|it| it.0),
            median_high_seconds: it.median_interval.map(|it| it.1),
            p90_seconds: it.p90,
        }
    }
}

impl From<Clocks> for ClocksEntry {
    fn from(it: Clocks) -> Self {
        Self {
            kept_early: it.early,
            kept_late: it.late,
            missed: it.missed,
            running: it.running,
            released: it.released,
            without: it.without,
        }
    }
}

impl Serialize for Metrics<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let tally = self.0;
        let mut map = serializer.serialize_map(None)?;
        for metric in Metric::ALL {
            let id = metric.definition().id;
            match metric.measure(tally) {
                Measured::Count(count) => map.serialize_entry(id, &count)?,
                Measured::Money(minor) => map.serialize_entry(id, &minor)?,
                Measured::Share(rate) => map.serialize_entry(id, &RateEntry::from(rate))?,
                Measured::Duration(spread) => {
                    map.serialize_entry(id, &spread.map(SpreadEntry::from))?;
                }
            }
        }
        map.serialize_entry("clocks", &ClocksMap(tally))?;
        map.serialize_entry("response_windows", &WindowsMap(tally))?;
        map.end()
    }
}

struct ClocksMap<'a>(&'a Tally);

impl Serialize for ClocksMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("acknowledge", &ClocksEntry::from(self.0.acknowledge))?;
        map.serialize_entry("touch", &ClocksEntry::from(self.0.touch))?;
        map.serialize_entry("disposition", &ClocksEntry::from(self.0.dispose))?;
        map.end()
    }
}

/// Conversion to opportunity of every response window.
struct WindowsMap<'a>(&'a Tally);

impl Serialize for WindowsMap<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(Window::ALL.len()))?;
        for (window, count) in Window::ALL.iter().zip(&self.0.windows) {
            let rate = Rate::new(count.opportunities, count.handoffs, 0);
            map.serialize_entry(window.id(), &RateEntry::from(rate))?;
        }
        map.end()
    }
}
