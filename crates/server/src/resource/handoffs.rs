//! Handoffs: read, explained, and acted on.

pub mod context;
pub mod reasons;
pub mod respond;
mod view;

use axum::Json;
use axum::extract::State;
use engine::read::Wanted;
use model::RepId;
use model::id::HandoffId;
use serde::Deserialize;
use serde_json::Value;
use utoipa::IntoParams;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Query, Segment, Segments};
use crate::page::{self, Page};

pub use view::{Handoff, HandoffPage};

/// Which handoffs.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HandoffQuery {
    /// Only handoffs of this rep.
    pub owner: Option<String>,
    /// Only handoffs in this queue.
    pub queue: Option<String>,
    /// Only handoffs in this state, e.g. `offered`.
    pub state: Option<String>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Entries of the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

/// What a handoff may be.
const STATES: [&str; 10] = [
    "offered", "accepted", "touched", "disposed", "rejected", "queued", "waiting", "paused",
    "recycled", "closed",
];

/// Handoffs, newest first.
#[utoipa::path(get, path = "/api/v1/handoffs", tag = "handoffs", operation_id = "list_handoffs",
    params(HandoffQuery),
    responses((status = 200, body = HandoffPage, description = "One page")))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<HandoffQuery>,
) -> Result<Json<HandoffPage>, ApiError> {
    let after = page::parse::<HandoffId>("after", query.after.as_ref())?;
    let wanted = Wanted {
        owner: query.owner,
        queue: query.queue,
        state: page::one_of("state", query.state, &STATES)?,
        after: after.map(HandoffId::raw),
        limit: page::limit(query.limit)?,
    };
    let found = app.engine.handoffs(caller.sight(), wanted).await?;
    let next = found.next.map(|it| HandoffId::from_raw(it).to_string());
    Ok(Json(Page { items: found.items.into_iter().map(Handoff::from).collect(), next }))
}

/// One handoff.
#[utoipa::path(get, path = "/api/v1/handoffs/{handoff}", tag = "handoffs",
    operation_id = "get_handoff",
    params(("handoff" = String, Path, description = "The handoff", example = "handoff_01hq3xkd5gzax")),
    responses((status = 200, body = Handoff, description = "The handoff")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    handoff: Segment,
) -> Result<Json<Handoff>, ApiError> {
    let id: HandoffId = handoff.parse("handoff")?;
    let view = app.engine.handoff(caller.sight(), id).await?;
    Ok(Json(Handoff::from(view)))
}

/// Why a lead went where it went: the whole decision, made again from what was kept, as data in
/// the format `decision/1` and in words.
#[utoipa::path(get, path = "/api/v1/handoffs/{handoff}/why", tag = "handoffs",
    operation_id = "explain_handoff",
    params(("handoff" = String, Path, description = "The handoff", example = "handoff_01hq3xkd5gzax")),
    responses((status = 200, body = Object, description = "`decision` and `text`")))]
pub(crate) async fn why(
    State(app): State<App>,
    caller: Caller,
    handoff: Segment,
) -> Result<Json<Value>, ApiError> {
    let id: HandoffId = handoff.parse("handoff")?;
    let view = app.engine.handoff(caller.sight(), id).await?;
    Ok(Json(app.engine.why(view.lead, None).await?))
}

/// The smallest change by which another rep would have got the lead.
#[utoipa::path(get, path = "/api/v1/handoffs/{handoff}/why-not/{rep}", tag = "handoffs",
    operation_id = "explain_other_rep",
    params(("handoff" = String, Path, description = "The handoff", example = "handoff_01hq3xkd5gzax"),
        ("rep" = String, Path, description = "The other rep", example = "piet")),
    responses((status = 200, body = Object, description = "`rep`, `answer` (`chosen`, `with_changes`, `not_within`) and `changes`")))]
pub(crate) async fn why_not(
    State(app): State<App>,
    caller: Caller,
    Segments(handoff, rep): Segments,
) -> Result<Json<Value>, ApiError> {
    let id: HandoffId = handoff.parse("handoff")?;
    let rep: RepId = rep.parse("rep")?;
    let view = app.engine.handoff(caller.sight(), id).await?;
    Ok(Json(app.engine.why_not(view.lead, None, rep).await?))
}
