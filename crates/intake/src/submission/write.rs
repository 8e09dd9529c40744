//! A submission as JSON, in the form that [`Submission::from_json`] reads.

use serde_json::{Map, Value, json};

use super::{ConsentAnswer, Submission, SubmittedActivity, SubmittedHistory};

impl Submission {
    /// The JSON form. Of a field that was sent twice the last value is kept.
    pub fn to_json(&self) -> Value {
        let mut body = Map::new();
        body.insert("fields".to_owned(), self.fields.iter().cloned().collect());
        if !self.consent.is_empty() {
            let answers = self.consent.iter().map(|it| (it.purpose.clone(), consent(it)));
            body.insert("consent".to_owned(), answers.collect());
        }
        if !self.activities.is_empty() {
            let activities = self.activities.iter().map(activity);
            body.insert("activities".to_owned(), activities.collect());
        }
        if let Some(external) = &self.external {
            let id = json!({ "source": external.source, "id": external.id });
            body.insert("external_id".to_owned(), id);
        }
        if let Some(at) = self.captured_at {
            body.insert("captured_at".to_owned(), json!(at));
        }
        if let Some(score) = self.quiz_score {
            body.insert("quiz_score".to_owned(), json!(score.get()));
        }
        let history = history(&self.history);
        if !history.is_empty() {
            body.insert("history".to_owned(), Value::Object(history));
        }
        Value::Object(body)
    }
}

fn consent(answer: &ConsentAnswer) -> Value {
    if answer.wording.is_none() && answer.at.is_none() {
        return Value::Bool(answer.given);
    }
    without_nulls(json!({ "given": answer.given, "wording": answer.wording, "at": answer.at }))
}

fn activity(activity: &SubmittedActivity) -> Value {
    let SubmittedActivity { kind, at, subject } = activity;
    without_nulls(json!({ "kind": kind, "at": at, "subject": subject }))
}

fn history(history: &SubmittedHistory) -> Map<String, Value> {
    let SubmittedHistory { active_deal, active_sequence, last_contact_at, customer, account_owner } =
        history;
    let all = json!({
        "active_deal": active_deal,
        "active_sequence": active_sequence,
        "last_contact_at": last_contact_at,
        "customer": customer,
        "account_owner": account_owner,
    });
    match without_nulls(all) {
        Value::Object(map) => map,
        _ => Map::new(),
    }
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, it)| !it.is_null()).collect(),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_submission_written_and_read_again_is_the_same() {
        let body = json!({
            "fields": { "email": "ana@acme.example", "seats": 40 },
            "consent": {
                "contact": true,
                "news": { "given": false, "wording": "v2", "at": "2026-11-20T15:00:00Z" },
            },
            "activities": [
                { "kind": "demo_request", "at": "2026-11-20T15:00:00Z" },
                { "kind": "download", "subject": "price list" },
            ],
            "external_id": { "source": "web", "id": "17" },
            "captured_at": "2026-11-20T15:00:00Z",
            "quiz_score": 71.5,
            "history": { "customer": false, "account_owner": "ana" },
        });
        let submission = Submission::from_json(body).unwrap();
        assert_eq!(Submission::from_json(submission.to_json()).unwrap(), submission);
        let bare = Submission::from_json(json!({ "fields": {} })).unwrap();
        assert_eq!(bare.to_json(), json!({ "fields": {} }));
    }
}
