//! Queues, and taking from them.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::crew::QueueView;
use engine::sight::Sight;
use model::{NameError, QueueId, RepId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Post, Segment};
use crate::page::Page;
use crate::resource::handoffs::Handoff;

/// A queue.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "overflow", "keeper": "maren", "teams": ["inbound"], "pools": [] }))]
pub struct Queue {
    /// Its id.
    pub id: String,
    /// Who answers for what lies in it.
    pub keeper: String,
    /// Teams whose reps may take from it.
    pub teams: Vec<String>,
    /// Pools whose members may take from it.
    pub pools: Vec<String>,
}

/// Who takes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({}))]
pub struct TakeBody {
    /// The rep, where the caller takes for another; of one's own team.
    pub rep: Option<String>,
}

/// What was taken.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Taken {
    /// The handoff, accepted; absent where the queue is empty.
    pub handoff: Option<Handoff>,
}

/// All queues, by id. What lies in them: `GET /api/v1/handoffs?queue=ID`.
#[utoipa::path(get, path = "/api/v1/queues", tag = "queues", operation_id = "list_queues",
    responses((status = 200, body = Page<Queue>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Queue>>, ApiError> {
    let queues = app.engine.queues(Sight::EVERYTHING).await?;
    Ok(Json(Page { items: queues.into_iter().map(Queue::from).collect(), next: None }))
}

/// Takes the oldest handoff of a queue.
#[utoipa::path(post, path = "/api/v1/queues/{queue}/take", tag = "queues",
    operation_id = "take_from_queue", request_body = TakeBody,
    params(("queue" = String, Path, description = "The queue", example = "overflow")),
    responses((status = 200, body = Taken, description = "The handoff, or nothing")))]
pub(crate) async fn take(queue: Segment, post: Post<TakeBody>) -> Result<Response, ApiError> {
    let queue: QueueId = queue.parse("queue")?;
    let by = post.body.rep.as_ref().map(|it| it.parse::<RepId>()).transpose();
    let by = by.map_err(|error: NameError| ApiError::invalid("rep", error.to_string()))?;
    let (actor, sight) = (post.caller.actor(), post.caller.sight());
    let taken = post.engine.take(actor, sight, queue, by).await?;
    Ok(post.answer(StatusCode::OK, Taken { handoff: taken.map(Handoff::from) }))
}

impl From<QueueView> for Queue {
    fn from(view: QueueView) -> Self {
        let QueueView { id, keeper, teams, pools } = view;
        Self { id, keeper: keeper.to_string(), teams, pools }
    }
}
