//! Fields, literals and functions.

use model::Seconds;

use crate::expr::parse::{Operand, OperandKind, Parser};
use crate::expr::scope::At;
use crate::expr::token::TokenKind;
use crate::nearest::nearest;

/// Words that cannot name a field.
const RESERVED: [&str; 7] = ["and", "or", "not", "in", "contains", "mentions", "between"];
const FUNCTIONS: [&str; 3] = ["did", "count", "since"];

impl Parser<'_, '_> {
    /// An operand; `None`, with nothing taken, where none stands here.
    pub(super) fn operand(&mut self) -> Option<Operand> {
        let at = self.at();
        let kind = match self.kind() {
            TokenKind::Word => {
                let word = self.word_at(0).filter(|it| !RESERVED.contains(&it.as_str()))?;
                if self.peek(1) == &TokenKind::Open {
                    return Some(self.function(&word));
                }
                match word.as_str() {
                    "true" => OperandKind::Bool(true),
                    "false" => OperandKind::Bool(false),
                    _ => OperandKind::Name(self.source.text(at).to_owned()),
                }
            }
            TokenKind::Text(text) => OperandKind::Text(text.clone()),
            TokenKind::Number(number) => OperandKind::Number(*number),
            TokenKind::Duration(seconds) => OperandKind::Duration(*seconds),
            TokenKind::Instant(instant) => OperandKind::Instant(*instant),
            TokenKind::BadLiteral => OperandKind::Bad,
            TokenKind::Compare(_)
            | TokenKind::Open
            | TokenKind::Close
            | TokenKind::OpenList
            | TokenKind::CloseList
            | TokenKind::Comma
            | TokenKind::End => return None,
        };
        self.next += 1;
        Some(Operand { kind, at })
    }

    fn function(&mut self, word: &str) -> Operand {
        let start = self.at();
        self.next += 2;
        if !FUNCTIONS.contains(&word) {
            let near = nearest(word, FUNCTIONS);
            let found = self.error("P0219", format!("there is no function `{word}`"), start);
            let found = found.help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "the functions are `did(kind)`, `count(kind)` and `since(field)`".to_owned()
                }
            });
            self.diagnostics.push(found);
            return self.bad_call(start);
        }
        let at = self.at();
        let argument = match self.kind() {
            TokenKind::Word => self.source.text(at).to_owned(),
            TokenKind::Text(text) => text.clone(),
            _ => return self.refused_call(word, start),
        };
        self.next += 1;
        let within = match word != "since" && self.take(&TokenKind::Comma) {
            false => None,
            true => match self.within() {
                Some(within) => Some(within),
                None => return self.refused_call(word, start),
            },
        };
        if !self.take(&TokenKind::Close) {
            return self.refused_call(word, start);
        }
        let kind = match word {
            "did" => OperandKind::Did(argument, within),
            "count" => OperandKind::Count(argument, within),
            _ => OperandKind::Since(argument, at),
        };
        Operand { kind, at: start.to(self.before()) }
    }

    /// `within 7d`, or the duration alone.
    fn within(&mut self) -> Option<Seconds> {
        self.take_word("within");
        let TokenKind::Duration(seconds) = self.kind() else { return None };
        self.next += 1;
        Some(*seconds)
    }

    fn refused_call(&mut self, word: &str, start: At) -> Operand {
        let usage = match word {
            "did" => "write `did(demo_request)` or `did(demo_request, within 7d)`",
            "count" => "write `count(page_view) >= 3` or `count(page_view, within 7d) >= 3`",
            _ => "write `since(history.last_contact_at) < 14d`",
        };
        let at = match self.kind() {
            TokenKind::End => self.before(),
            _ => self.at(),
        };
        let found = self
            .error("P0219", format!("`{word}` cannot be called like this"), at)
            .label("not expected here")
            .help(usage);
        self.diagnostics.push(found);
        self.bad_call(start)
    }

    /// Passes over the rest of a call.
    fn bad_call(&mut self, start: At) -> Operand {
        self.skip_to_close();
        self.take(&TokenKind::Close);
        Operand { kind: OperandKind::Bad, at: start.to(self.before()) }
    }
}
