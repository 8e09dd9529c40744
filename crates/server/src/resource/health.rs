//! Whether the process lives, whether it can serve, and the description of the API.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;

/// The process answers.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "status": "live", "version": "0.1.0" }))]
pub struct Liveness {
    /// `live`.
    pub status: &'static str,
    /// Version of Baton.
    pub version: &'static str,
}

/// Whether requests can be served.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "status": "ready", "database": "reachable", "policy": "5f1c…",
    "roster": 3, "zone_data": "2026e" }))]
pub struct Readiness {
    /// `ready`; `not_set_up` while no policy or no roster is live; `no_database` where the database
    /// does not answer; `stopping` once the process was asked to end.
    pub status: &'static str,
    /// `reachable`: it answered, and its migrations are those of this version. Else `unreachable`.
    pub database: &'static str,
    /// Hash of the live policy.
    pub policy: Option<String>,
    /// Version of the roster.
    pub roster: Option<i64>,
    /// Version of the bundled time zone data; the same on all nodes.
    pub zone_data: Option<&'static str>,
}

/// Less than the second that probes wait as a rule.
const DATABASE_WAIT_MAX: Duration = Duration::from_millis(900);

/// Whether the process answers. Looks at nothing else: to start a process again mends no database.
#[utoipa::path(get, path = "/health/live", tag = "health", operation_id = "get_liveness",
    responses((status = 200, body = Liveness, description = "It does")))]
pub(crate) async fn live() -> Json<Liveness> {
    Json(Liveness { status: "live", version: env!("CARGO_PKG_VERSION") })
}

/// Whether requests can be served: database, live policy and roster, and no end in sight.
#[utoipa::path(get, path = "/health/ready", tag = "health", operation_id = "get_readiness",
    responses((status = 200, body = Readiness, description = "They can"),
        (status = 503, body = Readiness, description = "Not yet, not now or no more")))]
pub(crate) async fn ready(State(app): State<App>) -> Response {
    // A store opens only with the migrations it needs, so an answer means that they are there.
    let found = tokio::time::timeout(DATABASE_WAIT_MAX, app.engine.readiness()).await;
    let found = found.ok().and_then(Result::ok);
    let status = match &found {
        _ if app.is_stopping() => "stopping",
        None => "no_database",
        Some(found) if !found.is_set_up() => "not_set_up",
        Some(_) => "ready",
    };
    let code = match status {
        "ready" => StatusCode::OK,
        _ => StatusCode::SERVICE_UNAVAILABLE,
    };
    let readiness = Readiness {
        status,
        database: if found.is_some() { "reachable" } else { "unreachable" },
        zone_data: found.as_ref().map(|it| it.zone_data),
        roster: found.as_ref().and_then(|it| it.roster),
        policy: found.and_then(|it| it.policy),
    };
    (code, Json(readiness)).into_response()
}

/// The description of this API, OpenAPI 3.1.
#[utoipa::path(get, path = "/openapi.json", tag = "health", operation_id = "get_openapi",
    responses((status = 200, body = Object, description = "OpenAPI 3.1")))]
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    // Made when asked for: it is seldom wanted and would lie in memory.
    Json(crate::openapi())
}
