//! Policies: read, checked and made live.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::live::StoredFile;
use engine::policies::Publication;
use engine::published::{self, PolicyView};
use model::Timestamp;
use policy::Sources;
use policy::span::SourceFile;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::{ApiError, FieldError, internal};
use crate::extract::{Post, Query, Segment};
use crate::page::{self, Page};

/// One file of a policy.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "path": "policy.yaml", "text": "schema: 1\nname: Demo\n" }))]
pub struct File {
    /// As its author named it.
    pub path: String,
    /// The text.
    pub text: String,
}

/// A stored policy.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Policy {
    /// Its hash, which is its name for ever.
    pub hash: String,
    /// The policy it was made from.
    pub parent: Option<String>,
    /// As its author calls it.
    pub name: String,
    /// What changed.
    pub note: String,
    /// Who stored it.
    pub author: String,
    /// When it was stored.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
    /// From when on it decides or decided last.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub live_from: Option<Timestamp>,
    /// Whether it decides now.
    pub live: bool,
}

/// A stored policy with its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyWithFiles {
    /// The policy.
    #[serde(flatten)]
    pub policy: Policy,
    /// Its files.
    pub files: Vec<File>,
}

/// A policy to check.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckBody {
    /// Its files.
    #[schema(min_items = 1, max_items = 100)]
    pub files: Vec<File>,
}

/// What a check found.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PolicyCheck, example = json!({ "ok": false, "name": null, "hash": null, "findings": [{
    "code": "P0301", "severity": "error", "message": "rule `emea` can never hold",
    "path": "policy.yaml", "line": 41, "column": 30, "help": [] }] }))]
pub struct Check {
    /// Whether it could be made live.
    pub ok: bool,
    /// Its name, where it has no errors.
    pub name: Option<String>,
    /// Its hash, where it has no errors.
    pub hash: Option<String>,
    /// Every finding of the run.
    pub findings: Vec<Finding>,
}

/// A finding of the compiler.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Finding {
    /// Stable code; `baton explain CODE` tells more.
    pub code: String,
    /// `error`, `warning` or `hint`.
    pub severity: String,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: String,
    /// From 1.
    pub line: u32,
    /// From 1.
    pub column: u32,
    /// What to do about it.
    pub help: Vec<String>,
}

/// A policy to make live.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PublishBody {
    /// Its files.
    #[schema(min_items = 1, max_items = 100)]
    pub files: Vec<File>,
    /// What changed, for those who look at it later.
    #[schema(min_length = 1)]
    pub note: String,
    /// The hash of the policy it was made from: where another one is live by now, the answer is
    /// 409. `null` only where none is live yet.
    pub parent: Option<String>,
    /// From when on; at once where absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Whether its working hours count for the past too, e.g. a holiday that was entered late:
    /// breaches that were none by them are voided.
    #[serde(default)]
    pub retroactive: bool,
}

/// A policy that was made live.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Published {
    /// Its name.
    pub name: String,
    /// Its hash.
    pub hash: String,
    /// The hash of the policy before it.
    pub parent: Option<String>,
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Warnings it went live with.
    pub warnings: Vec<FieldError>,
    /// Whether it was live already and nothing changed.
    pub unchanged: bool,
}

/// How many policies.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PolicyQuery {
    /// The newest so many, 1 to 200.
    #[param(minimum = 1, maximum = 200, default = 50)]
    pub limit: Option<u32>,
}

const FILES_MAX: usize = 100;

/// The newest policies, newest first.
#[utoipa::path(get, path = "/api/v1/policies", tag = "policies", operation_id = "list_policies",
    params(PolicyQuery),
    responses((status = 200, body = Page<Policy>, description = "The newest ones")))]
pub(crate) async fn list(
    State(app): State<App>,
    Query(query): Query<PolicyQuery>,
) -> Result<Json<Page<Policy>>, ApiError> {
    let limit = i64::try_from(page::limit(query.limit)?).unwrap_or(i64::MAX);
    let policies = app.engine.policies(limit).await?;
    Ok(Json(Page { items: policies.into_iter().map(Policy::from).collect(), next: None }))
}

/// The live policy with its text.
#[utoipa::path(get, path = "/api/v1/policies/live", tag = "policies",
    operation_id = "get_live_policy",
    responses((status = 200, body = PolicyWithFiles, description = "The live policy")))]
