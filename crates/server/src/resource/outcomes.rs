//! Outcomes: meetings, opportunities, wins and losses.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::lead_names::LeadName;
use engine::outcomes::{OutcomeKey, OutcomeRequest, OutcomeView};
use engine::read::Masking;
use model::Timestamp;
use model::id::{HandoffId, LeadId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Post, Query};
use crate::page::{self, Page};

/// An outcome to record.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "kind": "opportunity", "lead": "lead_01hq3xkd5gzaw", "value": 12000,
    "external_id": { "source": "salesforce", "id": "006Q1" } }))]
pub struct OutcomeBody {
    /// `meeting`, `opportunity`, `won` or `lost`.
    pub kind: String,
    /// The lead.
    pub lead: Option<String>,
    /// The lead by its id at the sender, instead of `lead`.
    pub lead_external_id: Option<ExternalId>,
    /// The lead by its e-mail address, instead of `lead`.
    pub lead_email: Option<String>,
    /// The handoff; the lead's newest where absent.
    pub handoff: Option<String>,
    /// When it happened; now where absent.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub at: Option<Timestamp>,
    /// In whole units of the workspace's currency.
    #[schema(minimum = 0)]
    pub value: Option<i64>,
    /// Lead source as the sender's system has it.
    pub lead_source: Option<String>,
    /// Source the sender credits.
    pub attributed_source: Option<String>,
    /// Its id in the sender's system. Sent again under the same id it corrects what is known,
    /// whether it comes here or in a file whose mapping names the same source.
    pub external_id: Option<ExternalId>,
}

/// An id that a sender gave.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "source": "salesforce", "id": "00Q1" }))]
pub struct ExternalId {
    /// Who gave the id; without a colon.
    pub source: String,
    /// The id.
    pub id: String,
}

/// An outcome.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "outcome_01hq3xkd5gzb0", "kind": "opportunity",
    "lead": "lead_01hq3xkd5gzaw", "handoff": "handoff_01hq3xkd5gzax",
    "at": "2026-11-24T10:00:00Z", "value": 12000, "lead_source": null,
    "attributed_source": null,
    "external_id": { "source": "salesforce", "id": "006Q1" } }))]
pub struct Outcome {
    /// The outcome.
    pub id: String,
    /// `meeting`, `opportunity`, `won` or `lost`.
    pub kind: String,
    /// The lead.
    pub lead: Option<String>,
    /// The handoff it is counted for.
    pub handoff: Option<String>,
    /// When it happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// Lead source as the sender's system has it.
    pub lead_source: Option<String>,
    /// Source the sender credits.
    pub attributed_source: Option<String>,
    /// Its id in the sender's system.
    pub external_id: Option<ExternalId>,
}

/// What became of an outcome that was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Recorded {
    /// The outcome as it is known now.
    pub outcome: Outcome,
    /// What became of the request.
    pub result: RecordedAs,
}

/// What became of an outcome that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecordedAs {
    /// It was not known.
    New,
    /// It was known by its external id, and is corrected.
    Updated,
    /// It says what is known already.
    Unchanged,
    /// It is a verdict (`won` or `lost`) on a deal of which a later one is known; that one stands.
    Superseded,
}

/// Whose outcomes.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct OutcomeQuery {
    /// The lead.
    pub lead: String,
}

/// Records an outcome, or corrects the one that has its external id: what the body says counts, what
/// it leaves out stays as it is known. A deal has one verdict, so `won` takes the place of an earlier
/// `lost` of the same external id, and the other way round. Its lead is named by our id, by the
/// sender's or by e-mail address, one of them; a lead that nobody knows is refused with `I0603`.
#[utoipa::path(post, path = "/api/v1/outcomes", tag = "outcomes", operation_id = "create_outcome",
    request_body = OutcomeBody,
    responses((status = 201, body = Recorded, description = "The outcome"),
        (status = 200, body = Recorded, description = "It was known, and is corrected or unchanged")))]
