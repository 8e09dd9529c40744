//! API keys: made with scopes, shown once, revoked.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::keys::{KeyRequest, KeyView};
use model::Timestamp;
use model::id::KeyId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Post, Segment};
use crate::page::Page;

/// A key to make.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "name": "website form", "scopes": ["leads:write"],
    "expires_at": "2027-11-20T00:00:00Z" }))]
pub struct KeyBody {
    /// What it is for.
    #[schema(min_length = 1, max_length = 100)]
    pub name: String,
    /// What it may do, e.g. `leads:write`.
    #[schema(min_items = 1)]
    pub scopes: Vec<String>,
    /// When it ends; never where absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
}

/// A key, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = ApiKey, example = json!({ "id": "key_01hq3xkd5gzd0", "name": "website form",
    "prefix": "baton_k3x9m2", "scopes": ["leads:write"], "created_by": "user_01hq3xkd5gzc0",
    "created_at": "2026-11-20T15:00:00Z", "expires_at": null, "revoked_at": null,
    "last_used_at": null }))]
pub struct Key {
    /// The key.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// Its first letters, to tell it apart.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// When it ends.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_used_at: Option<Timestamp>,
}

/// A new key with its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = NewApiKey)]
pub struct NewKey {
    /// The key.
    #[serde(flatten)]
    pub key: Key,
    /// The whole key. It is shown this once; a repeat of the request has `null`.
    pub secret: Option<String>,
}

/// Makes a key.
#[utoipa::path(post, path = "/api/v1/api-keys", tag = "api-keys", operation_id = "create_api_key",
    request_body = KeyBody,
    responses((status = 201, body = NewKey, description = "The key with its secret",
        headers(("location" = String, description = "All keys")))))]
pub(crate) async fn create(post: Post<KeyBody>) -> Result<Response, ApiError> {
    let KeyBody { name, scopes, expires_at } = post.body.clone();
    let request = KeyRequest { name, scopes, expires_at };
    let (key, secret) = post.engine.create_key(post.caller.actor(), request).await?;
    Ok(post.created("/api/v1/api-keys", NewKey { key: Key::from(key), secret }))
}

/// All keys, oldest first.
#[utoipa::path(get, path = "/api/v1/api-keys", tag = "api-keys", operation_id = "list_api_keys",
    responses((status = 200, body = Page<Key>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Key>>, ApiError> {
    let keys = app.engine.keys().await?;
    Ok(Json(Page { items: keys.into_iter().map(Key::from).collect(), next: None }))
}

/// Revokes a key for ever. Other nodes notice within seconds.
#[utoipa::path(delete, path = "/api/v1/api-keys/{key}", tag = "api-keys",
    operation_id = "revoke_api_key",
    params(("key" = String, Path, description = "The key")),
    responses((status = 204, description = "It is revoked")))]
pub(crate) async fn revoke(
    State(app): State<App>,
    caller: Caller,
    key: Segment,
) -> Result<StatusCode, ApiError> {
    let id: KeyId = key.parse("API key")?;
    app.engine.revoke_key(caller.actor(), id).await?;
    app.auth.forget();
    Ok(StatusCode::NO_CONTENT)
}

impl From<KeyView> for Key {
    fn from(view: KeyView) -> Self {
        Self {
            id: view.id.to_string(),
            name: view.name,
            prefix: view.prefix,
            scopes: view.scopes,
            created_by: view.created_by.to_string(),
            created_at: view.created_at,
            expires_at: view.expires_at,
            revoked_at: view.revoked_at,
            last_used_at: view.last_used_at,
        }
    }
}
