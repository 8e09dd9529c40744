//! What a rep wants of messages.

use axum::Json;
use axum::extract::State;
use engine::preferences as wanted;
use model::RepId;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Body, Caller, Segment};

/// What a rep wants of messages; written as a whole.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "quiet": { "from": "19:00", "to": "07:30" }, "muted": ["sms"],
    "digest": true }))]
pub struct PreferencesBody {
    /// The hours of each day in which only urgent messages come; `null` for those of the policy,
    /// and the same time twice for none.
    #[serde(default)]
    pub quiet: Option<QuietHours>,
    /// Channels that no message comes by. The inbox inside Baton cannot be muted.
    #[serde(default)]
    pub muted: Vec<String>,
    /// Whether what was held back comes as one mail.
    #[serde(default = "yes")]
    pub digest: bool,
}

/// Hours of each day, on the rep's clock; they may pass midnight.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin.
    pub from: String,
    /// When they end.
    pub to: String,
}

/// What a rep wants of messages.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "quiet": null, "policy_quiet": { "from": "20:00", "to": "07:00" },
    "muted": ["sms"], "digest": true }))]
pub struct Preferences {
    /// The hours the rep named.
    pub quiet: Option<QuietHours>,
    /// The hours of the policy, which hold where the rep named none.
    pub policy_quiet: Option<QuietHours>,
    /// Channels that no message comes by.
    pub muted: Vec<String>,
    /// Whether what was held back comes as one mail.
    pub digest: bool,
}

const fn yes() -> bool {
    true
}

/// What a rep wants of messages.
#[utoipa::path(get, path = "/api/v1/reps/{rep}/preferences", tag = "messages",
    operation_id = "get_preferences",
    params(("rep" = String, Path, description = "The rep", example = "olga")),
    responses((status = 200, body = Preferences, description = "The preferences")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    rep: Segment,
) -> Result<Json<Preferences>, ApiError> {
    let id: RepId = rep.parse("rep")?;
    found(&app, &caller, id).await
}

/// Writes what a rep wants of messages over what they wanted.
#[utoipa::path(put, path = "/api/v1/reps/{rep}/preferences", tag = "messages",
    operation_id = "put_preferences", request_body = PreferencesBody,
    params(("rep" = String, Path, description = "The rep", example = "olga")),
    responses((status = 200, body = Preferences, description = "The preferences now")))]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    rep: Segment,
    Body(body): Body<PreferencesBody>,
) -> Result<Json<Preferences>, ApiError> {
    let id: RepId = rep.parse("rep")?;
    let PreferencesBody { quiet, muted, digest } = body;
    let quiet = quiet.map(|QuietHours { from, to }| wanted::QuietHours { from, to });
    let preferences = wanted::Preferences { quiet, muted, no_digest: !digest };
    let (actor, sight) = (caller.actor(), caller.sight());
    app.engine.put_preferences(actor, sight, id.clone(), preferences).await?;
    found(&app, &caller, id).await
}

async fn found(app: &App, caller: &Caller, rep: RepId) -> Result<Json<Preferences>, ApiError> {
    let (wanted, usual) = app.engine.preferences(caller.sight(), rep).await?;
    let hours = |it: wanted::QuietHours| QuietHours { from: it.from, to: it.to };
    Ok(Json(Preferences {
        quiet: wanted.quiet.map(hours),
        policy_quiet: usual.map(hours),
        muted: wanted.muted,
        digest: !wanted.no_digest,
    }))
}
