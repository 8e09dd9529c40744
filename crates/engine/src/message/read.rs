//! The context package of one lead and handoff, read from the database.
//!
//! The score with its breakdown and the reason for the rep are not stored: the decision is made
//! again, as for `why`. Where that cannot be (an imported handoff), the rest is told.

use decide::trace::{Board, EarnedBy, Step, Trace};
use decide::{Decision, Outcome, decide_traced};
use jiff::tz::TimeZone;
use model::id::{HandoffId, LeadId};
use model::{RepId, Timestamp, Value};
use policy::section::ScoreKind;
use policy::{Facts, FieldType, Policy};
use store::activity::Activity;
use store::handoff::Handoff;
use store::lead::Lead;
use store::{Snapshot, StoreError};

use super::Language;
use super::language::plain;
use super::package::{
    ActionPart, Behaviour, GroupPart, HandoffPart, LeadPart, Named, OutcomePart, Package, RepPart,
    RulePart, ScorePart,
};
use crate::capture::{SUBMISSION, attributes};
use crate::engine::WORKSPACE;
use crate::explain::Replayer;
use crate::live::Live;
use crate::person::Person;

/// What a message is about and who reads it.
pub(crate) struct Subject<'a> {
    /// The lead.
    pub(crate) lead: i64,
    /// The handoff, where there is one.
    pub(crate) handoff: Option<i64>,
    /// The language of the texts.
    pub(crate) language: Language,
    /// The clock that instants are told on.
    pub(crate) zone: &'a TimeZone,
}

/// The most activities that are looked at, the newest.
const ACTIVITIES_MAX: i64 = 200;

/// Fields of the company that are told where they are known.
const COMPANY_FIELDS: [FieldType; 5] = [
    FieldType::Employees,
    FieldType::Revenue,
    FieldType::Country,
    FieldType::Region,
    FieldType::Url,
];

/// Everything that is known of a subject; `None` where the lead is not there.
pub(crate) fn package(
    db: &mut Snapshot<'_>,
    live: &Live,
    replayer: &mut Replayer,
    subject: &Subject<'_>,
) -> Result<Option<Package>, StoreError> {
    let Some(lead) = store::lead::get(db, WORKSPACE, subject.lead)? else { return Ok(None) };
    let handoff = match subject.handoff {
        Some(id) => store::handoff::get(db, WORKSPACE, id)?,
        None => None,
    };
    let decision = match &handoff {
        Some(it) => store::decision::get(db, WORKSPACE, lead.id, it.number)?,
        None => store::decision::last(db, WORKSPACE, lead.id)?,
    };
    let again = match &decision {
        Some(row) => replayer.replayed(db, row)?.ok(),
        None => None,
    };
    let traced = again.as_ref().map(|it| decide_traced(&it.input()));
    let policy = again.as_ref().map_or_else(|| live.setup.policy(), |it| it.setup.policy());
    let facts = match &traced {
        Some((decision, _)) => decision.facts.clone(),
        None => attributes::facts(policy, &attributes::read(&lead.attributes)),
    };
    let activities = store::activity::of_lead(db, WORKSPACE, lead.id, i64::MAX, ACTIVITIES_MAX)?;
    let writer = Writer { policy, facts: &facts, subject, live };
    let mut package = Package::default();
    writer.lead(&lead, &mut package);
    writer.behaviours(&activities, traced.as_ref().map(|it| &it.1), &mut package);
    if let Some((decision, trace)) = &traced {
        package.score = writer.score(decision, trace);
        package.why = writer.why(decision);
    }
    writer.answers(&mut package);
    writer.account(&lead, again.as_ref().map(|it| &it.lead.history), &mut package);
    if let Some(handoff) = &handoff {
        writer.handoff(handoff, &mut package);
    }
    writer.action(handoff.as_ref(), &mut package);
    outcome(db, &lead, subject.handoff, &mut package)?;
    Ok(Some(package))
}