pub(crate) async fn create(post: Post<OutcomeBody>) -> Result<Response, ApiError> {
    let body = post.body.clone();
    let request = OutcomeRequest {
        kind: body.kind,
        lead: id::<LeadId>("lead", body.lead.as_deref())?,
        named: named(body.lead_external_id, body.lead_email)?,
        handoff: id::<HandoffId>("handoff", body.handoff.as_deref())?,
        at: body.at,
        value: body.value,
        lead_source: body.lead_source,
        attributed_source: body.attributed_source,
        external_id: body.external_id.map(outcome_id).transpose()?,
    };
    let (recorded, view) = post.engine.record_outcome(post.caller.actor(), request).await?;
    let lead = view.lead;
    let answer = Recorded { outcome: Outcome::from(view), result: RecordedAs::from(recorded) };
    Ok(match (answer.result, lead) {
        (RecordedAs::New, Some(lead)) => {
            post.created(&format!("/api/v1/outcomes?lead={lead}"), answer)
        }
        (RecordedAs::New, None) => post.answer(StatusCode::CREATED, answer),
        (_, _) => post.answer(StatusCode::OK, answer),
    })
}

/// The outcomes of a lead, oldest first.
#[utoipa::path(get, path = "/api/v1/outcomes", tag = "outcomes", operation_id = "list_outcomes",
    params(OutcomeQuery),
    responses((status = 200, body = Page<Outcome>, description = "All of them")))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<OutcomeQuery>,
) -> Result<Json<Page<Outcome>>, ApiError> {
    let lead = page::parse::<LeadId>("lead", Some(&query.lead))?;
    let lead = lead.ok_or_else(|| ApiError::not_found("lead", "?"))?;
    // Whoever does not see the lead does not see what became of it.
    app.engine.lead(caller.sight(), Masking::Masked, lead).await?;
    let outcomes = app.engine.outcomes_of(lead).await?;
    let items = outcomes.into_iter().map(Outcome::from).collect();
    Ok(Json(Page { items, next: None }))
}

fn named(
    external: Option<ExternalId>,
    email: Option<String>,
) -> Result<Option<LeadName>, ApiError> {
    match (external, email) {
        (Some(_), Some(_)) => {
            let message = "names the lead a second time; one name is enough";
            Err(ApiError::invalid("lead_email", message))
        }
        (Some(it), None) => Ok(Some(LeadName::ExternalId { source: it.source, id: it.id })),
        (None, email) => Ok(email.map(LeadName::Email)),
    }
}

fn outcome_id(it: ExternalId) -> Result<OutcomeKey, ApiError> {
    let ExternalId { source, id } = it;
    OutcomeKey::new(source, id).ok_or_else(|| {
        ApiError::invalid("external_id", "has a source without a colon and an id, neither empty")
    })
}

fn id<T>(loc: &str, text: Option<&str>) -> Result<Option<T>, ApiError>
where
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let parsed = text.map(str::parse).transpose();
    parsed.map_err(|error: T::Err| ApiError::invalid(loc, error.to_string()))
}

impl From<engine::outcomes::Recorded> for RecordedAs {
    fn from(recorded: engine::outcomes::Recorded) -> Self {
        use engine::outcomes::Recorded;
        match recorded {
            Recorded::New => Self::New,
            Recorded::Linked | Recorded::Updated => Self::Updated,
            Recorded::Unchanged => Self::Unchanged,
            Recorded::Superseded => Self::Superseded,
        }
    }
}

impl From<OutcomeView> for Outcome {
    fn from(view: OutcomeView) -> Self {
        Self {
            id: view.id.to_string(),
            kind: view.kind,
            lead: view.lead.map(|it| it.to_string()),
            handoff: view.handoff.map(|it| it.to_string()),
            at: view.at,
            value: view.value,
            lead_source: view.lead_source,
            attributed_source: view.attributed_source,
            external_id: view.external_id.map(|it| ExternalId { source: it.source, id: it.id }),
        }
    }
}
