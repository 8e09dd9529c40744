//! The report for a terminal.
//!
//! 80 to 140 columns; wider tables show more columns. Plain text unless [`Style::Ansi`] is asked for.

mod table;

use crate::facts::Window;
use crate::metric::{Measured, Metric};
use crate::monthly::{Dimension, Report, Table};
use crate::number::{duration, money, thousands};
use crate::quantile::Spread;
use crate::rate::Rate;
use crate::tally::{Clocks, Tally};
use table::{Align, Grid, left, wrap};

/// Narrowest and widest line.
const WIDTHS: std::ops::RangeInclusive<usize> = 80..=140;
const BAR: usize = 24;
/// A table of hundreds of reps is a file, not a screen.
const ROWS_MAX: usize = 40;

/// How text is set off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// No codes.
    Plain,
    /// Bold headings by ANSI escape codes.
    Ansi,
}

/// The report as text with lines of at most `width` columns (taken into 80..=140).
pub fn render(report: &Report, width: usize, style: Style) -> String {
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let mut page = Page { out: String::new(), width, style, minimum: report.settings.minimum };
    head(&mut page, report);
    funnel(&mut page, report);
    metrics(&mut page, report);
    windows(&mut page, &report.total);
    clocks(&mut page, &report.total);
    for table in &report.tables {
        groups(&mut page, table);
    }
    rejections(&mut page, report);
    lead_sources(&mut page, report);
    checks(&mut page, report);
    page.out
}

/// What every metric means, in the words shown everywhere.
pub fn definitions(width: usize, style: Style) -> String {
    let width = width.clamp(*WIDTHS.start(), *WIDTHS.end());
    let mut page = Page { out: String::new(), width, style, minimum: 0 };
    for metric in Metric::ALL {
        let definition = metric.definition();
        page.heading(definition.name);
        page.paragraph(definition.text);
        let mut formula = definition.numerator.to_owned();
        if !definition.denominator.is_empty() {
            formula = format!("{formula} / ({})", definition.denominator);
        }
        page.paragraph(&formula);
        if !definition.excluded.is_empty() {
            page.paragraph(&format!("left out: {}", definition.excluded));
        }
    }
    page.out
}

struct Page {
    out: String,
    width: usize,
    style: Style,
    minimum: u64,
}

impl Page {
    fn line(&mut self, text: &str) {
        self.out.push_str(text.trim_end());
        self.out.push('\n');
    }

    fn heading(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.out.push('\n');
        }
        match self.style {
            Style::Plain => self.line(text),
            Style::Ansi => self.line(&format!("\u{1b}[1m{text}\u{1b}[0m")),
        }
    }

    fn paragraph(&mut self, text: &str) {
        for line in wrap(text, self.width - 2) {
            self.line(&format!("  {line}"));
        }
    }

    fn grid(&mut self, grid: &Grid) {
        for line in grid.lines(self.width - 2) {
            self.line(&format!("  {line}"));
        }
    }

    fn rate(&self, rate: Rate) -> String {
        let shown = rate.percent_with_interval(self.minimum);
        if rate.denominator == 0 { shown } else { format!("{shown}  {}", rate.fraction()) }
    }
}

fn head(page: &mut Page, report: &Report) {
    let settings = &report.settings;
    page.heading(&format!(
        "Handoff report  {} to {}",
        settings.period.from(),
        settings.period.to()
    ));
    page.paragraph(&format!(
        "As of {}. Intervals are 95 %; a rate of fewer than {} cases is not shown.",
        settings.as_of, settings.minimum
    ));
}

fn funnel(page: &mut Page, report: &Report) {
    let total = &report.total;
    page.heading("Funnel (handoffs of the period that came this far)");
    let stages = [
        ("Handoffs", total.handoffs),
        ("Valid touch", total.touched),
        ("Submitted", total.verdicts.submitted),
        ("Meeting", total.reached.meeting),
        ("Opportunity", total.reached.opportunity),
        ("Won", total.reached.won),
    ];
    for (name, count) in stages {
        let share = Rate::new(count, total.handoffs, 0);
        page.line(&format!(
            "  {} {:>11}  {}  {}",
            left(name, 12),
            thousands(count),
            bar(share),
            share.percent(page.minimum)
        ));
    }
}

