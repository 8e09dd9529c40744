//! Points: fit, engagement and quiz groups, and the matrix.
//!
//! Integers throughout. Activities of one rule are added up exactly as fractions and rounded
//! once, to the nearest point, halves away from zero. Decay: points halve with each half-life
//! and fall in a straight line between whole half-lives, as `policy::section::ScoreKind` says.

use model::{Seconds, Timestamp};
use policy::section::{ScoreGroup, ScoreKind, ScoreRule};
use policy::{Fact, Sym, SystemField, Truth};

use super::{Work, place, points};
use crate::cond::Tested;
use crate::trace::{Board, Earned, EarnedBy, Step, TraceSink};

/// The most points of a lead.
const SCORE_MAX: i32 = 100;
/// After so many half-lives nothing is left (less than a billionth).
const HALVINGS_MAX: i64 = 31;

/// What the activities of one kind give.
#[derive(Default)]
struct Counted {
    counted: u32,
    too_old: u32,
    undecayed: i32,
    decayed: i32,
}

impl<T: TraceSink> Work<'_, T> {
    /// Adds up score and matrix; returns the score, 0 to 100.
    pub(super) fn score(&mut self) -> u8 {
        let policy = self.policy();
        let sum = self.board(Board::Score, &policy.scoring.groups);
        let score = sum.clamp(0, SCORE_MAX);
        self.tell(|| Step::Total { board: Board::Score, points: score });
        self.set(SystemField::Score, points(score));
        if !policy.scoring.matrix.is_empty() {
            let total = self.board(Board::Matrix, &policy.scoring.matrix);
            self.tell(|| Step::Total { board: Board::Matrix, points: total });
            self.set(SystemField::MatrixTotal, points(total));
        }
        u8::try_from(score).unwrap_or_default()
    }

    fn board(&mut self, board: Board, groups: &[ScoreGroup]) -> i32 {
        let mut total: i32 = 0;
        for (at, group) in groups.iter().enumerate() {
            let mut sum: i32 = 0;
            for (rule_at, rule) in group.rules.iter().enumerate() {
                let earned = self.earned(rule);
                sum = sum.saturating_add(earned.points);
                if T::ON {
                    let (group, rule) = (place(at), place(rule_at));
                    self.trace.add(Step::Points { board, group, rule, earned });
                }
            }
            let held = sum.max(group.floor).min(group.cap);
            self.tell(|| Step::Group { board, group: place(at), sum, points: held });
            self.facts.set(group.field, points(held));
            total = total.saturating_add(held);
        }
        total
    }

    fn earned(&self, rule: &ScoreRule) -> Earned {
        match &rule.kind {
            ScoreKind::When(when) => {
                let tested = if T::ON {
                    self.scene().test(when)
                } else {
                    let truth = self.scene().truth(when);
                    Tested { truth, failed: Vec::new(), missing: Vec::new() }
                };
                let points = if tested.truth == Truth::True { rule.points } else { 0 };
                Earned { points, why: EarnedBy::Condition(tested) }
            }
            ScoreKind::Activity { kind, within, half_life, max } => {
                let counted = self.activities(*kind, *within, *half_life, rule.points);
                let points = match *max {
                    Some(max) if rule.points < 0 => counted.decayed.max(max),
                    Some(max) => counted.decayed.min(max),
                    None => counted.decayed,
                };
                let Counted { counted, too_old, undecayed, decayed } = counted;
                Earned {
                    points,
                    why: EarnedBy::Activities { counted, too_old, undecayed, decayed },
                }
            }
            ScoreKind::Share { of, per } => {
                let of = match self.facts.get(*of) {
                    Fact::Number(number) => Some(*number),
                    _ => None,
                };
                let share = of.map_or(0.0, |it| it.get() * f64::from(rule.points) / per.get());
                // A division by zero or an overflow gives nothing; `as` saturates otherwise.
                let points = if share.is_finite() { share.round() as i32 } else { 0 };
                Earned { points, why: EarnedBy::Share { of } }
            }
        }
    }

    fn activities(
        &self,
        kind: Sym,
        within: Option<Seconds>,
        half_life: Option<Seconds>,
        each: i32,
    ) -> Counted {
        let mut result = Counted::default();
        let mut sum = Decay::new(half_life);
        for activity in self.lead.activities.iter().filter(|it| it.kind == kind) {
            let age = age(activity.at, self.now);
            if within.is_some_and(|it| i64::from(it.get()) * 1_000_000 <= age) {
                result.too_old = result.too_old.saturating_add(1);
                continue;
            }
            result.counted = result.counted.saturating_add(1);
            result.undecayed = result.undecayed.saturating_add(each);
            sum.add(each, age);
        }
        result.decayed = sum.rounded();
        result
    }
}

/// Microseconds since; an activity in the future is new.
fn age(at: Timestamp, now: Timestamp) -> i64 {
    now.micros_since(at).max(0)
}

/// A sum of decayed points over one denominator.
struct Decay {
    /// Microseconds; `None` without decay.
    half_life: Option<i64>,
    numerator: i128,
}

impl Decay {
    fn new(half_life: Option<Seconds>) -> Self {
        let half_life = half_life.map(|it| i64::from(it.get()) * 1_000_000).filter(|it| 0 < *it);
        Self { half_life, numerator: 0 }
    }

    /// At age `q` half-lives and `r` more: `each / 2^q * (1 - r / (2 * half_life))`.
    fn add(&mut self, each: i32, age: i64) {
        let part = match self.half_life {
            None => i128::from(each),
            Some(half_life) => {
                let halvings = age / half_life;
                if HALVINGS_MAX < halvings {
                    return;
                }
                let rest = age % half_life;
                let left = i128::from(2 * half_life - rest) << (HALVINGS_MAX - halvings);
                i128::from(each).saturating_mul(left)
            }
        };
        self.numerator = self.numerator.saturating_add(part);
    }

    fn denominator(&self) -> i128 {
        self.half_life.map_or(1, |it| i128::from(2 * it) << HALVINGS_MAX)
    }

    fn rounded(&self) -> i32 {
        let denominator = self.denominator();
        let doubled = self.numerator.unsigned_abs().saturating_mul(2);
        let denominator = denominator.unsigned_abs();
        let whole = doubled.saturating_add(denominator) / (2 * denominator);
        let whole = i32::try_from(whole).unwrap_or(i32::MAX);
        if self.numerator < 0 { -whole } else { whole }
    }
}
