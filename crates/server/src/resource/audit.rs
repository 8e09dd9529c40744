//! The two append-only logs and the check of their hash chains.

use axum::Json;
use axum::extract::State;
use engine::audit::{AuditView, EventView, StreamVerdict};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::ApiError;
use crate::extract::Query;
use crate::page::{self, Page};

/// Which rows of a log.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LogQuery {
    /// The stream: that of the node which wrote the rows. This node's where absent.
    pub stream: Option<i64>,
    /// The `next` of the page before.
    pub after: Option<i64>,
    /// Entries of the page, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

/// Something that was done to the system.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuditRow {
    /// Its place in its stream, from 1 without gaps.
    pub seq: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What, e.g. `policy.publish`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Details.
    #[schema(value_type = Object)]
    pub body: Value,
    /// Hash of the row, in hexadecimal.
    pub hash: String,
}

/// Something that happened to a lead.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Event {
    /// Its place in its stream, from 1 without gaps.
    pub seq: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What, e.g. `handoff.accepted`.
    pub kind: String,
    /// The lead.
    pub lead: Option<String>,
    /// The handoff.
    pub handoff: Option<String>,
    /// Who did it.
    pub actor: String,
    /// Details, ids only.
    #[schema(value_type = Object)]
    pub body: Value,
    /// Hash of the row, in hexadecimal.
    pub hash: String,
}

/// The result of checking all hash chains.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "ok": true, "streams": [{ "log": "event", "stream": 1, "rows": 42,
    "head": "9f2c…", "first_bad": null, "fault": null }] }))]
pub struct Verification {
    /// Whether all chains hold.
    pub ok: bool,
    /// Each chain.
    pub streams: Vec<Stream>,
}

/// One chain.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Stream {
    /// `event` or `audit`.
    pub log: String,
    /// The node that writes it.
    pub stream: i64,
    /// Rows found in order, up to the first fault.
    pub rows: i64,
    /// Hash of the last row; keep it elsewhere and compare.
    pub head: String,
    /// Number of the first bad row.
    pub first_bad: Option<i64>,
    /// `gap`, `unlinked`, `altered` or `head`.
    pub fault: Option<String>,
}

/// What was done to the system, newest first.
#[utoipa::path(get, path = "/api/v1/audit", tag = "audit", operation_id = "list_audit",
    params(LogQuery),
    responses((status = 200, body = Page<AuditRow>, description = "One page")))]
pub(crate) async fn rows(
    State(app): State<App>,
    Query(query): Query<LogQuery>,
) -> Result<Json<Page<AuditRow>>, ApiError> {
    let limit = page::limit(query.limit)?;
    let stream = query.stream.unwrap_or(app.engine.stream());
    let before = query.after.unwrap_or(i64::MAX);
    let rows = app.engine.audit_rows(stream, before, one_more(limit)).await?;
    let items = rows.into_iter().map(AuditRow::from).collect();
    Ok(Json(Page::of(items, limit, |it: &AuditRow| it.seq)))
}

/// What happened to leads, oldest first.
#[utoipa::path(get, path = "/api/v1/audit/events", tag = "audit", operation_id = "list_events",
    params(LogQuery),
    responses((status = 200, body = Page<Event>, description = "One page")))]
pub(crate) async fn events(
    State(app): State<App>,
    Query(query): Query<LogQuery>,
) -> Result<Json<Page<Event>>, ApiError> {
    let limit = page::limit(query.limit)?;
    let stream = query.stream.unwrap_or(app.engine.stream());
    let events = app.engine.events(stream, query.after.unwrap_or(0), one_more(limit)).await?;
    let items = events.into_iter().map(Event::from).collect();
    Ok(Json(Page::of(items, limit, |it: &Event| it.seq)))
}

/// Checks the hash chains of both logs from their first row to their head. Reads all of them.
#[utoipa::path(get, path = "/api/v1/audit/verify", tag = "audit", operation_id = "verify_audit",
    responses((status = 200, body = Verification, description = "What the check found")))]
pub(crate) async fn verify(State(app): State<App>) -> Result<Json<Verification>, ApiError> {
    let streams: Vec<_> = app.engine.verify_logs().await?.into_iter().map(Stream::from).collect();
    let ok = streams.iter().all(|it| it.fault.is_none());
    Ok(Json(Verification { ok, streams }))
}

fn one_more(limit: usize) -> i64 {
    i64::try_from(limit + 1).unwrap_or(i64::MAX)
}

impl From<AuditView> for AuditRow {
    fn from(view: AuditView) -> Self {
        let AuditView { seq, at, actor, action, subject, body, hash } = view;
        Self { seq, at, actor, action, subject, body, hash }
    }
}

impl From<EventView> for Event {
    fn from(view: EventView) -> Self {
        Self {
            seq: view.seq,
            at: view.at,
            kind: view.kind,
            lead: view.lead.map(|it| it.to_string()),
            handoff: view.handoff.map(|it| it.to_string()),
            actor: view.actor,
            body: view.body,
            hash: view.hash,
        }
    }
}

impl From<StreamVerdict> for Stream {
    fn from(verdict: StreamVerdict) -> Self {
        Self {
            log: verdict.log,
            stream: verdict.stream,
            rows: verdict.rows,
            head: verdict.head,
            first_bad: verdict.fault.map(|it| it.0),
            fault: verdict.fault.map(|it| it.1.to_owned()),
        }
    }
}