/// A bar of fixed width; something is never shown as nothing.
fn bar(share: Rate) -> String {
    let parts = share.share().unwrap_or(0.0).min(1.0) * BAR as f64;
    let full = if share.numerator > 0 { (parts.round() as usize).max(1) } else { 0 };
    (0..BAR).map(|at| if at < full { '█' } else { '·' }).collect()
}

fn metrics(page: &mut Page, report: &Report) {
    page.heading("All handoffs");
    let mut shares = Grid {
        heads: vec![("Metric", Align::Left), ("Value", Align::Left), ("Left out", Align::Right)],
        rows: Vec::new(),
    };
    let mut times = Grid {
        heads: vec![
            ("Time", Align::Left),
            ("Cases", Align::Right),
            ("Median", Align::Right),
            ("Interval", Align::Right),
            ("p90", Align::Right),
        ],
        rows: Vec::new(),
    };
    for metric in Metric::ALL {
        let name = metric.definition().name.to_owned();
        match metric.measure(&report.total) {
            Measured::Count(count) => shares.rows.push(vec![name, thousands(count), String::new()]),
            Measured::Money(minor) => {
                let amount = money(minor, &report.settings.currency);
                shares.rows.push(vec![name, amount, String::new()]);
            }
            Measured::Share(rate) => {
                let excluded =
                    if rate.excluded > 0 { thousands(rate.excluded) } else { String::new() };
                shares.rows.push(vec![name, page.rate(rate), excluded]);
            }
            Measured::Duration(spread) => times.rows.push(duration_row(name, spread)),
        }
    }
    page.grid(&shares);
    page.heading("Times (only of handoffs where it happened)");
    page.grid(&times);
}

fn duration_row(name: String, spread: Option<Spread>) -> Vec<String> {
    let Some(Spread { n, median, median_interval, p90, .. }) = spread else {
        return vec![name, "0".into(), "-".into(), "-".into(), "-".into()];
    };
    let interval = median_interval.map_or("n too small".into(), |(low, high)| {
        format!("{} - {}", duration(low.into()), duration(high.into()))
    });
    vec![name, thousands(n), duration(median.into()), interval, duration(p90.into())]
}

fn windows(page: &mut Page, total: &Tally) {
    page.heading("Conversion by response time");
    page.paragraph(
        "Handoffs with an opportunity so far. A difference between rows is not proof of its cause.",
    );
    let rows = Window::ALL.iter().zip(&total.windows).filter(|(window, count)| {
        // The bucket of impossible times shows only when there is something wrong.
        **window != Window::Untold || count.handoffs > 0
    });
    let rows = rows.map(|(window, count)| {
        let rate = Rate::new(count.opportunities, count.handoffs, 0);
        vec![window.label().to_owned(), thousands(count.handoffs), page.rate(rate)]
    });
    let heads = vec![
        ("First touch", Align::Left),
        ("Handoffs", Align::Right),
        ("Opportunity", Align::Right),
    ];
    let grid = Grid { heads, rows: rows.collect() };
    page.grid(&grid);
}

fn clocks(page: &mut Page, total: &Tally) {
    page.heading("Clocks");
    let row = |name: &str, clocks: &Clocks| {
        let counts =
            [clocks.kept(), clocks.missed, clocks.running, clocks.released, clocks.without];
        let mut row =
            vec![name.to_owned(), clocks.compliance().percent_with_interval(page.minimum)];
        row.extend(counts.map(thousands));
        row
    };
    let heads = [
        ("Clock", Align::Left),
        ("Compliance", Align::Right),
        ("kept", Align::Right),
        ("missed", Align::Right),
        ("running", Align::Right),
        ("closed first", Align::Right),
        ("no clock", Align::Right),
    ];
    let rows = vec![
        row("Acknowledge", &total.acknowledge),
        row("First touch", &total.touch),
        row("Disposition", &total.dispose),
    ];
    page.grid(&Grid { heads: heads.to_vec(), rows });
}

