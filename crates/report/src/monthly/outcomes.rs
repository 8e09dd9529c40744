//! Outcomes per group: values, conversion within the horizon, time to close, and the same-window counts.

use super::Span;
use super::axis::Axis;
use super::closed_loop::Mapping;
use crate::facts::{Facts, NO_ROW, NONE, OutcomeKind, Progress};
use crate::quantile::Spread;
use crate::tally::{Dated, Tally};

/// The outcomes of one group.
#[derive(Clone, Debug, Default)]
pub(super) struct Ends {
    dated: Dated,
    pipeline: i64,
    revenue: i64,
    won_without_value: u64,
    mature_opportunities: u64,
    close: Vec<u32>,
}

impl Ends {
    /// Puts these numbers into the tally of the same group.
    pub(super) fn enter(mut self, tally: &mut Tally) {
        tally.dated = self.dated;
        tally.reached.pipeline = self.pipeline;
        tally.reached.revenue = self.revenue;
        tally.reached.won_without_value = self.won_without_value;
        tally.mature.opportunities = self.mature_opportunities;
        tally.close = Spread::of(&mut self.close);
    }
}

/// The outcomes of every group of every fold of `axis`. An outcome without a handoff belongs to the unknown group.
pub(super) fn outcomes(
    facts: &Facts,
    span: Span,
    axis: &Axis<'_>,
    mapping: &Mapping,
) -> Vec<Vec<Ends>> {
    let mut ends: Vec<Vec<Ends>> =
        axis.folds.iter().map(|it| vec![Ends::default(); it.groups]).collect();
    let mut visit = |row: u32, enter: &dyn Fn(&mut Ends)| {
        let code = axis.codes.at(row as usize).unwrap_or(0);
        for (fold, ends) in axis.folds.iter().zip(&mut ends) {
            let group = fold.group_of.get(code).and_then(|&group| ends.get_mut(group));
            if let Some(group) = group {
                enter(group);
            }
        }
    };
    for outcome in facts.outcomes.iter() {
        let created = facts.created.get(outcome.row as usize);
        let in_cohort = created.is_some_and(|&it| span.holds(it));
        let is_dated = span.holds(outcome.at);
        if in_cohort || is_dated {
            let repaired = mapping.source_of_row(facts, outcome.row).is_some();
            visit(outcome.row, &|ends| {
                if is_dated {
                    enter_dated(&mut ends.dated, &outcome, repaired);
                }
                if in_cohort {
                    enter_cohort(ends, &outcome);
                }
            });
        }
    }
    for (&row, progress) in &facts.progress {
        if let Some(&created) = facts.created.get(row as usize).filter(|it| span.holds(**it)) {
            visit(row, &|ends| enter_progress(ends, created, progress, span));
        }
    }
    ends
}

/// One outcome, read from its columns.
#[derive(Clone, Copy, Debug)]
pub(crate) struct OutcomeEntry {
    pub(crate) row: u32,
    pub(crate) kind: OutcomeKind,
    pub(crate) at: u32,
    pub(crate) value: Option<i64>,
    pub(crate) lead_source: u16,
}

impl crate::facts::Outcomes {
    /// All outcomes in the order in which they were attached.
    pub(crate) fn iter(&self) -> impl Iterator<Item = OutcomeEntry> {
        let rows = self.row.iter().zip(&self.kind).zip(self.at.iter().zip(&self.value));
        rows.zip(&self.lead_source).map(|(((&row, &kind), (&at, &value)), &lead_source)| {
            OutcomeEntry { row, kind, at, value, lead_source }
        })
    }
}

fn enter_dated(dated: &mut Dated, outcome: &OutcomeEntry, repairable: bool) {
    match outcome.kind {
        OutcomeKind::Meeting => {}
        OutcomeKind::Opportunity => {
            dated.opportunities += 1;
            if outcome.lead_source != 0 {
                dated.sourced += 1;
            } else if repairable && outcome.row != NO_ROW {
                dated.repairable += 1;
            }
        }
        OutcomeKind::Won => {
            dated.won += 1;
            dated.revenue = dated.revenue.saturating_add(outcome.value.unwrap_or(0));
        }
        OutcomeKind::Lost => dated.lost += 1,
    }
}

fn enter_cohort(ends: &mut Ends, outcome: &OutcomeEntry) {
    match outcome.kind {
        OutcomeKind::Meeting | OutcomeKind::Lost => {}
        OutcomeKind::Opportunity => {
            ends.pipeline = ends.pipeline.saturating_add(outcome.value.unwrap_or(0));
        }
        OutcomeKind::Won => match outcome.value {
            Some(value) => ends.revenue = ends.revenue.saturating_add(value),
            None => ends.won_without_value += 1,
        },
    }
}

fn enter_progress(ends: &mut Ends, created: u32, progress: &Progress, span: Span) {
    let within = progress.opportunity.saturating_sub(created) <= span.horizon;
    if span.is_mature(created) && within {
        ends.mature_opportunities += 1;
    }
    if progress.won != NONE && progress.won >= created {
        ends.close.push(progress.won - created);
    }
}
