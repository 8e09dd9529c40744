//! Names and types: a tree of tests to a checked condition.

mod field;
mod kind;
mod name;
mod test;
mod value;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::parse::{Ast, AstKind, Operand, OperandKind, parse};
use crate::expr::scope::{At, Scope, Source};
use crate::expr::token::tokens;
use crate::expr::{Comparison, Expr, ExprKind};
use crate::field::FieldType;
use crate::span::Span;
use crate::symbol::Symbols;
use crate::tree::Scalar;

/// The longest condition, in bytes.
const TEXT_BYTES_MAX: usize = 8 * 1024;

/// The condition that `text`, which stands at `whole`, asks. Texts it names go into `symbols`.
/// `None` where a mistake was reported; reading goes on after each, so that all of them show.
pub fn compile_condition(
    text: &Scalar,
    whole: Span,
    scope: &Scope<'_>,
    symbols: &mut Symbols,
    diagnostics: &mut Diagnostics,
) -> Option<Expr> {
    let source = Source { scalar: text, whole };
    if text.text.len() > TEXT_BYTES_MAX {
        let message = format!("the condition is longer than {TEXT_BYTES_MAX} bytes");
        let found = Diagnostic::error("P0221", message, whole)
            .help("move values to `lists` and parts of the condition to `derived`");
        diagnostics.push(found);
        return None;
    }
    let mut found = Diagnostics::default();
    let tokens = tokens(source, &mut found);
    let tree = parse(source, &tokens, &mut found);
    let mut checker = Checker { source, scope, symbols, diagnostics: &mut found };
    let expr = checker.expr(&tree);
    let sound = !found.has_errors();
    diagnostics.append(found);
    expr.filter(|_| sound)
}

struct Checker<'a, 'd> {
    source: Source<'a>,
    scope: &'a Scope<'a>,
    symbols: &'d mut Symbols,
    diagnostics: &'d mut Diagnostics,
}

impl Checker<'_, '_> {
    fn expr(&mut self, ast: &Ast) -> Option<Expr> {
        let kind = match &ast.kind {
            AstKind::Error => return None,
            AstKind::Bool(value) => ExprKind::Literal(*value),
            AstKind::Bare(operand) => self.bare(operand)?,
            AstKind::Test(test) => self.test(test)?,
            AstKind::Not(inner) => ExprKind::Not(Box::new(self.expr(inner)?)),
            AstKind::All(parts) => ExprKind::All(flat(self.parts(parts)?, |kind| match kind {
                ExprKind::All(parts) => Ok(parts),
                kind => Err(kind),
            })),
            AstKind::Any(parts) => ExprKind::Any(flat(self.parts(parts)?, |kind| match kind {
                ExprKind::Any(parts) => Ok(parts),
                kind => Err(kind),
            })),
        };
        Some(Expr { kind, span: self.source.span(ast.at) })
    }

    /// All parts, or nothing where one is mistaken; each is checked in any case.
    fn parts(&mut self, parts: &[Ast]) -> Option<Vec<Expr>> {
        let checked: Vec<Option<Expr>> = parts.iter().map(|it| self.expr(it)).collect();
        checked.into_iter().collect()
    }

    /// An operand without a comparison.
    fn bare(&mut self, operand: &Operand) -> Option<ExprKind> {
        match &operand.kind {
            OperandKind::Name(name) => {
                let (id, kind) = self.field(name, operand.at)?;
                if kind == FieldType::Bool {
                    return Some(ExprKind::Flag(id));
                }
                let message = format!("`{name}` is {}, not yes or no", kind::about(kind));
                let found = self
                    .error("P0217", message, operand.at)
                    .label("needs a comparison")
                    .help(format!("e.g. `{name} {}`", kind::example(kind)));
                self.push(found)
            }
            OperandKind::Did(kind, within) => {
                let kind = self.symbols.intern(kind);
                Some(ExprKind::Activity(kind, *within, Comparison::GreaterOrEqual, 1))
            }
            OperandKind::Count(..) | OperandKind::Since(..) => {
                let shown = self.source.text(operand.at);
                let example = match operand.kind {
                    OperandKind::Count(..) => ">= 3",
                    _ => "< 14d",
                };
                let found = self
                    .error("P0217", format!("`{shown}` is not yes or no"), operand.at)
                    .label("needs a comparison")
                    .help(format!("e.g. `{shown} {example}`"));
                self.push(found)
            }
            OperandKind::Bool(value) => Some(ExprKind::Literal(*value)),
            OperandKind::Bad => None,
            OperandKind::Text(_)
            | OperandKind::Number(_)
            | OperandKind::Duration(_)
            | OperandKind::Instant(_) => self.field_wanted(operand.at),
        }
    }

    fn field_wanted(&mut self, at: At) -> Option<ExprKind> {
        let shown = self.source.text(at);
        let found = self
            .error("P0218", format!("`{shown}` stands where a field was expected"), at)
            .help("write the field on the left, e.g. `score >= 75` or `tags contains \"a\"`");
        self.push(found)
    }

    fn error(&self, code: &'static str, message: impl Into<String>, at: At) -> Diagnostic {
        Diagnostic::error(code, message, self.source.span(at))
    }

    /// Reports `found`.
    fn push<T>(&mut self, found: Diagnostic) -> Option<T> {
        self.diagnostics.push(found);
        None
    }
}

/// `parts` with those of the same connective taken apart.
fn flat(parts: Vec<Expr>, inner: fn(ExprKind) -> Result<Vec<Expr>, ExprKind>) -> Vec<Expr> {
    let mut all = Vec::with_capacity(parts.len());
    for Expr { kind, span } in parts {
        match inner(kind) {
            Ok(parts) => all.extend(parts),
            Err(kind) => all.push(Expr { kind, span }),
        }
    }
    all
}

#[cfg(test)]
mod tests;
