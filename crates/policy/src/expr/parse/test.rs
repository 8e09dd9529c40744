//! One test: an operand, an operator and what stands right of it.

use crate::diagnostic::Diagnostic;
use crate::expr::parse::{Ast, AstKind, Operand, OperandKind, Operator, Parser, Right, Test};
use crate::expr::scope::At;
use crate::expr::token::TokenKind;

const OPERATORS: &str = "`==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `between`, `contains`, `mentions`, `starts with`, `ends with`, `is known` or `is missing`";

impl Parser<'_, '_> {
    pub(super) fn test(&mut self) -> Ast {
        let start = self.at();
        let Some(left) = self.operand() else {
            let found = self.test_expected(start);
            self.diagnostics.push(found);
            return self.skip_test(start);
        };
        let operator_at = self.at();
        let negated = self.is_word("not") && self.follows_not();
        self.next += usize::from(negated);
        let Some((operator, negated)) = self.operator(negated) else {
            return self.without_operator(left, start);
        };
        let operator_at = operator_at.to(self.before());
        let Some(right) = self.right(operator) else { return self.skip_test(start) };
        let at = start.to(self.before());
        if let TokenKind::Compare(_) = self.kind() {
            let found = self
                .error("P0222", "comparisons cannot be chained", at.to(self.at()))
                .help("write `x between 1 and 5`, or two tests joined by `and`");
            self.diagnostics.push(found);
            return self.skip_test(start);
        }
        let test = Ast { kind: AstKind::Test(Test { left, operator, at: operator_at, right }), at };
        match negated {
            false => test,
            true => Ast { kind: AstKind::Not(Box::new(test)), at },
        }
    }

    /// A yes-or-no field, `did(…)`, `true` by itself; or an operator is missing.
    fn without_operator(&mut self, left: Operand, start: At) -> Ast {
        let connective = self.is_word("and") || self.is_word("or");
        let ends = matches!(self.kind(), TokenKind::End | TokenKind::Close);
        if ends || connective {
            let at = left.at;
            return match left.kind {
                OperandKind::Bool(value) => Ast { kind: AstKind::Bool(value), at },
                OperandKind::Bad => Ast { kind: AstKind::Error, at },
                _ => Ast { kind: AstKind::Bare(left), at },
            };
        }
        let at = self.at();
        let shown = self.source.text(at);
        let found = self
            .error("P0201", format!("`{shown}` cannot stand here"), at)
            .label(format!("a comparison expected after `{}`", self.source.text(left.at)));
        let found = match (self.word_at(0).as_deref(), self.kind()) {
            (Some("equals" | "eq"), _) => found.help("write `==`"),
            (Some("includes" | "has" | "contain"), _) => found.help("write `contains`"),
            (Some("like" | "matches"), _) => {
                found.help("write `mentions`, `starts with` or `ends with`")
            }
            (Some("is"), _) => found.help("write `==`, `is known` or `is missing`"),
            (_, TokenKind::Comma) => found.help("write `and` or `or` instead of the comma"),
            _ => found.help(format!("use {OPERATORS}")),
        };
        self.diagnostics.push(found);
        self.skip_test(start)
    }

    fn test_expected(&self, at: At) -> Diagnostic {
        let shown = self.source.text(at);
        let word = self.word_at(0);
        match (self.kind(), word) {
            (TokenKind::End, _) if self.next == 0 => {
                Diagnostic::error("P0223", "the condition is empty", self.source.whole)
                    .help("write a condition, or `true` for always")
            }
            (TokenKind::End, _) => {
                let before = self.before();
                self.error("P0201", "the condition ends too early", before)
                    .label("something is missing after this")
                    .help("write a test after it, or remove it")
            }
            _ => self
                .error("P0201", format!("`{shown}` cannot stand here"), at)
                .label("a field was expected")
                .help("a test begins with a field, e.g. `score >= 75`"),
        }
    }

    /// Whether an operator comes after the `not` here.
    fn follows_not(&self) -> bool {
        let word = self.word_at(1);
        matches!(
            word.as_deref(),
            Some("in" | "contains" | "mentions" | "between" | "starts" | "ends")
        )
    }

