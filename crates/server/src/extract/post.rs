//! Bodies: read within a limit, parsed with the place of each mistake, and done once per key.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::Engine;
use engine::once::Once;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::caller::{BodyBytesMax, Caller};
use super::nul;
use crate::App;
use crate::error::{ApiError, internal};

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const KEY_LENGTH_MAX: usize = 200;

/// A JSON body. An empty one stands for `{}`.
pub(crate) struct Body<T>(pub(crate) T);

/// A `POST`: its body, and the engine to do it with, once per `Idempotency-Key`.
pub(crate) struct Post<T> {
    /// What was sent.
    pub(crate) body: T,
    /// The same as it came.
    pub(crate) bytes: Bytes,
    /// Who asks.
    pub(crate) caller: Caller,
    /// For the one write of this request.
    pub(crate) engine: Engine,
    once: Option<Arc<Once>>,
}

impl<T> Post<T> {
    /// The answer; says so where it is that of an earlier request.
    pub(crate) fn answer(&self, status: StatusCode, body: impl Serialize) -> Response {
        let mut response = (status, Json(body)).into_response();
        if self.is_replayed() {
            let replayed = HeaderValue::from_static("true");
            response.headers_mut().insert(IDEMPOTENT_REPLAYED, replayed);
        }
        response
    }

    /// Whether the answer is that of an earlier request with the same key.
    pub(crate) fn is_replayed(&self) -> bool {
        self.once.as_ref().is_some_and(|it| it.is_replayed())
    }

    /// The answer to something that was made, with its place.
    pub(crate) fn created(&self, location: &str, body: impl Serialize) -> Response {
        let mut response = self.answer(StatusCode::CREATED, body);
        if let Ok(location) = HeaderValue::from_str(location) {
            response.headers_mut().insert(axum::http::header::LOCATION, location);
        }
        response
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _: &App) -> Result<Self, ApiError> {
        let bytes = read(request).await?;
        Ok(Self(parse(&bytes)?))
    }
}

impl<T: DeserializeOwned> FromRequest<App> for Post<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, app: &App) -> Result<Self, ApiError> {
        let caller = request.extensions().get::<Caller>().cloned().ok_or_else(internal)?;
        let key = key(request.headers())?;
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let bytes = read(request).await?;
        let body = parse(&bytes)?;
        let once = key.map(|key| {
            let mut hash = Sha256::new();
            let target = uri.path_and_query().map_or("", |it| it.as_str());
            for part in [method.as_str().as_bytes(), target.as_bytes(), &bytes] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
            let key = format!("{}:{key}", caller.identity.actor);
            Arc::new(Once::new(key, hash.finalize().to_vec()))
        });
        Ok(Self { body, bytes, caller, engine: app.engine.once(once.clone()), once })
    }
}

fn key(headers: &HeaderMap) -> Result<Option<String>, ApiError> {
    let Some(value) = headers.get(IDEMPOTENCY_KEY) else { return Ok(None) };
    let text = value.to_str().ok().map(str::trim).filter(|it| {
        (1..=KEY_LENGTH_MAX).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_graphic())
    });
    match text {
        Some(text) => Ok(Some(text.to_owned())),
        None => {
            let message = format!("`Idempotency-Key` has 1 to {KEY_LENGTH_MAX} visible letters");
            Err(ApiError::new(StatusCode::UNPROCESSABLE_ENTITY, "A0414", message))
        }
    }
}

async fn read(request: Request) -> Result<Bytes, ApiError> {
    let most = request.extensions().get::<BodyBytesMax>().map_or(0, |it| it.0);
    let json = is_json(request.headers());
    let body = Limited::new(request.into_body(), most).collect().await.map_err(|error| {
        match error.downcast_ref::<LengthLimitError>() {
            Some(_) => {
                let message = format!("the body has more than {most} bytes");
                ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, "A0413", message)
            }
            None => ApiError::new(StatusCode::BAD_REQUEST, "A0400", "the body broke off"),
        }
    })?;
    let bytes = body.to_bytes();
    match json || bytes.is_empty() {
        true => Ok(bytes),
        false => {
            let message = "send the body with `Content-Type: application/json`";
            Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "A0415", message))
        }
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let text = if bytes.is_empty() { b"{}" } else { bytes };
    nul::refuse(text)?;
    // The place of a mistake is looked for where there is one.
    if let Ok(value) = serde_json::from_slice(text) {
        return Ok(value);
    }
    let mut reader = serde_json::Deserializer::from_slice(text);
    let value = serde_path_to_error::deserialize(&mut reader).map_err(|error| {
        let at = error.path().to_string();
        let inner = error.into_inner();
        match inner.classify() {
            serde_json::error::Category::Data => {
                let at = if at == "." { "body".to_owned() } else { at };
                ApiError::invalid(at, without_place(&inner))
            }
            _ => not_json(&inner),
        }
    })?;
    reader.end().map_err(|error| not_json(&error))?;
    Ok(value)
}

fn not_json(error: &serde_json::Error) -> ApiError {
    let message = format!(
        "the body is not JSON: {} at line {}, column {}",
        without_place(error),
        error.line(),
        error.column()
    );
    ApiError::new(StatusCode::BAD_REQUEST, "A0400", message)
}

/// What is wrong, without the ` at line 1 column 2` that the path says better.
fn without_place(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rsplit_once(" at line ").map_or(text.clone(), |(message, _)| message.to_owned())
}
