//! What arrives: a submission in one shape, whatever way it came in.
//!
//! Every way in (API, form, file, connector) makes one of these; from here on they are all alike.

mod write;

use std::fmt;

use model::{Number, Timestamp};
use serde_json::{Map, Value};

/// A submission as it arrived.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Submission {
    /// Names and values as sent, in the order sent.
    pub fields: Vec<(String, Value)>,
    /// Answers to questions of consent.
    pub consent: Vec<ConsentAnswer>,
    /// What the lead did.
    pub activities: Vec<SubmittedActivity>,
    /// The id the sender knows the lead by, unique within its source.
    pub external: Option<ExternalId>,
    /// When the lead showed interest, where the sender says so.
    pub captured_at: Option<Timestamp>,
    /// Score of a scorecard quiz, 0 to 100.
    pub quiz_score: Option<Number>,
    /// What the sender's CRM knows.
    pub history: SubmittedHistory,
}

/// The sender's id of a lead.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExternalId {
    /// Who gave it, e.g. `hubspot` or the name of a list.
    pub source: String,
    /// The id.
    pub id: String,
}

/// An answer to a question of consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentAnswer {
    /// What for.
    pub purpose: String,
    /// Whether it was given.
    pub given: bool,
    /// Version of the wording shown.
    pub wording: Option<String>,
    /// When it was answered.
    pub at: Option<Timestamp>,
}

/// Something the lead did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmittedActivity {
    /// What, e.g. `demo_request`.
    pub kind: String,
    /// When; the capture where absent.
    pub at: Option<Timestamp>,
    /// On what, e.g. a page or a document.
    pub subject: Option<String>,
}

/// What the sender's CRM knows of the lead and its account; absent means it does not say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubmittedHistory {
    /// Whether its account has an open deal.
    pub active_deal: Option<bool>,
    /// Whether it is in an outreach sequence.
    pub active_sequence: Option<bool>,
    /// When sales last spoke or wrote to it.
    pub last_contact_at: Option<Timestamp>,
    /// Whether its account is a customer.
    pub customer: Option<bool>,
    /// The rep who owns its account, as the roster names it.
    pub account_owner: Option<String>,
}

/// A part of a submission that has the wrong shape.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeFault {
    /// Where, e.g. `activities[2].kind`.
    pub at: String,
    /// What is expected there.
    pub expected: &'static str,
}

impl ShapeFault {
    /// Its code, with a page in `docs/errors`.
    pub const CODE: &'static str = "I0301";
}

impl fmt::Display for ShapeFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` must be {}", self.at, self.expected)
    }
}

/// The most activities and consent answers of one submission.
const ENTRIES_MAX: usize = 1_000;

impl Submission {
    /// Reads the JSON form, the body of `POST /api/v1/leads`; every fault at once.
    ///
    /// ```json
    /// { "fields": { "email": "ana@acme.example" }, "consent": { "contact": true },
    ///   "activities": [{ "kind": "demo_request", "at": "2026-11-20T15:00:00Z" }],
    ///   "external_id": { "source": "web", "id": "17" } }
    /// ```
    pub fn from_json(body: Value) -> Result<Self, Vec<ShapeFault>> {
        let mut reader = Reader { faults: Vec::new() };
        let submission = match body {
            Value::Object(body) => reader.submission(body),
            _ => {
                reader.fault("body", "an object");
                Self::default()
            }
        };
        match reader.faults.is_empty() {
            true => Ok(submission),
            false => Err(reader.faults),
        }
    }
}

/// Collects faults while reading.
struct Reader {
    faults: Vec<ShapeFault>,
}

impl Reader {
    fn fault(&mut self, at: impl Into<String>, expected: &'static str) {
        self.faults.push(ShapeFault { at: at.into(), expected });
    }

    fn submission(&mut self, body: Map<String, Value>) -> Submission {
        let mut submission = Submission::default();
        let has_fields = body.contains_key("fields");
        for (key, value) in body {
            match key.as_str() {
                "fields" => submission.fields = self.fields(value),
                "consent" => submission.consent = self.consent(&value),
                "activities" => submission.activities = self.activities(&value),
                "external_id" => submission.external = self.external(&value),
                "captured_at" => submission.captured_at = self.instant(&key, &value),
                "quiz_score" => submission.quiz_score = self.number(&key, &value),
                "history" => submission.history = self.history(&value),
                _ => self.fault(key, "left out: it is not part of a submission"),
            }
        }
        if !has_fields {
            self.fault("fields", "an object of field names and values");
        }
        submission
    }

    fn fields(&mut self, value: Value) -> Vec<(String, Value)> {
        match value {
            Value::Object(fields) => fields.into_iter().collect(),
            _ => {
                self.fault("fields", "an object of field names and values");
                Vec::new()
            }
        }
    }

    fn consent(&mut self, value: &Value) -> Vec<ConsentAnswer> {
        let Value::Object(answers) = value else {
            self.fault("consent", "an object of purposes and answers");
            return Vec::new();
        };
        let answers = answers.iter().take(ENTRIES_MAX);
        answers.filter_map(|(purpose, answer)| self.consent_answer(purpose, answer)).collect()
    }

