//! Webhooks: who outside is told of events, and what became of each event on its way.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::webhooks::{WebhookChange, WebhookDeliveryView, WebhookRequest, WebhookView};
use model::Timestamp;
use model::id::{WebhookDeliveryId, WebhookId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::notifications::Empty;
use crate::App;
use crate::error::ApiError;
use crate::extract::{Body, Caller, Post, Query, Segment, Segments};
use crate::page::{self, Page};

/// A webhook to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "url": "https://hooks.example/baton", "events": ["handoff.*"],
    "description": "warehouse" }))]
pub struct WebhookBody {
    /// Where events go; https to a public host.
    pub url: String,
    /// Which: `*`, a group such as `handoff.*`, or names such as `handoff.accepted`.
    #[schema(min_items = 1, max_items = 50)]
    pub events: Vec<String>,
    /// What it is for.
    #[serde(default)]
    pub description: String,
    /// Whether events are written as CloudEvents 1.0 in binary mode.
    #[serde(default)]
    pub cloudevents: bool,
}

/// What changes about a webhook; absent stays as it is.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = WebhookChange, example = json!({ "enabled": true }))]
pub struct ChangeBody {
    /// Where events go.
    pub url: Option<String>,
    /// Which events.
    pub events: Option<Vec<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is told of events. Enabled again, it is told of what happens from then on.
    pub enabled: Option<bool>,
}

/// A webhook, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Webhook {
    /// The webhook.
    pub id: String,
    /// Scheme and host of its address: the rest may be a credential.
    pub host: String,
    /// Which events.
    pub events: Vec<String>,
    /// What it is for.
    pub description: String,
    /// Whether events are written as CloudEvents.
    pub cloudevents: bool,
    /// Whether it is told of events.
    pub enabled: bool,
    /// `by hand`, `failing` or `gone`.
    pub disabled_why: Option<String>,
    /// Since when nothing has been taken.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub failing_since: Option<Timestamp>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// A webhook with its new secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct NewWebhook {
    /// The webhook.
    #[serde(flatten)]
    pub webhook: Webhook,
    /// Checks signatures, by Standard Webhooks. It is shown this once; a repeat of the request has
    /// `null`.
    pub secret: Option<String>,
}

/// An event on its way to a webhook.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WebhookDelivery {
    /// The delivery.
    pub id: String,
    /// `webhook-id`, the idempotency key the receiver sees.
    pub event: String,
    /// What happened, e.g. `handoff.accepted`.
    pub kind: String,
    /// `queued`, `sent`, `failed` or `dead`.
    pub state: String,
    /// Tries so far.
    pub tries: i64,
    /// What went wrong last.
    pub code: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
    /// When it was queued.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it is tried next.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub next_at: Option<Timestamp>,
    /// When it was taken or given up.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub done_at: Option<Timestamp>,
}

/// Which page of the deliveries.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct LogQuery {
    /// The last delivery of the page before.
    pub after: Option<String>,
    /// The most entries, 1 to 200.
    pub limit: Option<u32>,
}

/// Which failed deliveries are sent once more.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReplayBody {
    /// Queued from then on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Queued before then.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
}

/// How many deliveries are sent once more.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Replayed {
    /// How many.
    pub deliveries: u64,
}

/// A subscription as automation services make it.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "target_url": "https://hooks.example/1", "event": "handoff.accepted" }))]
pub struct HookBody {
    /// Where events go.
    pub target_url: String,
    /// Which.
    pub event: String,
}

/// Makes a webhook, told of what happens from now on.
#[utoipa::path(post, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "create_webhook",
    request_body = WebhookBody,
    responses((status = 201, body = NewWebhook, description = "The webhook with its secret",
        headers(("location" = String, description = "The webhook")))))]
pub(crate) async fn create(post: Post<WebhookBody>) -> Result<Response, ApiError> {
    let WebhookBody { url, events, description, cloudevents } = post.body.clone();
    let request = WebhookRequest { url, events, description, cloudevents };
    made(&post, request).await
}

/// Makes a webhook by the convention of REST hooks.
#[utoipa::path(post, path = "/api/v1/hooks", tag = "webhooks", operation_id = "create_hook",
    request_body = HookBody,
    responses((status = 201, body = NewWebhook, description = "The webhook with its secret",
        headers(("location" = String, description = "The webhook")))))]
pub(crate) async fn subscribe(post: Post<HookBody>) -> Result<Response, ApiError> {
    let HookBody { target_url, event } = post.body.clone();
    let description = "REST hook".to_owned();
    let request =
        WebhookRequest { url: target_url, events: vec![event], description, cloudevents: false };
    made(&post, request).await
}

async fn made<T>(post: &Post<T>, request: WebhookRequest) -> Result<Response, ApiError> {
    let (view, secret) = post.engine.create_webhook(post.caller.actor(), request).await?;
    let location = format!("/api/v1/webhooks/{}", view.id);
    Ok(post.created(&location, NewWebhook { webhook: Webhook::from(view), secret }))
}

/// All webhooks, oldest first.
#[utoipa::path(get, path = "/api/v1/webhooks", tag = "webhooks", operation_id = "list_webhooks",
    responses((status = 200, body = Page<Webhook>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Webhook>>, ApiError> {
    let items = app.engine.webhooks().await?.into_iter().map(Webhook::from).collect();
    Ok(Json(Page { items, next: None }))
}

/// One webhook.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}", tag = "webhooks",
    operation_id = "get_webhook",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, body = Webhook, description = "The webhook")))]
pub(crate) async fn get(
    State(app): State<App>,
    webhook: Segment,
) -> Result<Json<Webhook>, ApiError> {
    let id: WebhookId = webhook.parse("webhook")?;
    Ok(Json(app.engine.webhook(id).await?.into()))
}

