//! What the form of the invented company sends.

use engine::capture::CaptureRequest;
use intake::Submission;
use model::{Seconds, Timestamp};
use serde_json::{Map, Value, json};

use super::plan::PlannedLead;

/// A planned lead as the form hands it in at `now`.
pub(crate) fn request(planned: &PlannedLead, now: Timestamp) -> CaptureRequest {
    let mut fields = planned.fields.clone();
    let consent = fields.remove("consent");
    let external = fields.remove("external_id");
    let activities: Vec<Value> = planned
        .activities
        .iter()
        .map(|(kind, minutes)| {
            let at = now.minus(Seconds::from_minutes(*minutes));
            json!({ "kind": kind, "at": at })
        })
        .collect();
    let mut body = Map::new();
    body.insert("fields".to_owned(), Value::Object(fields));
    body.insert("activities".to_owned(), Value::Array(activities));
    body.insert("consent".to_owned(), consent.unwrap_or(Value::Null));
    body.insert("captured_at".to_owned(), json!(now));
    if let Some(id) = external {
        body.insert("external_id".to_owned(), json!({ "source": "demo", "id": id }));
    }
    let body = Value::Object(body);
    CaptureRequest {
        raw: body.to_string(),
        submission: Submission::from_json(body).unwrap_or_default(),
        channel: "form".to_owned(),
        import: None,
    }
}
