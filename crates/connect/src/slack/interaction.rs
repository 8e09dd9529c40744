//! What people do in Slack, read from its payloads into our own words.

use serde_json::Value;
use url::form_urlencoded;

use super::Posted;
use super::blocks::{CHOSEN, NOTE_BLOCK, REASON_BLOCK, REASON_VIEW};
use crate::message::ActionKind;
use crate::secret::Secret;

/// Something a person did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Interaction {
    /// Pressed a button.
    Pressed {
        /// Which.
        action: ActionKind,
        /// The value the button was given.
        value: String,
        /// Who, by Slack's id.
        user: String,
        /// The message it stands on; nothing if Slack does not say.
        place: Option<Posted>,
        /// Opens a dialogue with this person, within three seconds.
        trigger: Secret,
    },
    /// Gave a reason.
    Reasoned {
        /// What the dialogue was opened with.
        context: String,
        /// Who, by Slack's id.
        user: String,
        /// The chosen value.
        reason: String,
        /// What they wrote, if anything.
        note: Option<String>,
    },
    /// Something that asks for nothing but to be acknowledged.
    Other,
}

/// A payload that is not what Slack documents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InteractionError {
    /// The form has no `payload`, or it is no JSON.
    #[error("the form holds no payload")]
    Payload,
    /// A part is missing.
    #[error("the payload lacks `{0}`")]
    Missing(&'static str),
}

/// The interaction in the body of a signed request; verify the signature first.
pub fn interaction(body: &[u8]) -> Result<Interaction, InteractionError> {
    let payload = form_urlencoded::parse(body).find(|(name, _)| name == "payload");
    let (_, payload) = payload.ok_or(InteractionError::Payload)?;
    let payload: Value = serde_json::from_str(&payload).map_err(|_| InteractionError::Payload)?;
    read(&payload)
}

/// The interaction in a payload.
pub(super) fn read(payload: &Value) -> Result<Interaction, InteractionError> {
    match payload.get("type").and_then(Value::as_str) {
        Some("block_actions") => pressed(payload),
        Some("view_submission") => reasoned(payload),
        Some(_) => Ok(Interaction::Other),
        None => Err(InteractionError::Missing("type")),
    }
}

fn pressed(payload: &Value) -> Result<Interaction, InteractionError> {
    let name = text(payload, "/actions/0/action_id", "actions[0].action_id")?;
    let Some(action) = ActionKind::from_name(name) else { return Ok(Interaction::Other) };
    let channel = payload.pointer("/channel/id").or(payload.pointer("/container/channel_id"));
    let ts = payload.pointer("/container/message_ts").or(payload.pointer("/message/ts"));
    let place = match (channel.and_then(Value::as_str), ts.and_then(Value::as_str)) {
        (Some(channel), Some(ts)) => {
            Some(Posted { channel: channel.to_owned(), ts: ts.to_owned() })
        }
        _ => None,
    };
    Ok(Interaction::Pressed {
        action,
        value: text(payload, "/actions/0/value", "actions[0].value")?.to_owned(),
        user: text(payload, "/user/id", "user.id")?.to_owned(),
        place,
        trigger: Secret::new(text(payload, "/trigger_id", "trigger_id")?),
    })
}

fn reasoned(payload: &Value) -> Result<Interaction, InteractionError> {
    if payload.pointer("/view/callback_id").and_then(Value::as_str) != Some(REASON_VIEW) {
        return Ok(Interaction::Other);
    }
    let reason = format!("/view/state/values/{REASON_BLOCK}/{CHOSEN}/selected_option/value");
    let note = format!("/view/state/values/{NOTE_BLOCK}/{CHOSEN}/value");
    let note = payload.pointer(&note).and_then(Value::as_str).filter(|it| !it.trim().is_empty());
    Ok(Interaction::Reasoned {
        context: text(payload, "/view/private_metadata", "view.private_metadata")?.to_owned(),
        user: text(payload, "/user/id", "user.id")?.to_owned(),
        reason: text(payload, &reason, "view.state.values.reason")?.to_owned(),
        note: note.map(str::to_owned),
    })
}

fn text<'a>(
    payload: &'a Value,
    pointer: &str,
    name: &'static str,
) -> Result<&'a str, InteractionError> {
    payload.pointer(pointer).and_then(Value::as_str).ok_or(InteractionError::Missing(name))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn click() -> Value {
        json!({
            "type": "block_actions",
            "user": { "id": "U1", "username": "ana" },
            "trigger_id": "13345224609.738474920.8088930838d88f008e0",
            "container": { "type": "message", "message_ts": "1700000000.000100", "channel_id": "C1" },
            "channel": { "id": "C1", "name": "leads" },
            "actions": [{ "action_id": "reject", "block_id": "baton:h_1", "value": "h_1", "type": "button" }],
        })
    }

    fn submission() -> Value {
        json!({
            "type": "view_submission",
            "user": { "id": "U1" },
            "view": {
                "callback_id": "baton_reason",
                "private_metadata": "h_1",
                "state": { "values": {
                    "reason": { "chosen": { "type": "static_select", "selected_option": { "value": "no_fit" } } },
                    "note": { "chosen": { "type": "plain_text_input", "value": null } },
                } },
            },
        })
    }

    #[test]
    fn a_click_is_read_from_a_form() {
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("payload", &click().to_string())
            .finish();
        assert_eq!(
            interaction(body.as_bytes()),
            Ok(Interaction::Pressed {
                action: ActionKind::Reject,
                value: "h_1".to_owned(),
                user: "U1".to_owned(),
                place: Some(Posted {
                    channel: "C1".to_owned(),
                    ts: "1700000000.000100".to_owned()
                }),
                trigger: Secret::new("13345224609.738474920.8088930838d88f008e0"),
            })
        );
        assert_eq!(interaction(b"x=1"), Err(InteractionError::Payload));
        assert_eq!(interaction(b"payload=%7B"), Err(InteractionError::Payload));
    }

    #[test]
    fn a_reason_is_read_with_and_without_a_note() {
        let reasoned = |note: Option<&str>| {
            Ok(Interaction::Reasoned {
                context: "h_1".to_owned(),
                user: "U1".to_owned(),
                reason: "no_fit".to_owned(),
                note: note.map(str::to_owned),
            })
        };
        assert_eq!(read(&submission()), reasoned(None));
        let mut noted = submission();
        noted["view"]["state"]["values"]["note"]["chosen"]["value"] = json!("too small");
        assert_eq!(read(&noted), reasoned(Some("too small")));
    }

    #[test]
    fn what_is_not_ours_is_acknowledged_and_what_is_broken_is_said() {
        let mut other = click();
        other["actions"][0]["action_id"] = json!("something");
        assert_eq!(read(&other), Ok(Interaction::Other));
        assert_eq!(read(&json!({ "type": "shortcut" })), Ok(Interaction::Other));
        let mut foreign = submission();
        foreign["view"]["callback_id"] = json!("x");
        assert_eq!(read(&foreign), Ok(Interaction::Other));
        let mut broken = click();
        broken["user"] = json!("U1");
        assert_eq!(read(&broken), Err(InteractionError::Missing("user.id")));
        assert_eq!(read(&json!([])), Err(InteractionError::Missing("type")));
    }
}
