//! What reps and managers do with a handoff. Each action may carry the `version` it was looked
//! at; where the handoff has changed since, the answer is 409 with the handoff as it is now.

use axum::http::StatusCode;
use axum::response::Response;
use decide::handoff::{Closing, Evidence, HeldBy};
use engine::respond::{Action, RespondRequest};
use model::id::HandoffId;
use model::{QueueId, RepId, Timestamp};
use serde::Deserialize;
use utoipa::ToSchema;

use super::Handoff;
use crate::error::ApiError;
use crate::extract::{Post, Segment};

/// An action without particulars.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1 }))]
pub struct ActionBody {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    pub version: Option<u64>,
    /// The rep who acts, where the caller acts for another; of one's own team.
    pub rep: Option<String>,
}

/// A rejection.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1, "reason": "not_a_fit", "note": "no budget this year" }))]
pub struct RejectBody {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    pub version: Option<u64>,
    /// The rep who acts, where the caller acts for another; of one's own team.
    pub rep: Option<String>,
    /// Key of a reason of the policy.
    pub reason: Option<String>,
    /// In the rep's words.
    #[schema(max_length = 2000)]
    pub note: Option<String>,
}

/// An outreach to the lead.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 2, "kind": "call", "seconds": 140 }))]
pub struct TouchBody {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    pub version: Option<u64>,
    /// The rep who acts, where the caller acts for another; of one's own team.
    pub rep: Option<String>,
    /// What it was.
    pub kind: TouchKind,
    /// When it took place, up to a day ago; now where absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// How long a call lasted.
    pub seconds: Option<u32>,
    /// Whether a voicemail was left.
    pub voicemail: Option<bool>,
    /// The words of an e-mail. Whether it is a letter or a template, and whether it names what
    /// qualified the lead, is found out from them; they are not kept. Without them it is recorded
    /// and does not count.
    #[schema(max_length = 20000)]
    pub body: Option<String>,
    /// Whether a LinkedIn request has a note of its own.
    pub note: Option<bool>,
}

/// What an outreach was.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TouchKind {
    /// A call.
    Call,
    /// An e-mail.
    Email,
    /// A LinkedIn request.
    LinkedIn,
    /// A meeting.
    Meeting,
    /// A generic automatic answer; recorded, but no touch.
    AutoResponse,
    /// A status was changed and nothing else; recorded, but no touch.
    StatusFlip,
}

/// The verdict.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 3, "verdict": "submitted" }))]
pub struct DisposeBody {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    pub version: Option<u64>,
    /// The rep who acts, where the caller acts for another; of one's own team.
    pub rep: Option<String>,
    /// What.
    pub verdict: Verdict,
}

/// A rep's verdict on a handoff.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Taken on by sales for good.
    Submitted,
    /// The account is pursued, not this person.
    PursueAccount,
    /// Not a use case to be served.
    BadUseCase,
    /// Back to marketing.
    Recycled,
    /// Out, with a reason.
    Disqualified,
}

/// To whom a handoff goes: a rep or a queue.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 1, "to_rep": "piet" }))]
pub struct ReassignBody {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    pub version: Option<u64>,
    /// To this rep.
    pub to_rep: Option<String>,
    /// To this queue.
    pub to_queue: Option<String>,
}

/// A pause.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 2, "reason": "waiting for the lead", "until": "2026-11-24T09:00:00Z" }))]
pub struct PauseBody {
    /// The version that was looked at.
    #[schema(minimum = 1)]
    pub version: Option<u64>,
    /// The rep who acts, where the caller acts for another; of one's own team.
    pub rep: Option<String>,
    /// Why.
    #[schema(max_length = 500)]
    pub reason: String,
    /// Until then at most.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
}

/// The longest text a rep may leave, in characters.
const NOTE_LENGTH_MAX: usize = 2_000;
const MAIL_LENGTH_MAX: usize = 20_000;
const REASON_LENGTH_MAX: usize = 500;

/// Takes a handoff on; from a queue this claims it.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/accept", tag = "handoffs",
    operation_id = "accept_handoff", request_body = ActionBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn accept(handoff: Segment, post: Post<ActionBody>) -> Result<Response, ApiError> {
    let ActionBody { version, rep } = post.body.clone();
    act(&handoff, &post, version, rep, Action::Accept).await
}

/// Says no, with a reason of the policy; the lead is routed again at once.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/reject", tag = "handoffs",
    operation_id = "reject_handoff", request_body = RejectBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn reject(handoff: Segment, post: Post<RejectBody>) -> Result<Response, ApiError> {
    let RejectBody { version, rep, reason, note } = post.body.clone();
    at_most("note", note.as_deref(), NOTE_LENGTH_MAX)?;
    act(&handoff, &post, version, rep, Action::Reject { reason, note }).await
}

/// Records an outreach. Valid touches stop the clock, others are kept.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/touch", tag = "handoffs",
    operation_id = "touch_handoff", request_body = TouchBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn touch(handoff: Segment, post: Post<TouchBody>) -> Result<Response, ApiError> {
    let TouchBody { version, rep, at, .. } = post.body.clone();
    at_most("body", post.body.body.as_deref(), MAIL_LENGTH_MAX)?;
    let action = match (post.body.kind, &post.body.body) {
        (TouchKind::Email, Some(text)) => Action::Mail { at, text: text.clone() },
        _ => Action::Touch { at, evidence: evidence(&post.body) },
    };
    act(&handoff, &post, version, rep, action).await
}

