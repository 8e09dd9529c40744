//! Reports.

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use model::Timestamp;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::App;
use crate::error::{ApiError, internal};
use crate::extract::{Caller, Query};
use crate::page::wrong_query;

/// Which period.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportQuery {
    /// From then on.
    #[param(format = DateTime, example = "2026-11-01T00:00:00Z")]
    pub from: String,
    /// Up to then, not including it.
    #[param(format = DateTime, example = "2026-12-01T00:00:00Z")]
    pub to: String,
}

/// The report of the handoffs of a period that the caller sees, in the format `report/1`: every
/// share with numerator, denominator and what was left out.
#[utoipa::path(get, path = "/api/v1/reports/monthly", tag = "reports",
    operation_id = "get_monthly_report", params(ReportQuery),
    responses((status = 200, body = Object, description = "The format `report/1`")))]
pub(crate) async fn monthly(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReportQuery>,
) -> Result<Response, ApiError> {
    let (from, to) = (instant("from", &query.from)?, instant("to", &query.to)?);
    let report = app.engine.monthly_report(caller.sight(), from, to).await?;
    let text = report::json::render(&report).map_err(|_| internal())?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

fn instant(name: &str, text: &str) -> Result<Timestamp, ApiError> {
    text.parse().map_err(|error: model::TimeError| wrong_query(name, error.to_string()))
}
