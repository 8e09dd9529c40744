//! Tests whose left side is a function, and the choice by what stands left.

use model::Seconds;

use crate::expr::check::Checker;
use crate::expr::parse::{Operand, OperandKind, Operator, Right, Test};
use crate::expr::scope::At;
use crate::expr::{Comparison, Expr, ExprKind};

impl Checker<'_, '_> {
    pub(super) fn test(&mut self, test: &Test) -> Option<ExprKind> {
        match &test.left.kind {
            OperandKind::Name(name) => self.field_test(name, test),
            OperandKind::Since(name, at) => self.since(name, *at, test),
            OperandKind::Count(kind, within) => self.count(kind, *within, test),
            OperandKind::Did(..) | OperandKind::Bool(_) => {
                let shown = self.source.text(test.left.at);
                let message = format!("`{shown}` is yes or no by itself and cannot be compared");
                let found = self.error("P0211", message, test.at);
                self.push(found.help("remove the comparison; write `not …` for the opposite"))
            }
            OperandKind::Text(_)
            | OperandKind::Number(_)
            | OperandKind::Duration(_)
            | OperandKind::Instant(_) => self.field_wanted(test.left.at),
            OperandKind::Bad => None,
        }
    }

    fn since(&mut self, name: &str, at: At, test: &Test) -> Option<ExprKind> {
        let (id, kind) = self.field(name, at)?;
        if kind != crate::field::FieldType::Time {
            let message = format!("`{name}` is {}, not an instant", super::kind::about(kind));
            let found = self.error("P0211", message, at);
            return self.push(found.help("`since` counts from a field that holds an instant"));
        }
        let duration = |checker: &mut Self, operand: &Operand| match operand.kind {
            OperandKind::Duration(seconds) => Some(seconds),
            _ => checker.mismatch(
                "a duration",
                operand,
                "write it with its unit, e.g. `14d` or `4h`",
            ),
        };
        self.ordered(test, duration, |comparison, it| ExprKind::Since(id, comparison, it))
    }

    fn count(&mut self, kind: &str, within: Option<Seconds>, test: &Test) -> Option<ExprKind> {
        let kind = self.symbols.intern(kind);
        let count = |checker: &mut Self, operand: &Operand| match operand.kind {
            OperandKind::Number(number) if is_count(number.get()) => Some(number.get() as u32),
            _ => checker.mismatch("a whole number", operand, "write how often, e.g. `>= 3`"),
        };
        self.ordered(test, count, |comparison, it| ExprKind::Activity(kind, within, comparison, it))
    }

    /// `left < x` or `left between x and y`.
    pub(super) fn ordered<T>(
        &mut self,
        test: &Test,
        value: impl Fn(&mut Self, &Operand) -> Option<T>,
        make: impl Fn(Comparison, T) -> ExprKind,
    ) -> Option<ExprKind> {
        match (test.operator, &test.right) {
            (Operator::Compare(comparison), Right::One(operand)) => {
                value(self, operand).map(|it| make(comparison, it))
            }
            (Operator::Between, Right::Two(low, high)) => {
                let span = self.source.span(test.left.at.to(high.at));
                let (low, high) = (value(self, low), value(self, high));
                let part = |kind| Expr { kind, span };
                Some(ExprKind::All(vec![
                    part(make(Comparison::GreaterOrEqual, low?)),
                    part(make(Comparison::LessOrEqual, high?)),
                ]))
            }
            _ => self.refused_operator(
                test,
                "compare it with `<`, `<=`, `==`, `!=`, `>=`, `>` or `between`",
            ),
        }
    }

    /// The operator cannot be asked of what stands left.
    pub(super) fn refused_operator<T>(&mut self, test: &Test, help: &str) -> Option<T> {
        let operator = self.source.text(test.at);
        let left = self.source.text(test.left.at);
        let about = match &test.left.kind {
            OperandKind::Name(name) => self
                .scope
                .fields
                .find(name)
                .and_then(|id| self.scope.fields.get(id))
                .map_or("unknown", |it| super::kind::about(it.kind)),
            OperandKind::Since(..) => "a duration",
            _ => "a number",
        };
        let message = format!("`{operator}` cannot be asked of `{left}`");
        let found = self.error("P0211", message, test.at);
        let place = self.source.span(test.left.at);
        self.push(found.other(place, format!("this is {about}")).help(help))
    }

    /// The right side is of another type than the left.
    pub(super) fn mismatch<T>(&mut self, wanted: &str, operand: &Operand, help: &str) -> Option<T> {
        if operand.kind == OperandKind::Bad {
            return None;
        }
        let shown = self.source.text(operand.at);
        let found = self.error("P0210", format!("`{shown}` is not {wanted}"), operand.at);
        self.push(found.label(format!("{wanted} expected")).help(help))
    }
}

fn is_count(value: f64) -> bool {
    (0.0..=1_000_000.0).contains(&value) && value.fract() == 0.0
}
