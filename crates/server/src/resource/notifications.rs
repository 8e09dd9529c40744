//! The caller's inbox, and what became of the messages about a handoff.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::deliveries::DeliveryView;
use engine::inbox::NotificationView;
use model::Timestamp;
use model::id::{HandoffId, OutboxId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Post, Query, Segment};
use crate::page::{self, Page};

/// Which page of the inbox.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InboxQuery {
    /// The last message of the page before.
    pub after: Option<String>,
    /// The most entries, 1 to 200.
    pub limit: Option<u32>,
}

/// A message in the inbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Notification {
    /// The message.
    pub id: String,
    /// What it is about, e.g. `assigned`.
    pub on: String,
    /// The lead.
    pub lead: Option<String>,
    /// The handoff.
    pub handoff: Option<String>,
    /// When it arrived.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// When it was seen.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
    /// Its words: `title`, `summary`, `facts`, `why`, `next`, `playbook`, `opener`.
    #[schema(value_type = Object)]
    pub content: Value,
}

/// One page of the inbox.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Inbox {
    /// The messages.
    pub items: Vec<Notification>,
    /// Send it as `after` to get the next page; `null` on the last one.
    pub next: Option<String>,
    /// How many were not seen, on all pages.
    pub unseen: i64,
}

/// What became of a message.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Delivery {
    /// The message.
    pub id: String,
    /// Who gets it: `rep:ID`, `prospect` or `marketing`.
    pub recipient: String,
    /// By which way, e.g. `email`.
    pub channel: String,
    /// What it is about, e.g. `assigned`.
    pub on: String,
    /// `waiting`, `held`, `sent`, `delivered`, `seen`, `failed`, `dead` or `cancelled`.
    pub state: String,
    /// Tries that reached for the outside.
    pub tries: i64,
    /// What went wrong last, or why it was cancelled.
    pub code: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
    /// When it was written.
    #[schema(value_type = String, format = DateTime)]
    pub queued_at: Timestamp,
    /// When the other side took it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub sent_at: Option<Timestamp>,
    /// When it reached the reader's device, where the channel says so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// When the reader saw it.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub seen_at: Option<Timestamp>,
    /// When it failed for good or was cancelled.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
}

/// The caller's messages, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "messages",
    operation_id = "list_notifications", params(InboxQuery),
    responses((status = 200, body = Inbox, description = "One page")))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<InboxQuery>,
) -> Result<Json<Inbox>, ApiError> {
    let limit = page::limit(query.limit)?;
    let after: Option<OutboxId> = page::parse("after", query.after.as_ref())?;
    let before = after.map_or(i64::MAX, OutboxId::raw);
    let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let inbox = app.engine.inbox(&caller.identity, before, more).await?;
    let items: Vec<_> = inbox.items.into_iter().map(Notification::from).collect();
    let Page { items, next } = Page::of(items, limit, |it| it.id.clone());
    Ok(Json(Inbox { items, next, unseen: inbox.unseen }))
}

/// Marks a message as seen. Seeing it again changes nothing.
#[utoipa::path(post, path = "/api/v1/notifications/{notification}/seen", tag = "messages",
    operation_id = "see_notification",
    params(("notification" = String, Path, description = "The message")),
    responses((status = 200, body = Notification, description = "The message now")))]
pub(crate) async fn see(notification: Segment, post: Post<Empty>) -> Result<Response, ApiError> {
    let id: OutboxId = notification.parse("notification")?;
    let seen = post.engine.see(&post.caller.identity, id).await?;
    Ok(post.answer(StatusCode::OK, Notification::from(seen)))
}

/// What became of each message about a handoff, oldest first.
#[utoipa::path(get, path = "/api/v1/handoffs/{handoff}/messages", tag = "messages",
    operation_id = "list_handoff_messages",
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Page<Delivery>, description = "All of them")))]
pub(crate) async fn of_handoff(
    State(app): State<App>,
    caller: Caller,
    handoff: Segment,
) -> Result<Json<Page<Delivery>>, ApiError> {
    let id: HandoffId = handoff.parse("handoff")?;
    let rows = app.engine.deliveries(caller.sight(), id).await?;
    Ok(Json(Page { items: rows.into_iter().map(Delivery::from).collect(), next: None }))
}

/// Nothing.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

impl From<NotificationView> for Notification {
    fn from(view: NotificationView) -> Self {
        Self {
            id: view.id.to_string(),
            on: view.on,
            lead: view.lead.map(|it| it.to_string()),
            handoff: view.handoff.map(|it| it.to_string()),
            at: view.at,
            seen_at: view.seen_at,
            content: view.content,
        }
    }
}

impl From<DeliveryView> for Delivery {
    fn from(view: DeliveryView) -> Self {
        Self {
            id: view.id.to_string(),
            recipient: view.recipient,
            channel: view.channel,
            on: view.on,
            state: view.state,
            tries: view.tries,
            code: view.code,
            detail: view.detail,
            queued_at: view.queued_at,
            sent_at: view.sent_at,
            delivered_at: view.delivered_at,
            seen_at: view.seen_at,
            ended_at: view.ended_at,
        }
    }
}
