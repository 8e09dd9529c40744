//! Tests whose left side is a field, by the field's type.

use model::{Number, Timestamp};

use crate::expr::check::Checker;
use crate::expr::check::kind::{Shape, about, shape};
use crate::expr::fold::fold_case;
use crate::expr::parse::{Operand, OperandKind, Operator, Right, Test};
use crate::expr::{Comparison, Expr, ExprKind};
use crate::field::{FieldId, FieldType};

/// A field and its type.
type Typed = (FieldId, FieldType);

impl Checker<'_, '_> {
    pub(super) fn field_test(&mut self, name: &str, test: &Test) -> Option<ExprKind> {
        let Some(left) = self.field(name, test.left.at) else {
            self.list_alone(test);
            return None;
        };
        if test.operator == Operator::Known {
            return Some(ExprKind::Known(left.0));
        }
        match (test.operator, &test.right) {
            (Operator::Compare(comparison), Right::One(operand)) => {
                if let OperandKind::Name(right) = &operand.kind {
                    return self.same(left, comparison, right, operand, test);
                }
                self.compared(left, comparison, operand, test)
            }
            (Operator::Compare(_), _) => {
                self.refused_operator(test, "write `in [\"a\", \"b\"]` for one of several values")
            }
            (Operator::In, right) => self.within(left, right, test),
            (Operator::Between, _) => match shape(left.1) {
                Shape::Number | Shape::Time => self.ordered_field(left, test),
                Shape::Text | Shape::Bool | Shape::List => {
                    self.refused_operator(test, "`between` needs a number or an instant")
                }
            },
            (Operator::Contains | Operator::ContainsAny | Operator::ContainsAll, right) => {
                self.contains(left, right, test)
            }
            (Operator::Mentions, right) => match shape(left.1) {
                Shape::Text | Shape::List => {
                    self.phrases(left.0, right).map(|it| ExprKind::Mentions(left.0, it))
                }
                Shape::Number | Shape::Bool | Shape::Time => {
                    self.refused_operator(test, "`mentions` needs a text")
                }
            },
            (Operator::StartsWith | Operator::EndsWith, right) => self.affix(left, right, test),
            (Operator::Known, _) => None,
        }
    }

    /// A list on the right of a field that is mistaken: it may be mistaken too.
    fn list_alone(&mut self, test: &Test) {
        let lists = match test.operator {
            Operator::In | Operator::Mentions | Operator::ContainsAny | Operator::ContainsAll => {
                true
            }
            Operator::Compare(_)
            | Operator::Between
            | Operator::Contains
            | Operator::StartsWith
            | Operator::EndsWith
            | Operator::Known => false,
        };
        if let Right::One(Operand { kind: OperandKind::Name(name), at }) = &test.right
            && lists
            && self.scope.fields.find(name).is_none()
        {
            let _reported: Option<Vec<String>> = self.list(name, *at);
        }
    }

    fn compared(
        &mut self,
        left: Typed,
        comparison: Comparison,
        operand: &Operand,
        test: &Test,
    ) -> Option<ExprKind> {
        let equality = matches!(comparison, Comparison::Equal | Comparison::NotEqual);
        match shape(left.1) {
            Shape::Number | Shape::Time => self.ordered_field(left, test),
            Shape::Text if equality => {
                let symbols = self.symbols(left.0, &Right::One(operand.clone()))?;
                Some(self.negated(comparison, ExprKind::OneOf(left.0, symbols), test))
            }
            Shape::Bool if equality => match operand.kind {
                OperandKind::Bool(value) => {
                    let flag = ExprKind::Flag(left.0);
                    let same = value == (comparison == Comparison::Equal);
                    Some(if same { flag } else { self.not(flag, test) })
                }
                _ => self.mismatch("yes or no", operand, "write `true` or `false`"),
            },
            Shape::List => self.refused_operator(
                test,
                "write `contains \"a\"`, `contains any [\"a\", \"b\"]` or `contains all [\"a\", \"b\"]`",
            ),
            Shape::Text => self.refused_operator(test, "texts have no order; write `==`, `!=` or `in`"),
            Shape::Bool => self.refused_operator(test, "write the field alone, or `not` before it"),
        }
    }

