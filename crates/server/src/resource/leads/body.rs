//! What is sent to hand in a lead. For the description only: `intake` reads the JSON itself and
//! reports every fault of its shape at once.

use serde_json::Value;
use utoipa::ToSchema;

/// A lead as it is handed in.
#[derive(Clone, Debug, ToSchema)]
#[schema(example = json!({
    "fields": { "email": "ana@acme.example", "company": "Acme Robotics", "country": "DE",
        "employees": 120, "handoff_reason": "Product - Voice" },
    "consent": { "contact": true },
    "activities": [{ "kind": "demo_request", "at": "2026-11-20T15:00:00Z" }],
    "external_id": { "source": "web", "id": "17" }
}))]
pub struct LeadBody {
    /// Names and values as the data contract of the live policy declares them.
    #[schema(value_type = Object)]
    pub fields: Value,
    /// Answers to questions of consent, by purpose.
    #[schema(value_type = Option<Object>)]
    pub consent: Option<Value>,
    /// What the lead did: objects with `kind`, `at` and `subject`.
    #[schema(value_type = Option<Vec<Object>>)]
    pub activities: Option<Value>,
    /// The sender's id: `source` and `id`. The same id is the same lead.
    #[schema(value_type = Option<Object>)]
    pub external_id: Option<Value>,
    /// When the person left it; now where absent.
    #[schema(format = DateTime)]
    pub captured_at: Option<String>,
    /// Score of a scorecard quiz, 0 to 100.
    pub quiz_score: Option<f64>,
    /// What the sender's CRM knows: `active_deal`, `active_sequence`, `last_contact_at`,
    /// `customer`, `account_owner`.
    #[schema(value_type = Option<Object>)]
    pub history: Option<Value>,
}