pub(crate) async fn live(State(app): State<App>) -> Result<Json<PolicyWithFiles>, ApiError> {
    Ok(Json(with_files(app.engine.policy(None).await?)))
}

/// A policy with its text, by hash.
#[utoipa::path(get, path = "/api/v1/policies/{hash}", tag = "policies", operation_id = "get_policy",
    params(("hash" = String, Path, description = "SHA-256 of the policy, in hexadecimal")),
    responses((status = 200, body = PolicyWithFiles, description = "The policy")))]
pub(crate) async fn get(
    State(app): State<App>,
    hash: Segment,
) -> Result<Json<PolicyWithFiles>, ApiError> {
    Ok(Json(with_files(app.engine.policy(Some(hash.text().to_owned())).await?)))
}

/// Compiles a policy and reports everything that is to be said about it. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/policies/check", tag = "policies",
    operation_id = "check_policy", request_body = CheckBody,
    responses((status = 200, body = Check, description = "All findings")))]
pub(crate) async fn check(post: Post<CheckBody>) -> Result<Response, ApiError> {
    let sources = sources(&post.body.files)?;
    // Milliseconds for a large policy: not on a thread that serves others.
    let checked = tokio::task::spawn_blocking(move || published::check(&sources)).await;
    let checked = checked.map_err(|_| internal())?;
    let (name, hash) = checked.compiled.unzip();
    let findings = checked.findings.into_iter().map(Finding::from).collect();
    Ok(post.answer(StatusCode::OK, Check { ok: hash.is_some(), name, hash, findings }))
}

/// Makes a policy live over its parent. A policy with errors never replaces a live one.
#[utoipa::path(post, path = "/api/v1/policies/publish", tag = "policies",
    operation_id = "publish_policy", request_body = PublishBody,
    responses((status = 201, body = Published, description = "It is live, or will be",
        headers(("location" = String, description = "The policy")))))]
pub(crate) async fn publish(
    State(app): State<App>,
    post: Post<PublishBody>,
) -> Result<Response, ApiError> {
    let sources = sources(&post.body.files)?;
    if post.body.note.trim().is_empty() {
        return Err(ApiError::invalid("note", "say what changed"));
    }
    if post.body.parent.is_none() && app.engine.readiness().await?.policy.is_some() {
        let message = "a policy is live: name the hash of the one that this was made from";
        return Err(ApiError::invalid("parent", message));
    }
    let PublishBody { note, parent, from, retroactive, .. } = post.body.clone();
    let publication = Publication { sources, note, from, parent, retroactive };
    let published = post.engine.publish(post.caller.actor(), publication).await?;
    let location = format!("/api/v1/policies/{}", published.hash);
    let answer = Published {
        name: published.name,
        hash: published.hash,
        parent: published.parent,
        from: published.from,
        warnings: published.warnings.into_iter().map(FieldError::from).collect(),
        unchanged: published.unchanged,
    };
    Ok(post.created(&location, answer))
}

fn sources(files: &[File]) -> Result<Sources, ApiError> {
    if !(1..=FILES_MAX).contains(&files.len()) {
        return Err(ApiError::invalid("files", format!("has 1 to {FILES_MAX} entries")));
    }
    let files = files.iter();
    let files = files.map(|it| SourceFile { path: it.path.clone(), text: it.text.clone() });
    Ok(Sources { files: files.collect() })
}

fn with_files((policy, files): (PolicyView, Vec<StoredFile>)) -> PolicyWithFiles {
    let files = files.into_iter().map(|it| File { path: it.path, text: it.text });
    PolicyWithFiles { policy: Policy::from(policy), files: files.collect() }
}

impl From<PolicyView> for Policy {
    fn from(view: PolicyView) -> Self {
        Self {
            hash: view.hash,
            parent: view.parent,
            name: view.name,
            note: view.note,
            author: view.author,
            created_at: view.created_at,
            live_from: view.live_from,
            live: view.live,
        }
    }
}

impl From<published::Finding> for Finding {
    fn from(found: published::Finding) -> Self {
        Self {
            code: found.code.to_owned(),
            severity: found.severity.to_owned(),
            message: found.message,
            path: found.path,
            line: found.line,
            column: found.column,
            help: found.help,
        }
    }
}
