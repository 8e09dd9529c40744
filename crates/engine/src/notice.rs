//! What stands in a message of the outbox: what it is about and how it may leave. Versioned JSON.

use policy::section::Notification;
use serde::{Deserialize, Serialize};

use crate::words;

/// The body of a message in the outbox.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// The version of this format.
    pub v: u8,
    /// What it is about, e.g. `assigned`.
    pub on: String,
    /// The channels that are left where this one fails or goes unseen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fallback: Vec<String>,
    /// Seconds after which it counts as unseen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen_after: Option<u32>,
    /// Whether it is sent in quiet hours too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub urgent: bool,
}

impl Notice {
    /// What the policy says of a notification.
    pub(crate) fn of(on: policy::section::NotifyOn, rule: Option<&Notification>) -> Self {
        let fallback = rule.map(|it| it.fallback.as_slice()).unwrap_or_default();
        Self {
            v: 1,
            on: words::occasion(on).to_owned(),
            fallback: fallback.iter().map(|it| words::channel(*it).to_owned()).collect(),
            unseen_after: rule.and_then(|it| it.unseen_after).map(model::Seconds::get),
            urgent: rule.is_some_and(|it| it.urgent),
        }
    }

    /// The stored text.
    pub(crate) fn write(&self) -> String {
        // A record of texts and numbers can always be written.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a stored text; `None` where it is of no known version.
    pub(crate) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok().filter(|it: &Self| it.v == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_of_version_one_is_still_read() {
        let plain = Notice::read(r#"{"v":1,"on":"assigned"}"#).unwrap();
        assert_eq!((plain.on.as_str(), plain.urgent), ("assigned", false));
        assert_eq!(plain.write(), r#"{"v":1,"on":"assigned"}"#);
        let full =
            r#"{"v":1,"on":"reminder","fallback":["email"],"unseen_after":600,"urgent":true}"#;
        assert_eq!(Notice::read(full).unwrap().write(), full);
        assert_eq!(Notice::read(r#"{"v":2,"on":"assigned"}"#), None);
    }
}
