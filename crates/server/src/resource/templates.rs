//! Templates of messages: seen, replaced, given back, tried out.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::Engine;
use engine::message::{Content, Template as Words};
use engine::templates::{PreviewRequest, TemplateView};
use model::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Body, Caller, Post, Segments};
use crate::page::Page;
use crate::resource::connections::Trial;

/// The words of a message. Double braces name parts of the context package.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TemplateWords, example = json!({ "title": "Won: {{ lead.company }}",
    "summary": "A lead from {{ source }} was won." }))]
pub struct TemplateBody {
    /// One line.
    pub title: String,
    /// What happened.
    pub summary: String,
    /// What to do first.
    #[serde(default)]
    pub next: String,
    /// How to go about it.
    #[serde(default)]
    pub playbook: String,
    /// A first outreach to start from.
    #[serde(default)]
    pub opener: String,
}

/// A template with where it comes from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Template {
    /// Its name, as notifications of a policy name it.
    pub name: String,
    /// ISO 639-1.
    pub language: String,
    /// Whether it is built in: nobody has replaced it.
    pub built_in: bool,
    /// The words.
    pub words: TemplateBody,
    /// When it was replaced.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub updated_at: Option<Timestamp>,
    /// Who replaced it.
    pub updated_by: Option<String>,
}

/// What to try a template on.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "handoff": "handoff_01hq3xkd5gzd0", "recipient": "rep:olga" }))]
pub struct PreviewBody {
    /// The handoff it tells of.
    pub handoff: String,
    /// To whom: `rep:ID`, `prospect` or `marketing`.
    pub recipient: String,
    /// Other words than those in use.
    pub words: Option<TemplateBody>,
}

/// A message as its reader would get it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessagePreview)]
pub struct Preview {
    /// One line.
    pub title: String,
    /// What happened, by lines.
    pub summary: Vec<String>,
    /// What is known, as label and value.
    pub facts: Vec<PreviewFact>,
    /// Why it came to this reader.
    pub why: Option<String>,
    /// What to do first.
    pub next: Option<String>,
    /// How to go about it.
    pub playbook: Option<String>,
    /// A first outreach to start from.
    pub opener: Option<String>,
}

/// A label with a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = MessageFact)]
pub struct PreviewFact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
}

/// All templates in all languages, by name.
#[utoipa::path(get, path = "/api/v1/templates", tag = "messages",
    operation_id = "list_templates",
    responses((status = 200, body = Page<Template>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Template>>, ApiError> {
    let items = app.engine.templates().await?.into_iter().map(Template::from).collect();
    Ok(Json(Page { items, next: None }))
}

/// One template.
#[utoipa::path(get, path = "/api/v1/templates/{name}/{language}", tag = "messages",
    operation_id = "get_template",
    params(("name" = String, Path, description = "Its name"),
        ("language" = String, Path, description = "ISO 639-1")),
    responses((status = 200, body = Template, description = "The template")))]
pub(crate) async fn get(State(app): State<App>, at: Segments) -> Result<Json<Template>, ApiError> {
    let (name, language) = named(&at);
    Ok(Json(app.engine.template(name, language).await?.into()))
}

/// Replaces a template. Words that name what is not there are refused, part by part.
#[utoipa::path(put, path = "/api/v1/templates/{name}/{language}", tag = "messages",
    operation_id = "put_template", request_body = TemplateBody,
    params(("name" = String, Path, description = "Its name"),
        ("language" = String, Path, description = "ISO 639-1")),
    responses((status = 200, body = Template, description = "The template now")))]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    at: Segments,
    Body(words): Body<TemplateBody>,
) -> Result<Json<Template>, ApiError> {
    let (name, language) = named(&at);
    let put = app.engine.put_template(caller.actor(), name, language, words.into()).await?;
    Ok(Json(put.into()))
}

/// Gives a template back: the built-in one holds again, if there is one.
#[utoipa::path(delete, path = "/api/v1/templates/{name}/{language}", tag = "messages",
    operation_id = "remove_template",
    params(("name" = String, Path, description = "Its name"),
        ("language" = String, Path, description = "ISO 639-1")),
    responses((status = 204, description = "It is given back")))]
pub(crate) async fn remove(
    State(app): State<App>,
    caller: Caller,
    at: Segments,
) -> Result<StatusCode, ApiError> {
    let (name, language) = named(&at);
    app.engine.remove_template(caller.actor(), name, language).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What a template would say of a handoff. Nothing is sent.
#[utoipa::path(post, path = "/api/v1/templates/{name}/{language}/preview", tag = "messages",
    operation_id = "preview_template", request_body = PreviewBody,
    params(("name" = String, Path, description = "Its name"),
        ("language" = String, Path, description = "ISO 639-1")),
    responses((status = 200, body = Preview, description = "The message")))]
pub(crate) async fn preview(at: Segments, post: Post<PreviewBody>) -> Result<Response, ApiError> {
    let content = previewed(&post.engine, &at, post.body.clone()).await?;
    Ok(post.answer(StatusCode::OK, Preview::from(content)))
}

/// Sends what a template would say of a handoff to the caller's own mail address.
#[utoipa::path(post, path = "/api/v1/templates/{name}/{language}/send", tag = "messages",
    operation_id = "send_template", request_body = PreviewBody,
    params(("name" = String, Path, description = "Its name"),
        ("language" = String, Path, description = "ISO 639-1")),
    responses((status = 200, body = Trial, description = "How it ended")))]
pub(crate) async fn send(
    State(app): State<App>,
    caller: Caller,
    at: Segments,
    Body(body): Body<PreviewBody>,
) -> Result<Json<Trial>, ApiError> {
    let content = previewed(&app.engine, &at, body).await?;
    Ok(Json(app.channels.send_preview(&caller.identity, &content).await?.into()))
}

async fn previewed(engine: &Engine, at: &Segments, body: PreviewBody) -> Result<Content, ApiError> {
    let PreviewBody { handoff, recipient, words } = body;
    let handoff = handoff
        .parse()
        .map_err(|error: model::id::IdError| ApiError::invalid("handoff", error.to_string()))?;
    let request = PreviewRequest { handoff, recipient, template: words.map(Words::from) };
    let (name, language) = named(at);
    Ok(engine.preview_template(name, language, request).await?)
}

/// Name and language in the path.
fn named(at: &Segments) -> (String, String) {
    (at.0.text().to_owned(), at.1.text().to_owned())
}

impl From<TemplateBody> for Words {
    fn from(body: TemplateBody) -> Self {
        let TemplateBody { title, summary, next, playbook, opener } = body;
        Self { title, summary, next, playbook, opener }
    }
}

impl From<TemplateView> for Template {
    fn from(view: TemplateView) -> Self {
        let Words { title, summary, next, playbook, opener } = view.template;
        Self {
            name: view.name,
            language: view.language,
            built_in: view.built_in,
            words: TemplateBody { title, summary, next, playbook, opener },
            updated_at: view.updated_at,
            updated_by: view.updated_by,
        }
    }
}

impl From<Content> for Preview {
    fn from(content: Content) -> Self {
        let facts = content.facts.into_iter();
        Self {
            title: content.title,
            summary: content.summary,
            facts: facts.map(|it| PreviewFact { label: it.label, value: it.value }).collect(),
            why: content.why,
            next: content.next,
            playbook: content.playbook,
            opener: content.opener,
        }
    }
}
