//! Reps and teams: who they are, whether they take leads, when they are away.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::crew::{RepView, TeamView};
use model::roster::Absence as ModelAbsence;
use model::{NameError, RepId, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::{Body, Caller, Post, Segment, Segments};
use crate::page::Page;

/// A rep with what they hold now.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "olga", "name": "Olga Brandt", "email": "olga@acme.example",
    "slack": "U012AB3CD", "teams": null, "phone": "+4930123456",
    "team": "emea", "manager": "svenja", "backup": "piet", "calendar": null, "active": true,
    "present": true, "away_until": null, "open": 3, "open_value": 0, "capacity_open": 400,
    "capacity_value": null, "absences": [] }))]
pub struct Rep {
    /// Unique in the workspace.
    pub id: String,
    /// As shown to people.
    pub name: String,
    /// Where mail goes.
    pub email: Option<String>,
    /// Member id in Slack; found by the mail address where absent.
    pub slack: Option<String>,
    /// Sign-in name in Microsoft Teams.
    pub teams: Option<String>,
    /// Number for text messages.
    pub phone: Option<String>,
    /// The team.
    pub team: Option<String>,
    /// Who answers for this rep, where it is not the team's manager.
    pub manager: Option<String>,
    /// Who takes over first on silence or absence.
    pub backup: Option<String>,
    /// Own working hours; the team's where absent.
    pub calendar: Option<String>,
    /// Whether the person still works here.
    pub active: bool,
    /// Whether they take leads: their own switch.
    pub present: bool,
    /// The end of the absence they are in.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub away_until: Option<Timestamp>,
    /// Open handoffs.
    pub open: i64,
    /// Their value in whole units of the workspace's currency.
    pub open_value: i64,
    /// The most open handoffs; no limit where absent.
    pub capacity_open: Option<u32>,
    /// The most open value; no limit where absent.
    pub capacity_value: Option<u64>,
    /// Times away, past and planned.
    pub absences: Vec<Absence>,
}

/// A time away.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "from": "2026-12-21T00:00:00Z", "to": "2027-01-02T00:00:00Z",
    "backup": "piet" }))]
pub struct Absence {
    /// First instant away.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// First instant back.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// Who stands in, if not the rep's backup.
    pub backup: Option<String>,
}

/// A team.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "emea", "name": "EMEA", "manager": "svenja", "calendar": "berlin",
    "reps": ["olga", "piet"] }))]
pub struct Team {
    /// Unique in the workspace.
    pub id: String,
    /// As shown to people.
    pub name: String,
    /// Who gets escalations.
    pub manager: Option<String>,
    /// Working hours of the team.
    pub calendar: Option<String>,
    /// Its reps, by id.
    pub reps: Vec<String>,
}

/// Whether a rep takes leads.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "present": false }))]
pub struct PresenceBody {
    /// Taking leads or not.
    pub present: bool,
}

/// All reps, by id.
#[utoipa::path(get, path = "/api/v1/reps", tag = "reps", operation_id = "list_reps",
    responses((status = 200, body = Page<Rep>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Rep>>, ApiError> {
    let reps = app.engine.reps().await?;
    Ok(Json(Page { items: reps.into_iter().map(Rep::from).collect(), next: None }))
}

/// One rep.
#[utoipa::path(get, path = "/api/v1/reps/{rep}", tag = "reps", operation_id = "get_rep",
    params(("rep" = String, Path, description = "The rep", example = "olga")),
    responses((status = 200, body = Rep, description = "The rep")))]
pub(crate) async fn get(State(app): State<App>, rep: Segment) -> Result<Json<Rep>, ApiError> {
    let id: RepId = rep.parse("rep")?;
    Ok(Json(find(&app, &id).await?))
}

/// Switches whether a rep takes leads. What they hold stays with them.
#[utoipa::path(put, path = "/api/v1/reps/{rep}/presence", tag = "reps",
    operation_id = "set_presence", request_body = PresenceBody,
    params(("rep" = String, Path, description = "The rep", example = "olga")),
    responses((status = 200, body = Rep, description = "The rep after it")))]