/// Gives the verdict.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/dispose", tag = "handoffs",
    operation_id = "dispose_handoff", request_body = DisposeBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn dispose(
    handoff: Segment,
    post: Post<DisposeBody>,
) -> Result<Response, ApiError> {
    let DisposeBody { version, rep, verdict } = post.body.clone();
    let verdict = match verdict {
        Verdict::Submitted => Closing::Submitted,
        Verdict::PursueAccount => Closing::PursueAccount,
        Verdict::BadUseCase => Closing::BadUseCase,
        Verdict::Recycled => Closing::Recycled,
        Verdict::Disqualified => Closing::Disqualified,
    };
    act(&handoff, &post, version, rep, Action::Dispose { verdict }).await
}

/// Gives the lead back to marketing: the verdict `recycled`.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/recycle", tag = "handoffs",
    operation_id = "recycle_handoff", request_body = ActionBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn recycle(
    handoff: Segment,
    post: Post<ActionBody>,
) -> Result<Response, ApiError> {
    let ActionBody { version, rep } = post.body.clone();
    let action = Action::Dispose { verdict: Closing::Recycled };
    act(&handoff, &post, version, rep, action).await
}

/// Gives a handoff to another rep or queue.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/reassign", tag = "handoffs",
    operation_id = "reassign_handoff", request_body = ReassignBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn reassign(
    handoff: Segment,
    post: Post<ReassignBody>,
) -> Result<Response, ApiError> {
    let to = match (&post.body.to_rep, &post.body.to_queue) {
        (Some(rep), None) => HeldBy::Rep(name::<RepId>("to_rep", rep)?),
        (None, Some(queue)) => HeldBy::Queue(name::<QueueId>("to_queue", queue)?),
        _ => return Err(ApiError::invalid("to_rep", "give either `to_rep` or `to_queue`")),
    };
    act(&handoff, &post, post.body.version, None, Action::Reassign { to }).await
}

/// Stops the clocks for a while.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/pause", tag = "handoffs",
    operation_id = "pause_handoff", request_body = PauseBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn pause(handoff: Segment, post: Post<PauseBody>) -> Result<Response, ApiError> {
    let PauseBody { version, rep, reason, until } = post.body.clone();
    at_most("reason", Some(&reason), REASON_LENGTH_MAX)?;
    act(&handoff, &post, version, rep, Action::Pause { reason, until }).await
}

/// Lets the clocks go on.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/resume", tag = "handoffs",
    operation_id = "resume_handoff", request_body = ActionBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff after it")))]
pub(crate) async fn resume(handoff: Segment, post: Post<ActionBody>) -> Result<Response, ApiError> {
    let ActionBody { version, rep } = post.body.clone();
    act(&handoff, &post, version, rep, Action::Resume).await
}

/// Takes the last accept, reject, verdict or reassignment back: by who gave it, for ten seconds.
#[utoipa::path(post, path = "/api/v1/handoffs/{handoff}/undo", tag = "handoffs",
    operation_id = "undo_handoff", request_body = ActionBody,
    params(("handoff" = String, Path, description = "The handoff")),
    responses((status = 200, body = Handoff, description = "The handoff as it was before")))]
pub(crate) async fn undo(handoff: Segment, post: Post<ActionBody>) -> Result<Response, ApiError> {
    let ActionBody { version, rep } = post.body.clone();
    act(&handoff, &post, version, rep, Action::Undo).await
}

async fn act<T>(
    handoff: &Segment,
    post: &Post<T>,
    version: Option<u64>,
    rep: Option<String>,
    action: Action,
) -> Result<Response, ApiError> {
    let handoff: HandoffId = handoff.parse("handoff")?;
    let by = rep.map(|it| name::<RepId>("rep", &it)).transpose()?;
    let request = RespondRequest { handoff, version, by, action };
    let (actor, sight) = (post.caller.actor(), post.caller.sight());
    let view = post.engine.respond_within(actor, sight, request).await?;
    Ok(post.answer(StatusCode::OK, Handoff::from(view)))
}

fn evidence(touch: &TouchBody) -> Evidence {
    match touch.kind {
        TouchKind::Call => Evidence::Call {
            seconds: touch.seconds.unwrap_or(0),
            voicemail: touch.voicemail.unwrap_or(false),
        },
        // Without its words a mail proves nothing.
        TouchKind::Email => Evidence::Email { names_action: false, template_similarity: 100 },
        TouchKind::LinkedIn => Evidence::LinkedIn { note: touch.note.unwrap_or(false) },
        TouchKind::Meeting => Evidence::Meeting,
        TouchKind::AutoResponse => Evidence::AutoResponse,
        TouchKind::StatusFlip => Evidence::StatusFlip,
    }
}

fn name<T>(loc: &str, text: &str) -> Result<T, ApiError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    text.parse().map_err(|error: T::Err| ApiError::invalid(loc, error.to_string()))
}

fn at_most(loc: &str, text: Option<&str>, most: usize) -> Result<(), ApiError> {
    match text.is_some_and(|it| most < it.chars().count()) {
        true => Err(ApiError::invalid(loc, format!("has at most {most} characters"))),
        false => Ok(()),
    }
}
