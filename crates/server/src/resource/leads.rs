//! Leads: handed in, read, and what they do.

mod body;
mod view;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::access::{Action, Reach};
use engine::act::NewActivity;
use engine::capture::{CaptureRequest, Captured};
use engine::read::{Masking, Wanted};
use intake::Submission;
use model::Timestamp;
use model::id::LeadId;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Post, Query, Segment};
use crate::observe;
use crate::page::{self, Page};

pub use body::LeadBody;
pub use view::{Answer, BatchAnswer, BatchItem, Lead, LeadPage, LeadWithHistory};

/// The most leads of one batch.
pub const BATCH_MAX: usize = 1_000;

/// What a lead may be.
const STATES: [&str; 11] = [
    "new",
    "assigned",
    "accepted",
    "queued",
    "waiting",
    "nurture",
    "self_service",
    "disqualified",
    "attached",
    "closed",
    "merged",
];

/// Leads to hand in together.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LeadBatch {
    /// 1 to 1,000 leads, each as in `POST /api/v1/leads`.
    #[schema(value_type = Vec<LeadBody>, max_items = 1000)]
    pub leads: Vec<Value>,
}

/// Into which lead another one is merged.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "into": "lead_01hq3xkd5gzaw" }))]
pub struct MergeBody {
    /// The lead that goes on.
    pub into: String,
}

/// Nothing more has to be said.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UnmergeBody {}

/// Something a lead did.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "demo_request", "subject": "/pricing" }))]
pub struct ActivityBody {
    /// What; a name the policy knows counts for scores.
    #[schema(max_length = 100)]
    pub kind: String,
    /// When; now where absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// On what, e.g. a page or a document.
    pub subject: Option<String>,
}

/// The id of something that was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Made {
    /// Its id.
    pub id: String,
}

/// Which leads.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LeadQuery {
    /// Only leads of this rep.
    pub owner: Option<String>,
    /// Only leads in this queue.
    pub queue: Option<String>,
    /// Only leads in this state, e.g. `assigned`.
    pub state: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Entries of the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

/// Hands in a lead: checked, matched, scored, routed and owned when the answer comes.
#[utoipa::path(post, path = "/api/v1/leads", tag = "leads", operation_id = "create_lead",
    request_body = LeadBody,
    responses((status = 201, body = Answer, description = "Who has it, by when, and why",
        headers(("location" = String, description = "The lead")))))]
pub(crate) async fn create(mut post: Post<Value>) -> Result<Response, ApiError> {
    refuse_narrow(&post.caller)?;
    // JSON is UTF-8, and an empty body stands for the JSON form of what was read of it.
    let raw = String::from_utf8(post.bytes.to_vec()).unwrap_or_default();
    let request = CaptureRequest { raw, ..request(std::mem::take(&mut post.body), "")? };
    let captured = post.engine.capture_many(post.caller.actor(), vec![request]).await?;
    observe::note_captured(&captured, post.is_replayed());
    let captured = engine::capture::answer(captured.into_iter().next())?;
    let location = format!("/api/v1/leads/{}", captured.lead);
    Ok(post.created(&location, Answer::from(captured)))
}

/// Hands in up to 1,000 leads in one transaction; each gets its own result, in order.
#[utoipa::path(post, path = "/api/v1/leads/batch", tag = "leads", operation_id = "create_lead_batch",
    request_body = LeadBatch,
    responses((status = 200, body = BatchAnswer, description = "One result for each lead")))]
pub(crate) async fn create_batch(mut post: Post<LeadBatch>) -> Result<Response, ApiError> {
    refuse_narrow(&post.caller)?;
    let count = post.body.leads.len();
    if !(1..=BATCH_MAX).contains(&count) {
        return Err(ApiError::invalid("leads", format!("has 1 to {BATCH_MAX} entries")));
    }
    let mut results: Vec<Option<BatchItem>> = vec![None; count];
    let (mut requests, mut places) = (Vec::new(), Vec::new());
    let leads = std::mem::take(&mut post.body.leads);
    for (lead, (at, slot)) in leads.into_iter().zip(results.iter_mut().enumerate()) {
        let raw = lead.to_string();
        match request(lead, &format!("leads[{at}].")) {
            Ok(request) => {
                requests.push(CaptureRequest { raw, ..request });
                places.push(at);
            }
            Err(error) => *slot = Some(BatchItem::unreadable(&error)),
        }
    }
    let captured = post.engine.capture_many(post.caller.actor(), requests).await?;
    observe::note_captured(&captured, post.is_replayed());
    for (at, captured) in places.into_iter().zip(captured) {
        if let Some(slot) = results.get_mut(at) {
            *slot = Some(match captured {
                Captured::Lead(answer) => BatchItem::lead(*answer),
                Captured::Unchanged(lead) => BatchItem::unchanged(lead),
                Captured::Quarantined(id, faults) => BatchItem::quarantined(id, faults),
            });
        }
    }
    let items = results.into_iter().flatten().collect();
    Ok(post.answer(StatusCode::OK, BatchAnswer { items }))
}

