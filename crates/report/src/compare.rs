//! The difference of two rates, said no louder than the counts allow.
//!
//! Interval: Newcombe's hybrid score interval (R. G. Newcombe, Statistics in Medicine 17, 1998, p. 873, method 10), 95 %.
//! It assumes two independent samples; two policies judged on the same leads need a paired comparison instead.

use crate::number::{Percent, Points, signed_tenths};
use crate::rate::{Interval, Rate};

/// `after - before` in percentage points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The rate compared against.
    pub before: Rate,
    /// The rate compared.
    pub after: Rate,
    /// The difference in points.
    pub points: Points,
    /// Lower end of the 95 % interval.
    pub low: Points,
    /// Upper end of the 95 % interval.
    pub high: Points,
}

/// What may be said of a difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// The whole interval lies above zero.
    Higher,
    /// The whole interval lies below zero.
    Lower,
    /// The interval contains zero.
    NotSignificant,
    /// One of the samples is under the stated minimum.
    TooSmall,
}

impl Difference {
    /// Compares two rates of independent samples; `None` if one of them has no denominator or is no share.
    pub fn of(before: Rate, after: Rate) -> Option<Self> {
        let (p, q) = (after.share()?, before.share()?);
        let (a, b): (Interval, Interval) = (after.interval()?, before.interval()?);
        let low = (p - q) - ((p - a.low).powi(2) + (b.high - q).powi(2)).sqrt();
        let high = (p - q) + ((a.high - p).powi(2) + (q - b.low).powi(2)).sqrt();
        let points = |share: f64| Points(share * 100.0);
        Some(Self { before, after, points: points(p - q), low: points(low), high: points(high) })
    }

    /// The relative change in percent; `None` when the earlier rate is zero.
    pub fn relative(&self) -> Option<Percent> {
        let before = self.before.share().filter(|&it| it > 0.0)?;
        Some(Percent((self.after.share()? / before - 1.0) * 100.0))
    }

    /// What may be said, given that a sample counts from `minimum` cases on.
    pub fn finding(&self, minimum: u64) -> Finding {
        if self.before.denominator < minimum || self.after.denominator < minimum {
            Finding::TooSmall
        } else if self.low.0 > 0.0 {
            Finding::Higher
        } else if self.high.0 < 0.0 {
            Finding::Lower
        } else {
            Finding::NotSignificant
        }
    }

    /// One sentence part: `+7.0 points (4.1 to 9.8)`, `no significant difference: ...`, or `n too small: ...`.
    pub fn statement(&self, minimum: u64) -> String {
        let (low, high) = (signed_tenths(self.low.0), signed_tenths(self.high.0));
        let figure = format!("{} ({low} to {high})", self.points);
        match self.finding(minimum) {
            Finding::Higher | Finding::Lower => figure,
            Finding::NotSignificant => format!("no significant difference: {figure}"),
            Finding::TooSmall => {
                format!("n too small: {} against {}", self.after.fraction(), self.before.fraction())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_matches_newcombes_worked_example() {
        // Newcombe 1998, table II, row 56/70 - 48/80: 0.2000 (0.0524, 0.3339).
        let it = Difference::of(Rate::new(48, 80, 0), Rate::new(56, 70, 0)).unwrap();
        assert!((it.points.0 - 20.0).abs() < 1e-9);
        assert!((it.low.0 - 5.24).abs() < 0.005 && (it.high.0 - 33.39).abs() < 0.005, "{it:?}");
        assert_eq!(it.statement(20), "+20.0 points (+5.2 to +33.4)");
    }

    #[test]
    fn an_interval_over_zero_is_no_significant_difference() {
        let it = Difference::of(Rate::new(50, 100, 0), Rate::new(53, 100, 0)).unwrap();
        assert_eq!(it.finding(20), Finding::NotSignificant);
        assert!(it.statement(20).starts_with("no significant difference: +3.0 points ("));
    }

    #[test]
    fn a_small_sample_is_named_before_any_figure() {
        let it = Difference::of(Rate::new(1, 10, 0), Rate::new(90, 100, 0)).unwrap();
        assert_eq!(it.statement(20), "n too small: 90/100 against 1/10");
    }

    #[test]
    fn points_and_percent_of_the_attribution_goal_differ() {
        // FEATURES (a2) X10: from 1.6 % to 95 % is +93.4 points and +5,837.5 %.
        let it = Difference::of(Rate::new(16, 1000, 0), Rate::new(950, 1000, 0)).unwrap();
        assert_eq!(it.points.to_string(), "+93.4 points");
        assert_eq!(it.relative().unwrap().to_string(), "+5,837.5 %");
        assert_eq!(
            Difference::of(Rate::new(0, 9, 0), Rate::new(1, 9, 0)).unwrap().relative(),
            None
        );
    }

    #[test]
    fn rates_without_cases_cannot_be_compared() {
        assert_eq!(Difference::of(Rate::new(0, 0, 5), Rate::new(1, 9, 0)), None);
    }
}