/// Changes, disables or enables a webhook.
#[utoipa::path(patch, path = "/api/v1/webhooks/{webhook}", tag = "webhooks",
    operation_id = "change_webhook", request_body = ChangeBody,
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, body = Webhook, description = "The webhook now")))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    webhook: Segment,
    Body(body): Body<ChangeBody>,
) -> Result<Json<Webhook>, ApiError> {
    let id: WebhookId = webhook.parse("webhook")?;
    let ChangeBody { url, events, description, enabled } = body;
    let change = WebhookChange { url, events, description, enabled };
    Ok(Json(app.engine.change_webhook(caller.actor(), id, change).await?.into()))
}

/// Gives a webhook a new secret; the old one signs too for a day.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/rotate", tag = "webhooks",
    operation_id = "rotate_webhook",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, body = NewWebhook, description = "The webhook with its new secret")))]
pub(crate) async fn rotate(webhook: Segment, post: Post<Empty>) -> Result<Response, ApiError> {
    let id: WebhookId = webhook.parse("webhook")?;
    let (view, secret) = post.engine.rotate_webhook(post.caller.actor(), id).await?;
    Ok(post.answer(StatusCode::OK, NewWebhook { webhook: Webhook::from(view), secret }))
}

/// Removes a webhook for ever.
#[utoipa::path(delete, path = "/api/v1/webhooks/{webhook}", tag = "webhooks",
    operation_id = "remove_webhook",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 204, description = "It is removed")))]
pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    webhook: Segment,
) -> Result<StatusCode, ApiError> {
    let id: WebhookId = webhook.parse("webhook")?;
    app.engine.remove_webhook(caller.actor(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a webhook by the convention of REST hooks.
#[utoipa::path(delete, path = "/api/v1/hooks/{webhook}", tag = "webhooks",
    operation_id = "remove_hook",
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 204, description = "It is removed")))]
pub(crate) async fn unsubscribe(
    app: State<App>,
    caller: Caller,
    webhook: Segment,
) -> Result<StatusCode, ApiError> {
    remove(app, caller, webhook).await
}

/// What became of each event, newest first.
#[utoipa::path(get, path = "/api/v1/webhooks/{webhook}/deliveries", tag = "webhooks",
    operation_id = "list_webhook_deliveries",
    params(("webhook" = String, Path, description = "The webhook"), LogQuery),
    responses((status = 200, body = Page<WebhookDelivery>, description = "One page")))]
pub(crate) async fn deliveries(
    State(app): State<App>,
    webhook: Segment,
    Query(query): Query<LogQuery>,
) -> Result<Json<Page<WebhookDelivery>>, ApiError> {
    let id: WebhookId = webhook.parse("webhook")?;
    let limit = page::limit(query.limit)?;
    let after: Option<WebhookDeliveryId> = page::parse("after", query.after.as_ref())?;
    let before = after.map_or(i64::MAX, WebhookDeliveryId::raw);
    let more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let rows = app.engine.webhook_log(id, before, more).await?;
    let items = rows.into_iter().map(WebhookDelivery::from).collect();
    Ok(Json(Page::of(items, limit, |it: &WebhookDelivery| it.id.clone())))
}

/// Sends a delivery that has ended once more, under the same key.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/deliveries/{delivery}/replay",
    tag = "webhooks", operation_id = "replay_webhook_delivery",
    params(("webhook" = String, Path, description = "The webhook"),
        ("delivery" = String, Path, description = "The delivery")),
    responses((status = 200, body = Replayed, description = "It is queued")))]
pub(crate) async fn replay(at: Segments, post: Post<Empty>) -> Result<Response, ApiError> {
    let id: WebhookId = at.0.parse("webhook")?;
    let delivery: WebhookDeliveryId = at.1.parse("delivery")?;
    post.engine.replay_webhook(post.caller.actor(), id, delivery).await?;
    Ok(post.answer(StatusCode::OK, Replayed { deliveries: 1 }))
}

/// Sends what failed in a span of time once more.
#[utoipa::path(post, path = "/api/v1/webhooks/{webhook}/replay", tag = "webhooks",
    operation_id = "replay_webhook", request_body = ReplayBody,
    params(("webhook" = String, Path, description = "The webhook")),
    responses((status = 200, body = Replayed, description = "How many are queued")))]
pub(crate) async fn replay_failed(
    webhook: Segment,
    post: Post<ReplayBody>,
) -> Result<Response, ApiError> {
    let id: WebhookId = webhook.parse("webhook")?;
    let ReplayBody { from, to } = post.body.clone();
    let n = post.engine.replay_failed(post.caller.actor(), id, from, to).await?;
    Ok(post.answer(StatusCode::OK, Replayed { deliveries: n }))
}

impl From<WebhookView> for Webhook {
    fn from(view: WebhookView) -> Self {
        Self {
            id: view.id.to_string(),
            host: view.host,
            events: view.events,
            description: view.description,
            cloudevents: view.cloudevents,
            enabled: view.enabled,
            disabled_why: view.disabled_why,
            failing_since: view.failing_since,
            created_by: view.created_by,
            created_at: view.created_at,
        }
    }
}

impl From<WebhookDeliveryView> for WebhookDelivery {
    fn from(view: WebhookDeliveryView) -> Self {
        Self {
            id: view.id.to_string(),
            event: view.event,
            kind: view.kind,
            state: view.state,
            tries: view.tries,
            code: view.code,
            detail: view.detail,
            created_at: view.created_at,
            next_at: view.next_at,
            done_at: view.done_at,
        }
    }
}
