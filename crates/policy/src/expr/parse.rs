//! Tokens to a tree of tests, before names and types are known.
//!
//! `or` binds weaker than `and`, `and` weaker than `not`. After a mistake the rest of the test is
//! passed over and reading goes on at the next `and`, `or` or closing parenthesis.

mod operand;
mod test;

use model::{Number, Seconds, Timestamp};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Comparison;
use crate::expr::scope::{At, Source};
use crate::expr::token::{Token, TokenKind};

/// How deep parentheses and `not` may lie in each other.
const DEPTH_MAX: usize = 64;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Ast {
    pub(super) kind: AstKind,
    pub(super) at: At,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum AstKind {
    /// Already reported.
    Error,
    Bool(bool),
    /// An operand by itself.
    Bare(Operand),
    Test(Test),
    Not(Box<Ast>),
    All(Vec<Ast>),
    Any(Vec<Ast>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Test {
    pub(super) left: Operand,
    pub(super) operator: Operator,
    /// Where the operator stands.
    pub(super) at: At,
    pub(super) right: Right,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Compare(Comparison),
    In,
    Contains,
    ContainsAny,
    ContainsAll,
    Mentions,
    StartsWith,
    EndsWith,
    Known,
    Between,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Right {
    None,
    One(Operand),
    List(Vec<Operand>, At),
    Two(Operand, Operand),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Operand {
    pub(super) kind: OperandKind,
    pub(super) at: At,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum OperandKind {
    Name(String),
    Text(String),
    Number(Number),
    Duration(Seconds),
    Instant(Timestamp),
    Bool(bool),
    /// `since(field)`.
    Since(String, At),
    /// `count(kind, within 7d)`.
    Count(String, Option<Seconds>),
    /// `did(kind, within 7d)`.
    Did(String, Option<Seconds>),
    /// Already reported.
    Bad,
}

/// The tree of a whole condition.
pub(super) fn parse(source: Source<'_>, tokens: &[Token], diagnostics: &mut Diagnostics) -> Ast {
    let mut parser = Parser { source, tokens, next: 0, depth: 0, diagnostics };
    let mut parts = vec![parser.any()];
    while parser.kind() != &TokenKind::End {
        let at = parser.at();
        let found = match parser.kind() {
            TokenKind::Close => parser
                .error("P0220", "a `)` without its `(`", at)
                .help("remove it, or open the parenthesis before"),
            _ => parser.between_tests(at),
        };
        parser.diagnostics.push(found);
        match parser.kind() {
            TokenKind::Close => {
                parser.next += 1;
                parser.skip_connective();
            }
            TokenKind::Word | TokenKind::Open => {}
            _ => {
                parser.skip_test(at);
                parser.skip_connective();
            }
        }
        if parser.kind() != &TokenKind::End {
            let before = parser.next;
            parts.push(parser.any());
            if parser.next == before {
                parser.next += 1;
            }
        }
    }
    match parts.len() {
        1 => parts.remove(0),
        // A mistake was reported; side by side, so that no text makes a deep tree.
        _ => {
            let at = parts.iter().map(|it| it.at).reduce(At::to).unwrap_or_default();
            Ast { kind: AstKind::All(parts), at }
        }
    }
}

struct Parser<'a, 'd> {
    source: Source<'a>,
    tokens: &'a [Token],
    next: usize,
    depth: usize,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Parser<'a, '_> {
    fn kind(&self) -> &'a TokenKind {
        self.peek(0)
    }

    fn peek(&self, ahead: usize) -> &'a TokenKind {
        self.tokens.get(self.next + ahead).map_or(&TokenKind::End, |it| &it.kind)
    }

    fn at(&self) -> At {
        let last = || self.tokens.last().map(|it| it.at).unwrap_or_default();
        self.tokens.get(self.next).map_or_else(last, |it| it.at)
    }

    /// Where the token before the next one stands.
    fn before(&self) -> At {
        let at = self.next.checked_sub(1).and_then(|it| self.tokens.get(it));
        at.map(|it| it.at).unwrap_or_default()
    }

    /// The keyword or name `ahead` tokens on, marks of other languages as what they mean.
    fn word_at(&self, ahead: usize) -> Option<String> {
        let token = self.tokens.get(self.next + ahead)?;
        if token.kind != TokenKind::Word {
            return None;
        }
        Some(match self.source.text(token.at) {
            "&&" | "&" => "and".to_owned(),
            "||" | "|" => "or".to_owned(),
            "!" => "not".to_owned(),
            it => it.to_ascii_lowercase(),
        })
    }

    fn is_word(&self, word: &str) -> bool {
        self.word_at(0).is_some_and(|it| it == word)
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        self.next += usize::from(found);
        found
    }

    fn take(&mut self, kind: &TokenKind) -> bool {
        let found = self.kind() == kind;
        self.next += usize::from(found);
        found
    }

    fn error(&self, code: &'static str, message: impl Into<String>, at: At) -> Diagnostic {
        Diagnostic::error(code, message, self.source.span(at))
    }

    fn any(&mut self) -> Ast {
        self.chain("or", Self::all, AstKind::Any)
    }

    fn all(&mut self) -> Ast {
        self.chain("and", Self::not, AstKind::All)
    }

    fn chain(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Ast,
        join: fn(Vec<Ast>) -> AstKind,
    ) -> Ast {
        let first = part(self);
        let mut at = first.at;
        let mut parts = vec![first];
        while self.take_word(word) {
            let next = part(self);
            at = at.to(next.at);
            parts.push(next);
        }
        match parts.len() {
            1 => parts.remove(0),
            _ => Ast { kind: join(parts), at },
        }
    }

    fn not(&mut self) -> Ast {
        let start = self.at();
        if !self.is_word("not") {
            return self.primary();
        }
        if self.too_deep() {
            return self.skip_test(start);
        }
        self.next += 1;
        self.depth += 1;
        let inner = self.not();
        self.depth -= 1;
        let at = start.to(inner.at);
        Ast { kind: AstKind::Not(Box::new(inner)), at }
    }

    fn primary(&mut self) -> Ast {
        let start = self.at();
        if self.kind() != &TokenKind::Open {
            return self.test();
        }
        if self.too_deep() {
            return self.skip_test(start);
        }
        self.next += 1;
        self.depth += 1;
        let mut inner = self.any();
        self.depth -= 1;
        if !matches!(self.kind(), TokenKind::Close | TokenKind::End) {
            let found = self.between_tests(self.at());
            self.diagnostics.push(found);
            self.skip_to_close();
        }
        if !self.take(&TokenKind::Close) {
            let found = self
                .error("P0220", "a parenthesis is not closed", start)
                .label("opened here")
                .help("close it with `)`");
            self.diagnostics.push(found);
        }
        inner.at = start.to(self.before());
        inner
    }

    fn too_deep(&mut self) -> bool {
        if self.depth < DEPTH_MAX {
            return false;
        }
        let message = format!("parentheses and `not` lie more than {DEPTH_MAX} deep in each other");
        let found = self.error("P0221", message, self.at());
        self.diagnostics
            .push(found.help("move a part of the condition to a field under `derived`"));
        true
    }

    /// Something stands where `and` or `or` should.
    fn between_tests(&self, at: At) -> Diagnostic {
        let shown = self.source.text(at);
        let found = self.error("P0201", format!("`{shown}` cannot stand here"), at);
        let found = found.label("`and` or `or` expected before it");
        match (self.kind(), self.source.text(self.before())) {
            (TokenKind::Comma, before) if before.ends_with(|it: char| it.is_ascii_digit()) => {
                found.help("write thousands without a comma: `1000` or `1_000`")
            }
            (TokenKind::Comma, _) => found.help("write `and` or `or` instead of the comma"),
            _ => found.help("join tests with `and` or `or`"),
        }
    }

    fn skip_connective(&mut self) {
        let _ = self.take_word("and") || self.take_word("or");
    }

    /// Passes over the rest of a test.
    fn skip_test(&mut self, start: At) -> Ast {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End => break,
                TokenKind::Open | TokenKind::OpenList => open += 1,
                TokenKind::Close | TokenKind::CloseList if open == 0 => break,
                TokenKind::Close | TokenKind::CloseList => open -= 1,
                TokenKind::Word if open == 0 && (self.is_word("and") || self.is_word("or")) => {
                    break;
                }
                _ => {}
            }
            self.next += 1;
        }
        if self.kind() == &TokenKind::CloseList {
            self.next += 1;
        }
        Ast { kind: AstKind::Error, at: start.to(self.before()) }
    }

    fn skip_to_close(&mut self) {
        let mut open = 0_usize;
        loop {
            match self.kind() {
                TokenKind::End => break,
                TokenKind::Open => open += 1,
                TokenKind::Close if open == 0 => break,
                TokenKind::Close => open -= 1,
                _ => {}
            }
            self.next += 1;
        }
    }
}
