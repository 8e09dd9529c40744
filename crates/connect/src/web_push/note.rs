//! What the browser shows: JSON for our service worker.

use serde_json::{Value, json};

use super::encrypt::NOTE_BYTES_MAX;
use crate::delivery::{Code, Failure};
use crate::message::{ActionKind, Message};
use crate::text;

const TITLE_CHARS_MAX: usize = 120;
const BODY_CHARS_MAX: usize = 240;

/// The note for `message`: title, one line, where a click leads. Browsers show two buttons.
pub(super) fn note(message: &Message) -> Result<Vec<u8>, Failure> {
    let buttons: Vec<Value> = [ActionKind::Accept, ActionKind::Snooze]
        .into_iter()
        .filter_map(|kind| message.action(kind))
        .map(|it| json!({ "action": it.kind.name(), "title": it.label, "url": it.url }))
        .collect();
    let mut note = json!({
        "id": message.id.as_str(),
        "tag": message.thread.as_str(),
        "lang": message.language,
        "title": text::cut(&text::one_line(&message.title), TITLE_CHARS_MAX),
        "body": text::cut(text::second_line(message), BODY_CHARS_MAX),
        "url": message.action(ActionKind::Open).map(|it| it.url.as_str()),
        "actions": buttons,
    });
    if NOTE_BYTES_MAX < note.to_string().len() {
        // Opening it does everything the buttons do.
        if let Some(fields) = note.as_object_mut() {
            fields.remove("actions");
        }
    }
    let bytes = note.to_string().into_bytes();
    match bytes.len() <= NOTE_BYTES_MAX {
        true => Ok(bytes),
        false => {
            Err(Failure::refused(Code::Misconfigured, "the address of the action is too long"))
        }
    }
}
