//! The report of a period: the whole, and the same numbers by any dimension.
//!
//! Two passes over the columns, no row is sorted: the first counts states and coarse durations per group, the second
//! collects only the durations next to the wanted ranks, so medians are exact. Work and memory grow with the number of
//! handoffs plus the number of groups.

mod axis;
mod buckets;
mod check;
mod closed_loop;
mod outcomes;
mod scan;
mod spread;

use std::fmt;

use model::Timestamp;

pub use axis::Dimension;
pub use check::Check;
pub use closed_loop::{LeadSourceRow, RejectionRow};

use crate::dictionary::Label;
use crate::facts::{Facts, instant};
use crate::rate::DEFAULT_MINIMUM;
use crate::tally::Tally;
use axis::Axis;

/// From an instant up to, not including, another. Both are whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Period {
    from: Timestamp,
    to: Timestamp,
}

/// Why two instants are no period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeriodError {
    /// The end is not after the start.
    Empty,
    /// An end lies between two seconds; facts are kept to the second.
    NotWholeSeconds,
}

/// What a report is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The period whose handoffs are counted.
    pub period: Period,
    /// The instant for which clocks and ages are told; the facts must not be newer.
    pub as_of: Timestamp,
    /// How long a handoff may take to become an opportunity, in seconds, for the mature conversion.
    pub horizon_seconds: u32,
    /// The smallest denominator for which a rate is shown.
    pub minimum: u64,
    /// Currency of all values.
    pub currency: String,
    /// Which lead source a handoff reason stands for, to repair opportunities without one.
    pub attribution: Vec<(String, String)>,
    /// The groupings wanted, in order.
    pub dimensions: Vec<Dimension>,
}

/// The report of a period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What was asked for.
    pub settings: Settings,
    /// All handoffs of the period.
    pub total: Tally,
    /// The groupings, in the order asked for.
    pub tables: Vec<Table>,
    /// Rejections by handoff reason and reject reason, most frequent first.
    pub rejections: Vec<RejectionRow>,
    /// Opportunities by lead source after repair, most frequent first.
    pub lead_sources: Vec<LeadSourceRow>,
    /// Whether parts add up to their wholes.
    pub checks: Vec<Check>,
}

/// One grouping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// What the groups are.
    pub dimension: Dimension,
    /// The groups that have a handoff or an outcome; "unknown" is one of them.
    pub groups: Vec<Group>,
}

/// One group and its counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Which value it stands for.
    pub label: Label,
    /// Its counts.
    pub tally: Tally,
}

/// The report over `facts` that `settings` asks for.
pub fn report(facts: &Facts, settings: Settings) -> Report {
    let span = Span::of(&settings);
    let axes = axis::axes(facts, &settings.dimensions);
    let scan = scan::scan(facts, span, &axes);
    let mapping = closed_loop::Mapping::of(facts, &settings.attribution);
    let mut tables = Vec::new();
    let mut total = Tally::default();
    let spreads = spread::spreads(facts, span, &axes, &scan.cells);
    for ((axis, cells), spreads) in axes.iter().zip(&scan.cells).zip(spreads) {
        let ends = outcomes::outcomes(facts, span, axis, &mapping);
        for (fold, (spreads, ends)) in axis.folds.iter().zip(spreads.into_iter().zip(ends)) {
            let tallies = tallies(axis, fold, cells, spreads, ends);
            match fold.dimension {
                None => total = tallies.into_iter().next().unwrap_or_default(),
                Some(dimension) => tables.push(table(facts, dimension, tallies)),
            }
        }
    }
    tables.sort_by_key(|it| settings.dimensions.iter().position(|wanted| *wanted == it.dimension));
    let rejections = closed_loop::rejections(facts, &scan.rejections);
    let lead_sources = closed_loop::lead_sources(facts, span, &mapping);
    let checks = check::checks(&total, &tables, &rejections, &lead_sources);
    Report { settings, total, tables, rejections, lead_sources, checks }
}

