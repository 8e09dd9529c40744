//! Why a handoff may be rejected: the reasons of the live policy.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::page::Page;

/// A reason for a rejection.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "key": "no_budget", "label": "No budget", "note_required": false }))]
pub struct RejectReason {
    /// Sent with the rejection.
    pub key: String,
    /// As shown to people.
    pub label: String,
    /// Whether the rep must say more.
    pub note_required: bool,
}

/// The reasons of the live policy, in its order.
#[utoipa::path(get, path = "/api/v1/reject-reasons", tag = "handoffs",
    operation_id = "list_reject_reasons",
    responses((status = 200, body = Page<RejectReason>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<RejectReason>>, ApiError> {
    let reasons = app.engine.reject_reasons().await?;
    let items = reasons.into_iter().map(|it| RejectReason {
        key: it.key,
        label: it.label,
        note_required: it.note_required,
    });
    Ok(Json(Page { items: items.collect(), next: None }))
}