fn groups(page: &mut Page, table: &Table) {
    page.heading(&format!("By {}", table.dimension.label().to_lowercase().replace("sla", "SLA")));
    let is_load = matches!(table.dimension, Dimension::Rep | Dimension::Team);
    let mut heads = vec![(table.dimension.label(), Align::Left), ("Handoffs", Align::Right)];
    if is_load {
        heads.push(("Open", Align::Right));
    }
    heads.extend([
        ("Acceptance", Align::Right),
        ("No verdict", Align::Right),
        ("SLA kept", Align::Right),
        ("To opp.", Align::Right),
        ("Speed p50", Align::Right),
        ("p90", Align::Right),
    ]);
    let rows = table.groups.iter().take(ROWS_MAX).map(|group| {
        let tally = &group.tally;
        let share = |metric: Metric| metric.rate(tally).percent(page.minimum);
        let speed =
            |of: fn(Spread) -> u32| tally.speed.map_or("-".into(), |it| duration(of(it).into()));
        let mut row = vec![group.label.text().to_owned(), thousands(tally.handoffs)];
        if is_load {
            row.push(thousands(tally.open));
        }
        row.extend([
            page.rate(Metric::Acceptance.rate(tally)),
            share(Metric::Silence),
            share(Metric::TouchCompliance),
            share(Metric::CohortConversion),
            speed(|it| it.median),
            speed(|it| it.p90),
        ]);
        row
    });
    let grid = Grid { heads, rows: rows.collect() };
    page.grid(&grid);
    more(page, table.groups.len());
}

fn more(page: &mut Page, rows: usize) {
    if let Some(hidden) = rows.checked_sub(ROWS_MAX).filter(|it| *it > 0) {
        page.paragraph(&format!(
            "and {} more; the machine form has all of them",
            thousands(hidden as u64)
        ));
    }
}

fn rejections(page: &mut Page, report: &Report) {
    if report.rejections.is_empty() {
        return;
    }
    page.heading("Rejections");
    let rejected = report.total.verdicts.rejected;
    let rows = report.rejections.iter().take(ROWS_MAX).map(|row| {
        vec![
            row.reason.text().to_owned(),
            thousands(row.count),
            Rate::new(row.count, rejected, 0).percent(page.minimum),
            row.reject_reason.text().to_owned(),
        ]
    });
    let heads = vec![
        ("Handoff reason", Align::Left),
        ("Rejected", Align::Right),
        ("of all", Align::Right),
        ("Reject reason", Align::Left),
    ];
    let grid = Grid { heads, rows: rows.collect() };
    page.grid(&grid);
    more(page, report.rejections.len());
}

fn lead_sources(page: &mut Page, report: &Report) {
    if report.lead_sources.is_empty() {
        return;
    }
    page.heading("Opportunities by lead source");
    let rows = report.lead_sources.iter().take(ROWS_MAX).map(|row| {
        vec![
            row.lead_source.text().to_owned(),
            thousands(row.opportunities),
            thousands(row.repaired),
            thousands(row.won),
            money(row.revenue, &report.settings.currency),
        ]
    });
    let heads = vec![
        ("Lead source", Align::Left),
        ("Opportunities", Align::Right),
        ("from reason", Align::Right),
        ("Won", Align::Right),
        ("Revenue", Align::Right),
    ];
    let grid = Grid { heads, rows: rows.collect() };
    page.grid(&grid);
    more(page, report.lead_sources.len());
}

fn checks(page: &mut Page, report: &Report) {
    page.heading("Reconciliation");
    let broken: Vec<_> = report.checks.iter().filter(|it| !it.holds()).collect();
    if broken.is_empty() {
        page.paragraph(&format!("All {} sums of parts equal their whole.", report.checks.len()));
    }
    for check in broken {
        let (parts, whole) = (thousands(check.parts), thousands(check.whole));
        page.paragraph(&format!("DOES NOT ADD UP: {}: parts {parts}, whole {whole}", check.name));
    }
}
