//! The first pass: counts every handoff of the period once per column.
//!
//! A handoff's state is three small numbers (verdict and outcomes; clocks; touch and window). Counting them per group
//! costs three additions a handoff; all metrics are unfolded from those counts afterwards.

use std::ops::Range;

use super::Span;
use super::axis::{Axis, Codes, Fold};
use super::buckets::{Histogram, bucket};
use crate::facts::{Facts, flags};
use crate::tally::{Clocks, Mature, Reached, Tally, Verdicts, WindowCount};

/// Rows marked before any column is counted, so that the marks stay in the fastest cache.
pub(super) const CHUNK: usize = 1024;

const RESULTS: usize = 256;
const CLOCKS: usize = 256;
const TOUCHES: usize = 128;

/// The counts of one code.
#[derive(Clone, Debug)]
pub(super) struct Counts {
    /// Bits: verdict 3, outcomes 4, mature 1.
    results: [u32; RESULTS],
    /// Bits: acknowledge 3, dispose 3, open 1, attempted 1.
    clocks: [u32; CLOCKS],
    /// Bits: touch 3, window 3, opportunity 1.
    touches: [u32; TOUCHES],
}

/// The counts and coarse durations of one code.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    counts: Counts,
    pub(super) speed: Histogram,
    pub(super) attempt: Histogram,
    pub(super) age: Histogram,
}

/// What the pass found.
#[derive(Debug)]
pub(super) struct Scan {
    /// For every axis, the cells of its codes.
    pub(super) cells: Vec<Vec<Cell>>,
    /// Rejected handoffs by reject code within reason code.
    pub(super) rejections: Vec<[u32; 256]>,
}

/// A handoff of the period: its place in the chunk, its states and its durations.
#[derive(Clone, Copy)]
struct Mark {
    at: u16,
    results: u8,
    clocks: u8,
    touches: u8,
    speed_bucket: u16,
    attempt_bucket: u16,
    age_bucket: u16,
    speed: u32,
    attempt: u32,
    age: u32,
}

impl Default for Counts {
    fn default() -> Self {
        Self { results: [0; RESULTS], clocks: [0; CLOCKS], touches: [0; TOUCHES] }
    }
}

