//! Exact quantiles of durations, with a distribution-free interval for the median.
//!
//! A quantile is an observed value: the smallest one that at least the share `q` of all values does not exceed (nearest
//! rank). The interval of the median is a pair of order statistics (W. J. Conover, Practical Nonparametric Statistics,
//! 3.2): it holds for every distribution, because the number of values below the median is binomial with p = 1/2.

use crate::rate::Z_95;

/// Up to this many values the ranks of the interval come from the exact binomial sum, above it from its normal limit.
const EXACT_LIMIT: u64 = 1000;

/// Median, p90 and mean of a set of durations in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spread {
    /// How many values there are.
    pub n: u64,
    /// The sum of all values in seconds; divided by `n` it is the mean.
    pub sum: u64,
    /// The median in seconds.
    pub median: u32,
    /// The 95 % interval of the median in seconds; `None` below 6 values, where none exists.
    pub median_interval: Option<(u32, u32)>,
    /// The 90th percentile in seconds.
    pub p90: u32,
}

/// The ranks, from 1, of the values that a [`Spread`] is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ranks {
    /// Rank of the median.
    pub median: u64,
    /// Ranks of the ends of its interval.
    pub interval: Option<(u64, u64)>,
    /// Rank of the 90th percentile.
    pub p90: u64,
}

impl Ranks {
    /// The ranks for `n` values; `None` for none.
    pub fn of(n: u64) -> Option<Self> {
        if n == 0 {
            return None;
        }
        let p90 = u64::try_from((u128::from(n) * 9).div_ceil(10)).unwrap_or(n);
        Some(Self { median: n.div_ceil(2), interval: median_interval_ranks(n), p90 })
    }
}

impl Spread {
    /// The spread of `values`, which are reordered; `None` without values.
    pub fn of(values: &mut [u32]) -> Option<Self> {
        let n = values.len() as u64;
        let ranks = Ranks::of(n)?;
        let sum = values.iter().map(|&it| u64::from(it)).sum();
        let median_interval = match ranks.interval {
            Some((low, high)) => Some((nth(values, low)?, nth(values, high)?)),
            None => None,
        };
        let median = nth(values, ranks.median)?;
        Some(Self { n, sum, median, median_interval, p90: nth(values, ranks.p90)? })
    }

    /// The mean in seconds, rounded half up.
    pub fn mean(&self) -> u64 {
        (self.sum + self.n / 2).checked_div(self.n).unwrap_or(0)
    }
}

/// The value of rank `rank` (from 1) among `values`, which are reordered.
pub(crate) fn nth(values: &mut [u32], rank: u64) -> Option<u32> {
    let at = usize::try_from(rank).ok()?.checked_sub(1)?;
    if at >= values.len() {
        return None;
    }
    Some(*values.select_nth_unstable(at).1)
}

/// The ranks `(l, n + 1 - l)` with the largest `l` for which at most 2.5 % of the binomial(n, 1/2) lies below `l`.
fn median_interval_ranks(n: u64) -> Option<(u64, u64)> {
    let low = if n <= EXACT_LIMIT { exact_low_rank(n) } else { normal_low_rank(n) };
    (low >= 1).then(|| (low, n + 1 - low))
}

fn exact_low_rank(n: u64) -> u64 {
    let mut probability = 0.5_f64.powi(i32::try_from(n).unwrap_or(i32::MAX));
    let mut below = 0.0;
    for rank in 0..n {
        below += probability;
        if below > 0.025 {
            return rank;
        }
        probability *= (n - rank) as f64 / (rank + 1) as f64;
    }
    0
}

fn normal_low_rank(n: u64) -> u64 {
    let n = n as f64;
    ((n - Z_95 * n.sqrt()) / 2.0).floor().max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interval_ranks_match_the_published_table() {
        // Conover / Dixon and Massey, table of ranks for the 95 % interval of the median.
        let table = [
            (5, None),
            (6, Some((1, 6))),
            (9, Some((2, 8))),
            (20, Some((6, 15))),
            (50, Some((18, 33))),
        ];
        for (n, ranks) in table {
            assert_eq!(median_interval_ranks(n), ranks, "n = {n}");
        }
    }

    #[test]
    fn the_normal_limit_meets_the_exact_ranks_where_they_change_over() {
        let (exact, limit) = (exact_low_rank(EXACT_LIMIT), normal_low_rank(EXACT_LIMIT));
        assert!(exact.abs_diff(limit) <= 1, "{exact} {limit}");
    }

    #[test]
    fn quantiles_are_observed_values_of_nearest_rank() {
        let mut ten: Vec<u32> = (1..=10).rev().collect();
        let spread = Spread::of(&mut ten).unwrap();
        assert_eq!((spread.median, spread.p90, spread.n, spread.mean()), (5, 9, 10, 6));
        assert_eq!(spread.median_interval, Some((2, 9)));
        let mut one = [7];
        let spread = Spread::of(&mut one).unwrap();
        assert_eq!((spread.median, spread.p90, spread.median_interval), (7, 7, None));
        assert_eq!(Spread::of(&mut []), None);
    }
}
