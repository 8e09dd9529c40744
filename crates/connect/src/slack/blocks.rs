//! A message as Block Kit, and the dialogue that asks for a reason.

use serde_json::{Value, json};

use crate::message::{Action, ActionKind, Message};
use crate::text::{cut, one_line};

const HEADER_CHARS_MAX: usize = 150;
const SECTION_CHARS_MAX: usize = 3000;
const FIELD_CHARS_MAX: usize = 2000;
const FIELDS_MAX: usize = 10;
const LABEL_CHARS_MAX: usize = 75;
const VALUE_CHARS_MAX: usize = 2000;
/// Slack takes 50 blocks; one header, two for facts, one for actions and one note are ours.
const TEXTS_MAX: usize = 40;

pub(super) const REASON_BLOCK: &str = "reason";
pub(super) const NOTE_BLOCK: &str = "note";
pub(super) const CHOSEN: &str = "chosen";
pub(super) const REASON_VIEW: &str = "baton_reason";

/// What is asked when somebody gives a handoff back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReasonForm {
    /// Title of the dialogue.
    pub title: String,
    /// Label of the button that sends it.
    pub submit: String,
    /// Label of the button that closes it.
    pub cancel: String,
    /// Label of the choice.
    pub reason_label: String,
    /// What can be chosen; 100 at most are shown.
    pub reasons: Vec<Choice>,
    /// Label of the free text.
    pub note_label: String,
}

/// One thing to choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What comes back.
    pub value: String,
    /// What is shown.
    pub label: String,
}

/// The blocks of `message`: with its buttons, or in their place a note on what became of it.
pub fn blocks(message: &Message, note: Option<&str>) -> Value {
    let mut blocks = vec![json!({
        "type": "header",
        "text": plain(&one_line(&message.title), HEADER_CHARS_MAX),
    })];
    if !message.summary.is_empty() {
        blocks.push(section(&message.summary.join("\n")));
    }
    let fields: Vec<Value> = message
        .facts
        .iter()
        .take(2 * FIELDS_MAX)
        .map(|it| {
            mrkdwn(&format!("*{}*\n{}", escape(&it.label), escape(&it.value)), FIELD_CHARS_MAX)
        })
        .collect();
    for fields in fields.chunks(FIELDS_MAX) {
        blocks.push(json!({ "type": "section", "fields": fields }));
    }
    for it in message.sections.iter().take(TEXTS_MAX) {
        let words = format!("*{}*\n{}", escape(&it.heading), escape(&it.text));
        blocks.push(json!({ "type": "section", "text": mrkdwn(&words, SECTION_CHARS_MAX) }));
    }
    if let Some(note) = note {
        let note = plain(note, SECTION_CHARS_MAX);
        blocks.push(json!({ "type": "context", "elements": [note] }));
    } else if !message.actions.is_empty() {
        let buttons: Vec<Value> = message.actions.iter().map(button).collect();
        let block_id = format!("baton:{}", message.thread);
        blocks.push(json!({ "type": "actions", "block_id": block_id, "elements": buttons }));
    }
    Value::Array(blocks)
}

impl ReasonForm {
    /// The view for `views.open`.
    pub(super) fn view(&self, context: &str) -> Value {
        let options: Vec<Value> = self
            .reasons
            .iter()
            .take(100)
            .map(|it| json!({ "text": plain(&it.label, LABEL_CHARS_MAX), "value": cut(&it.value, 75) }))
            .collect();
        json!({
            "type": "modal",
            "callback_id": REASON_VIEW,
            "private_metadata": context,
            "title": plain(&self.title, 24),
            "submit": plain(&self.submit, 24),
            "close": plain(&self.cancel, 24),
            "blocks": [
                {
                    "type": "input",
                    "block_id": REASON_BLOCK,
                    "label": plain(&self.reason_label, 2000),
                    "element": { "type": "static_select", "action_id": CHOSEN, "options": options },
                },
                {
                    "type": "input",
                    "block_id": NOTE_BLOCK,
                    "optional": true,
                    "label": plain(&self.note_label, 2000),
                    "element": {
                        "type": "plain_text_input",
                        "action_id": CHOSEN,
                        "multiline": true,
                        "max_length": 3000,
                    },
                },
            ],
        })
    }
}

fn button(action: &Action) -> Value {
    let mut button = json!({
        "type": "button",
        "action_id": action.kind.name(),
        "text": plain(&action.label, LABEL_CHARS_MAX),
        "value": cut(&action.value, VALUE_CHARS_MAX),
    });
    if let Some(fields) = button.as_object_mut() {
        match action.kind {
            ActionKind::Accept => fields.insert("style".to_owned(), json!("primary")),
            ActionKind::Reject => fields.insert("style".to_owned(), json!("danger")),
            ActionKind::Open => fields.insert("url".to_owned(), json!(action.url)),
            ActionKind::Snooze => None,
        };
    }
    button
}

fn section(words: &str) -> Value {
    json!({ "type": "section", "text": plain(words, SECTION_CHARS_MAX) })
}

fn plain(words: &str, chars: usize) -> Value {
    json!({ "type": "plain_text", "text": cut(words, chars), "emoji": false })
}

/// `words` are escaped already; `verbatim` keeps Slack from making links and mentions of them.
fn mrkdwn(words: &str, chars: usize) -> Value {
    json!({ "type": "mrkdwn", "text": cut(words, chars), "verbatim": true })
}

/// For `mrkdwn`: links, mentions and entities begin with these.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_leads_mention_nobody_and_link_nowhere() {
        assert_eq!(escape("<!channel> & <https://x>"), "&lt;!channel&gt; &amp; &lt;https://x&gt;");
    }
}
