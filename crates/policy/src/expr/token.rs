//! Words, texts, numbers and marks of a condition.

mod literal;

use model::{Number, Seconds, Timestamp};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Comparison;
use crate::expr::scope::{At, Source};
use crate::span::Span;
use crate::tree::{Scalar, ScalarStyle};

use literal::literal;

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) at: At,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum TokenKind {
    /// A name or a keyword.
    Word,
    Text(String),
    Number(Number),
    Duration(Seconds),
    Instant(Timestamp),
    /// A literal that cannot be read; already reported.
    BadLiteral,
    Compare(Comparison),
    Open,
    Close,
    OpenList,
    CloseList,
    Comma,
    End,
}

/// Words that have a meaning in lower case.
const KEYWORDS: [&str; 17] = [
    "and", "or", "not", "in", "contains", "any", "all", "mentions", "starts", "ends", "with", "is",
    "known", "missing", "between", "true", "false",
];

/// Marks of other languages and what they are here, the longer first.
const FOREIGN: [(&str, &str); 13] = [
    ("===", "=="),
    ("!==", "!="),
    ("&&", "and"),
    ("||", "or"),
    ("<>", "!="),
    ("=<", "<="),
    ("=>", ">="),
    ("=", "=="),
    ("&", "and"),
    ("|", "or"),
    ("≠", "!="),
    ("≤", "<="),
    ("≥", ">="),
];

/// All tokens, the last one [`TokenKind::End`]. What cannot be read is reported and passed over.
pub(super) fn tokens(source: Source<'_>, diagnostics: &mut Diagnostics) -> Vec<Token> {
    let mut lexer = Lexer { source, at: 0, tokens: Vec::new(), diagnostics };
    while lexer.step() {}
    let end = source.scalar.text.trim_end().len();
    lexer.tokens.push(Token { kind: TokenKind::End, at: At { start: end, end } });
    lexer.tokens
}

/// The pieces of a condition's text, without the white space between them.
pub(crate) fn token_spans<'a>(text: &'a str, diagnostics: &mut Diagnostics) -> Vec<&'a str> {
    let scalar = Scalar::alone(text);
    let source = Source { scalar: &scalar, whole: Span::default() };
    let found = tokens(source, diagnostics);
    let pieces = found.iter().filter(|it| it.kind != TokenKind::End);
    pieces.filter_map(|it| text.get(it.at.start..it.at.end)).collect()
}

struct Lexer<'a, 'd> {
    source: Source<'a>,
    at: usize,
    tokens: Vec<Token>,
    diagnostics: &'d mut Diagnostics,
}

