//! The context package of a handoff: everything a rep should know before the first word.

use axum::Json;
use axum::extract::State;
use engine::message::package as parts;
use engine::message::{Content, Language, Package};
use model::id::HandoffId;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::App;
use crate::error::ApiError;
use crate::extract::{Caller, Query, Segment};
use crate::page;

/// In which words.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ContextQuery {
    /// `en` or `es`.
    pub language: Option<String>,
}

/// A name with a value.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Named {
    /// What it is.
    pub name: String,
    /// The value.
    pub value: String,
}

/// Something the lead did.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Behaviour {
    /// Its kind, e.g. `demo_request`.
    pub kind: String,
    /// As a noun.
    pub name: String,
    /// How often.
    pub count: u32,
    /// When it last did, on the owner's clock.
    pub last: String,
    /// The points it earned.
    pub points: i32,
}

/// Points of one group of rules.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScoreGroup {
    /// The group, e.g. `fit`.
    pub name: String,
    /// Its points, between floor and cap.
    pub points: i32,
    /// The rules that gave points, the most first.
    pub rules: Vec<RulePoints>,
}

/// Points of one rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct RulePoints {
    /// The rule.
    pub name: String,
    /// Its points.
    pub points: i32,
}

/// The score and where it comes from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ScoreParts {
    /// 0 to 100.
    pub points: u8,
    /// By group.
    pub groups: Vec<ScoreGroup>,
}

/// What is known of a handoff and what to do first, in words. What is not known is empty.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ContextPackage {
    /// What brought the lead here.
    pub source: String,
    /// The deed that qualified it, as a noun.
    pub qualifying: String,
    /// What the lead did, the most telling first.
    pub behaviours: Vec<Behaviour>,
    /// The score and where it comes from.
    pub score: Option<ScoreParts>,
    /// Answers to the questions that were asked first.
    pub answers: Vec<Named>,
    /// Score of the quiz.
    pub quiz_score: Option<f64>,
    /// What they want.
    pub intent: String,
    /// By when they want it.
    pub timeline: String,
    /// What they wrote.
    pub message: String,
    /// Purposes of consent with the answers.
    pub consent: Vec<Named>,
    /// What is known of the company.
    pub company: Vec<Named>,
    /// What there was before with the account.
    pub account: Vec<String>,
    /// Why the owner has it.
    pub why: String,
    /// `call`, `email`, `meeting` or `find`: what to do first.
    pub action: String,
    /// The same in words, by when.
    pub next: Option<String>,
    /// How to go about it.
    pub playbook: Option<String>,
    /// A first outreach to start from.
    pub opener: Option<String>,
}

const LANGUAGES: [&str; 2] = ["en", "es"];

/// What to know before the first word to a lead.
#[utoipa::path(get, path = "/api/v1/handoffs/{handoff}/context", tag = "handoffs",
    operation_id = "get_handoff_context",
    params(("handoff" = String, Path, description = "The handoff", example = "handoff_01hq3xkd5gzax"),
        ContextQuery),
    responses((status = 200, body = ContextPackage, description = "The context package")))]
pub(crate) async fn context(
    State(app): State<App>,
    caller: Caller,
    handoff: Segment,
    Query(query): Query<ContextQuery>,
) -> Result<Json<ContextPackage>, ApiError> {
    let id: HandoffId = handoff.parse("handoff")?;
    let language = page::one_of("language", query.language, &LANGUAGES)?;
    let language = language.and_then(|it| Language::of(&it)).unwrap_or_default();
    let (package, content) = app.engine.context(caller.sight(), id, language).await?;
    Ok(Json(answer(package, content)))
}

fn answer(package: Package, content: Content) -> ContextPackage {
    let named = |all: Vec<parts::Named>| {
        all.into_iter().map(|it| Named { name: it.name, value: it.value }).collect()
    };
    ContextPackage {
        source: package.source,
        qualifying: package.qualifying,
        behaviours: package.behaviours.into_iter().map(Behaviour::from).collect(),
        score: package.score.map(ScoreParts::from),
        answers: named(package.answers),
        quiz_score: package.quiz_score,
        intent: package.intent,
        timeline: package.timeline,
        message: package.message,
        consent: named(package.consent),
        company: named(package.company),
        account: package.account,
        why: package.why,
        action: package.action.kind,
        next: content.next,
        playbook: content.playbook,
        opener: content.opener,
    }
}

impl From<parts::Behaviour> for Behaviour {
    fn from(it: parts::Behaviour) -> Self {
        Self { kind: it.kind, name: it.name, count: it.count, last: it.last, points: it.points }
    }
}

impl From<parts::ScorePart> for ScoreParts {
    fn from(score: parts::ScorePart) -> Self {
        let rule = |it: parts::RulePart| RulePoints { name: it.name, points: it.points };
        let group = |it: parts::GroupPart| ScoreGroup {
            name: it.name,
            points: it.points,
            rules: it.rules.into_iter().map(rule).collect(),
        };
        Self { points: score.points, groups: score.groups.into_iter().map(group).collect() }
    }
}