/// Counts the handoffs of the period for every axis.
pub(super) fn scan(facts: &Facts, span: Span, axes: &[Axis<'_>]) -> Scan {
    let mut cells: Vec<Vec<Cell>> = axes.iter().map(|it| vec![Cell::default(); it.span]).collect();
    let mut rejections = vec![[0; 256]; facts.reasons.span()];
    let mut marks = Vec::with_capacity(CHUNK);
    for start in (0..facts.len()).step_by(CHUNK) {
        let range = start..(start + CHUNK).min(facts.len());
        mark(facts, span, range.clone(), &mut marks);
        for (axis, cells) in axes.iter().zip(&mut cells) {
            match axis.codes {
                Codes::Wide(codes) => count(codes.get(range.clone()), &marks, cells),
                Codes::Narrow(codes) => count(codes.get(range.clone()), &marks, cells),
            }
        }
        count_rejections(facts, start, &marks, &mut rejections);
    }
    Scan { cells, rejections }
}

fn mark(facts: &Facts, span: Span, range: Range<usize>, marks: &mut Vec<Mark>) {
    marks.clear();
    let columns = (
        facts.created.get(range.clone()),
        facts.flags.get(range.clone()),
        facts.acknowledge_due.get(range.clone()),
        facts.touch.get(range.clone()),
        facts.dispose_due.get(range.clone()),
        facts.attempt.get(range.clone()),
        facts.age.get(range),
    );
    let (
        Some(created),
        Some(words),
        Some(ack),
        Some(touch),
        Some(dispose),
        Some(attempt),
        Some(age),
    ) = columns
    else {
        return;
    };
    let rows = created.iter().zip(words).zip(ack.iter().zip(dispose));
    let rows = rows.zip(touch.iter().zip(attempt.iter().zip(age)));
    for (at, (((&created, &word), (&ack, &dispose)), (&touch, (&attempt, &age)))) in
        (0_u16..).zip(rows)
    {
        if !span.holds(created) {
            continue;
        }
        let speed = speed(word, touch);
        let outcomes = word >> flags::OUTCOMES & 0b1111;
        let results = word & 0b111 | outcomes << 3 | u32::from(span.is_mature(created)) << 7;
        let clocks = resolved(word >> flags::ACKNOWLEDGE, ack, span)
            | resolved(word >> flags::DISPOSE, dispose, span) << 3
            | u32::from(word & flags::OPEN != 0) << 6
            | u32::from(word & flags::ATTEMPTED != 0) << 7;
        let touches = resolved(word >> flags::TOUCH, touch, span)
            | (word >> flags::WINDOW & 0b111) << 3
            | u32::from(outcomes & flags::OPPORTUNITY != 0) << 6;
        marks.push(Mark {
            at,
            results: results as u8,
            clocks: clocks as u8,
            touches: touches as u8,
            speed_bucket: bucket(speed),
            attempt_bucket: bucket(attempt),
            age_bucket: bucket(age),
            speed,
            attempt,
            age,
        });
    }
}

/// The touch column where it holds a duration, the mark of a missing one where it holds a deadline.
pub(super) fn speed(word: u32, touch: u32) -> u32 {
    if word & flags::TOUCHED != 0 { touch } else { crate::facts::NONE }
}

/// A clock's three bits; one still running past its deadline counts as missed.
fn resolved(bits: u32, due: u32, span: Span) -> u32 {
    let state = bits & 0b111;
    let running = flags::ClockState::Running as u32;
    if state == running && due < span.as_of { flags::ClockState::Missed as u32 } else { state }
}

fn count<C: Copy + Into<usize>>(codes: Option<&[C]>, marks: &[Mark], cells: &mut [Cell]) {
    let Some(codes) = codes else { return };
    for mark in marks {
        let code = codes.get(usize::from(mark.at)).map(|&it| it.into());
        let Some(cell) = code.and_then(|it: usize| cells.get_mut(it)) else {
            continue;
        };
        bump(&mut cell.counts.results, mark.results);
        bump(&mut cell.counts.clocks, mark.clocks);
        bump(&mut cell.counts.touches, mark.touches);
        cell.speed.add(mark.speed_bucket, mark.speed);
        cell.attempt.add(mark.attempt_bucket, mark.attempt);
        cell.age.add(mark.age_bucket, mark.age);
    }
}

fn bump(counts: &mut [u32], slot: u8) {
    if let Some(count) = counts.get_mut(usize::from(slot)) {
        *count += 1;
    }
}

fn count_rejections(facts: &Facts, start: usize, marks: &[Mark], table: &mut [[u32; 256]]) {
    let rejected = flags::verdict_bits(Some(crate::facts::Disposition::Rejected));
    for mark in marks.iter().filter(|it| u32::from(it.results) & 0b111 == rejected) {
        let row = start + usize::from(mark.at);
        if let (Some(&reason), Some(&reject)) = (facts.reason.get(row), facts.reject.get(row))
            && let Some(counts) = table.get_mut(usize::from(reason))
        {
            bump(counts, reject);
        }
    }
}

/// The counts of every group of a fold.
pub(super) fn folded(axis: &Axis<'_>, fold: &Fold, cells: &[Cell]) -> Vec<Counts> {
    let mut groups = vec![Counts::default(); fold.groups];
    debug_assert_eq!(axis.span, cells.len());
    for (&group, cell) in fold.group_of.iter().zip(cells) {
        let Some(sums) = groups.get_mut(group) else { continue };
        for (sum, more) in [
            (sums.results.as_mut_slice(), cell.counts.results.as_slice()),
            (&mut sums.clocks, &cell.counts.clocks),
            (&mut sums.touches, &cell.counts.touches),
        ] {
            for (sum, more) in sum.iter_mut().zip(more) {
                *sum += more;
            }
        }
    }
    groups
}

/// Everything that follows from the counts alone.
pub(super) fn tally(counts: &Counts) -> Tally {
    let mut tally = Tally::default();
    for (slot, n) in filled(&counts.results) {
        tally.handoffs += n;
        enter_verdict(&mut tally.verdicts, slot & 0b111, n);
        let submitted =
            slot & 0b111 == flags::verdict_bits(Some(crate::facts::Disposition::Submitted));
        enter_outcomes(&mut tally.reached, slot >> 3 & 0b1111, submitted, n);
        if slot >> 7 != 0 {
            tally.mature = Mature { handoffs: tally.mature.handoffs + n, ..tally.mature };
        }
    }
    for (slot, n) in filled(&counts.clocks) {
        enter_clock(&mut tally.acknowledge, slot & 0b111, n);
        enter_clock(&mut tally.dispose, slot >> 3 & 0b111, n);
        tally.open += if slot >> 6 & 1 != 0 { n } else { 0 };
        tally.attempted += if slot >> 7 & 1 != 0 { n } else { 0 };
    }
    for (slot, n) in filled(&counts.touches) {
        enter_clock(&mut tally.touch, slot & 0b111, n);
        let window = slot >> 3 & 0b111;
        tally.touched += if window == crate::facts::Window::Never as u32 { 0 } else { n };
        if let Some(count) = tally.windows.get_mut(window as usize) {
            let opportunities = if slot >> 6 & 1 != 0 { n } else { 0 };
            *count = WindowCount {
                handoffs: count.handoffs + n,
                opportunities: count.opportunities + opportunities,
            };
        }
    }
    tally
}

fn filled(counts: &[u32]) -> impl Iterator<Item = (u32, u64)> {
    (0_u32..).zip(counts).filter(|(_, n)| **n > 0).map(|(slot, &n)| (slot, u64::from(n)))
}

fn enter_verdict(verdicts: &mut Verdicts, bits: u32, n: u64) {
    let place = match bits {
        1 => &mut verdicts.submitted,
        2 => &mut verdicts.rejected,
        3 => &mut verdicts.pursue_account,
        4 => &mut verdicts.bad_use_case,
        5 => &mut verdicts.recycled,
        _ => &mut verdicts.silent,
    };
    *place += n;
}

fn enter_outcomes(reached: &mut Reached, bits: u32, submitted: bool, n: u64) {
    let has = |bit: u32| bits & bit != 0;
    reached.meeting += if has(flags::MEETING) { n } else { 0 };
    reached.opportunity += if has(flags::OPPORTUNITY) { n } else { 0 };
    reached.submitted_opportunity += if has(flags::OPPORTUNITY) && submitted { n } else { 0 };
    reached.won += if has(flags::WON) { n } else { 0 };
    reached.lost += if has(flags::LOST) && !has(flags::WON) { n } else { 0 };
}

fn enter_clock(clocks: &mut Clocks, bits: u32, n: u64) {
    let place = match bits {
        1 => &mut clocks.early,
        2 => &mut clocks.late,
        3 => &mut clocks.missed,
        4 => &mut clocks.running,
        5 => &mut clocks.released,
        _ => &mut clocks.without,
    };
    *place += n;
}
