//! Browsers that take pushes for the caller.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::push::{PushAddress, PushView};
use model::Timestamp;
use model::id::PushId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Post, Segment};
use crate::page::Page;

/// The key that browsers subscribe with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PushKey {
    /// The public part, base64url: `applicationServerKey` of the browser's push manager.
    pub key: String,
}

/// A subscription, as the browser gives it.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "endpoint": "https://push.example/send/f1LsxkKphfQ",
    "keys": { "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "auth": "BTBZMqHH6r4Tts7J_aSIgg" } }))]
pub struct PushBody {
    /// Its address at its push service.
    pub endpoint: String,
    /// When it ends; not read, since push services say so themselves.
    #[serde(default, rename = "expirationTime")]
    pub expiration_time: Option<f64>,
    /// What notes to it are encrypted with.
    pub keys: PushKeys,
}

/// Keys of a browser.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PushKeys {
    /// Its public key, base64url.
    pub p256dh: String,
    /// Its secret, base64url.
    pub auth: String,
}

/// A browser that takes pushes.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "push_01hq3xkd5gzc0", "host": "push.example",
    "created_at": "2026-11-20T15:00:00Z" }))]
pub struct PushSubscription {
    /// The subscription.
    pub id: String,
    /// Host of its push service; the rest of the address is a credential.
    pub host: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// The key that browsers subscribe with; made when it is first asked for.
#[utoipa::path(get, path = "/api/v1/push/key", tag = "messages", operation_id = "get_push_key",
    responses((status = 200, body = PushKey, description = "The key")))]
pub(crate) async fn key(State(app): State<App>) -> Result<Json<PushKey>, ApiError> {
    Ok(Json(PushKey { key: app.engine.push_key().await? }))
}

/// The caller's browsers, the oldest first.
#[utoipa::path(get, path = "/api/v1/push/subscriptions", tag = "messages",
    operation_id = "list_push_subscriptions",
    responses((status = 200, body = Page<PushSubscription>, description = "All of them")))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
) -> Result<Json<Page<PushSubscription>>, ApiError> {
    let all = app.engine.push_subscriptions(&caller.identity).await?;
    Ok(Json(Page { items: all.into_iter().map(PushSubscription::from).collect(), next: None }))
}

/// From now on this browser takes the caller's pushes, and of nobody else. Subscribing again
/// changes nothing; of more than ten the oldest gives way.
#[utoipa::path(post, path = "/api/v1/push/subscriptions", tag = "messages",
    operation_id = "subscribe_push", request_body = PushBody,
    responses((status = 201, body = PushSubscription, description = "The subscription",
        headers(("location" = String, description = "The subscription")))))]
pub(crate) async fn subscribe(post: Post<PushBody>) -> Result<Response, ApiError> {
    let PushBody { endpoint, keys: PushKeys { p256dh, auth }, .. } = post.body.clone();
    let address = PushAddress { endpoint, p256dh, auth };
    let made = post.engine.subscribe_push(&post.caller.identity, address).await?;
    let location = format!("/api/v1/push/subscriptions/{}", made.id);
    Ok(post.created(&location, PushSubscription::from(made)))
}

/// This browser takes no more pushes.
#[utoipa::path(delete, path = "/api/v1/push/subscriptions/{subscription}", tag = "messages",
    operation_id = "unsubscribe_push",
    params(("subscription" = String, Path, description = "The subscription")),
    responses((status = 204, description = "It is gone")))]
pub(crate) async fn unsubscribe(
    State(app): State<App>,
    caller: Caller,
    subscription: Segment,
) -> Result<StatusCode, ApiError> {
    let id: PushId = subscription.parse("subscription")?;
    app.engine.unsubscribe_push(&caller.identity, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl From<PushView> for PushSubscription {
    fn from(view: PushView) -> Self {
        let PushView { id, host, created_at } = view;
        Self { id: id.to_string(), host, created_at }
    }
}
