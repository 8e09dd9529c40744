//! Quarantine: submissions that missed the data contract, to be mended or discarded.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::quarantine::QuarantineView;
use model::Timestamp;
use model::id::QuarantineId;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::{ApiError, FieldError};
use crate::extract::{Post, Query, Segment};
use crate::page::{self, Page};
use crate::resource::leads::Answer;

/// A submission in quarantine.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "quarantine_01hq3xkd5gzb1", "received_at": "2026-11-20T15:00:00Z",
    "channel": "api", "import": null, "row": null, "submission": { "fields": { "company": "Acme" } },
    "faults": [{ "loc": "fields.handoff_reason", "code": "I0101", "message": "is missing" }],
    "state": "open", "lead": null }))]
pub struct Submission {
    /// The submission.
    pub id: String,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// The way in.
    pub channel: String,
    /// The import it came with.
    pub import: Option<String>,
    /// Its row in the import.
    pub row: Option<i64>,
    /// What arrived.
    #[schema(value_type = Object)]
    pub submission: Value,
    /// What was wrong when it arrived.
    pub faults: Vec<FieldError>,
    /// `open`, `replayed` or `discarded`.
    pub state: String,
    /// The lead it became.
    pub lead: Option<String>,
}

/// What to mend before a submission is captured.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "fields": { "handoff_reason": "Product - Voice" } }))]
pub struct ReplayBody {
    /// Values to put over the submission's fields; `null` removes one.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub fields: Map<String, Value>,
}

/// Nothing.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// Which submissions.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct QuarantineQuery {
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Entries of the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

/// Open submissions, newest first.
#[utoipa::path(get, path = "/api/v1/quarantine", tag = "quarantine", operation_id = "list_quarantine",
    params(QuarantineQuery),
    responses((status = 200, body = Page<Submission>, description = "One page")))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<QuarantineQuery>,
) -> Result<Json<Page<Submission>>, ApiError> {
    let after = page::parse::<QuarantineId>("after", query.after.as_ref())?;
    let limit = page::limit(query.limit)?;
    let wanted = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let found = app.engine.quarantined(after, wanted).await?;
    let items = found.into_iter().map(Submission::from).collect();
    Ok(Json(Page::of(items, limit, |it: &Submission| it.id.clone())))
}

/// One submission.
#[utoipa::path(get, path = "/api/v1/quarantine/{submission}", tag = "quarantine",
    operation_id = "get_quarantine",
    params(("submission" = String, Path, description = "The submission")),
    responses((status = 200, body = Submission, description = "The submission")))]
pub(crate) async fn get(
    State(app): State<App>,
    submission: Segment,
) -> Result<Json<Submission>, ApiError> {
    let id: QuarantineId = submission.parse("submission")?;
    Ok(Json(Submission::from(app.engine.quarantined_one(id).await?)))
}

/// Mends a submission and captures it. What still misses the contract stays where it is.
#[utoipa::path(post, path = "/api/v1/quarantine/{submission}/replay", tag = "quarantine",
    operation_id = "replay_quarantine", request_body = ReplayBody,
    params(("submission" = String, Path, description = "The submission")),
    responses((status = 201, body = Answer, description = "The lead it became",
        headers(("location" = String, description = "The lead")))))]
pub(crate) async fn replay(
    submission: Segment,
    post: Post<ReplayBody>,
) -> Result<Response, ApiError> {
    let id: QuarantineId = submission.parse("submission")?;
    let fields = post.body.fields.clone();
    let answer = post.engine.replay_quarantined(post.caller.actor(), id, fields).await?;
    let location = format!("/api/v1/leads/{}", answer.lead);
    Ok(post.created(&location, Answer::from(answer)))
}

/// Ends a submission without a lead.
#[utoipa::path(post, path = "/api/v1/quarantine/{submission}/discard", tag = "quarantine",
    operation_id = "discard_quarantine", request_body = Empty,
    params(("submission" = String, Path, description = "The submission")),
    responses((status = 200, body = Submission, description = "The submission")))]
pub(crate) async fn discard(
    State(app): State<App>,
    submission: Segment,
    post: Post<Empty>,
) -> Result<Response, ApiError> {
    let id: QuarantineId = submission.parse("submission")?;
    post.engine.discard_quarantined(post.caller.actor(), id).await?;
    let view = app.engine.quarantined_one(id).await?;
    Ok(post.answer(StatusCode::OK, Submission::from(view)))
}

impl From<QuarantineView> for Submission {
    fn from(view: QuarantineView) -> Self {
        Self {
            id: view.id.to_string(),
            received_at: view.received_at,
            channel: view.channel,
            import: view.import.map(|it| it.to_string()),
            row: view.row,
            submission: view.submission,
            faults: view.faults.into_iter().map(FieldError::from).collect(),
            state: view.state,
            lead: view.lead.map(|it| it.to_string()),
        }
    }
}
