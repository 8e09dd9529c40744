//! Whether the process lives, whether it can serve, and the description of the API.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;

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
    /// `ready`, or `not_set_up` while no policy or no roster is live.
    pub status: &'static str,
    /// `reachable`: it answered, and its migrations are those of this version.
    pub database: &'static str,
    /// Hash of the live policy.
    pub policy: Option<String>,
    /// Version of the roster.
    pub roster: Option<i64>,
    /// Version of the bundled time zone data; the same on all nodes.
    pub zone_data: &'static str,
}

/// Whether the process answers.
#[utoipa::path(get, path = "/health/live", tag = "health", operation_id = "get_liveness",
    responses((status = 200, body = Liveness, description = "It does")))]
pub(crate) async fn live() -> Json<Liveness> {
    Json(Liveness { status: "live", version: env!("CARGO_PKG_VERSION") })
}

/// Whether requests can be served: database, live policy and roster.
#[utoipa::path(get, path = "/health/ready", tag = "health", operation_id = "get_readiness",
    responses((status = 200, body = Readiness, description = "They can"),
        (status = 503, body = Readiness, description = "No policy or no roster is live yet")))]
pub(crate) async fn ready(State(app): State<App>) -> Result<Response, ApiError> {
    // A store opens only with the migrations it needs, so an answer means that they are there.
    let found = app.engine.readiness().await?;
    let is_set_up = found.policy.is_some() && found.roster.is_some();
    let (code, status) = match is_set_up {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not_set_up"),
    };
    let readiness = Readiness {
        status,
        database: "reachable",
        policy: found.policy,
        roster: found.roster,
        zone_data: found.zone_data,
    };
    Ok((code, Json(readiness)).into_response())
}

/// The description of this API, OpenAPI 3.1.
#[utoipa::path(get, path = "/openapi.json", tag = "health", operation_id = "get_openapi",
    responses((status = 200, body = Object, description = "OpenAPI 3.1")))]
pub(crate) async fn document() -> Json<utoipa::openapi::OpenApi> {
    // Made when asked for: it is seldom wanted and would lie in memory.
    Json(crate::openapi())
}
