//! Rates: a numerator, a denominator and what was left out. A rounded rate is never kept.
//!
//! Interval: Wilson's score interval (E. B. Wilson, JASA 22, 1927, p. 209), 95 %, two-sided.

use crate::number::{half_up_tenths, thousands};

/// The two-sided 95 % quantile of the normal distribution.
pub const Z_95: f64 = 1.959_963_984_540_054;

/// Below this denominator a rate is shown as "n too small", unless the caller states another minimum.
pub const DEFAULT_MINIMUM: u64 = 20;

/// A share: how many of how many, and how many cases had no answer and are in neither number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rate {
    /// The cases that count.
    pub numerator: u64,
    /// The cases that could have counted.
    pub denominator: u64,
    /// The cases left out because they have no answer (yet): silence, a clock still running, an open deal.
    pub excluded: u64,
}

/// A confidence interval as shares between 0 and 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Interval {
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

impl Rate {
    /// `numerator` of `denominator`, with `excluded` cases beside them.
    pub const fn new(numerator: u64, denominator: u64, excluded: u64) -> Self {
        Self { numerator, denominator, excluded }
    }

    /// The exact quotient; `None` when nothing could have counted.
    pub fn share(self) -> Option<f64> {
        (self.denominator > 0).then(|| self.numerator as f64 / self.denominator as f64)
    }

    /// Wilson's 95 % interval; `None` for an empty denominator and for a ratio of two different populations in which the
    /// numerator is the larger.
    pub fn interval(self) -> Option<Interval> {
        if self.numerator > self.denominator {
            return None;
        }
        let share = self.share()?;
        let n = self.denominator as f64;
        let z2 = Z_95 * Z_95;
        let middle = share + z2 / (2.0 * n);
        let half = Z_95 * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        let scale = 1.0 + z2 / n;
        // At the ends the formula gives 0 and 1 exactly; floating point may miss them by one bit.
        let low = if self.numerator == 0 { 0.0 } else { (middle - half) / scale };
        let high = if self.numerator == self.denominator { 1.0 } else { (middle + half) / scale };
        Some(Interval { low: low.clamp(0.0, share), high: high.clamp(share, 1.0) })
    }

    /// The rate in tenths of a percent, half rounded up, by integer arithmetic: 1,677 of 2,054 is 816.
    pub fn tenths_of_percent(self) -> Option<u64> {
        let denominator = u128::from(self.denominator);
        if denominator == 0 {
            return None;
        }
        let tenths = (u128::from(self.numerator) * 2000 + denominator) / (denominator * 2);
        u64::try_from(tenths).ok()
    }

    /// `81.6 %`, or `n too small` under `minimum`.
    pub fn percent(self, minimum: u64) -> String {
        match self.tenths_of_percent() {
            Some(tenths) if self.denominator >= minimum => {
                format!("{}.{} %", thousands(tenths / 10), tenths % 10)
            }
            Some(_) => "n too small".into(),
            None => "-".into(),
        }
    }

    /// `81.6 % (79.9-83.3)`, or `n too small` under `minimum`.
    pub fn percent_with_interval(self, minimum: u64) -> String {
        let percent = self.percent(minimum);
        match self.interval() {
            Some(Interval { low, high }) if self.denominator >= minimum => {
                format!(
                    "{percent} ({}-{})",
                    half_up_tenths(low * 100.0),
                    half_up_tenths(high * 100.0)
                )
            }
            Some(_) | None => percent,
        }
    }

    /// `1,677/2,054`.
    pub fn fraction(self) -> String {
        format!("{}/{}", thousands(self.numerator), thousands(self.denominator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reference_month_is_rounded_half_up_from_its_counts() {
        let shown = |n, d| Rate::new(n, d, 0).percent(DEFAULT_MINIMUM);
        assert_eq!(shown(1677, 2054), "81.6 %");
        assert_eq!(shown(609, 693), "87.9 %");
        assert_eq!(shown(156, 164), "95.1 %");
        assert_eq!(shown(456, 1177), "38.7 %");
        assert_eq!(shown(721, 1177), "61.3 %");
        assert_eq!(shown(536, 1160), "46.2 %");
        assert_eq!(shown(5, 320), "1.6 %");
        assert_eq!(shown(1, 2000), "0.1 %"); // 0.05 % exactly: half goes up.
    }

    #[test]
    fn wilson_interval_matches_published_values() {
        // FEATURES (a2) X1 and X4; the third is Newcombe's (1998) worked example 15/148.
        let shown = |n, d| Rate::new(n, d, 0).percent_with_interval(1);
        assert_eq!(shown(1677, 2054), "81.6 % (79.9-83.3)");
        assert_eq!(shown(156, 164), "95.1 % (90.7-97.5)");
        let Interval { low, high } = Rate::new(15, 148, 0).interval().unwrap();
        assert!((low - 0.0624).abs() < 5e-5 && (high - 0.1605).abs() < 5e-5, "{low} {high}");
    }

    #[test]
    fn the_ends_of_the_scale_stay_inside_it() {
        let none = Rate::new(0, 10, 0).interval().unwrap();
        assert_eq!(none.low, 0.0);
        assert!((none.high - 0.2775).abs() < 5e-5);
        let all = Rate::new(10, 10, 0).interval().unwrap();
        assert_eq!(all.high, 1.0);
        assert!((all.low - 0.7225).abs() < 5e-5);
    }

    #[test]
    fn small_and_empty_samples_say_so() {
        assert_eq!(Rate::new(3, 7, 0).percent_with_interval(20), "n too small");
        assert_eq!(Rate::new(0, 0, 4).percent_with_interval(20), "-");
        assert_eq!(Rate::new(0, 0, 4).interval(), None);
    }

    #[test]
    fn a_ratio_above_one_has_no_interval() {
        let more = Rate::new(30, 20, 0);
        assert_eq!(more.interval(), None);
        assert_eq!(more.percent_with_interval(20), "150.0 %");
    }

    #[test]
    fn the_largest_counts_do_not_overflow() {
        assert_eq!(Rate::new(u64::MAX, u64::MAX, 0).tenths_of_percent(), Some(1000));
    }
}
