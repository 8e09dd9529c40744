//! Coarse classes of durations: exact up to 15 seconds, then sixteen classes an octave.
//!
//! A wanted rank lies in one class; only the values of that class need to be looked at to find it exactly.

use crate::facts::NEGATIVE;

/// How many classes there are.
pub(super) const BUCKETS: usize = 464;

/// The class of "no duration": one beyond the last.
pub(super) const NO_BUCKET: u16 = BUCKETS as u16;

/// The class of a duration in seconds; [`NO_BUCKET`] for the two marks of a missing or impossible one.
pub(super) fn bucket(seconds: u32) -> u16 {
    // INVARIANT: shift is 0..=27; below 16 it is 0 and the class is the duration itself, from there on the mantissa is
    // 16..=31 and the class 16..464. Without a branch, because durations are in no order a processor could guess.
    let shift = 27 - (seconds | 16).leading_zeros();
    let class = (shift * 16 + (seconds >> shift)) as u16;
    if seconds >= NEGATIVE { NO_BUCKET } else { class }
}

/// How many durations fall into each class, and their sum.
#[derive(Clone, Debug)]
pub(super) struct Histogram {
    pub(super) counts: [u32; BUCKETS],
    pub(super) sum: u64,
}

impl Default for Histogram {
    fn default() -> Self {
        Self { counts: [0; BUCKETS], sum: 0 }
    }
}

impl Histogram {
    /// Counts a duration by its class; a missing one changes nothing.
    pub(super) fn add(&mut self, bucket: u16, seconds: u32) {
        if let Some(count) = self.counts.get_mut(usize::from(bucket)) {
            *count += 1;
            self.sum += u64::from(seconds);
        }
    }

    /// Adds all of `other`.
    pub(super) fn merge(&mut self, other: &Self) {
        for (count, more) in self.counts.iter_mut().zip(&other.counts) {
            *count += more;
        }
        self.sum += other.sum;
    }

    /// How many durations are counted.
    pub(super) fn total(&self) -> u64 {
        self.counts.iter().map(|&it| u64::from(it)).sum()
    }

    /// The class in which rank `rank` (from 1) lies, and how many durations lie in the classes below it.
    pub(super) fn locate(&self, rank: u64) -> Option<(usize, u64)> {
        let mut below = 0;
        for (bucket, &count) in self.counts.iter().enumerate() {
            if rank <= below + u64::from(count) {
                return Some((bucket, below));
            }
            below += u64::from(count);
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_grow_with_the_duration_and_end_at_the_last() {
        let mut values: Vec<u32> = (0..100_000).collect();
        values.extend((0..32).flat_map(|it| [(1_u32 << it) - 1, 1 << it, (1 << it) + 1]));
        values.push(NEGATIVE - 1);
        values.sort_unstable();
        let classes: Vec<u16> = values.iter().map(|&it| bucket(it)).collect();
        assert!(classes.is_sorted());
        assert_eq!(classes.last(), Some(&(NO_BUCKET - 1)));
        assert_eq!((bucket(15), bucket(16), bucket(31), bucket(32)), (15, 16, 31, 32));
        assert_eq!(bucket(NEGATIVE), NO_BUCKET);
    }
}
