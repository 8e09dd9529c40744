//! What a webhook carries, and its two written forms.

use std::fmt;

use model::Timestamp;
use serde_json::{Value, json};

use crate::delivery::{Code, Failure};
use crate::message::{Key, Message};

/// Something that happened.
#[derive(Clone)]
pub struct Event {
    /// The same at every try; receivers tell repeats by it.
    pub id: Key,
    /// What happened, e.g. `handoff.accepted`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// The facts.
    pub data: Value,
}

/// How an event is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// `{"type", "timestamp", "data"}` as Standard Webhooks has it.
    Standard,
    /// CloudEvents 1.0 in binary mode: the data alone, the rest in headers.
    CloudEvents {
        /// The `source`: an address that names this installation.
        source: String,
    },
}

/// What receivers need not take any more.
const BODY_BYTES_MAX: usize = 20_000;

type Written = (Vec<u8>, Vec<(&'static str, String)>);

impl Event {
    /// The event that carries `message`, without its actions: their addresses act for the reader.
    pub fn of(message: &Message) -> Self {
        let facts: Vec<Value> = message
            .facts
            .iter()
            .map(|it| json!({ "label": it.label, "value": it.value }))
            .collect();
        let sections: Vec<Value> = message
            .sections
            .iter()
            .map(|it| json!({ "kind": it.kind.name(), "heading": it.heading, "text": it.text }))
            .collect();
        let data = json!({
            "thread": message.thread.as_str(),
            "language": message.language,
            "title": message.title,
            "summary": message.summary,
            "facts": facts,
            "sections": sections,
        });
        Self { id: message.id.clone(), kind: message.event.clone(), at: message.at, data }
    }

    /// Body and further headers.
    pub(super) fn write(&self, form: &Form) -> Result<Written, Failure> {
        let at = self.at.to_string();
        let (body, headers) = match form {
            Form::Standard => {
                (json!({ "type": self.kind, "timestamp": at, "data": self.data }), Vec::new())
            }
            Form::CloudEvents { source } => {
                let headers = vec![
                    ("ce-specversion", "1.0".to_owned()),
                    ("ce-id", self.id.to_string()),
                    ("ce-source", source.clone()),
                    ("ce-type", self.kind.clone()),
                    ("ce-time", at),
                ];
                (self.data.clone(), headers)
            }
        };
        let body = body.to_string().into_bytes();
        if BODY_BYTES_MAX < body.len() {
            let detail = format!("{} bytes, {BODY_BYTES_MAX} at most", body.len());
            return Err(Failure::refused(Code::EventTooLarge, detail));
        }
        Ok((body, headers))
    }
}

impl fmt::Debug for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The data speaks of people.
        let mut shown = f.debug_struct("Event");
        shown.field("id", &self.id).field("kind", &self.kind).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(data: Value) -> Event {
        let id = "evt_1".parse().unwrap();
        let at = "2026-11-20T15:00:00Z".parse().unwrap();
        Event { id, kind: "handoff.accepted".to_owned(), at, data }
    }

    #[test]
    fn the_standard_form_wraps_the_data() {
        let (body, headers) = event(json!({ "handoff": "h" })).write(&Form::Standard).unwrap();
        let body: Value = serde_json::from_slice(&body).unwrap();
        assert_eq!(
            body,
            json!({
                "type": "handoff.accepted",
                "timestamp": "2026-11-20T15:00:00Z",
                "data": { "handoff": "h" },
            })
        );
        assert!(headers.is_empty());
    }

    #[test]
    fn too_large_an_event_is_refused_before_it_leaves() {
        let failure = event(json!("x".repeat(BODY_BYTES_MAX))).write(&Form::Standard).unwrap_err();
        assert_eq!(failure.code, Code::EventTooLarge);
    }
}
