//! Conditions asked during a decision: their answer, and which tests inside them made it.

use crate::interim::{ActivityFact, View};
use model::{Number, Timestamp};
use policy::expr::Comparison;
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
            None => crate::interim::eval(expr, &self.view()),
        }
    }

    /// Like [`Self::truth`], with the reasons.
    pub(crate) fn test(&self, expr: &Expr) -> Tested {
        let mut tested =
            Tested { truth: self.truth(expr), failed: Vec::new(), missing: Vec::new() };
        match tested.truth {
            Truth::True => {}
            truth @ (Truth::False | Truth::Unknown) => self.blame(expr, truth, false, &mut tested),
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
            ExprKind::Not(inner) => match self.with_load(inner, rep) {
                Truth::True => Truth::False,
                Truth::False => Truth::True,
                Truth::Unknown => Truth::Unknown,
            },
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
                    None => crate::interim::eval(expr, &self.view()),
                }
            }
            ExprKind::Known(field) if rep.load.of(*field, self.setup.load_fields()).is_some() => {
                Truth::True
            }
            _ => crate::interim::eval(expr, &self.view()),
        }
    }

    /// Collects the tests inside `expr` that keep it from holding (from failing, if `negated`).
    fn blame(&self, expr: &Expr, wanted: Truth, negated: bool, into: &mut Tested) {
        match &expr.kind {
            ExprKind::Not(inner) => self.blame(inner, opposite(wanted), !negated, into),
            ExprKind::All(parts) | ExprKind::Any(parts) => {
                for part in parts {
                    if self.truth(part) == wanted {
                        self.blame(part, wanted, negated, into);
                    }
                }
            }
            kind => match wanted {
                Truth::Unknown => {
                    fields_of(kind, &mut |field| {
                        if *self.fact(field) == policy::Fact::Missing {
                            into.missing.push(field);
                        }
                    });
                }
                Truth::False | Truth::True => into.failed.push(expr.span),
            },
        }
    }

    fn fact(&self, field: FieldId) -> &policy::Fact {
        match (self.facts.get(field), self.rep) {
            (policy::Fact::Missing, Some(rep)) => rep.facts.get(field),
            (fact, _) => fact,
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

fn opposite(truth: Truth) -> Truth {
    match truth {
        Truth::True => Truth::False,
        Truth::False => Truth::True,
        Truth::Unknown => Truth::Unknown,
    }
}

fn truth(holds: bool) -> Truth {
    if holds { Truth::True } else { Truth::False }
}

fn compare(value: u64, comparison: Comparison, number: Number) -> bool {
    // Loads are percents and counts, far below 2^53: the float is exact.
    let value = value as f64;
    let number = number.get();
    match comparison {
        Comparison::Less => value < number,
        Comparison::LessOrEqual => value <= number,
        Comparison::Equal => value == number,
        Comparison::NotEqual => value != number,
        Comparison::GreaterOrEqual => number <= value,
        Comparison::Greater => number < value,
    }
}

/// Calls `visit` with every field a condition names.
pub(crate) fn fields_of(kind: &ExprKind, visit: &mut impl FnMut(FieldId)) {
    match kind {
        ExprKind::Literal(_) | ExprKind::Activity(..) => {}
        ExprKind::Known(field)
        | ExprKind::Flag(field)
        | ExprKind::OneOf(field, _)
        | ExprKind::Number(field, ..)
        | ExprKind::Time(field, ..)
        | ExprKind::Since(field, ..)
        | ExprKind::ContainsAny(field, _)
        | ExprKind::ContainsAll(field, _)
        | ExprKind::Mentions(field, _)
        | ExprKind::StartsWith(field, _)
        | ExprKind::EndsWith(field, _) => visit(*field),
        ExprKind::Same(left, right) => {
            visit(*left);
            visit(*right);
        }
        ExprKind::Not(inner) => fields_of(&inner.kind, visit),
        ExprKind::All(parts) | ExprKind::Any(parts) => {
            for part in parts {
                fields_of(&part.kind, visit);
            }
        }
    }
}