    /// A number or an instant against one value or two.
    fn ordered_field(&mut self, left: Typed, test: &Test) -> Option<ExprKind> {
        let id = left.0;
        match shape(left.1) {
            Shape::Time => {
                let instant = |checker: &mut Self, operand: &Operand| checker.instant(operand);
                self.ordered(test, instant, |comparison, it| ExprKind::Time(id, comparison, it))
            }
            Shape::Number | Shape::Text | Shape::Bool | Shape::List => {
                let number = |checker: &mut Self, operand: &Operand| checker.number(left, operand);
                self.ordered(test, number, |comparison, it| ExprKind::Number(id, comparison, it))
            }
        }
    }

    fn instant(&mut self, operand: &Operand) -> Option<Timestamp> {
        match &operand.kind {
            OperandKind::Instant(instant) => Some(*instant),
            OperandKind::Duration(_) => self.mismatch(
                "an instant",
                operand,
                "write `since(field) < 14d` for the time that has passed",
            ),
            _ => self.mismatch(
                "an instant",
                operand,
                "write `2026-11-20` or `2026-11-20T15:00:00Z`, without quotes",
            ),
        }
    }

    fn number(&mut self, left: Typed, operand: &Operand) -> Option<Number> {
        match &operand.kind {
            OperandKind::Number(number) => Some(*number),
            OperandKind::Duration(_) => {
                self.mismatch("a number", operand, "`m` is minutes; write `M` for millions")
            }
            OperandKind::Text(text) if text.parse::<f64>().is_ok() => {
                let shown = self.source.text(operand.at);
                let found = self
                    .error("P0210", format!("`{shown}` is not a number"), operand.at)
                    .label("a number expected")
                    .help("write it without quotes");
                self.push(self.source.offer(found, operand.at, text))
            }
            _ => {
                let name = self.scope.fields.name(left.0);
                self.mismatch("a number", operand, &format!("`{name}` is {}", about(left.1)))
            }
        }
    }

    /// `x in [..]`, `x in list`, `x in field`.
    fn within(&mut self, left: Typed, right: &Right, test: &Test) -> Option<ExprKind> {
        if let Right::One(Operand { kind: OperandKind::Name(name), at }) = right
            && let Some(id) = self.scope.fields.find(name)
            && !self.scope.lists.contains_key(name)
        {
            let set = self.field(name, *at)?;
            if set.1 != FieldType::List {
                let found =
                    self.error("P0211", format!("`{name}` is {}, not a set", about(set.1)), *at);
                return self.push(found.help("write `==` to compare two fields"));
            }
            return match shape(left.1) {
                Shape::Text => Some(ExprKind::Same(id, left.0)),
                _ => self.refused_operator(test, "only a text can be in a set of texts"),
            };
        }
        match (shape(left.1), right) {
            (Shape::Text, Right::One(operand)) if matches!(operand.kind, OperandKind::Text(_)) => {
                self.refused_operator(test, "write `==` for one value, or `in [\"a\", \"b\"]`")
            }
            (Shape::Text, right) => {
                self.symbols(left.0, right).map(|it| ExprKind::OneOf(left.0, it))
            }
            (Shape::Number, Right::List(items, at)) => {
                if items.is_empty() {
                    let found = self.error("P0213", "the list is empty", *at);
                    return self
                        .push(found.label("nothing is in it").help("write at least one value"));
                }
                let span = self.source.span(test.left.at.to(*at));
                let numbers: Vec<Option<Number>> =
                    items.iter().map(|it| self.number(left, it)).collect();
                let numbers: Option<Vec<Number>> = numbers.into_iter().collect();
                let part =
                    |it| Expr { kind: ExprKind::Number(left.0, Comparison::Equal, it), span };
                let mut parts: Vec<Expr> = numbers?.into_iter().map(part).collect();
                Some(match parts.len() {
                    1 => parts.remove(0).kind,
                    _ => ExprKind::Any(parts),
                })
            }
            (Shape::List, _) => {
                self.refused_operator(test, "write `contains any [\"a\", \"b\"]` for a set")
            }
            (Shape::Number | Shape::Bool | Shape::Time, _) => {
                self.refused_operator(test, "write `==` or `between`")
            }
        }
    }

