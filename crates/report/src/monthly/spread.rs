//! The second pass: exact medians and percentiles per group, from the few durations next to the wanted ranks.

use super::Span;
use super::axis::{Axis, Codes, Fold};
use super::buckets::{BUCKETS, Histogram, bucket};
use super::scan::{CHUNK, Cell, speed};
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
    let of = |pick: fn(&Cell) -> &Histogram| {
        let searches = axes.iter().zip(cells).map(|(axis, cells)| Search::of(axis, cells, pick));
        searches.collect::<Vec<Search>>()
    };
    let touched = facts.flags.iter().zip(&facts.touch).map(|(&word, &touch)| speed(word, touch));
    let speeds = measure(facts, span, axes, touched, of(|it| &it.speed));
    let attempts = measure(facts, span, axes, facts.attempt.iter().copied(), of(|it| &it.attempt));
    let ages = measure(facts, span, axes, facts.age.iter().copied(), of(|it| &it.age));
    let joined = speeds.into_iter().zip(attempts.into_iter().zip(ages));
    joined.map(|(speeds, (attempts, ages))| join(speeds, attempts, ages)).collect()
}

/// A spread for every group of every fold of one column.
type Found = Vec<Vec<Option<Spread>>>;

fn join(speeds: Found, attempts: Found, ages: Found) -> Vec<Vec<Spreads>> {
    let folds = speeds.into_iter().zip(attempts.into_iter().zip(ages));
    folds
        .map(|(speeds, (attempts, ages))| {
            let groups = speeds.into_iter().zip(attempts.into_iter().zip(ages));
            groups.map(|(speed, (attempt, age))| Spreads { speed, attempt, age }).collect()
        })
        .collect()
}

/// Collects what `searches` want (one search a column) of the durations `values` (one a row).
fn measure(
    facts: &Facts,
    span: Span,
    axes: &[Axis<'_>],
    mut values: impl Iterator<Item = u32>,
    mut searches: Vec<Search>,
) -> Vec<Found> {
    let mut is_wanted = [false; BUCKETS];
    for mask in searches.iter().flat_map(|it| &it.masks) {
        for (is_wanted, &mask) in is_wanted.iter_mut().zip(mask) {
            *is_wanted |= mask != 0;
        }
    }
    let mut hits = Vec::with_capacity(CHUNK);
    for (chunk, created) in facts.created.chunks(CHUNK).enumerate() {
        hits.clear();
        for ((at, &created), value) in (0_u16..).zip(created).zip(&mut values) {
            if !span.holds(created) {
                continue;
            }
            let class = bucket(value);
            if is_wanted.get(usize::from(class)) == Some(&true) {
                hits.push(Hit { at, class, value });
            }
        }
        let range = chunk * CHUNK..chunk * CHUNK + created.len();
        for (axis, search) in axes.iter().zip(&mut searches) {
            match axis.codes {
                Codes::Wide(codes) => collect(codes.get(range.clone()), &hits, axis, search),
                Codes::Narrow(codes) => collect(codes.get(range.clone()), &hits, axis, search),
            }
        }
    }
    searches.into_iter().map(Search::spreads).collect()
}

/// A duration of a class that at least one group wants.
struct Hit {
    at: u16,
    class: u16,
    value: u32,
}

/// What is wanted of one column for one kind of duration.
struct Search {
    /// For every code and class, the folds (as bits) that want durations of that class.
    masks: Vec<[u8; BUCKETS]>,
    /// For every fold.
    wanted: Vec<Wanted>,
}

impl Search {
    fn of(axis: &Axis<'_>, cells: &[Cell], pick: fn(&Cell) -> &Histogram) -> Self {
        let wanted: Vec<Wanted> =
            axis.folds.iter().map(|fold| Wanted::of(fold, cells.iter().map(pick))).collect();
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
    hits: &[Hit],
    axis: &Axis<'_>,
    search: &mut Search,
) {
    let Some(codes) = codes else { return };
    for hit in hits {
        if let Some(&code) = codes.get(usize::from(hit.at)) {
            search.offer(axis, code.into(), hit.class, hit.value);
        }
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
