//! The roster as one document: who the reps and teams are, what they can and may take.

use axum::Json;
use axum::extract::State;
use engine::roster::{Over, RosterText, StoredRoster};
use model::Timestamp;
use policy::Sources;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::{ApiError, FieldError};
use crate::extract::{Body, Caller};

/// The live roster.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "version": 7, "text": "schema: 1\nreps: { olga: { name: Olga Brandt } }\n",
    "stored_at": "2026-11-20T15:00:00Z" }))]
pub struct Roster {
    /// Grows with each change, also of absences and by imports.
    pub version: i64,
    /// The document, YAML or JSON.
    pub text: String,
    /// When it was stored.
    #[schema(value_type = String, format = DateTime)]
    pub stored_at: Timestamp,
}

/// A roster to put in place of the live one.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "version": 7, "text": "schema: 1\nreps: { olga: { name: Olga Brandt } }\n" }))]
pub struct RosterBody {
    /// The version it was made from: where another one is live by now, the answer is 409. `null`
    /// only where there is none yet.
    pub version: Option<i64>,
    /// The whole document, YAML or JSON.
    pub text: String,
}

/// What became of a roster.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "version": 8, "reps": 12, "teams": 3, "unchanged": false,
    "warnings": [], "left": [] }))]
pub struct RosterPut {
    /// The version that is live now.
    pub version: i64,
    /// Reps in it.
    pub reps: usize,
    /// Teams in it.
    pub teams: usize,
    /// Whether it was live already and nothing changed.
    pub unchanged: bool,
    /// Warnings it was stored with.
    pub warnings: Vec<FieldError>,
    /// Reps who are not in it any more and still have open handoffs.
    pub left: Vec<LeftRep>,
}

/// A rep who is not on the roster any more.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LeftRep {
    /// Who.
    pub rep: String,
    /// Open handoffs: theirs until somebody reassigns them.
    pub open: i64,
}

/// The live roster as a document.
#[utoipa::path(get, path = "/api/v1/roster", tag = "reps", operation_id = "get_roster",
    responses((status = 200, body = Roster, description = "The roster")))]
pub(crate) async fn get(State(app): State<App>) -> Result<Json<Roster>, ApiError> {
    let RosterText { version, text, stored_at } = app.engine.roster().await?;
    Ok(Json(Roster { version, text, stored_at }))
}

/// Puts a whole roster in place of the version it was made from. Load of reps who stay is kept.
#[utoipa::path(put, path = "/api/v1/roster", tag = "reps", operation_id = "put_roster",
    request_body = RosterBody,
    responses((status = 200, body = RosterPut, description = "The roster is live")))]
pub(crate) async fn put(
    State(app): State<App>,
    caller: Caller,
    Body(body): Body<RosterBody>,
) -> Result<Json<RosterPut>, ApiError> {
    let sources = Sources::single("roster", &body.text);
    let over = Over::Version(body.version);
    Ok(Json(RosterPut::from(app.engine.put_roster(caller.actor(), sources, over).await?)))
}

impl From<StoredRoster> for RosterPut {
    fn from(stored: StoredRoster) -> Self {
        let StoredRoster { version, reps, teams, unchanged, warnings, left } = stored;
        let left = left.into_iter().map(|(rep, open)| LeftRep { rep, open });
        let warnings = warnings.into_iter().map(FieldError::from).collect();
        Self { version, reps, teams, unchanged, warnings, left: left.collect() }
    }
}