    fn consent_answer(&mut self, purpose: &str, answer: &Value) -> Option<ConsentAnswer> {
        let at = format!("consent.{purpose}");
        let plain =
            |given| ConsentAnswer { purpose: purpose.to_owned(), given, wording: None, at: None };
        match answer {
            Value::Null => None,
            Value::Bool(given) => Some(plain(*given)),
            Value::Object(parts) => {
                let Some(given) = parts.get("given").and_then(Value::as_bool) else {
                    self.fault(format!("{at}.given"), "true or false");
                    return None;
                };
                Some(ConsentAnswer {
                    wording: self.text(&format!("{at}.wording"), parts.get("wording")),
                    at: parts.get("at").and_then(|it| self.instant(&format!("{at}.at"), it)),
                    ..plain(given)
                })
            }
            _ => {
                self.fault(at, "true, false or an object with `given`");
                None
            }
        }
    }

    fn activities(&mut self, value: &Value) -> Vec<SubmittedActivity> {
        let Value::Array(all) = value else {
            self.fault("activities", "a list");
            return Vec::new();
        };
        if ENTRIES_MAX < all.len() {
            self.fault("activities", "a list of at most 1,000 entries");
            return Vec::new();
        }
        all.iter().enumerate().filter_map(|(at, it)| self.activity(at, it)).collect()
    }

    fn activity(&mut self, place: usize, value: &Value) -> Option<SubmittedActivity> {
        let at = format!("activities[{place}]");
        let kind = value.get("kind").and_then(Value::as_str).filter(|it| model::name::is_name(it));
        let Some(kind) = kind else {
            self.fault(format!("{at}.kind"), "a name like `demo_request`");
            return None;
        };
        Some(SubmittedActivity {
            kind: kind.to_owned(),
            at: value.get("at").and_then(|it| self.instant(&format!("{at}.at"), it)),
            subject: self.text(&format!("{at}.subject"), value.get("subject")),
        })
    }

    fn external(&mut self, value: &Value) -> Option<ExternalId> {
        let part = |key: &str| value.get(key).and_then(Value::as_str).filter(|it| !it.is_empty());
        match (value, part("source"), part("id")) {
            (Value::Null, _, _) => None,
            (_, Some(source), Some(id)) => {
                Some(ExternalId { source: source.to_owned(), id: id.to_owned() })
            }
            _ => {
                self.fault("external_id", "an object with `source` and `id`");
                None
            }
        }
    }

    fn history(&mut self, value: &Value) -> SubmittedHistory {
        let Value::Object(parts) = value else {
            self.fault("history", "an object");
            return SubmittedHistory::default();
        };
        let mut history = SubmittedHistory::default();
        for (key, value) in parts {
            let at = format!("history.{key}");
            match key.as_str() {
                "active_deal" => history.active_deal = self.flag(&at, value),
                "active_sequence" => history.active_sequence = self.flag(&at, value),
                "customer" => history.customer = self.flag(&at, value),
                "last_contact_at" => history.last_contact_at = self.instant(&at, value),
                "account_owner" => history.account_owner = self.text(&at, Some(value)),
                _ => self.fault(at, "left out: it is not part of a history"),
            }
        }
        history
    }

    fn flag(&mut self, at: &str, value: &Value) -> Option<bool> {
        if !value.is_boolean() && !value.is_null() {
            self.fault(at, "true or false");
        }
        value.as_bool()
    }

    fn text(&mut self, at: &str, value: Option<&Value>) -> Option<String> {
        match value {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.clone()),
            Some(_) => {
                self.fault(at, "a text");
                None
            }
        }
    }

    fn instant(&mut self, at: &str, value: &Value) -> Option<Timestamp> {
        if value.is_null() {
            return None;
        }
        let instant = value.as_str().and_then(|it| it.parse().ok());
        if instant.is_none() {
            self.fault(at, "an instant like `2026-11-20T15:00:00Z`");
        }
        instant
    }

    fn number(&mut self, at: &str, value: &Value) -> Option<Number> {
        if value.is_null() {
            return None;
        }
        let number = value.as_f64().and_then(Number::new);
        if number.is_none() {
            self.fault(at, "a number");
        }
        number
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_whole_submission_is_read() {
        let body = json!({
            "fields": { "email": "ana@acme.example", "employees": 120 },
            "consent": { "contact": true, "news": { "given": false, "wording": "v3" } },
            "activities": [{ "kind": "demo_request", "at": "2026-11-20T15:00:00Z" }],
            "external_id": { "source": "web", "id": "17" },
            "captured_at": "2026-11-20T15:00:01Z",
            "quiz_score": 72,
            "history": { "customer": false, "account_owner": "ana" },
        });
        let read = Submission::from_json(body).unwrap();
        assert_eq!(read.fields.len(), 2);
        assert_eq!(read.consent.len(), 2);
        assert_eq!(read.activities[0].kind, "demo_request");
        assert_eq!(read.external.unwrap().id, "17");
        assert_eq!(read.history.customer, Some(false));
    }

    #[test]
    fn every_fault_is_named_at_once() {
        let body = json!({
            "consent": { "contact": "maybe" },
            "activities": [{ "kind": "Demo Request" }, { "kind": "ok", "at": "yesterday" }],
            "external_id": "17",
            "colour": "red",
        });
        let faults = Submission::from_json(body).unwrap_err();
        let places: Vec<_> = faults.iter().map(|it| it.at.as_str()).collect();
        assert_eq!(
            places,
            [
                "activities[0].kind",
                "activities[1].at",
                "colour",
                "consent.contact",
                "external_id",
                "fields",
            ]
        );
        assert_eq!(
            faults[0].to_string(),
            "`activities[0].kind` must be a name like `demo_request`"
        );
    }

    #[test]
    fn a_body_that_is_no_object_is_refused() {
        assert_eq!(Submission::from_json(json!([1])).unwrap_err()[0].at, "body");
    }
}
