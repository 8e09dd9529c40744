//! Open work of a rep or a team, the most urgent first, each handoff with its clocks.

use axum::Json;
use axum::extract::State;
use engine::person::Person as EnginePerson;
use engine::work::{ClockView, Duty as EngineDuty, Scope, WorkItem as EngineItem};
use model::Timestamp;
use model::id::HandoffId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Query, Segment};
use crate::page;
use crate::resource::handoffs::Handoff;

/// Which work.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WorkQuery {
    /// `mine`, or `team` for all that the caller sees.
    pub scope: Option<String>,
    /// The most entries, 1 to 1,000.
    #[param(minimum = 1, maximum = 1000, default = 200)]
    pub limit: Option<u32>,
}

/// What must be done with a handoff.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// Accept or reject.
    Acknowledge,
    /// The first valid touch.
    Touch,
    /// The verdict.
    Disposition,
}

/// One duty with its clock. Whoever shows it only subtracts.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Clock {
    /// What.
    pub duty: Duty,
    /// By when.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Timestamp,
    /// From then on a quarter of the time allowed is left, or less.
    #[schema(value_type = String, format = DateTime)]
    pub at_risk_at: Timestamp,
    /// Whether it is done.
    pub met: bool,
    /// Whether the clock stands still now.
    pub paused: bool,
    /// When it goes on, where that is known.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub resumes_at: Option<Timestamp>,
}

/// The person behind a lead; what is not known is empty.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Person {
    /// First and last name.
    pub name: String,
    /// The job title.
    pub title: String,
    /// The company.
    pub company: String,
    /// The e-mail address.
    pub email: String,
    /// The phone number, E.164.
    pub phone: String,
}

/// A handoff with its person and its clocks.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct WorkItem {
    /// The handoff.
    #[serde(flatten)]
    pub handoff: Handoff,
    /// The person.
    pub person: Person,
    /// Its clocks in the order in which they are due; the first that is not met counts now.
    pub clocks: Vec<Clock>,
}

/// Open work, the most urgent first.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Work {
    /// The most urgent of it; what is paused comes last.
    pub items: Vec<WorkItem>,
    /// How much there is.
    pub total: usize,
    /// How much of it is paused.
    pub paused: usize,
    /// The present instant by the clock of record.
    #[schema(value_type = String, format = DateTime)]
    pub now: Timestamp,
}

const SCOPES: [&str; 2] = ["mine", "team"];
const LIMIT_STANDARD: u32 = 200;
const LIMIT_MAX: u32 = 1_000;

/// Open handoffs, the most urgent first.
#[utoipa::path(get, path = "/api/v1/work", tag = "handoffs", operation_id = "list_work",
    params(WorkQuery),
    responses((status = 200, body = Work, description = "The most urgent of them")))]
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
    Query(query): Query<WorkQuery>,
) -> Result<Json<Work>, ApiError> {
    let scope = match page::one_of("scope", query.scope, &SCOPES)?.as_deref() {
        Some("mine") => Scope::Mine,
        Some(_) | None => Scope::Team,
    };
    let limit = query.limit.unwrap_or(LIMIT_STANDARD);
    if !(1..=LIMIT_MAX).contains(&limit) {
        return Err(page::wrong_query("limit", format!("is 1 to {LIMIT_MAX}")));
    }
    let found = app.engine.work(caller.sight(), scope, limit as usize).await?;
    Ok(Json(Work {
        items: found.items.into_iter().map(WorkItem::from).collect(),
        total: found.total,
        paused: found.paused,
        now: found.now,
    }))
}

/// One handoff with its person and its clocks, open or not.
#[utoipa::path(get, path = "/api/v1/work/{handoff}", tag = "handoffs", operation_id = "get_work",
    params(("handoff" = String, Path, description = "The handoff", example = "handoff_01hq3xkd5gzax")),
    responses((status = 200, body = WorkItem, description = "The handoff")))]
pub(crate) async fn get(
    State(app): State<App>,
    caller: Caller,
    handoff: Segment,
) -> Result<Json<WorkItem>, ApiError> {
    let id: HandoffId = handoff.parse("handoff")?;
    Ok(Json(WorkItem::from(app.engine.work_item(caller.sight(), id).await?)))
}

impl From<EngineItem> for WorkItem {
    fn from(item: EngineItem) -> Self {
        Self {
            handoff: Handoff::from(item.handoff),
            person: Person::from(item.person),
            clocks: item.clocks.into_iter().map(Clock::from).collect(),
        }
    }
}

impl From<EnginePerson> for Person {
    fn from(person: EnginePerson) -> Self {
        let EnginePerson { first_name: _, name, title, company, email, phone } = person;
        Self { name, title, company, email, phone }
    }
}

impl From<ClockView> for Clock {
    fn from(clock: ClockView) -> Self {
        Self {
            duty: match clock.duty {
                EngineDuty::Acknowledge => Duty::Acknowledge,
                EngineDuty::Touch => Duty::Touch,
                EngineDuty::Disposition => Duty::Disposition,
            },
            due_at: clock.due_at,
            at_risk_at: clock.at_risk_at,
            met: clock.met,
            paused: clock.paused,
            resumes_at: clock.resumes_at,
        }
    }
}