struct Writer<'a> {
    policy: &'a Policy,
    facts: &'a Facts,
    subject: &'a Subject<'a>,
    live: &'a Live,
}

impl Writer<'_> {
    fn language(&self) -> Language {
        self.subject.language
    }

    /// The value of a field by name, as text; empty where it is missing.
    fn named(&self, name: &str) -> String {
        let known = self.policy.fields.find(name).and_then(|it| self.facts.get(it).value());
        known.map(|it| self.shown(&it)).unwrap_or_default()
    }

    fn shown(&self, value: &Value) -> String {
        match value {
            Value::Bool(true) => self.language().label("yes").to_owned(),
            Value::Bool(false) => self.language().label("no").to_owned(),
            Value::Number(it) => it.get().to_string(),
            Value::Time(it) => self.instant(*it),
            Value::Text(it) => it.to_string(),
            Value::List(all) => all.join(", "),
        }
    }

    fn instant(&self, at: Timestamp) -> String {
        self.language().instant(at, self.subject.zone)
    }

    fn due(&self, at: Option<i64>) -> String {
        at.map(|it| self.instant(Timestamp::from_micros(it))).unwrap_or_default()
    }

    fn lead(&self, lead: &Lead, package: &mut Package) {
        let id = LeadId::from_raw(lead.id).to_string();
        let person = Person::of(self.policy, self.facts);
        let who = person.who().unwrap_or(&id).to_owned();
        let Person { first_name, name, title, company, email, phone } = person;
        package.lead = LeadPart {
            who,
            id,
            name,
            first_name,
            company,
            title,
            email,
            phone,
            state: lead.state.clone(),
            closed_reason: lead.closed_reason.as_deref().map(plain).unwrap_or_default(),
        };
        package.source.clone_from(&lead.reason);
        package.intent = plain(&self.named("intent"));
        package.timeline = plain(&self.named("timeline"));
        package.message = self.named("message");
        let signal = self.policy.fields.system(policy::SystemField::FastTrack);
        let signal = signal.and_then(|it| self.facts.get(it).value());
        let express = signal.is_some_and(|it| it != Value::Bool(false));
        let lane = self.policy.fast_track.as_ref().filter(|_| express);
        package.questions = lane.map(|it| it.questions.clone()).unwrap_or_default();
    }

    /// What the lead did, the deeds that earned points first, then the newest.
    fn behaviours(&self, all: &[Activity], trace: Option<&Trace>, package: &mut Package) {
        let points = trace.map(|it| self.points_by_kind(it)).unwrap_or_default();
        let mut found: Vec<(i64, Behaviour)> = Vec::new();
        for activity in all.iter().rev().filter(|it| it.kind != SUBMISSION) {
            match found.iter_mut().find(|(_, it)| it.kind == activity.kind) {
                Some((_, known)) => known.count += 1,
                None => {
                    let earned = points.iter().find(|(kind, _)| *kind == activity.kind);
                    let behaviour = Behaviour {
                        kind: activity.kind.clone(),
                        name: self.language().deed(&activity.kind),
                        count: 1,
                        last: self.due(Some(activity.at)),
                        points: earned.map_or(0, |it| it.1),
                    };
                    found.push((activity.at, behaviour));
                }
            }
        }
        found.sort_by(|(a_at, a), (b_at, b)| (b.points, b_at).cmp(&(a.points, a_at)));
        package.behaviours = found.into_iter().map(|it| it.1).collect();
        let intent = self.named("intent");
        let kind = match package.behaviours.first() {
            Some(first) if first.points != 0 || intent.is_empty() => Some(first.kind.clone()),
            Some(_) | None if intent.is_empty() => None,
            Some(_) | None => Some(intent),
        };
        package.qualifying = match &kind {
            Some(kind) => self.language().deed(kind),
            None => package.source.clone(),
        };
        let yours = self.language().deed_of_yours(kind.as_deref().unwrap_or("other"));
        yours.clone_into(&mut package.qualifying_yours);
    }

    /// Points that activities earned, by kind.
    fn points_by_kind(&self, trace: &Trace) -> Vec<(String, i32)> {
        let steps = trace.steps.iter().filter_map(|it| match it {
            Step::Points { board: Board::Score, group, rule, earned } => {
                let group = self.policy.scoring.groups.get(usize::from(*group))?;
                let rule = group.rules.get(usize::from(*rule))?;
                match (&rule.kind, &earned.why) {
                    (ScoreKind::Activity { kind, .. }, EarnedBy::Activities { .. }) => {
                        Some((self.policy.symbols.text(*kind).to_owned(), earned.points))
                    }
                    _ => None,
                }
            }
            _ => None,
        });
        steps.filter(|it| it.1 != 0).collect()
    }

    fn score(&self, decision: &Decision, trace: &Trace) -> Option<ScorePart> {
        let mut groups: Vec<GroupPart> = Vec::new();
        for step in &trace.steps {
            match step {
                Step::Points { board: Board::Score, group, rule, earned } => {
                    let Some(known) = self.policy.scoring.groups.get(usize::from(*group)) else {
                        continue;
                    };
                    if groups.last().is_none_or(|it| it.name != known.name) {
                        groups.push(GroupPart { name: known.name.clone(), ..Default::default() });
                    }
                    let rule = known.rules.get(usize::from(*rule)).filter(|_| earned.points != 0);
                    if let (Some(group), Some(rule)) = (groups.last_mut(), rule) {
                        let name = rule.id.to_string();
                        group.rules.push(RulePart { name, points: earned.points });
                    }
                }
                Step::Group { board: Board::Score, points, .. } => {
                    if let Some(group) = groups.last_mut() {
                        group.points = *points;
                    }
                }
                _ => {}
            }
        }
        for group in &mut groups {
            group.rules.sort_by_key(|it| std::cmp::Reverse(it.points));
        }
        Some(ScorePart { points: decision.score?, groups })
    }

    fn why(&self, decision: &Decision) -> String {
        use decide::reason::How;
        let Outcome::Assigned { how, pool, .. } = decision.outcome else { return String::new() };
        let because = self.language().label(match how {
            How::Turn => "why.turn",
            How::Load => "why.load",
            How::Sticky => "why.sticky",
            How::Credit => "why.credit",
            How::Account => "why.account",
            How::Name => "why.name",
        });
        match pool.and_then(|it| self.policy.pools.get(usize::from(it))) {
            Some(pool) => {
                format!("{because} {}", self.language().filled("why.pool", &[pool.id.as_str()]))
            }
            None => because.to_owned(),
        }
    }

    fn answers(&self, package: &mut Package) {
        let value = |id| self.facts.get(id).value().map(|it| self.shown(&it));
        let named = |id| {
            let name = plain(self.policy.fields.name(id));
            value(id).map(|value| Named { name, value })
        };
        let asks = self.policy.gateway.as_ref().map(|it| it.asks.as_slice()).unwrap_or_default();
        package.answers = asks.iter().filter_map(|it| named(*it)).collect();
        let quiz = self.policy.fields.system(policy::SystemField::QuizScore);
        package.quiz_score = quiz.and_then(|it| match self.facts.get(it).value() {
            Some(Value::Number(it)) => Some(it.get()),
            _ => None,
        });
        let consent = self.policy.contract.consent.iter().map(|it| {
            let unanswered = || self.language().label("unanswered").to_owned();
            Named { name: plain(&it.name), value: value(it.field).unwrap_or_else(unanswered) }
        });
        package.consent = consent.collect();
        let company = self.policy.contract.fields.iter().filter(|it| {
            let field = self.policy.fields.get(it.id);
            let known =
                |it: &policy::Field| COMPANY_FIELDS.contains(&it.kind) || it.name == "industry";
            field.is_some_and(known)
        });
        package.company = company.filter_map(|it| named(it.id)).collect();
    }

    fn account(&self, lead: &Lead, history: Option<&decide::lead::History>, package: &mut Package) {
        let language = self.language();
        let mut account = Vec::new();
        if let Some(history) = history {
            if history.customer == Some(true) {
                account.push(language.label("customer").to_owned());
            }
            if let Some(owner) = &history.account_owner {
                account.push(language.filled("account_owner", &[&self.rep(owner).name]));
            }
            match history.closed_handoffs {
                Some(0) | None if account.is_empty() && lead.version <= 1 => {
                    account.push(language.label("new_account").to_owned());
                }
                Some(count) if 0 < count => {
                    account.push(language.filled("earlier_handoffs", &[&count.to_string()]));
                }
                Some(_) | None => {}
            }
        }
        package.account = account;
    }

    fn rep(&self, id: &RepId) -> RepPart {
        let known = self.live.setup.find(id).and_then(|it| self.live.setup.roster().rep(it));
        RepPart {
            id: id.to_string(),
            name: known.map_or_else(|| id.to_string(), |it| it.name.clone()),
            email: known.and_then(|it| it.email.clone()).unwrap_or_default(),
        }
    }

    fn handoff(&self, row: &Handoff, package: &mut Package) {
        let reason = row.reject_reason.clone().unwrap_or_default();
        let reasons = self.live.setup.policy().dispositions.reject_reasons.iter();
        let label = reasons.clone().find(|it| it.key == reason).map(|it| it.label.clone());
        package.handoff = HandoffPart {
            id: HandoffId::from_raw(row.id).to_string(),
            tier: row.tier.clone().unwrap_or_default(),
            sla: row.sla.as_deref().map(plain).unwrap_or_default(),
            queue: row.queue.clone().unwrap_or_default(),
            acknowledge_by: self.due(row.acknowledge_due.filter(|_| row.accepted_at.is_none())),
            touch_by: self.due(row.touch_due),
            reject_label: label.unwrap_or_default(),
            reject_reason: reason,
            reject_note: row.reject_note.clone().unwrap_or_default(),
        };
        package.source.clone_from(&row.reason);
        if let Some(id) = row.owner.as_ref().and_then(|it| it.parse().ok()) {
            package.rep = self.rep(&id);
        }
    }

    fn action(&self, handoff: Option<&Handoff>, package: &mut Package) {
        let wants_meeting = package
            .behaviours
            .iter()
            .any(|it| it.kind == "demo_request" || it.kind == "meeting_request");
        let kind = match &package.lead {
            lead if !lead.phone.is_empty() => "call",
            lead if !lead.email.is_empty() && wants_meeting => "meeting",
            lead if !lead.email.is_empty() => "email",
            _ => "find",
        };
        let by = self.due(handoff.and_then(|it| it.touch_due));
        package.action = ActionPart { kind: kind.to_owned(), by };
    }
}

/// The newest outcome of the lead, or of the handoff where there is one, with its value.
fn outcome(
    db: &mut Snapshot<'_>,
    lead: &Lead,
    handoff: Option<i64>,
    package: &mut Package,
) -> Result<(), StoreError> {
    let all = store::outcome::of_lead(db, WORKSPACE, lead.id)?;
    let all = all.into_iter().filter(|it| handoff.is_none() || it.handoff_id == handoff);
    let Some(newest) = all.max_by_key(|it| (it.at, it.id)) else { return Ok(()) };
    let value = match newest.value {
        Some(value) => {
            let workspace = store::workspace::get(db, WORKSPACE)?;
            let currency = workspace.map(|it| it.currency).unwrap_or_default();
            format!("{value} {currency}")
        }
        None => String::new(),
    };
    package.outcome = OutcomePart { kind: newest.kind, value };
    Ok(())
}
