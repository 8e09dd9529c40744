//! Leads as answers show them.

use engine::FieldFault;
use engine::capture::{CaptureAnswer, Party as EngineParty};
use engine::read::{ActivityView, LeadDetail, LeadView};
use model::Timestamp;
use model::id::{LeadId, QuarantineId};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::error::{ApiError, FieldError};
use crate::page::Page;
use crate::resource::handoffs::Handoff;

/// A page of leads.
pub type LeadPage = Page<Lead>;

/// What became of a lead that was handed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = LeadAnswer, example = json!({
    "lead": "lead_01hq3xkd5gzaw", "handoff": "handoff_01hq3xkd5gzax", "outcome": "assigned",
    "owner": { "id": "olga", "name": "Olga Brandt" }, "queue": null, "tier": 1, "sla": "tier_1",
    "score": 85, "fast_track": false, "acknowledge_due": "2026-11-20T15:05:00Z",
    "touch_due": "2026-11-20T15:15:00Z", "disposition_due": "2026-11-24T15:00:00Z",
    "reason": { "code": "D0202", "rule": "emea", "pool": "emea" }
}))]
pub struct Answer {
    /// The lead.
    pub lead: String,
    /// Its handoff, if it was handed off.
    pub handoff: Option<String>,
    /// `assigned`, `queued`, `waiting`, `nurture`, `self_service`, `disqualified` or `attached`.
    pub outcome: String,
    /// Who has it.
    pub owner: Option<Party>,
    /// The queue it lies in, with the name of its keeper.
    pub queue: Option<Party>,
    /// Qualification tier, 1 is the most urgent.
    pub tier: Option<u8>,
    /// SLA tier.
    pub sla: Option<String>,
    /// 0 to 100.
    pub score: Option<u8>,
    /// Whether it takes the express lane.
    pub fast_track: bool,
    /// By when the owner must accept or reject.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub acknowledge_due: Option<Timestamp>,
    /// By when the first valid touch is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub touch_due: Option<Timestamp>,
    /// By when the verdict is due.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub disposition_due: Option<Timestamp>,
    /// Why; the whole story is at `/api/v1/handoffs/{handoff}/why`.
    pub reason: Reason,
}

/// A rep or queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Party {
    /// Its id.
    pub id: String,
    /// As shown to people.
    pub name: String,
}

/// Why a lead went where it went.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Reason {
    /// Stable code, where there is one.
    pub code: Option<String>,
    /// The rule that decided.
    pub rule: Option<String>,
    /// The pool it came from.
    pub pool: Option<String>,
}

/// Results of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchAnswer {
    /// One for each lead, in order.
    pub items: Vec<BatchItem>,
}

/// The result of one lead of a batch.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct BatchItem {
    /// `captured`, `quarantined` (kept, to be mended), `refused` (not kept) or `unchanged` (taken
    /// before).
    pub result: &'static str,
    /// What became of a captured lead.
    pub lead: Option<Answer>,
    /// The lead that was there before and did not change.
    pub unchanged: Option<String>,
    /// Where a quarantined one is kept.
    pub quarantine: Option<String>,
    /// What is wrong with it.
    pub fields: Vec<FieldError>,
}

/// A lead.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "lead_01hq3xkd5gzaw", "version": 1, "state": "assigned", "owner": "olga", "queue": null,
    "channel": "api", "reason": "Product - Voice", "captured_at": "2026-11-20T15:00:00Z",
    "received_at": "2026-11-20T15:00:00Z", "updated_at": "2026-11-20T15:00:00Z",
    "closed_reason": null, "fields": { "email": "ana@acme.example", "employees": 120 },
    "masked": []
}))]
pub struct Lead {
    /// The lead.
    pub id: String,
    /// Grows with every change.
    pub version: i64,
    /// `new`, `assigned`, `accepted`, `queued`, `waiting`, `nurture`, `self_service`,
    /// `disqualified`, `attached`, `closed` or `merged`.
    pub state: String,
    /// The rep who has it.
    pub owner: Option<String>,
    /// The queue it lies in.
    pub queue: Option<String>,
    /// The way in.
    pub channel: String,
    /// The handoff reason.
    pub reason: String,
    /// When the person left it.
    #[schema(value_type = String, format = DateTime)]
    pub captured_at: Timestamp,
    /// When it arrived here.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// When it last changed.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Why it is out.
    pub closed_reason: Option<String>,
    /// Its fields by name, normalised.
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
    /// Fields that are there but hidden from this caller: personal data.
    pub masked: Vec<String>,
}

/// A lead with what belongs to it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeadWithHistory {
    /// The lead.
    #[serde(flatten)]
    pub lead: Lead,
    /// Its handoffs, oldest first.
    pub handoffs: Vec<Handoff>,
    /// The first 500 things it did, oldest first.
    pub activities: Vec<Activity>,
}

/// Something a lead did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Activity {
    /// The activity.
    pub id: String,
    /// What.
    pub kind: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

impl From<CaptureAnswer> for Answer {
    fn from(answer: CaptureAnswer) -> Self {
        let party = |it: EngineParty| Party { id: it.id, name: it.name };
        Self {
            lead: answer.lead.to_string(),
            handoff: answer.handoff.map(|it| it.to_string()),
            outcome: answer.outcome,
            owner: answer.owner.map(party),
            queue: answer.queue.map(party),
            tier: answer.tier,
            sla: answer.sla,
            score: answer.score,
            fast_track: answer.fast_track,
            acknowledge_due: answer.acknowledge_due,
            touch_due: answer.touch_due,
            disposition_due: answer.disposition_due,
            reason: Reason {
                code: answer.reason.code,
                rule: answer.reason.rule,
                pool: answer.reason.pool,
            },
        }
    }
}

impl BatchItem {
    pub(super) fn lead(answer: CaptureAnswer) -> Self {
        Self {
            result: "captured",
            lead: Some(Answer::from(answer)),
            unchanged: None,
            quarantine: None,
            fields: Vec::new(),
        }
    }

    pub(super) fn unchanged(lead: LeadId) -> Self {
        Self {
            result: "unchanged",
            lead: None,
            unchanged: Some(lead.to_string()),
            quarantine: None,
            fields: Vec::new(),
        }
    }

    pub(super) fn quarantined(id: QuarantineId, faults: Vec<FieldFault>) -> Self {
        Self {
            result: "quarantined",
            lead: None,
            unchanged: None,
            quarantine: Some(id.to_string()),
            fields: faults.into_iter().map(FieldError::from).collect(),
        }
    }

    pub(super) fn unreadable(error: &ApiError) -> Self {
        let fields = error.fields().to_vec();
        Self { result: "refused", lead: None, unchanged: None, quarantine: None, fields }
    }
}

impl From<LeadView> for Lead {
    fn from(view: LeadView) -> Self {
        Self {
            id: view.id.to_string(),
            version: view.version,
            state: view.state,
            owner: view.owner,
            queue: view.queue,
            channel: view.channel,
            reason: view.reason,
            captured_at: view.captured_at,
            received_at: view.received_at,
            updated_at: view.updated_at,
            closed_reason: view.closed_reason,
            fields: view.fields,
            masked: view.masked,
        }
    }
}

impl From<LeadDetail> for LeadWithHistory {
    fn from(detail: LeadDetail) -> Self {
        let activity =
            |it: ActivityView| Activity { id: it.id.to_string(), kind: it.kind, at: it.at };
        Self {
            lead: Lead::from(detail.lead),
            handoffs: detail.handoffs.into_iter().map(Handoff::from).collect(),
            activities: detail.activities.into_iter().map(activity).collect(),
        }
    }
}
