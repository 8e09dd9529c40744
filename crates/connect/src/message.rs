//! A message as it stands before any channel: what happened, why the reader, what next.
//!
//! All texts arrive in the reader's language and in plain characters. A channel escapes and cuts
//! them in its own way and adds no words of its own.

use std::fmt;
use std::str::FromStr;

use model::Timestamp;

/// A name that goes into headers, addresses and ids of others: 1 to 64 of `A-Z a-z 0-9 _ -`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key(String);

/// A text that cannot be a [`Key`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no key: 1 to 64 letters, digits, `_` and `-`")]
pub struct KeyError(String);

/// What one reader is told.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The idempotency key: the same at every try, another for every message.
    pub id: Key,
    /// Messages about one handoff to one reader share it; the first has it as its id.
    pub thread: Key,
    /// What happened, e.g. `handoff.offered`.
    pub event: String,
    /// When it happened.
    pub at: Timestamp,
    /// Language tag of all texts, e.g. `en`.
    pub language: String,
    /// One line that stands alone.
    pub title: String,
    /// Lines below the title.
    pub summary: Vec<String>,
    /// What is known, as label and value.
    pub facts: Vec<Fact>,
    /// Longer texts, each under its heading.
    pub sections: Vec<Section>,
    /// What the reader can do at once.
    pub actions: Vec<Action>,
}

/// One line of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value, rendered.
    pub value: String,
}

/// A text under a heading.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// What it is for.
    pub kind: SectionKind,
    /// The heading in the reader's language.
    pub heading: String,
    /// The text; lines are kept.
    pub text: String,
}

/// What a section is for, so that a short channel knows what to leave out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SectionKind {
    /// Why this reader.
    WhyYou,
    /// What to do next, with its deadline.
    NextAction,
    /// How the first outreach could begin.
    Opener,
    /// One of several messages that come as one.
    Held,
}

/// Something the reader can do.
#[derive(Clone, PartialEq, Eq)]
pub struct Action {
    /// What it does.
    pub kind: ActionKind,
    /// The label in the reader's language.
    pub label: String,
    /// A page that shows it and acts on confirmation. It may hold a signed token: a credential.
    pub url: String,
    /// What comes back from channels that answer by themselves, e.g. the buttons of Slack.
    pub value: String,
}

/// What an action does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActionKind {
    /// Takes the handoff.
    Accept,
    /// Gives it back, with a reason.
    Reject,
    /// Reminds later.
    Snooze,
    /// Opens it in Baton.
    Open,
}

impl ActionKind {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Snooze => "snooze",
            Self::Open => "open",
        }
    }

    /// The kind of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Accept, Self::Reject, Self::Snooze, Self::Open]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

impl SectionKind {
    /// Its name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::WhyYou => "why_you",
            Self::NextAction => "next_action",
            Self::Opener => "opener",
            Self::Held => "held",
        }
    }
}

impl Message {
    /// The section of that kind.
    pub fn section(&self, kind: SectionKind) -> Option<&Section> {
        self.sections.iter().find(|it| it.kind == kind)
    }

    /// The action of that kind.
    pub fn action(&self, kind: ActionKind) -> Option<&Action> {
        self.actions.iter().find(|it| it.kind == kind)
    }
}

impl Key {
    /// The characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Key {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let fits = |it: char| it.is_ascii_alphanumeric() || it == '_' || it == '-';
        match (1..=64).contains(&text.len()) && text.chars().all(fits) {
            true => Ok(Self(text.to_owned())),
            false => Err(KeyError(text.chars().take(64).collect())),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The rest speaks of people.
        let mut shown = f.debug_struct("Message");
        shown.field("id", &self.id).field("event", &self.event).finish_non_exhaustive()
    }
}

impl fmt::Debug for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may act for the reader.
        f.debug_struct("Action").field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_hold_nothing_that_headers_or_signatures_split_at() {
        for good in ["h_1-2", "a", &"x".repeat(64)] {
            assert_eq!(good.parse::<Key>().unwrap().as_str(), good);
        }
        for bad in ["", "a.b", "a b", "a@b", "a\r\nb", "ä", &"x".repeat(65)] {
            assert!(bad.parse::<Key>().is_err(), "{bad:?}");
        }
    }

    #[test]
    fn names_of_actions_lead_back() {
        assert_eq!(ActionKind::from_name("reject"), Some(ActionKind::Reject));
        assert_eq!(ActionKind::from_name("Reject"), None);
    }

    #[test]
    fn the_address_of_an_action_is_not_printed() {
        let action = Action {
            kind: ActionKind::Open,
            label: "Open".to_owned(),
            url: "https://baton.example/a/token".to_owned(),
            value: "v".to_owned(),
        };
        assert!(!format!("{action:?}").contains("token"));
    }
}
