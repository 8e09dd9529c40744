//! Conditions asked during a decision: their answer, and which tests inside them made it.

use model::{Number, Timestamp};
use policy::expr::Comparison;
use policy::expr::{ActivityFact, View};
use policy::{Expr, ExprKind, Facts, FieldId, Span, Truth};

use crate::setup::{LoadFields, Setup};

/// What a condition may look at.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) setup: &'a Setup,
    pub(crate) facts: &'a Facts,
    pub(crate) activities: &'a [ActivityFact],
    pub(crate) now: Timestamp,
    pub(crate) rep: Option<RepScene<'a>>,
}

/// A rep as conditions see it: what is fixed, and its load now.
#[derive(Clone, Copy)]
pub(crate) struct RepScene<'a> {
    pub(crate) facts: &'a Facts,
    pub(crate) load: RepLoad,
}

/// Load of a rep: percent of capacity (0 where it has no limit) and open handoffs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RepLoad {
    pub(crate) load: u64,
    pub(crate) value_load: u64,
    pub(crate) open: u64,
}

/// The answer of a condition with the tests that made it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tested {
    /// The answer.
    pub truth: Truth,
    /// Tests that were not met and made the answer; empty where it holds.
    pub failed: Vec<Span>,
    /// Fields whose value is missing and would have mattered.
    pub missing: Vec<FieldId>,
}

impl Scene<'_> {
    pub(crate) fn holds(&self, expr: &Expr) -> bool {
        self.truth(expr) == Truth::True
    }

    pub(crate) fn truth(&self, expr: &Expr) -> Truth {
        match self.rep {
            Some(rep) => self.with_load(expr, rep),
            None => policy::expr::eval(expr, &self.view()),
        }
    }

    /// Like [`Self::truth`], with the reasons.
    pub(crate) fn test(&self, expr: &Expr) -> Tested {
        let mut tested =
            Tested { truth: self.truth(expr), failed: Vec::new(), missing: Vec::new() };
        match tested.truth {
            Truth::True => {}
            truth @ (Truth::False | Truth::Unknown) => self.blame(expr, truth, &mut tested),
        }
        tested.missing.sort_unstable();
        tested.missing.dedup();
        tested
    }

    fn view(&self) -> View<'_> {
        let view = View::new(self.facts, self.now).activities(self.activities);
        match self.rep {
            Some(rep) => view.with_rep(rep.facts),
            None => view,
        }
    }

    /// A rep's load changes with every pick, so it is compared here and not put among its facts.
    fn with_load(&self, expr: &Expr, rep: RepScene<'_>) -> Truth {
        match &expr.kind {
            ExprKind::Not(inner) => !self.with_load(inner, rep),
            ExprKind::All(parts) => {
                let mut answer = Truth::True;
                for part in parts {
                    answer = answer.min(self.with_load(part, rep));
                    if answer == Truth::False {
                        break;
                    }
                }
                answer
            }
            ExprKind::Any(parts) => {
                let mut answer = Truth::False;
                for part in parts {
                    answer = answer.max(self.with_load(part, rep));
                    if answer == Truth::True {
                        break;
                    }
                }
                answer
            }
            ExprKind::Number(field, comparison, number) => {
                match rep.load.of(*field, self.setup.load_fields()) {
                    Some(value) => truth(compare(value, *comparison, *number)),
                    None => policy::expr::eval(expr, &self.view()),
                }
            }
            ExprKind::Known(field) if rep.load.of(*field, self.setup.load_fields()).is_some() => {
                Truth::True
            }
            _ => policy::expr::eval(expr, &self.view()),
        }
    }

    /// Collects the tests inside `expr` that give it the answer `wanted`.
    fn blame(&self, expr: &Expr, wanted: Truth, into: &mut Tested) {
        match &expr.kind {
            ExprKind::Not(inner) => self.blame(inner, !wanted, into),
            ExprKind::All(parts) | ExprKind::Any(parts) => {
                for part in parts {
                    if self.truth(part) == wanted {
                        self.blame(part, wanted, into);
                    }
                }
            }
            _ => match wanted {
                Truth::Unknown => {
                    into.missing.extend(policy::expr::missing_fields(expr, &self.view()));
                }
                Truth::False | Truth::True => into.failed.push(expr.span),
            },
        }
    }
}

impl RepLoad {
    fn of(self, field: FieldId, fields: LoadFields) -> Option<u64> {
        match Some(field) {
            it if it == fields.load => Some(self.load),
            it if it == fields.value_load => Some(self.value_load),
            it if it == fields.open => Some(self.open),
            _ => None,
        }
    }
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

fn compare(value: u64, comparison: Comparison, number: Number) -> bool {
    // Loads are percents and counts, far below 2^53: the float is exact.
    Number::new(value as f64).is_some_and(|it| comparison.holds(it.cmp(&number)))
}
