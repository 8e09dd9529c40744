//! Connections: how outside systems are reached. Secrets go in and never come out.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use engine::connections::ConnectionView;
use engine::sender::channels::Trial as Tried;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Body, Caller, Segment};
use crate::page::Page;

/// A connection to write.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "settings": { "host": "mail.example", "port": "587",
    "user": "baton", "password": "write-only", "from": "baton@mail.example" } }))]
pub struct ConnectionBody {
    /// Settings and secrets by name. A secret that is not named stays as it is; an empty value
    /// removes one.
    pub settings: BTreeMap<String, String>,
}

/// A connection, without its secrets.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "kind": "smtp", "settings": { "host": "mail.example",
    "from": "baton@mail.example" }, "secrets": ["password"],
    "updated_at": "2026-11-20T15:00:00Z", "updated_by": "user:user_01hq3xkd5gzc0" }))]
pub struct Connection {
    /// Which, e.g. `smtp`.
    pub kind: String,
    /// What is not secret.
    pub settings: BTreeMap<String, String>,
    /// Names of the secrets that are set.
    pub secrets: Vec<String>,
    /// When it was last written.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Timestamp,
    /// Who wrote it.
    pub updated_by: String,
}

/// All connections, by kind.
#[utoipa::path(get, path = "/api/v1/connections", tag = "messages",
    operation_id = "list_connections",
    responses((status = 200, body = Page<Connection>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Connection>>, ApiError> {
    let items = app.engine.connections().await?.into_iter().map(Connection::from).collect();
    Ok(Json(Page { items, next: None }))
}

/// Writes a connection: `smtp`, `slack`, `teams`, `sms`, `web_push` or `marketing`.
#[utoipa::path(put, path = "/api/v1/connections/{kind}", tag = "messages",
    operation_id = "put_connection", request_body = ConnectionBody,
    params(("kind" = String, Path, description = "Which")),
    responses((status = 200, body = Connection, description = "The connection now")))]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    kind: Segment,
    Body(body): Body<ConnectionBody>,
) -> Result<Json<Connection>, ApiError> {
    let put =
        app.engine.put_connection(caller.actor(), kind.text().to_owned(), body.settings).await?;
    Ok(Json(put.into()))
}

/// Removes a connection: messages on its channel fail from now on.
#[utoipa::path(delete, path = "/api/v1/connections/{kind}", tag = "messages",
    operation_id = "remove_connection",
    params(("kind" = String, Path, description = "Which")),
    responses((status = 204, description = "It is removed")))]
pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    kind: Segment,
) -> Result<StatusCode, ApiError> {
    app.engine.remove_connection(caller.actor(), kind.text().to_owned()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a test message goes.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "to": "ada@company.example" }))]
pub struct TestBody {
    /// A mail address, a phone number, a member or channel of Slack, or a rep for their browsers;
    /// `teams` has one channel and needs none.
    #[serde(default)]
    pub to: Option<String>,
}

/// How a test message ended.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "taken": false, "code": "C0010", "detail": "invalid_auth" }))]
pub struct Trial {
    /// Whether the other side took it.
    pub taken: bool,
    /// What went wrong.
    pub code: Option<String>,
    /// The same in words, or what the other side calls what it took.
    pub detail: String,
}

/// Sends a test message by a connection as it is set up now, and says how it ended.
#[utoipa::path(post, path = "/api/v1/connections/{kind}/test", tag = "messages",
    operation_id = "test_connection", request_body = TestBody,
    params(("kind" = String, Path, description = "Which")),
    responses((status = 200, body = Trial, description = "How it ended")))]
pub(crate) async fn test(
    State(app): State<App>,
    caller: Caller,
    kind: Segment,
    Body(body): Body<TestBody>,
) -> Result<Json<Trial>, ApiError> {
    Ok(Json(app.channels.try_out(&caller.identity, kind.text(), body.to).await?.into()))
}

impl From<Tried> for Trial {
    fn from(Tried { taken, code, detail }: Tried) -> Self {
        Self { taken, code, detail }
    }
}

impl From<ConnectionView> for Connection {
    fn from(view: ConnectionView) -> Self {
        let ConnectionView { kind, settings, secrets, updated_at, updated_by } = view;
        Self { kind, settings, secrets, updated_at, updated_by }
    }
}
