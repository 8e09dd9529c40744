//! Values of a tree as plain values; silent where the structural check has reported.

use std::str::FromStr;

use model::{Number, Seconds};
use serde_json::Value;

use crate::shape::scalar;
use crate::span::Span;
use crate::tree::{Node, NodeKind, ScalarStyle};

impl Node {
    /// The value under `key`.
    pub(crate) fn child(&self, key: &str) -> Option<&Node> {
        self.get(key).map(|it| &it.value)
    }

    /// The items of a list, else nothing.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.kind {
            NodeKind::List(items) => items,
            NodeKind::Scalar(_) | NodeKind::Map(_) => &[],
        }
    }

    /// The items of the list under `key`.
    pub(crate) fn list(&self, key: &str) -> &[Node] {
        self.child(key).map_or(&[], Self::items)
    }

    /// Whether there is a list under `key` with nothing in it.
    pub(crate) fn has_empty_list(&self, key: &str) -> bool {
        let kind = self.child(key).map(|it| &it.kind);
        matches!(kind, Some(NodeKind::List(items)) if items.is_empty())
    }

    /// The text under `key`, unless empty.
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.child(key).and_then(Self::scalar).filter(|it| !it.is_empty())
    }

    /// The name under `key` with its place.
    pub(crate) fn named<T: FromStr>(&self, key: &str) -> Option<(T, Span)> {
        self.child(key).and_then(Self::name)
    }

    /// This scalar as a name with its place.
    pub(crate) fn name<T: FromStr>(&self) -> Option<(T, Span)> {
        self.scalar().and_then(|it| it.parse().ok()).map(|it| (it, self.span))
    }

    /// `true` or `false` under `key`, else `absent`.
    pub(crate) fn flag(&self, key: &str, absent: bool) -> bool {
        self.text(key).and_then(scalar::yes_or_no).unwrap_or(absent)
    }

    /// The whole number under `key`.
    pub(crate) fn whole<T: TryFrom<i64>>(&self, key: &str) -> Option<T> {
        self.text(key).and_then(scalar::whole).and_then(|it| T::try_from(it).ok())
    }

    /// The duration under `key`.
    pub(crate) fn duration(&self, key: &str) -> Option<Seconds> {
        self.text(key).and_then(scalar::duration)
    }

    /// The percentage under `key`.
    pub(crate) fn percent(&self, key: &str) -> Option<Number> {
        self.text(key).and_then(scalar::percent)
    }

    /// The amount under `key`.
    pub(crate) fn money(&self, key: &str) -> Option<Number> {
        self.text(key).and_then(scalar::money)
    }

    /// The number under `key`.
    pub(crate) fn number(&self, key: &str) -> Option<Number> {
        self.text(key).and_then(scalar::number)
    }

    /// Where the value under `key` stands, else this node.
    pub(crate) fn span_of(&self, key: &str) -> Span {
        self.child(key).map_or(self.span, |it| it.span)
    }

    /// As JSON: plain `true`, `false`, `null` and numbers as such, all other scalars as text.
    pub(crate) fn to_json(&self) -> Value {
        match &self.kind {
            NodeKind::List(items) => items.iter().map(Self::to_json).collect(),
            NodeKind::Map(entries) => {
                entries.iter().map(|it| (it.key.clone(), it.value.to_json())).collect()
            }
            NodeKind::Scalar(it) if it.style == ScalarStyle::Plain => plain(&it.text),
            NodeKind::Scalar(it) => Value::from(it.text.as_str()),
        }
    }

    /// Both items of a pair.
    pub(crate) fn pair(&self) -> Option<(&Node, &Node)> {
        match self.items() {
            [first, second] => Some((first, second)),
            _ => None,
        }
    }

    /// What the word under `key` stands for, else `absent`.
    pub(crate) fn word<T: Copy>(&self, key: &str, words: &[(&str, T)], absent: T) -> T {
        self.text(key).and_then(|it| meaning(it, words)).unwrap_or(absent)
    }
}

fn plain(text: &str) -> Value {
    let typed = match text {
        "" | "null" => Some(Value::Null),
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        // A leading `0` or `+` belongs to codes and phone numbers.
        _ if text.len() > 1 && text.starts_with('0') && !text.starts_with("0.") => None,
        _ => scalar::number(text).map(|it| Value::from(it.get())),
    };
    typed.unwrap_or_else(|| Value::from(text))
}

/// What `word` stands for.
pub(crate) fn meaning<T: Copy>(word: &str, words: &[(&str, T)]) -> Option<T> {
    words.iter().find(|(it, _)| *it == word).map(|(_, value)| *value)
}
