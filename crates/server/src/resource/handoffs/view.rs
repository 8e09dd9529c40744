//! Handoffs as answers show them.

use engine::view::HandoffView;
use model::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::page::Page;

/// A page of handoffs.
pub type HandoffPage = Page<Handoff>;

/// A lead in the hands of sales, with its clocks.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "handoff_01hq3xkd5gzax", "lead": "lead_01hq3xkd5gzaw", "version": 1, "state": "offered",
    "reason": "Product - Voice", "owner": "olga", "owner_name": "Olga Brandt", "queue": null,
    "pool": "emea", "tier": "1", "sla": "tier_1", "score": 85.0, "value": null,
    "created_at": "2026-11-20T15:00:00Z", "acknowledge_due": "2026-11-20T15:05:00Z",
    "touch_due": "2026-11-20T15:15:00Z", "disposition_due": "2026-11-24T15:00:00Z",
    "accepted_at": null, "rejected_at": null, "reject_reason": null, "reject_note": null,
    "first_attempt_at": null, "first_touch_at": null, "disposition": null, "disposed_at": null,
    "breached_at": null, "closed_at": null
}))]
pub struct Handoff {
    /// The handoff.
    pub id: String,
    /// The lead.
    pub lead: String,
    /// Grows with every change; sent back with an action, it makes stale ones fail.
    pub version: i64,
    /// `offered`, `accepted`, `queued`, `waiting`, `paused`, `disposed`, `recycled` or `closed`.
    pub state: String,
    /// The handoff reason: what brought the lead here.
    pub reason: String,
    /// The rep who has it.
    pub owner: Option<String>,
    /// As shown to people.
    pub owner_name: Option<String>,
    /// The queue it lies in.
    pub queue: Option<String>,
    /// The pool it was picked from.
    pub pool: Option<String>,
    /// Qualification tier, 1 is the most urgent.
    pub tier: Option<String>,
    /// SLA tier.
    pub sla: Option<String>,
    /// 0 to 100.
    pub score: Option<f64>,
    /// Potential in whole units of the workspace's currency.
    pub value: Option<i64>,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// By when the owner must accept or reject.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledge_due: Option<Timestamp>,
    /// By when the first valid touch is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub touch_due: Option<Timestamp>,
    /// By when the verdict is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disposition_due: Option<Timestamp>,
    /// When it was accepted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub accepted_at: Option<Timestamp>,
    /// When it was rejected.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rejected_at: Option<Timestamp>,
    /// Code of the reason.
    pub reject_reason: Option<String>,
    /// In the rep's words.
    pub reject_note: Option<String>,
    /// The first outreach of any kind.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_attempt_at: Option<Timestamp>,
    /// The first valid touch.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_touch_at: Option<Timestamp>,
    /// The verdict: `submitted`, `rejected`, `pursue_account`, `bad_use_case` or `recycled`.
    pub disposition: Option<String>,
    /// When the verdict was given.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disposed_at: Option<Timestamp>,
    /// When the first deadline passed unanswered.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub breached_at: Option<Timestamp>,
    /// When it ended; absent while it is open.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub closed_at: Option<Timestamp>,
}

impl From<HandoffView> for Handoff {
    fn from(view: HandoffView) -> Self {
        Self {
            id: view.id.to_string(),
            lead: view.lead.to_string(),
            version: view.version,
            state: view.state,
            reason: view.reason,
            owner: view.owner,
            owner_name: view.owner_name,
            queue: view.queue,
            pool: view.pool,
            tier: view.tier,
            sla: view.sla,
            score: view.score,
            value: view.value,
            created_at: view.created_at,
            acknowledge_due: view.acknowledge_due,
            touch_due: view.touch_due,
            disposition_due: view.disposition_due,
            accepted_at: view.accepted_at,
            rejected_at: view.rejected_at,
            reject_reason: view.reject_reason,
            reject_note: view.reject_note,
            first_attempt_at: view.first_attempt_at,
            first_touch_at: view.first_touch_at,
            disposition: view.disposition,
            disposed_at: view.disposed_at,
            breached_at: view.breached_at,
            closed_at: view.closed_at,
        }
    }
}
