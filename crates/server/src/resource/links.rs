//! Pages behind the links of messages: looking changes nothing, the button does.
//!
//! The link itself proves who it was sent to; no cookie and no script is involved. Whoever follows
//! it from a mail, a scanner included, only looks.

mod html;

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::link_page::LinkPage;
use engine::links::{Deed, LinkError, Links, Ticket};
use engine::message::Language;
use engine::respond::{Action, RespondRequest};
use engine::{Actor, Refusal, RefusalKind};
use serde::Deserialize;

use crate::App;
use crate::extract::Segment;
use html::{Page, answer};

/// What the page of a rejection sends.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct DeedForm {
    /// Key of the reason.
    #[serde(default)]
    pub reason: String,
    /// In the rep's words.
    #[serde(default)]
    pub note: String,
}

/// Shows what a link would do.
#[utoipa::path(get, path = "/a/{token}", tag = "links", operation_id = "show_link",
    params(("token" = String, Path, description = "What the link stands for, signed")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String)))]
pub(crate) async fn show(State(app): State<App>, token: Segment) -> Response {
    let (ticket, page) = match opened(&app, &token).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    match gone(&ticket, &page) {
        Some(page) => answer(StatusCode::CONFLICT, page),
        None => answer(StatusCode::OK, ask(&ticket, &page)),
    }
}

/// Does what a link stands for.
#[utoipa::path(post, path = "/a/{token}", tag = "links", operation_id = "follow_link",
    params(("token" = String, Path, description = "What the link stands for, signed")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String)))]
pub(crate) async fn follow(
    State(app): State<App>,
    token: Segment,
    form: Result<Form<DeedForm>, FormRejection>,
) -> Response {
    let (ticket, page) = match opened(&app, &token).await {
        Ok(found) => found,
        Err(response) => return response,
    };
    // Only a rejection sends anything.
    let form = form.map(|Form(it)| it).unwrap_or_default();
    let done = match ticket.deed {
        Deed::Snooze => app.engine.snooze(ticket.rep.clone(), ticket.handoff).await.map(drop),
        Deed::Accept => respond(&app, &ticket, Action::Accept).await,
        Deed::Reject => {
            let some = |it: String| Some(it.trim().to_owned()).filter(|it| !it.is_empty());
            let action = Action::Reject { reason: some(form.reason), note: some(form.note) };
            respond(&app, &ticket, action).await
        }
    };
    let language = page.language;
    match done {
        Ok(()) => {
            let key = match ticket.deed {
                Deed::Accept => "page.accepted",
                Deed::Reject => "page.rejected",
                Deed::Snooze => "page.snoozed",
            };
            answer(StatusCode::OK, Page::new(language, &page.who, language.label(key)))
        }
        Err(refusal) if refusal.kind == RefusalKind::Conflict => {
            let page = gone(&ticket, &page)
                .unwrap_or_else(|| Page::new(language, &page.who, &refusal.message));
            answer(StatusCode::CONFLICT, page)
        }
        // A reason or note is missing: the page asks again.
        Err(refusal) if refusal.kind == RefusalKind::Invalid => {
            let again = ask(&ticket, &page).saying(&refusal.message);
            answer(StatusCode::UNPROCESSABLE_ENTITY, again)
        }
        Err(refusal) => failed(language, &refusal),
    }
}

/// Asks whether a lead wants no more mail.
#[utoipa::path(get, path = "/u/{token}", tag = "links", operation_id = "show_end_mail",
    params(("token" = String, Path, description = "The lead, signed")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String)))]
pub(crate) async fn show_unsubscribe(State(app): State<App>, token: Segment) -> Response {
    let language = Language::default();
    match links(&app).and_then(|it| it.unsubscribing(token.text())) {
        Ok(_) => {
            let page = Page::new(language, "", language.label("page.unsubscribe"));
            answer(StatusCode::OK, page.button(language.label("page.unsubscribe.do"), false))
        }
        Err(error) => wrong(error),
    }
}

/// Ends all mail to a lead: the button of the page, and the one click of RFC 8058.
#[utoipa::path(post, path = "/u/{token}", tag = "links", operation_id = "end_mail",
    params(("token" = String, Path, description = "The lead, signed")),
    responses((status = 200, description = "A page", content_type = "text/html", body = String)))]
pub(crate) async fn unsubscribe(State(app): State<App>, token: Segment) -> Response {
    let language = Language::default();
    let lead = match links(&app).and_then(|it| it.unsubscribing(token.text())) {
        Ok(lead) => lead,
        Err(error) => return wrong(error),
    };
    match app.engine.unsubscribe(lead).await {
        Ok(()) => {
            answer(StatusCode::OK, Page::new(language, "", language.label("page.unsubscribed")))
        }
        Err(refusal) => failed(language, &refusal),
    }
}

fn links(app: &App) -> Result<&Links, LinkError> {
    app.links.as_deref().ok_or(LinkError::Wrong)
}

/// The ticket of a token, and what its page shows.
async fn opened(app: &App, token: &Segment) -> Result<(Ticket, LinkPage), Response> {
    let now = app.engine.now().await.map_err(|it| failed(Language::default(), &it))?;
    let ticket = links(app).and_then(|it| it.read(token.text(), now)).map_err(wrong)?;
    let page = app.engine.link_page(ticket.clone()).await;
    page.map(|it| (ticket, it)).map_err(|it| match it.kind {
        RefusalKind::NotFound => wrong(LinkError::Wrong),
        _ => failed(Language::default(), &it),
    })
}

async fn respond(app: &App, ticket: &Ticket, action: Action) -> Result<(), Refusal> {
    let request = RespondRequest {
        handoff: ticket.handoff,
        version: None,
        by: Some(ticket.rep.clone()),
        action,
    };
    app.engine.respond(Actor::Rep(ticket.rep.clone()), request).await.map(drop)
}

/// The page of a handoff that has moved on; `None` where the rep still has it.
fn gone(ticket: &Ticket, page: &LinkPage) -> Option<Page> {
    let text = page.moved_on()?;
    // Accepting what lies in a queue one may take from is a claim: the life cycle answers that.
    let claims = ticket.deed == Deed::Accept && page.elsewhere.as_deref() == Some("");
    (!claims).then(|| Page::new(page.language, &page.who, &text))
}

/// The page that asks before the deed.
fn ask(ticket: &Ticket, page: &LinkPage) -> Page {
    let language = page.language;
    let (question, button) = match ticket.deed {
        Deed::Accept => ("page.accept", "page.accept.do"),
        Deed::Reject => ("page.reject", "page.reject.do"),
        Deed::Snooze => ("page.snooze", "page.snooze.do"),
    };
    let mut asked = Page::new(language, &page.who, language.label(question))
        .line(&page.qualifying)
        .line(&match page.touch_by.is_empty() {
            true => String::new(),
            false => language.filled("page.due", &[&page.touch_by]),
        });
    if ticket.deed == Deed::Reject {
        asked = asked.reasons(&page.reasons);
    }
    asked.button(language.label(button), ticket.deed == Deed::Reject)
}

fn wrong(error: LinkError) -> Response {
    let language = Language::default();
    let (status, key) = match error {
        LinkError::Wrong => (StatusCode::NOT_FOUND, "page.wrong"),
        LinkError::Expired => (StatusCode::GONE, "page.expired"),
    };
    answer(status, Page::new(language, "", language.label(key)))
}

fn failed(language: Language, refusal: &Refusal) -> Response {
    tracing::warn!(code = refusal.code, "a link was not followed");
    answer(StatusCode::SERVICE_UNAVAILABLE, Page::new(language, "", language.label("page.later")))
}