    fn contains(&mut self, left: Typed, right: &Right, test: &Test) -> Option<ExprKind> {
        if left.1 != FieldType::List {
            let help = match shape(left.1) {
                Shape::Text => {
                    "write `mentions \"word\"` to look inside a text, or `==` to compare it"
                }
                _ => "`contains` needs a set of texts",
            };
            return self.refused_operator(test, help);
        }
        if test.operator == Operator::Contains {
            match right {
                Right::One(Operand { kind: OperandKind::Name(name), at }) => {
                    let right = self.right_field(name, *at, left.0)?;
                    return self.set_holds(left, right, name, *at);
                }
                Right::List(..) => {
                    let help =
                        "write `contains any [..]` or `contains all [..]` for several values";
                    return self.refused_operator(test, help);
                }
                Right::One(_) | Right::Two(..) | Right::None => {}
            }
        }
        let symbols = self.symbols(left.0, right)?;
        Some(match test.operator == Operator::ContainsAll && symbols.len() > 1 {
            true => ExprKind::ContainsAll(left.0, symbols),
            false => ExprKind::ContainsAny(left.0, symbols),
        })
    }

    fn set_holds(
        &mut self,
        left: Typed,
        right: Typed,
        name: &str,
        at: crate::expr::scope::At,
    ) -> Option<ExprKind> {
        if shape(right.1) == Shape::Text {
            return Some(ExprKind::Same(left.0, right.0));
        }
        let found = self.error("P0211", format!("`{name}` is {}, not a text", about(right.1)), at);
        self.push(found.help("a set holds texts; name a text or a field that is one"))
    }

    fn affix(&mut self, left: Typed, right: &Right, test: &Test) -> Option<ExprKind> {
        let (Right::One(operand), Shape::Text) = (right, shape(left.1)) else {
            return self.refused_operator(
                test,
                "`starts with` and `ends with` compare a text with one text",
            );
        };
        let (text, at) = self.text(left.0, operand)?;
        let folded = fold_case(&text);
        if folded.is_empty() {
            let found = self.error("P0224", "an empty text fits every value", at);
            return self.push(found.help("write what the text begins or ends with"));
        }
        Some(match test.operator {
            Operator::EndsWith => ExprKind::EndsWith(left.0, folded.into()),
            _ => ExprKind::StartsWith(left.0, folded.into()),
        })
    }

    /// Two fields compared.
    fn same(
        &mut self,
        left: Typed,
        comparison: Comparison,
        name: &str,
        operand: &Operand,
        test: &Test,
    ) -> Option<ExprKind> {
        let right = self.right_field(name, operand.at, left.0)?;
        if !matches!(comparison, Comparison::Equal | Comparison::NotEqual) {
            return self
                .refused_operator(test, "two fields can be compared with `==` and `!=` only");
        }
        if shape(left.1) == Shape::List || shape(right.1) == Shape::List {
            return self.refused_operator(test, "write `contains` between a set and a text");
        }
        if shape(left.1) != shape(right.1) {
            let help = format!("`{name}` is {}", about(right.1));
            return self.mismatch(about(left.1), operand, &help);
        }
        Some(self.negated(comparison, ExprKind::Same(left.0, right.0), test))
    }

    fn negated(&self, comparison: Comparison, kind: ExprKind, test: &Test) -> ExprKind {
        match comparison {
            Comparison::NotEqual => self.not(kind, test),
            _ => kind,
        }
    }

    fn not(&self, kind: ExprKind, test: &Test) -> ExprKind {
        let end = match &test.right {
            Right::One(operand) => operand.at,
            Right::List(_, at) => *at,
            Right::Two(_, operand) => operand.at,
            Right::None => test.at,
        };
        let span = self.source.span(test.left.at.to(end));
        ExprKind::Not(Box::new(Expr { kind, span }))
    }
}
