//! Tasks that messages became in a system outside.

use axum::http::StatusCode;
use axum::response::Response;
use engine::tasks::TaskState;
use model::id::OutboxId;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::error::ApiError;
use crate::extract::{Post, Segment};
use crate::resource::notifications::Delivery;

/// How far a task came.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "state": "made", "external_id": "00T5g00000abcde" }))]
pub struct TaskBody {
    /// `made`, `done` or `failed`.
    pub state: String,
    /// What the system that keeps it calls it.
    #[serde(default)]
    pub external_id: Option<String>,
}

/// Takes how far a task of the event `task.created` came, from whoever keeps it. A task that failed
/// takes the next channel of its notification. Telling it again changes nothing.
#[utoipa::path(post, path = "/api/v1/tasks/{task}", tag = "messages",
    operation_id = "report_task", request_body = TaskBody,
    params(("task" = String, Path, description = "`details.task` of the event")),
    responses((status = 200, body = Delivery, description = "The message now")))]
pub(crate) async fn report(task: Segment, post: Post<TaskBody>) -> Result<Response, ApiError> {
    let id: OutboxId = task.parse("task")?;
    let TaskBody { state, external_id } = post.body.clone();
    let state = TaskState::of(&state)
        .ok_or_else(|| ApiError::invalid("state", "use one of made, done, failed"))?;
    let row = post.engine.report_task(id, state, external_id).await?;
    Ok(post.answer(StatusCode::OK, Delivery::from(row)))
}
