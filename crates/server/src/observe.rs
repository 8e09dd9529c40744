//! An id, a time limit, safe headers and one line of log for every request.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::capture::Captured;
use engine::secret::{SecretError, random_text};
use model::id::{HandoffId, LeadId};

use crate::error::ApiError;
use crate::metrics::Metrics;

/// The header with the id of a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ID_LENGTH_MAX: usize = 64;

tokio::task_local! {
    static CURRENT: Current;
}

/// What is known of the request under way.
struct Current {
    id: String,
    noted: RefCell<Noted>,
}

/// What handlers tell of their request; ids, never names.
#[derive(Default)]
struct Noted {
    /// Who asks, once that is known.
    actor: String,
    lead: Option<LeadId>,
    handoff: Option<HandoffId>,
    /// What became of the leads that came in.
    captures: Vec<String>,
}

/// Makes ids of requests and counts them.
#[derive(Debug)]
pub(crate) struct Observer {
    metrics: Arc<Metrics>,
    prefix: String,
    next: AtomicU64,
}

impl Observer {
    /// An observer whose ids no other one makes.
    pub(crate) fn new(metrics: Arc<Metrics>) -> Result<Self, SecretError> {
        let prefix = random_text()?.chars().take(8).collect();
        Ok(Self { metrics, prefix, next: AtomicU64::new(1) })
    }

    fn id(&self, request: &Request) -> String {
        let sent = request.headers().get(REQUEST_ID).and_then(|it| it.to_str().ok());
        let good = |it: &&str| {
            let plain = |it: u8| it.is_ascii_alphanumeric() || matches!(it, b'-' | b'_' | b'.');
            (1..=ID_LENGTH_MAX).contains(&it.len()) && it.bytes().all(plain)
        };
        sent.filter(good).map_or_else(
            || format!("{}-{:08x}", self.prefix, self.next.fetch_add(1, Ordering::Relaxed)),
            str::to_owned,
        )
    }
}

/// The id of the request under way.
pub(crate) fn request_id() -> String {
    CURRENT.try_with(|it| it.id.clone()).unwrap_or_default()
}

/// Notes who asks, for the log.
pub(crate) fn note_actor(actor: &engine::Actor) {
    note(|it| it.actor = actor.to_string());
}

/// Notes a part of the path, if it is an id of a lead or a handoff.
pub(crate) fn note_segment(text: &str) {
    if let Ok(lead) = text.parse() {
        note(|it| it.lead = Some(lead));
    } else if let Ok(handoff) = text.parse() {
        note(|it| it.handoff = Some(handoff));
    }
}

/// Notes what became of leads that came in; a single one is named in the log.
pub(crate) fn note_captured(captured: &[Captured], replayed: bool) {
    note(|it| {
        if let [Captured::Lead(answer)] = captured {
            (it.lead, it.handoff) = (Some(answer.lead), answer.handoff);
        }
        it.captures = captured.iter().map(|it| outcome(it, replayed)).collect();
    });
}

fn outcome(captured: &Captured, replayed: bool) -> String {
    let name = match captured {
        _ if replayed => "repeated",
        Captured::Lead(answer) => answer.outcome.as_str(),
        Captured::Unchanged(_) => "repeated",
        Captured::Quarantined(..) => "quarantined",
    };
    name.to_owned()
}

fn note(change: impl FnOnce(&mut Noted)) {
    let _ = CURRENT.try_with(|it| change(&mut it.noted.borrow_mut()));
}

/// Gives the request an id and writes one line when it is answered.
pub(crate) async fn observe(
    State(observer): State<Arc<Observer>>,
    request: Request,
    next: Next,
) -> Response {
    let began = Instant::now();
    let id = observer.id(&request);
    let method = request.method().clone();
    // The pattern, not the path: a path may hold what somebody typed.
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map_or("-", MatchedPath::as_str);
    let current = Current { id: id.clone(), noted: RefCell::default() };
    let (mut response, noted) = CURRENT
        .scope(current, async {
            let response = next.run(request).await;
            (response, CURRENT.with(|it| it.noted.take()))
        })
        .await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    let (status, took) = (response.status().as_u16(), began.elapsed());
    observer.metrics.request(&method, route, status, took);
    for outcome in &noted.captures {
        observer.metrics.capture(outcome);
    }
    tracing::info!(
        request.id = id,
        http.method = %method,
        http.route = route,
        http.status = status,
        duration_ms = took.as_micros() as f64 / 1e3,
        actor.id = noted.actor,
        lead.id = noted.lead.map(tracing::field::display),
        handoff.id = noted.handoff.map(tracing::field::display),
        "request"
    );
    response
}

/// Gives up on a request after a while. What it asked the database for goes on there.
pub(crate) async fn in_time(
    State(limit): State<Duration>,
    request: Request,
    next: Next,
) -> Response {
    let answer = tokio::time::timeout(limit, next.run(request)).await;
    answer.unwrap_or_else(|_| {
        let message = "no answer in time; repeat the request with the same `Idempotency-Key`";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "A0408", message)
            .retry_after(1)
            .into_response()
    })
}

/// Answers are data, are not guessed at and are not kept by caches on the way.
pub(crate) async fn secure_headers(request: Request, next: Next) -> Response {
    // Browsers say which of their pages asks. They would show a window of their own for a password.
    let is_page = request.headers().contains_key("sec-fetch-mode");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if is_page && headers.contains_key(WWW_AUTHENTICATE) {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