/// Leads, newest first.
#[utoipa::path(get, path = "/api/v1/leads", tag = "leads", operation_id = "list_leads",
    params(LeadQuery),
    responses((status = 200, body = LeadPage, description = "One page")))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<LeadQuery>,
) -> Result<Json<LeadPage>, ApiError> {
    let after = page::parse::<LeadId>("after", query.after.as_ref())?;
    let wanted = Wanted {
        owner: query.owner,
        queue: query.queue,
        state: page::one_of("state", query.state, &STATES)?,
        after: after.map(LeadId::raw),
        limit: page::limit(query.limit)?,
    };
    let found = app.engine.leads(caller.sight(), masking(&caller), wanted).await?;
    let next = found.next.map(|it| LeadId::from_raw(it).to_string());
    Ok(Json(Page { items: found.items.into_iter().map(Lead::from).collect(), next }))
}

/// One lead with its handoffs and activities.
#[utoipa::path(get, path = "/api/v1/leads/{lead}", tag = "leads", operation_id = "get_lead",
    params(("lead" = String, Path, description = "The lead", example = "lead_01hq3xkd5gzaw")),
    responses((status = 200, body = LeadWithHistory, description = "The lead")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    lead: Segment,
) -> Result<Json<LeadWithHistory>, ApiError> {
    let id: LeadId = lead.parse("lead")?;
    let detail = app.engine.lead(caller.sight(), masking(&caller), id).await?;
    Ok(Json(LeadWithHistory::from(detail)))
}

/// Adds something a lead did; it counts for the next decision.
#[utoipa::path(post, path = "/api/v1/leads/{lead}/activities", tag = "leads",
    operation_id = "create_activity",
    params(("lead" = String, Path, description = "The lead", example = "lead_01hq3xkd5gzaw")),
    request_body = ActivityBody,
    responses((status = 201, body = Made, description = "The activity",
        headers(("location" = String, description = "The lead")))))]
pub(crate) async fn add_activity(
    lead: Segment,
    post: Post<ActivityBody>,
) -> Result<Response, ApiError> {
    let id: LeadId = lead.parse("lead")?;
    let ActivityBody { kind, at, subject } = post.body.clone();
    let activity = NewActivity { kind, at, subject };
    let (actor, sight) = (post.caller.actor(), post.caller.sight());
    let made = post.engine.add_activity(actor, sight, id, activity).await?;
    Ok(post.created(&format!("/api/v1/leads/{id}"), Made { id: made.to_string() }))
}

/// Merges this lead into another one, which goes on: they are one person.
#[utoipa::path(post, path = "/api/v1/leads/{lead}/merge", tag = "leads",
    operation_id = "merge_lead", request_body = MergeBody,
    params(("lead" = String, Path, description = "The lead that ends")),
    responses((status = 204, description = "They are one")))]
pub(crate) async fn merge(lead: Segment, post: Post<MergeBody>) -> Result<StatusCode, ApiError> {
    let id: LeadId = lead.parse("lead")?;
    let invalid = |_| ApiError::invalid("into", "the id of a lead".to_owned());
    let into: LeadId = post.body.into.parse().map_err(invalid)?;
    post.engine.merge(post.caller.actor(), post.caller.sight(), id, into).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a merge back, until a handoff of the two moves again.
#[utoipa::path(post, path = "/api/v1/leads/{lead}/unmerge", tag = "leads",
    operation_id = "unmerge_lead", request_body = UnmergeBody,
    params(("lead" = String, Path, description = "The lead that was merged")),
    responses((status = 204, description = "They are two again")))]
pub(crate) async fn unmerge(
    lead: Segment,
    post: Post<UnmergeBody>,
) -> Result<StatusCode, ApiError> {
    let id: LeadId = lead.parse("lead")?;
    post.engine.unmerge(post.caller.actor(), post.caller.sight(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Contact data are for those who may read them; others see which fields there are.
fn masking(caller: &Caller) -> Masking {
    match caller.identity.reach(Action::ReadLead) {
        Reach::Nothing => Masking::Masked,
        Reach::Own | Reach::Team | Reach::Workspace => Masking::Plain,
    }
}

/// A new lead has no owner yet, so nobody creates one for themselves alone.
fn refuse_narrow(caller: &Caller) -> Result<(), ApiError> {
    match caller.reach {
        Reach::Team | Reach::Workspace => Ok(()),
        Reach::Nothing | Reach::Own => Err(ApiError::forbidden("new leads belong to nobody yet")),
    }
}

/// A lead as it was sent, without the text it was sent as.
fn request(body: Value, prefix: &str) -> Result<CaptureRequest, ApiError> {
    let submission = Submission::from_json(body).map_err(|faults| {
        let text = "the lead does not have the shape of one";
        let code = intake::submission::ShapeFault::CODE;
        let error = ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, code, text);
        faults.iter().fold(error, |error, fault| {
            error.at(format!("{prefix}{}", fault.at), format!("must be {}", fault.expected))
        })
    })?;
    Ok(CaptureRequest { submission, channel: "api".to_owned(), import: None, raw: String::new() })
}
