//! Signing in and out with a browser.
//!
//! Whoever proves who they are gets a cookie. The answer holds a token that every change must
//! carry in the header `x-csrf-token`.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use engine::Actor;
use engine::access::{GRANTS, Reach};
use engine::identity::Identity;
use engine::sessions::SESSION_SECONDS;
use model::Timestamp;
use model::id::UserId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::auth::cookie;
use crate::error::{ApiError, internal};
use crate::extract::{Body, Caller};
use crate::resource::users::User;

/// What one signs in with.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "olga@acme.example", "password": "correct horse battery" }))]
pub struct SignInBody {
    /// Mail address.
    #[schema(max_length = 254)]
    pub email: String,
    /// Password.
    #[schema(max_length = 1024, write_only)]
    pub password: String,
}

/// Whom to be in a demo.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "user": "user_01hq3xkd5gzc0" }))]
pub struct DemoSignInBody {
    /// One of the people of the demo.
    pub user: String,
}

/// How one signs in here.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SignInOptions {
    /// In a demo: whom anybody may be, without a password. Else empty.
    pub demo: Vec<User>,
}

/// A person who is signed in.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Session {
    /// Who.
    pub user: User,
    /// Where.
    pub workspace: Workspace,
    /// What they may do and how far: `own`, `team` or `workspace`. What is not named they may not.
    pub rights: BTreeMap<&'static str, &'static str>,
    /// Sent as `x-csrf-token` with every change; `null` for callers without a cookie.
    pub csrf: Option<String>,
    /// The present instant by the clock of record.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
}

/// A workspace.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Workspace {
    /// As shown to people.
    pub name: String,
    /// Its time zone.
    pub zone: String,
    /// ISO 4217 code of its values.
    pub currency: String,
}

/// How one signs in here.
#[utoipa::path(get, path = "/api/v1/sign-in", tag = "session", operation_id = "get_sign_in",
    responses((status = 200, body = SignInOptions, description = "The ways")))]
pub(crate) async fn options(State(app): State<App>) -> Result<Json<SignInOptions>, ApiError> {
    let mut demo = Vec::new();
    for id in app.demo.iter() {
        demo.push(User::from(app.engine.user(*id).await?));
    }
    Ok(Json(SignInOptions { demo }))
}

/// Signs in with a password; the answer sets the cookie of the session.
#[utoipa::path(post, path = "/api/v1/sign-in", tag = "session", operation_id = "sign_in",
    request_body = SignInBody,
    responses((status = 201, body = Session, description = "Signed in",
        headers(("set-cookie" = String, description = "The session")))))]
pub(crate) async fn sign_in(
    State(app): State<App>,
    headers: HeaderMap,
    Body(body): Body<SignInBody>,
) -> Result<Response, ApiError> {
    let identity = app.auth.check(&app.engine, &body.email, &body.password).await?;
    begin(&app, &headers, identity).await
}

/// Signs in as one of the people of a demo; elsewhere there are none.
#[utoipa::path(post, path = "/api/v1/sign-in/demo", tag = "session",
    operation_id = "sign_in_to_demo", request_body = DemoSignInBody,
    responses((status = 201, body = Session, description = "Signed in",
        headers(("set-cookie" = String, description = "The session")))))]
pub(crate) async fn sign_in_to_demo(
    State(app): State<App>,
    headers: HeaderMap,
    Body(body): Body<DemoSignInBody>,
) -> Result<Response, ApiError> {
    let unknown = || ApiError::not_found("person of a demo", &body.user);
    let id: UserId = body.user.parse().map_err(|_| unknown())?;
    if !app.demo.contains(&id) {
        return Err(unknown());
    }
    let identity = app.engine.identify_user(id).await?.ok_or_else(unknown)?;
    begin(&app, &headers, identity).await
}

/// Who is signed in, and what they may do.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", operation_id = "get_session",
    responses((status = 200, body = Session, description = "The session")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<Session>, ApiError> {
    let csrf = cookie::secret(&headers).map(cookie::token);
    Ok(Json(session(&app, &caller.identity, csrf).await?))
}

/// Signs out: this session ends and its cookie goes.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", operation_id = "sign_out",
    responses((status = 204, description = "Signed out")))]
pub(crate) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if let Some(secret) = cookie::secret(&headers) {
        app.engine.end_session(secret).await?;
        app.auth.forget();
    }
    gone(&headers)
}

/// Signs out everywhere: every session of the caller ends.
#[utoipa::path(delete, path = "/api/v1/sessions", tag = "session",
    operation_id = "sign_out_everywhere",
    responses((status = 204, description = "Signed out")))]
pub(crate) async fn sign_out_everywhere(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    app.engine.end_own_sessions(caller.actor()).await?;
    app.auth.forget();
    gone(&headers)
}

async fn begin(app: &App, headers: &HeaderMap, identity: Identity) -> Result<Response, ApiError> {
    let Actor::User(user, _) = identity.actor else { return Err(internal()) };
    // Whoever was signed in with this browser is not any more.
    if let Some(secret) = cookie::secret(headers) {
        app.engine.end_session(secret).await?;
        app.auth.forget();
    }
    let begun = app.engine.begin_session(user).await?;
    let body = session(app, &identity, Some(cookie::token(&begun.secret))).await?;
    let cookie = cookie::keep(headers, &begun.secret, SESSION_SECONDS).ok_or_else(internal)?;
    Ok((StatusCode::CREATED, [(SET_COOKIE, cookie)], Json(body)).into_response())
}

async fn session(
    app: &App,
    identity: &Identity,
    csrf: Option<String>,
) -> Result<Session, ApiError> {
    let found = app.engine.signed_in(identity.actor.clone()).await?;
    let rights = GRANTS.iter().map(|(action, ..)| (action.as_str(), identity.reach(*action)));
    let rights = rights.filter(|(_, reach)| *reach != Reach::Nothing);
    Ok(Session {
        user: User::from(found.user),
        workspace: Workspace { name: found.workspace, zone: found.zone, currency: found.currency },
        rights: rights.map(|(action, reach)| (action, reach.as_str())).collect(),
        csrf,
        now: found.now,
    })
}

fn gone(headers: &HeaderMap) -> Result<Response, ApiError> {
    let cookie = cookie::keep(headers, "", 0).ok_or_else(internal)?;
    Ok((StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response())
}