    fn operator(&mut self, negated: bool) -> Option<(Operator, bool)> {
        if let TokenKind::Compare(comparison) = self.kind() {
            self.next += 1;
            return Some((Operator::Compare(*comparison), negated));
        }
        let word = self.word_at(0)?;
        let second = self.word_at(1);
        let (operator, length) = match (word.as_str(), second.as_deref()) {
            ("in", _) => (Operator::In, 1),
            ("contains", Some("any")) if self.list_follows() => (Operator::ContainsAny, 2),
            ("contains", Some("all")) if self.list_follows() => (Operator::ContainsAll, 2),
            ("contains", _) => (Operator::Contains, 1),
            ("mentions", Some("any")) if self.list_follows() => (Operator::Mentions, 2),
            ("mentions", _) => (Operator::Mentions, 1),
            ("between", _) => (Operator::Between, 1),
            ("starts", Some("with")) => (Operator::StartsWith, 2),
            ("ends", Some("with")) => (Operator::EndsWith, 2),
            ("is", Some("not")) => return self.is_known(2, !negated),
            ("is", _) => return self.is_known(1, negated),
            _ => return None,
        };
        self.next += length;
        Some((operator, negated))
    }

    /// Whether `any` or `all` is followed by a list or its name, not a field called so.
    fn list_follows(&self) -> bool {
        let connective = matches!(self.word_at(2).as_deref(), Some("and" | "or"));
        matches!(self.peek(2), TokenKind::OpenList | TokenKind::Word | TokenKind::Text(_))
            && !connective
    }

    fn is_known(&mut self, ahead: usize, negated: bool) -> Option<(Operator, bool)> {
        let missing = match self.word_at(ahead)?.as_str() {
            "known" => false,
            "missing" => true,
            _ => return None,
        };
        self.next += ahead + 1;
        Some((Operator::Known, negated != missing))
    }

    /// What stands right of `operator`; `None` where that was reported.
    fn right(&mut self, operator: Operator) -> Option<Right> {
        match operator {
            Operator::Known => Some(Right::None),
            Operator::Between => {
                let low = self.expect_operand()?;
                if !self.take_word("and") {
                    let found = self
                        .error("P0201", "`between` needs two values", self.at_or_before())
                        .help("write `between 10 and 20`");
                    self.diagnostics.push(found);
                    return None;
                }
                Some(Right::Two(low, self.expect_operand()?))
            }
            _ if self.kind() == &TokenKind::OpenList => self.list(),
            _ => self.expect_operand().map(Right::One),
        }
    }

    fn list(&mut self) -> Option<Right> {
        let start = self.at();
        self.next += 1;
        let mut items = Vec::new();
        loop {
            if self.take(&TokenKind::CloseList) {
                return Some(Right::List(items, start.to(self.before())));
            }
            if matches!(self.kind(), TokenKind::End | TokenKind::Close) {
                let found = self
                    .error("P0220", "a list is not closed", start)
                    .label("opened here")
                    .help("close it with `]`");
                self.diagnostics.push(found);
                return None;
            }
            items.push(self.expect_operand()?);
            if self.kind() != &TokenKind::CloseList && !self.take(&TokenKind::Comma) {
                let at = self.at_or_before();
                let found = self
                    .error("P0201", "a comma is missing in this list", at)
                    .label("`,` or `]` expected")
                    .help("write `[\"a\", \"b\"]`");
                self.diagnostics.push(found);
                return None;
            }
        }
    }

    fn expect_operand(&mut self) -> Option<Operand> {
        let at = self.at();
        if let Some(operand) = self.operand() {
            return Some(operand);
        }
        let found = match self.kind() {
            TokenKind::Open => self
                .error("P0201", "`(` cannot stand here", at)
                .label("a value was expected")
                .help("lists stand in square brackets: `[\"a\", \"b\"]`"),
            TokenKind::End => self
                .error("P0201", "the condition ends too early", self.before())
                .label("a value is missing after this")
                .help("write a value: a text in double quotes, a number, a duration"),
            _ => self
                .error("P0201", format!("`{}` cannot stand here", self.source.text(at)), at)
                .label("a value was expected")
                .help("write a text in double quotes, a number, a duration or a field"),
        };
        self.diagnostics.push(found);
        None
    }

    fn at_or_before(&self) -> At {
        match self.kind() {
            TokenKind::End => self.before(),
            _ => self.at(),
        }
    }
}
