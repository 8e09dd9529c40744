//! The second pass: exact medians and percentiles per group, from the few durations next to the wanted ranks.

use super::Span;
use super::axis::{Axis, Codes, Fold};
use super::buckets::{BUCKETS, Histogram, NO_BUCKET, bucket};
use super::scan::{Cell, speed};
use crate::facts::Facts;
use crate::quantile::{Ranks, Spread, nth};

/// The durations of one group.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spreads {
    pub(super) speed: Option<Spread>,
    pub(super) attempt: Option<Spread>,
    pub(super) age: Option<Spread>,
}

/// The spreads of every group of every fold of `axis`.
pub(super) fn spreads(
    facts: &Facts,
    span: Span,
    axis: &Axis<'_>,
    cells: &[Cell],
) -> Vec<Vec<Spreads>> {
    let touched = facts.flags.iter().zip(&facts.touch).map(|(&word, &touch)| speed(word, touch));
    let speeds = measure(facts, span, axis, cells.iter().map(|it| &it.speed), touched);
    let attempts = measure(
        facts,
        span,
        axis,
        cells.iter().map(|it| &it.attempt),
        facts.attempt.iter().copied(),
    );
    let ages =
        measure(facts, span, axis, cells.iter().map(|it| &it.age), facts.age.iter().copied());
    speeds
        .into_iter()
        .zip(attempts.into_iter().zip(ages))
        .map(|(speeds, (attempts, ages))| {
            let parts = speeds.into_iter().zip(attempts.into_iter().zip(ages));
            parts.map(|(speed, (attempt, age))| Spreads { speed, attempt, age }).collect()
        })
        .collect()
}

/// What is wanted of one fold, and the durations collected for it.
struct Wanted {
    groups: Vec<Histogram>,
    /// For every group and class, one more than the place of its durations in `collected`; 0 if not wanted.
    places: Vec<[u32; BUCKETS]>,
    collected: Vec<Vec<u32>>,
}

fn measure<'a>(
    facts: &Facts,
    span: Span,
    axis: &Axis<'_>,
    cells: impl Iterator<Item = &'a Histogram> + Clone,
    values: impl Iterator<Item = u32>,
) -> Vec<Vec<Option<Spread>>> {
    let mut wanted: Vec<Wanted> =
        axis.folds.iter().map(|fold| Wanted::of(fold, cells.clone())).collect();
    let masks = masks(axis, &wanted);
    let rows = facts.created.iter().zip(values);
    match axis.codes {
        Codes::Wide(codes) => collect(rows.zip(codes), span, axis, &masks, &mut wanted),
        Codes::Narrow(codes) => collect(rows.zip(codes), span, axis, &masks, &mut wanted),
    }
    wanted.into_iter().map(Wanted::spreads).collect()
}

/// For every code and class, the folds (as bits) that want durations of that class.
fn masks(axis: &Axis<'_>, wanted: &[Wanted]) -> Vec<[u8; BUCKETS]> {
    let mut masks = vec![[0; BUCKETS]; axis.span];
    for (bit, (fold, wanted)) in axis.folds.iter().zip(wanted).enumerate() {
        for (mask, &group) in masks.iter_mut().zip(&fold.group_of) {
            let Some(places) = wanted.places.get(group) else { continue };
            for (mask, &place) in mask.iter_mut().zip(places) {
                *mask |= u8::from(place != 0) << bit;
            }
        }
    }
    masks
}

fn collect<'a, C: Copy + Into<usize> + 'a>(
    rows: impl Iterator<Item = ((&'a u32, u32), &'a C)>,
    span: Span,
    axis: &Axis<'_>,
    masks: &[[u8; BUCKETS]],
    wanted: &mut [Wanted],
) {
    for ((&created, value), &code) in rows {
        let class = bucket(value);
        if class == NO_BUCKET || !span.holds(created) {
            continue;
        }
        let code: usize = code.into();
        let class = usize::from(class);
        let mask = masks.get(code).and_then(|it| it.get(class)).copied().unwrap_or(0);
        if mask == 0 {
            continue;
        }
        for (bit, (fold, wanted)) in axis.folds.iter().zip(&mut *wanted).enumerate() {
            if mask >> bit & 1 != 0
                && let Some(&group) = fold.group_of.get(code)
            {
                wanted.keep(group, class, value);
            }
        }
    }
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