pub(crate) async fn set_presence(
    State(app): State<App>,
    caller: Caller,
    rep: Segment,
    Body(body): Body<PresenceBody>,
) -> Result<Json<Rep>, ApiError> {
    let id: RepId = rep.parse("rep")?;
    let (actor, sight) = (caller.actor(), caller.sight());
    let view = app.engine.set_presence(actor, sight, id, body.present).await?;
    Ok(Json(Rep::from(view)))
}

/// Enters an absence: a new version of the roster.
#[utoipa::path(post, path = "/api/v1/reps/{rep}/absences", tag = "reps",
    operation_id = "create_absence", request_body = Absence,
    params(("rep" = String, Path, description = "The rep", example = "olga")),
    responses((status = 201, body = Rep, description = "The rep after it",
        headers(("location" = String, description = "The rep")))))]
pub(crate) async fn add_absence(
    State(app): State<App>,
    rep: Segment,
    post: Post<Absence>,
) -> Result<Response, ApiError> {
    let id: RepId = rep.parse("rep")?;
    let Absence { from, to, backup } = post.body.clone();
    let backup = backup.map(|it| it.parse::<RepId>()).transpose();
    let backup =
        backup.map_err(|error: NameError| ApiError::invalid("backup", error.to_string()))?;
    let absence = ModelAbsence { from, to, backup };
    let (actor, sight) = (post.caller.actor(), post.caller.sight());
    post.engine.add_absence(actor, sight, id.clone(), absence).await?;
    let rep = find(&app, &id).await?;
    Ok(post.created(&format!("/api/v1/reps/{id}"), rep))
}

/// Takes an absence back.
#[utoipa::path(delete, path = "/api/v1/reps/{rep}/absences/{from}", tag = "reps",
    operation_id = "delete_absence",
    params(("rep" = String, Path, description = "The rep", example = "olga"),
        ("from" = String, Path, description = "When it begins", example = "2026-12-21T00:00:00Z")),
    responses((status = 204, description = "It is gone")))]
pub(crate) async fn remove_absence(
    State(app): State<App>,
    caller: Caller,
    Segments(rep, from): Segments,
) -> Result<StatusCode, ApiError> {
    let id: RepId = rep.parse("rep")?;
    let from: Timestamp = from.parse("absence")?;
    app.engine.remove_absence(caller.actor(), caller.sight(), id, from).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All teams, by id.
#[utoipa::path(get, path = "/api/v1/teams", tag = "teams", operation_id = "list_teams",
    responses((status = 200, body = Page<Team>, description = "All of them")))]
pub(crate) async fn teams(State(app): State<App>) -> Result<Json<Page<Team>>, ApiError> {
    let teams = app.engine.teams().await?;
    Ok(Json(Page { items: teams.into_iter().map(Team::from).collect(), next: None }))
}

async fn find(app: &App, id: &RepId) -> Result<Rep, ApiError> {
    let reps = app.engine.reps().await?;
    let found = reps.into_iter().find(|it| it.rep.id == *id);
    found.map(Rep::from).ok_or_else(|| ApiError::not_found("rep", id))
}

impl From<RepView> for Rep {
    fn from(view: RepView) -> Self {
        let RepView { rep, present, open, open_value, away } = view;
        let text = |it: RepId| it.to_string();
        let absence =
            |it: ModelAbsence| Absence { from: it.from, to: it.to, backup: it.backup.map(text) };
        Self {
            id: rep.id.to_string(),
            name: rep.name,
            email: rep.email,
            slack: rep.addresses.slack,
            teams: rep.addresses.teams,
            phone: rep.addresses.phone,
            team: rep.team.map(|it| it.to_string()),
            manager: rep.manager.map(text),
            backup: rep.backup.map(text),
            calendar: rep.calendar.map(|it| it.to_string()),
            active: rep.active,
            present,
            away_until: away.map(|it| it.to),
            open,
            open_value,
            capacity_open: rep.capacity.open,
            capacity_value: rep.capacity.value,
            absences: rep.absences.into_iter().map(absence).collect(),
        }
    }
}

impl From<TeamView> for Team {
    fn from(view: TeamView) -> Self {
        Self {
            id: view.team.id.to_string(),
            name: view.team.name,
            manager: view.team.manager.map(|it| it.to_string()),
            calendar: view.team.calendar.map(|it| it.to_string()),
            reps: view.reps.into_iter().map(|it| it.to_string()).collect(),
        }
    }
}