/// The instants of a report in seconds since 1970.
#[derive(Clone, Copy, Debug)]
struct Span {
    from: u32,
    to: u32,
    as_of: u32,
    horizon: u32,
}

impl Span {
    fn of(settings: &Settings) -> Self {
        Self {
            from: instant(settings.period.from),
            to: instant(settings.period.to),
            as_of: instant(settings.as_of),
            horizon: settings.horizon_seconds,
        }
    }

    fn holds(self, at: u32) -> bool {
        self.from <= at && at < self.to
    }

    fn is_mature(self, created: u32) -> bool {
        u64::from(created) + u64::from(self.horizon) <= u64::from(self.as_of)
    }
}

fn tallies(
    axis: &Axis<'_>,
    fold: &axis::Fold,
    cells: &[scan::Cell],
    spreads: Vec<spread::Spreads>,
    ends: Vec<outcomes::Ends>,
) -> Vec<Tally> {
    let counts = scan::folded(axis, fold, cells);
    let parts = counts.iter().zip(spreads.into_iter().zip(ends));
    parts
        .map(|(counts, (spreads, ends))| {
            let mut tally = scan::tally(counts);
            (tally.speed, tally.attempt, tally.age) = (spreads.speed, spreads.attempt, spreads.age);
            ends.enter(&mut tally);
            tally
        })
        .collect()
}

fn table(facts: &Facts, dimension: Dimension, tallies: Vec<Tally>) -> Table {
    let names = dimension.dictionary(facts);
    let mut groups: Vec<Group> = (0..=u16::MAX)
        .zip(tallies)
        .filter(|(_, tally)| tally.handoffs > 0 || tally.dated != Default::default())
        .map(|(code, tally)| Group { label: names.label(code), tally })
        .collect();
    match dimension {
        // Tiers and SLAs have an order of their own, which their names carry; the labels sort "unknown" last.
        Dimension::Tier | Dimension::Sla => groups.sort_by(|a, b| a.label.cmp(&b.label)),
        Dimension::Reason
        | Dimension::Rep
        | Dimension::Team
        | Dimension::Queue
        | Dimension::Source
        | Dimension::Campaign => {
            groups.sort_by(|a, b| {
                (b.tally.handoffs.cmp(&a.tally.handoffs)).then_with(|| a.label.cmp(&b.label))
            });
        }
    }
    Table { dimension, groups }
}

impl Period {
    /// From `from` up to, not including, `to`.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, PeriodError> {
        let whole = |it: Timestamp| it.as_micros().rem_euclid(1_000_000) == 0;
        if !whole(from) || !whole(to) {
            return Err(PeriodError::NotWholeSeconds);
        }
        if from >= to {
            return Err(PeriodError::Empty);
        }
        Ok(Self { from, to })
    }

    /// The first instant inside.
    pub const fn from(self) -> Timestamp {
        self.from
    }

    /// The first instant after it.
    pub const fn to(self) -> Timestamp {
        self.to
    }
}

impl fmt::Display for PeriodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "the period ends before it starts",
            Self::NotWholeSeconds => "a period starts and ends on a full second",
        })
    }
}

impl std::error::Error for PeriodError {}

impl Settings {
    /// The monthly report: by reason, tier, SLA, rep and team, a horizon of 30 days, the attribution mapping of the
    /// reference policy.
    pub fn monthly(period: Period, as_of: Timestamp) -> Self {
        let mapping = [
            ("Product - Voice", "Voice Product Interest"),
            ("Quinn - Reply Received", "AI Qualification"),
            ("Marketing - Contact Sales", "Website Contact"),
            ("Product - Portal Sign Up", "Self-Service Portal"),
        ];
        Self {
            period,
            as_of,
            horizon_seconds: 30 * 86_400,
            minimum: DEFAULT_MINIMUM,
            currency: "USD".into(),
            attribution: mapping.map(|(reason, source)| (reason.into(), source.into())).to_vec(),
            dimensions: vec![
                Dimension::Reason,
                Dimension::Tier,
                Dimension::Sla,
                Dimension::Rep,
                Dimension::Team,
            ],
        }
    }
}
