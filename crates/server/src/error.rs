//! One envelope for every error, whoever raised it.

use std::any::Any;

use axum::Json;
use axum::http::header::{RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::{FieldFault, Refusal, RefusalKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::observe;

/// The body of every answer that is not a success.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Error, example = json!({
    "code": "A0411",
    "message": "a part of the request is wrong",
    "fields": [{ "loc": "version", "code": "A0411", "message": "invalid type: string \"three\", expected i64" }],
    "request_id": "k3x9m2pq-00000017"
}))]
pub struct ErrorBody {
    /// Stable code; `baton explain CODE` and `docs/errors` tell what to do.
    pub code: String,
    /// For people; may change.
    pub message: String,
    /// The parts of the request that are wrong.
    pub fields: Vec<FieldError>,
    /// What stands in the way, e.g. the handoff as it is now.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub state: Option<Value>,
    /// The id of the request, as in the header `x-request-id` and in the logs.
    pub request_id: String,
}

/// One part of a request that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// Where in the body or query, e.g. `fields.email` or `activities[2].kind`.
    pub loc: String,
    /// Stable code.
    pub code: String,
    /// What is wrong with it.
    pub message: String,
}

/// An answer that is not a success.
#[derive(Clone, Debug)]
pub struct ApiError {
    status: StatusCode,
    code: String,
    message: String,
    fields: Vec<FieldError>,
    state: Option<Value>,
    retry_after: Option<u32>,
}

/// Seconds after which what is only busy may be tried again.
const RETRY_SECONDS: u32 = 1;

impl ApiError {
    /// An error without parts.
    pub fn new(status: StatusCode, code: &str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.to_owned(),
            message: message.into(),
            fields: Vec::new(),
            state: None,
            retry_after: None,
        }
    }

    /// Names a part that is wrong.
    #[must_use]
    pub fn at(mut self, loc: impl Into<String>, message: impl Into<String>) -> Self {
        let code = self.code.clone();
        self.fields.push(FieldError { loc: loc.into(), code, message: message.into() });
        self
    }

    /// Says after how many seconds to try again.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The parts that are wrong.
    pub(crate) fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// Nobody proved who they are.
    pub fn unauthorized() -> Self {
        let message = "send `Authorization: Bearer baton_…`, or a mail address and password";
        Self::new(StatusCode::UNAUTHORIZED, "A0401", message)
    }

    /// The key is unknown, expired or revoked; which of them is not told.
    pub fn unknown_key() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "A0401", "the API key is not valid")
    }

    /// The mail address or the password is wrong; which of them is not told.
    pub fn wrong_password() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "A0401", "the mail address or the password is wrong")
    }

    /// The session has ended, or its user may not sign in any more.
    pub fn session_ended() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "A0401", "you are signed out; sign in again")
    }

    /// A change came with the cookie of a session, but not from the app itself.
    pub fn not_from_here() -> Self {
        let message = "send the token of the session as `x-csrf-token`";
        Self::new(StatusCode::FORBIDDEN, "A0422", message)
    }

    /// This caller may not do this at all.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "A0403", message)
    }

    /// There is no `what` called `name`, or not for this caller.
    pub fn not_found(what: &str, name: impl std::fmt::Display) -> Self {
        Refusal::not_found(what, name).into()
    }

    /// A part of the body is wrong.
    pub fn invalid(loc: impl Into<String>, message: impl Into<String>) -> Self {
        let text = "a part of the request is wrong";
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "A0411", text).at(loc, message)
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::Overloaded => StatusCode::TOO_MANY_REQUESTS,
            RefusalKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            RefusalKind::Internal => {
                tracing::error!(code = refusal.code, error = refusal.message, "internal error");
                return internal();
            }
        };
        let busy = matches!(refusal.kind, RefusalKind::Overloaded | RefusalKind::Unavailable);
        Self {
            status,
            code: refusal.code.to_owned(),
            message: refusal.message,
            fields: refusal.fields.into_iter().map(FieldError::from).collect(),
            state: refusal.state,
            retry_after: busy.then_some(RETRY_SECONDS),
        }
    }
}

impl From<FieldFault> for FieldError {
    fn from(fault: FieldFault) -> Self {
        Self { loc: fault.at, code: fault.code, message: fault.message }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let body = ErrorBody {
            code: self.code,
            message: self.message,
            fields: self.fields,
            state: self.state,
            request_id: observe::request_id(),
        };
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Bearer, Basic realm=\"baton\"");
            headers.insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// The opaque answer to a fault of ours; the log has the rest under the request's id.
pub(crate) fn internal() -> ApiError {
    let message = "a fault of ours; the log of the server tells more under the request's id";
    ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "A0500", message)
}

/// No route has this path.
pub(crate) async fn no_such_path() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, "A0404", "there is no such path")
}

/// The route has other methods.
pub(crate) async fn no_such_method() -> ApiError {
    let message = "this path does not have this method; `Allow` names those it has";
    ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "A0405", message)
}

/// A handler panicked.
pub(crate) fn panicked(panic: Box<dyn Any + Send>) -> Response {
    // Our own texts only: a panic never quotes a request.
    let text = panic
        .downcast_ref::<&str>()
        .map(|it| (*it).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned());
    tracing::error!(panic = text.as_deref().unwrap_or("?"), "a handler panicked");
    internal().into_response()
}
