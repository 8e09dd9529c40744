//! Dimensions and the columns behind them.
//!
//! A column is counted once; the dimensions that share it (rep and team, tier and SLA) are sums over its codes.

use crate::dictionary::{Dictionary, Pairs};
use crate::facts::Facts;

/// What a report can be grouped by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Dimension {
    /// Handoff reason.
    Reason,
    /// Qualification tier.
    Tier,
    /// SLA.
    Sla,
    /// Rep.
    Rep,
    /// Team.
    Team,
    /// Queue.
    Queue,
    /// Source of the lead.
    Source,
    /// Campaign of the lead.
    Campaign,
}

/// A column of codes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Codes<'a> {
    Wide(&'a [u16]),
    Narrow(&'a [u8]),
}

/// A column and the groupings made of it.
#[derive(Debug)]
pub(super) struct Axis<'a> {
    pub(super) codes: Codes<'a>,
    /// One more than the largest code.
    pub(super) span: usize,
    pub(super) folds: Vec<Fold>,
}

/// One grouping of a column's codes; `None` puts everything into one group.
#[derive(Debug)]
pub(super) struct Fold {
    pub(super) dimension: Option<Dimension>,
    /// The group of every code.
    pub(super) group_of: Vec<usize>,
    pub(super) groups: usize,
}

impl Dimension {
    /// The dimension's name for machines.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Tier => "tier",
            Self::Sla => "sla",
            Self::Rep => "rep",
            Self::Team => "team",
            Self::Queue => "queue",
            Self::Source => "source",
            Self::Campaign => "campaign",
        }
    }

    /// The dimension's name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Reason => "Handoff reason",
            Self::Tier => "Tier",
            Self::Sla => "SLA",
            Self::Rep => "Rep",
            Self::Team => "Team",
            Self::Queue => "Queue",
            Self::Source => "Source",
            Self::Campaign => "Campaign",
        }
    }

    pub(super) fn dictionary(self, facts: &Facts) -> &Dictionary {
        match self {
            Self::Reason => &facts.reasons,
            Self::Tier => &facts.tiers,
            Self::Sla => &facts.slas,
            Self::Rep => &facts.reps,
            Self::Team => &facts.teams,
            Self::Queue => &facts.queues,
            Self::Source => &facts.sources,
            Self::Campaign => &facts.campaigns,
        }
    }
}

impl Codes<'_> {
    /// The code of a row.
    pub(super) fn at(&self, row: usize) -> Option<usize> {
        match self {
            Self::Wide(codes) => codes.get(row).map(|&it| usize::from(it)),
            Self::Narrow(codes) => codes.get(row).map(|&it| usize::from(it)),
        }
    }
}

/// The columns to count for `dimensions`. The reason column is always there: it also carries the total.
pub(super) fn axes<'a>(facts: &'a Facts, dimensions: &[Dimension]) -> Vec<Axis<'a>> {
    let span = facts.reasons.span();
    let mut folds = vec![Fold { dimension: None, group_of: vec![0; span], groups: 1 }];
    if dimensions.contains(&Dimension::Reason) {
        folds.push(plain(&facts.reasons, Dimension::Reason));
    }
    let mut axes = vec![Axis { codes: Codes::Wide(&facts.reason), span, folds }];
    if dimensions.contains(&Dimension::Queue) {
        let folds = vec![plain(&facts.queues, Dimension::Queue)];
        axes.push(Axis { codes: Codes::Wide(&facts.queue), span: facts.queues.span(), folds });
    }
    for (codes, pairs, first, second) in [
        (Codes::Narrow(&facts.duty), &facts.duties, Dimension::Tier, Dimension::Sla),
        (Codes::Wide(&facts.seat), &facts.seats, Dimension::Rep, Dimension::Team),
        (Codes::Wide(&facts.origin), &facts.origins, Dimension::Source, Dimension::Campaign),
    ] {
        let mut folds = Vec::new();
        if dimensions.contains(&first) {
            folds.push(paired(first.dictionary(facts), pairs, first, |it| it.0));
        }
        if dimensions.contains(&second) {
            folds.push(paired(second.dictionary(facts), pairs, second, |it| it.1));
        }
        if !folds.is_empty() {
            axes.push(Axis { codes, span: pairs.span(), folds });
        }
    }
    axes
}

fn plain(names: &Dictionary, dimension: Dimension) -> Fold {
    let groups = names.span();
    Fold { dimension: Some(dimension), group_of: (0..groups).collect(), groups }
}

fn paired(
    names: &Dictionary,
    pairs: &Pairs,
    dimension: Dimension,
    half: fn((u16, u16)) -> u16,
) -> Fold {
    let codes = (0..=u16::MAX).take(pairs.span());
    let group_of = codes.map(|code| names.group(half(pairs.get(code)))).collect();
    Fold { dimension: Some(dimension), group_of, groups: names.span() }
}
