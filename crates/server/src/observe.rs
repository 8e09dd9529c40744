//! An id, a time limit, safe headers and one line of log for every request.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{CACHE_CONTROL, HeaderName, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::secret::{SecretError, random_text};

use crate::error::ApiError;

/// The header with the id of a request.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

const ID_LENGTH_MAX: usize = 64;

tokio::task_local! {
    static CURRENT: Current;
}

/// What is known of the request under way.
struct Current {
    id: String,
    /// Who asks, once that is known; an id, never a name.
    actor: RefCell<String>,
}

/// Makes ids of requests.
#[derive(Debug)]
pub(crate) struct Observer {
    prefix: String,
    next: AtomicU64,
}

impl Observer {
    /// An observer whose ids no other one makes.
    pub(crate) fn new() -> Result<Self, SecretError> {
        let prefix = random_text()?.chars().take(8).collect();
        Ok(Self { prefix, next: AtomicU64::new(1) })
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
    let _ = CURRENT.try_with(|it| *it.actor.borrow_mut() = actor.to_string());
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
    let current = Current { id: id.clone(), actor: RefCell::default() };
    let (mut response, actor) = CURRENT
        .scope(current, async {
            let response = next.run(request).await;
            (response, CURRENT.with(|it| it.actor.take()))
        })
        .await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    tracing::info!(
        request.id = id,
        http.method = %method,
        http.route = path.as_ref().map_or("-", MatchedPath::as_str),
        http.status = response.status().as_u16(),
        duration_us = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX),
        actor.id = actor,
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
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
