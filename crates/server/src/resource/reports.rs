//! Reports.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use engine::touch_patterns::RepPatterns;
use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::{ApiError, internal};
use crate::extract::{Caller, Query};
use crate::page::{Page, wrong_query};

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

/// How one rep touches leads. Numbers to ask questions with, no verdicts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TouchPatterns {
    /// The rep.
    pub rep: String,
    /// Everything recorded, automatic answers and status changes included.
    pub recorded: u64,
    /// Outreach by a person.
    pub attempts: u64,
    /// Those that count for the SLA.
    pub valid: u64,
    /// Those that reached somebody: an answered call, a meeting.
    pub contacts: u64,
    /// Contacts that lasted two minutes or more, and meetings.
    pub conversations: u64,
    /// Calls.
    pub calls: u64,
    /// Calls of two seconds or less.
    pub short_calls: u64,
    /// Attempts in the last minute before the deadline.
    pub last_minute: u64,
    /// Mails that are nearly the same as mails to other leads, in groups of three or more.
    pub same_text: u64,
    /// What looks suspicious: `short_calls`, `last_minute`, `same_text`.
    pub suspicious: Vec<String>,
}

/// How reps touched leads in a period: attempts, contacts and conversations, and what looks as if
/// it was made for the clock.
#[utoipa::path(get, path = "/api/v1/reports/touch-patterns", tag = "reports",
    operation_id = "get_touch_patterns", params(ReportQuery),
    responses((status = 200, body = Page<TouchPatterns>, description = "By rep")))]
pub(crate) async fn touch_patterns(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<ReportQuery>,
) -> Result<Json<Page<TouchPatterns>>, ApiError> {
    let (from, to) = (instant("from", &query.from)?, instant("to", &query.to)?);
    let reps = app.engine.touch_patterns(caller.sight(), from, to).await?;
    Ok(Json(Page { items: reps.into_iter().map(TouchPatterns::from).collect(), next: None }))
}

impl From<RepPatterns> for TouchPatterns {
    fn from(it: RepPatterns) -> Self {
        Self {
            rep: it.rep,
            recorded: it.recorded,
            attempts: it.attempts,
            valid: it.valid,
            contacts: it.contacts,
            conversations: it.conversations,
            calls: it.calls,
            short_calls: it.short_calls,
            last_minute: it.last_minute,
            same_text: it.same_text,
            suspicious: it.suspicious,
        }
    }
}

fn instant(name: &str, text: &str) -> Result<Timestamp, ApiError> {
    text.parse().map_err(|error: model::TimeError| wrong_query(name, error.to_string()))
}