impl<'a> Lexer<'a, '_> {
    fn rest(&self) -> &'a str {
        self.source.scalar.text.get(self.at..).unwrap_or_default()
    }

    /// Takes `length` bytes.
    fn take(&mut self, length: usize) -> At {
        let start = self.at;
        self.at += length;
        At { start, end: self.at }
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let at = self.take(length);
        self.tokens.push(Token { kind, at });
    }

    fn report(&self, code: &'static str, message: impl Into<String>, at: At) -> Diagnostic {
        Diagnostic::error(code, message, self.source.span(at))
    }

    /// Reads one token; `false` at the end.
    fn step(&mut self) -> bool {
        let rest = self.rest();
        let Some(first) = rest.chars().next() else { return false };
        let second = rest.chars().nth(1);
        match first {
            it if it.is_whitespace() => {
                self.take(it.len_utf8());
            }
            '"' => self.text(),
            '\'' | '‘' | '’' | '“' | '”' | '„' | '`' | '«' | '»' => {
                self.foreign_text(first)
            }
            it if it.is_ascii_digit() => self.literal(),
            '-' | '+' | '.' if second.is_some_and(|it| it.is_ascii_digit()) => self.literal(),
            it if it.is_alphabetic() || it == '_' => self.word(),
            _ => self.mark(first),
        }
        true
    }

    fn word(&mut self) {
        let rest = self.rest();
        let part = |it: char| !(it.is_alphanumeric() || matches!(it, '_' | '.' | '-'));
        let length = rest.find(part).unwrap_or(rest.len());
        let word = rest.get(..length).unwrap_or_default().trim_end_matches(['.', '-']);
        let length = word.len();
        let lower = word.to_ascii_lowercase();
        if lower != word && KEYWORDS.contains(&lower.as_str()) {
            let at = At { start: self.at, end: self.at + length };
            let found = self
                .report("P0204", format!("`{word}` is written `{lower}` here"), at)
                .help("words of the language are written in lower case");
            self.diagnostics.push(self.source.offer(found, at, &lower));
            // The parser takes keywords in any case, since the mistake is reported.
        }
        self.push(TokenKind::Word, length);
    }

    fn literal(&mut self) {
        let rest = self.rest();
        let part = |(at, it): (usize, char)| {
            let inside = it.is_alphanumeric() || matches!(it, '_' | '.' | ':' | '%');
            let sign = matches!(it, '-' | '+')
                && (at == 0
                    || rest
                        .get(at + 1..)
                        .is_some_and(|it| it.starts_with(|it: char| it.is_ascii_digit())));
            !inside && !sign
        };
        let length = rest.char_indices().find(|it| part(*it)).map_or(rest.len(), |it| it.0);
        let text = rest.get(..length).unwrap_or_default();
        match literal(text) {
            Ok(kind) => self.push(kind, length),
            Err((message, help)) => {
                let at = At { start: self.at, end: self.at + length };
                let found = self.report("P0216", message, at).help(help);
                self.diagnostics.push(found);
                self.push(TokenKind::BadLiteral, length);
            }
        }
    }

    /// A text in double quotes, where `\"` and `\\` are escapes.
    fn text(&mut self) {
        let mut text = String::new();
        let mut inside = self.rest().char_indices().skip(1).peekable();
        while let Some((at, it)) = inside.next() {
            match it {
                '"' => return self.push(TokenKind::Text(text), at + 1),
                '\\' => match inside.next_if(|(_, it)| matches!(it, '"' | '\\')) {
                    Some((_, it)) => text.push(it),
                    None => text.push('\\'),
                },
                it => text.push(it),
            }
        }
        let length = self.rest().trim_end().len();
        let at = At { start: self.at, end: self.at + length };
        let mut found = self.report("P0203", "a text is not closed", at).label("begins here");
        found = found.help("close it with `\"`");
        if self.source.scalar.style == ScalarStyle::Plain {
            found = found.help("in a condition without quotes ` #` begins a comment; put the whole condition in single quotes");
        }
        self.diagnostics.push(found);
        self.push(TokenKind::BadLiteral, length);
    }

    /// A text in marks that are not `"`.
    fn foreign_text(&mut self, open: char) {
        let rest = self.rest();
        let close = |it: char| match open {
            '\'' | '`' => it == open,
            '‘' | '’' => matches!(it, '‘' | '’'),
            _ => matches!(it, '“' | '”' | '«' | '»' | '"'),
        };
        let inside = rest.char_indices().skip(1).find(|(_, it)| close(*it));
        let (length, text) = match inside {
            Some((at, it)) => (at + it.len_utf8(), rest.get(open.len_utf8()..at)),
            None => (rest.trim_end().len(), None),
        };
        let at = At { start: self.at, end: self.at + length };
        let found = self.report("P0205", "texts stand in double quotes", at);
        let Some(text) = text else {
            self.diagnostics.push(found.label("not closed").help("write `\"…\"`"));
            return self.push(TokenKind::BadLiteral, length);
        };
        let written = quoted(text);
        let found = found.help(format!("write {written}"));
        let found = self.source.offer(found, at, &written);
        self.diagnostics.push(found);
        self.push(TokenKind::Text(text.to_owned()), length);
    }

    fn mark(&mut self, first: char) {
        let rest = self.rest();
        if let Some((kind, length)) = mark(rest) {
            let foreign = FOREIGN.iter().find(|(it, _)| rest.starts_with(it) && length < it.len());
            if foreign.is_none() {
                return self.push(kind, length);
            }
        }
        let foreign = FOREIGN.iter().find(|(it, _)| rest.starts_with(it));
        let (length, meant) = match foreign {
            Some((it, meant)) => (it.len(), *meant),
            None if first == '!' => (1, "not"),
            None => return self.unknown(first),
        };
        let at = At { start: self.at, end: self.at + length };
        let written = self.source.text(at);
        let spaced = match meant.starts_with(|it: char| it.is_ascii_lowercase()) {
            true => self.spaced(meant, length),
            false => meant.to_owned(),
        };
        let found = self
            .report("P0204", format!("`{written}` is written `{meant}` here"), at)
            .help(format!("replace it by `{meant}`"));
        self.diagnostics.push(self.source.offer(found, at, &spaced));
        match mark(meant) {
            Some((kind, _)) => self.push(kind, length),
            None => self.push(TokenKind::Word, length),
        }
    }

    /// `word` with spaces where the text beside it would run into it.
    fn spaced(&self, word: &str, length: usize) -> String {
        let before = self.source.scalar.text.get(..self.at).unwrap_or_default();
        let after = self.rest().get(length..).unwrap_or_default();
        let left = if before.is_empty() || before.ends_with([' ', '(']) { "" } else { " " };
        let right = if after.starts_with(' ') { "" } else { " " };
        format!("{left}{word}{right}")
    }

    fn unknown(&mut self, it: char) {
        let at = At { start: self.at, end: self.at + it.len_utf8() };
        let found = self.report("P0202", format!("`{it}` means nothing in a condition"), at);
        let found = match it {
            '+' | '-' | '*' | '/' | '%' => {
                found.help("conditions do not calculate; use a field under `derived`")
            }
            '$' | '€' | '£' => found.help("write the amount alone, e.g. `5000` or `5k`"),
            '{' | '}' => found.help("lists are written `[\"a\", \"b\"]`"),
            _ => found.help("remove it, or put a text in double quotes"),
        };
        self.diagnostics.push(found);
        self.take(it.len_utf8());
    }
}

/// `text` in double quotes.
pub(super) fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

fn mark(rest: &str) -> Option<(TokenKind, usize)> {
    let compare = |it| TokenKind::Compare(it);
    let marks = [
        ("==", compare(Comparison::Equal)),
        ("!=", compare(Comparison::NotEqual)),
        ("<=", compare(Comparison::LessOrEqual)),
        (">=", compare(Comparison::GreaterOrEqual)),
        ("<", compare(Comparison::Less)),
        (">", compare(Comparison::Greater)),
        ("(", TokenKind::Open),
        (")", TokenKind::Close),
        ("[", TokenKind::OpenList),
        ("]", TokenKind::CloseList),
        (",", TokenKind::Comma),
    ];
    marks.into_iter().find(|(it, _)| rest.starts_with(it)).map(|(it, kind)| (kind, it.len()))
}
