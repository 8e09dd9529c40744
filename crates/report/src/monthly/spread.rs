//! The second pass: exact medians and percentiles per group, from the few durations next to the wanted ranks.

use super::Span;
use super::axis::{Axis, Codes, Fold};
use super::buckets::{BUCKETS, Histogram};
use super::scan::{Cell, Mark, each_chunk};
use crate::facts::Facts;
use crate::quantile::{Ranks, Spread, nth};

/// The durations of one group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spreads {
    pub(super) speed: Option<Spread>,
    pub(super) attempt: Option<Spread>,
    pub(super) age: Option<Spread>,
}

/// The spreads of every group of every fold of every axis.
pub(super) fn spreads(
    facts: &Facts,
    span: Span,
    axes: &[Axis<'_>],
    cells: &[Vec<Cell>],
) -> Vec<Vec<Vec<Spreads>>> {
    let mut plans: Vec<Plan> =
        axes.iter().zip(cells).map(|(axis, cells)| Plan::of(axis, cells)).collect();
    each_chunk(facts, span, |range, marks| {
        for (axis, plan) in axes.iter().zip(&mut plans) {
            match axis.codes {
                Codes::Wide(codes) => collect(codes.get(range.clone()), marks, axis, plan),
                Codes::Narrow(codes) => collect(codes.get(range.clone()), marks, axis, plan),
            }
        }
    });
    plans.into_iter().map(Plan::spreads).collect()
}

/// What is wanted of one column.
struct Plan {
    speed: Search,
    attempt: Search,
    age: Search,
}

/// What is wanted of one column for one kind of duration.
struct Search {
    /// For every code and class, the folds (as bits) that want durations of that class.
    masks: Vec<[u8; BUCKETS]>,
    /// For every fold.
    wanted: Vec<Wanted>,
}

impl Plan {
    fn of(axis: &Axis<'_>, cells: &[Cell]) -> Self {
        Self {
            speed: Search::of(axis, cells.iter().map(|it| &it.speed)),
            attempt: Search::of(axis, cells.iter().map(|it| &it.attempt)),
            age: Search::of(axis, cells.iter().map(|it| &it.age)),
        }
    }

    fn spreads(self) -> Vec<Vec<Spreads>> {
        let (speeds, attempts, ages) =
            (self.speed.spreads(), self.attempt.spreads(), self.age.spreads());
        let folds = speeds.into_iter().zip(attempts.into_iter().zip(ages));
        folds
            .map(|(speeds, (attempts, ages))| {
                let groups = speeds.into_iter().zip(attempts.into_iter().zip(ages));
                groups.map(|(speed, (attempt, age))| Spreads { speed, attempt, age }).collect()
            })
            .collect()
    }
}

impl Search {
    fn of<'a>(axis: &Axis<'_>, cells: impl Iterator<Item = &'a Histogram> + Clone) -> Self {
        let wanted: Vec<Wanted> =
            axis.folds.iter().map(|fold| Wanted::of(fold, cells.clone())).collect();
        let mut masks = vec![[0; BUCKETS]; axis.span];
        for (bit, (fold, wanted)) in axis.folds.iter().zip(&wanted).enumerate() {
            for (mask, &group) in masks.iter_mut().zip(&fold.group_of) {
                let Some(places) = wanted.places.get(group) else { continue };
                for (mask, &place) in mask.iter_mut().zip(places) {
                    *mask |= u8::from(place != 0) << bit;
                }
            }
        }
        Self { masks, wanted }
    }

    fn offer(&mut self, axis: &Axis<'_>, code: usize, class: u16, value: u32) {
        let class = usize::from(class);
        let mask = self.masks.get(code).and_then(|it| it.get(class)).copied().unwrap_or(0);
        if mask == 0 {
            return;
        }
        for (bit, (fold, wanted)) in axis.folds.iter().zip(&mut self.wanted).enumerate() {
            if mask >> bit & 1 != 0
                && let Some(&group) = fold.group_of.get(code)
            {
                wanted.keep(group, class, value);
            }
        }
    }

    fn spreads(self) -> Vec<Vec<Option<Spread>>> {
        self.wanted.into_iter().map(Wanted::spreads).collect()
    }
}

fn collect<C: Copy + Into<usize>>(
    codes: Option<&[C]>,
    marks: &[Mark],
    axis: &Axis<'_>,
    plan: &mut Plan,
) {
    let Some(codes) = codes else { return };
    for mark in marks {
        let Some(code) = codes.get(usize::from(mark.at)).map(|&it| it.into()) else { continue };
        plan.speed.offer(axis, code, mark.speed_bucket, mark.speed);
        plan.attempt.offer(axis, code, mark.attempt_bucket, mark.attempt);
        plan.age.offer(axis, code, mark.age_bucket, mark.age);
    }
}

/// What is wanted of one fold, and the durations collected for it.
struct Wanted {
    groups: Vec<Histogram>,
    /// For every group and class, one more than the place of its durations in `collected`; 0 if not wanted.
    places: Vec<[u32; BUCKETS]>,
    collected: Vec<Vec<u32>>,
}

impl Wanted {
    fn of<'a>(fold: &Fold, cells: impl Iterator<Item = &'a Histogram>) -> Self {
        let mut groups = vec![Histogram::default(); fold.groups];
        for (&group, cell) in fold.group_of.iter().zip(cells) {
            if let Some(sum) = groups.get_mut(group) {
                sum.merge(cell);
            }
        }
        let mut places = vec![[0; BUCKETS]; fold.groups];
        let mut collected = Vec::new();
        for (histogram, places) in groups.iter().zip(&mut places) {
            let Some(ranks) = Ranks::of(histogram.total()) else { continue };
            let interval = ranks.interval.unwrap_or((ranks.median, ranks.median));
            for rank in [ranks.median, ranks.p90, interval.0, interval.1] {
                let Some((bucket, _)) = histogram.locate(rank) else { continue };
                let size = histogram.counts.get(bucket).copied().unwrap_or(0);
                if let Some(place) = places.get_mut(bucket).filter(|it| **it == 0) {
                    collected.push(Vec::with_capacity(size as usize));
                    *place = u32::try_from(collected.len()).unwrap_or(0);
                }
            }
        }
        Self { groups, places, collected }
    }

    fn keep(&mut self, group: usize, class: usize, value: u32) {
        if let Some(values) = self.place(group, class) {
            values.push(value);
        }
    }

    fn place(&mut self, group: usize, class: usize) -> Option<&mut Vec<u32>> {
        let place = self.places.get(group)?.get(class)?.checked_sub(1)?;
        self.collected.get_mut(place as usize)
    }

    fn spreads(mut self) -> Vec<Option<Spread>> {
        let groups = std::mem::take(&mut self.groups);
        groups.iter().enumerate().map(|(at, it)| self.spread(at, it)).collect()
    }

    fn spread(&mut self, group: usize, histogram: &Histogram) -> Option<Spread> {
        let n = histogram.total();
        let ranks = Ranks::of(n)?;
        let mut value = |rank: u64| {
            let (class, below) = histogram.locate(rank)?;
            nth(self.place(group, class)?, rank - below)
        };
        let median_interval = match ranks.interval {
            Some((low, high)) => Some((value(low)?, value(high)?)),
            None => None,
        };
        let (median, p90) = (value(ranks.median)?, value(ranks.p90)?);
        Some(Spread { n, sum: histogram.sum, median, median_interval, p90 })
    }
}
