//! People who sign in.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use engine::access::Role;
use engine::users::{UserChange, UserRequest, UserView, checked_password};
use model::id::UserId;
use model::{RepId, Timestamp};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::{ApiError, internal};
use crate::extract::{Body, Caller, Post, Segment};
use crate::page::Page;

/// A user to add.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "email": "olga@acme.example", "name": "Olga Brandt", "role": "rep",
    "rep": "olga", "password": "correct horse battery" }))]
pub struct UserBody {
    /// Mail address; unique, upper and lower case are one.
    pub email: String,
    /// As shown to people.
    pub name: String,
    /// `rep`, `manager`, `marketing_ops`, `admin` or `auditor`.
    pub role: String,
    /// The rep they are; reps and managers see nothing without.
    pub rep: Option<String>,
    /// At least 10 characters; absent with single sign-on.
    #[schema(min_length = 10, write_only)]
    pub password: Option<String>,
}

/// What to change of a user; absent stays as it is.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "active": false }))]
pub struct UserPatch {
    /// As shown to people.
    pub name: Option<String>,
    /// What they may do. Nobody changes their own.
    pub role: Option<String>,
    /// The rep they are; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<String>)]
    pub rep: Option<Option<String>>,
    /// A new password; ends all their sessions.
    #[schema(min_length = 10, write_only)]
    pub password: Option<String>,
    /// Whether they may sign in.
    pub active: Option<bool>,
}

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "user_01hq3xkd5gzc0", "email": "olga@acme.example",
    "name": "Olga Brandt", "role": "rep", "rep": "olga", "active": true,
    "created_at": "2026-11-20T15:00:00Z" }))]
pub struct User {
    /// The user.
    pub id: String,
    /// Mail address in lower case.
    pub email: String,
    /// As shown to people.
    pub name: String,
    /// What they may do.
    pub role: String,
    /// The rep they are.
    pub rep: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
    /// When they were added.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Adds a user.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", operation_id = "create_user",
    request_body = UserBody,
    responses((status = 201, body = User, description = "The user",
        headers(("location" = String, description = "The user")))))]
pub(crate) async fn create(post: Post<UserBody>) -> Result<Response, ApiError> {
    let body = post.body.clone();
    let request = UserRequest {
        email: body.email,
        name: body.name,
        role: role(&body.role)?,
        rep: body.rep.map(|it| rep(&it)).transpose()?,
        password_hash: hashed(body.password).await?,
    };
    let user = post.engine.create_user(post.caller.actor(), request).await?;
    Ok(post.created(&format!("/api/v1/users/{}", user.id), User::from(user)))
}

/// All users, by mail address.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", operation_id = "list_users",
    responses((status = 200, body = Page<User>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<User>>, ApiError> {
    let users = app.engine.users().await?;
    Ok(Json(Page { items: users.into_iter().map(User::from).collect(), next: None }))
}

/// One user.
#[utoipa::path(get, path = "/api/v1/users/{user}", tag = "users", operation_id = "get_user",
    params(("user" = String, Path, description = "The user")),
    responses((status = 200, body = User, description = "The user")))]
pub(crate) async fn get(State(app): State<App>, user: Segment) -> Result<Json<User>, ApiError> {
    let id: UserId = user.parse("user")?;
    Ok(Json(User::from(app.engine.user(id).await?)))
}

/// Changes a user; users are switched off, never removed.
#[utoipa::path(patch, path = "/api/v1/users/{user}", tag = "users", operation_id = "update_user",
    request_body = UserPatch,
    params(("user" = String, Path, description = "The user")),
    responses((status = 200, body = User, description = "The user after it")))]
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    user: Segment,
    Body(patch): Body<UserPatch>,
) -> Result<Json<User>, ApiError> {
    let id: UserId = user.parse("user")?;
    let change = UserChange {
        name: patch.name,
        role: patch.role.map(|it| role(&it)).transpose()?,
        rep: match patch.rep {
            None => None,
            Some(None) => Some(None),
            Some(Some(it)) => Some(Some(rep(&it)?)),
        },
        password_hash: hashed(patch.password).await?,
        active: patch.active,
    };
    let changed = app.engine.change_user(caller.actor(), id, change).await?;
    app.auth.forget();
    Ok(Json(User::from(changed)))
}

fn role(text: &str) -> Result<Role, ApiError> {
    text.parse()
        .map_err(|error: engine::access::RoleError| ApiError::invalid("role", error.to_string()))
}

fn rep(text: &str) -> Result<RepId, ApiError> {
    text.parse().map_err(|error: model::NameError| ApiError::invalid("rep", error.to_string()))
}

/// Hashes a password away from the threads that serve others.
async fn hashed(password: Option<String>) -> Result<Option<String>, ApiError> {
    let Some(password) = password else { return Ok(None) };
    let hash = tokio::task::spawn_blocking(move || checked_password(&password)).await;
    Ok(Some(hash.map_err(|_| internal())??))
}

/// A value that is there, be it `null`: absent is something else.
fn given<'de, D: Deserializer<'de>>(reader: D) -> Result<Option<Option<String>>, D::Error> {
    Option::<String>::deserialize(reader).map(Some)
}

impl From<UserView> for User {
    fn from(view: UserView) -> Self {
        Self {
            id: view.id.to_string(),
            email: view.email,
            name: view.name,
            role: view.role,
            rep: view.rep,
            active: view.active,
            created_at: view.created_at,
        }
    }
}
