//! A lead from a file decided on without a database: contract, decision, answers in the words of a
//! literate test.

use decide::lead::{ActivityFact, ExcludedBecause, ExcludedRep};
use decide::trace::{ExclusionList, Step, Verdict};
use decide::{Decision, LeadView, Outcome, Setup};
use intake::{CheckRules, Checked, ContractCheck, Fault, OptionalValues, Submission};
use jiff::tz::TimeZone;
use model::id::LeadId;
use model::{RepId, Timestamp};
use policy::literate::Answers;
use policy::{Fact, Policy, Truth};
use serde_json::Value;

/// Keys of a lead that a submission does not have.
const OWN_KEYS: [&str; 4] = ["at", "channel", "waiting_since", "rejected_by"];
const OWN_HISTORY_KEYS: [&str; 2] = ["open_handoff", "closed_handoffs"];

/// A lead ready to be decided on, or why the contract refuses it.
pub(crate) type Prepared = Result<LeadView, Vec<Fault>>;

/// The lead that a submission makes at `now`. What only a running system knows and the text does
/// not say is taken as for a new lead: no handoff, open or closed.
pub(crate) fn lead(policy: &Policy, submission: &Submission, now: Timestamp) -> Prepared {
    let check = ContractCheck::new(&policy.contract, &policy.fields, &policy.symbols);
    let rules = CheckRules { zone: TimeZone::UTC, optional_values: OptionalValues::SetAside };
    let accepted = match check.check(submission, &rules) {
        Checked::Accepted(accepted) => accepted,
        Checked::Quarantined(faults) => return Err(faults),
    };
    let captured_at = submission.captured_at.unwrap_or(now);
    let mut lead = LeadView::new(LeadId::from_raw(1), captured_at);
    lead.waiting_since = now;
    lead.quiz_score = submission.quiz_score;
    for (field, value) in &accepted.values {
        lead.facts.set(*field, Fact::of(value, &policy.symbols));
    }
    // A kind that the policy does not name counts for nothing.
    let activities = submission.activities.iter().filter_map(|it| {
        let kind = policy.symbols.find(&it.kind)?;
        Some(ActivityFact { kind, at: it.at.unwrap_or(captured_at) })
    });
    lead.activities = activities.collect();
    lead.history.open_handoff = Some(false);
    lead.history.closed_handoffs = Some(0);
    let history = &submission.history;
    lead.history.active_deal = history.active_deal;
    lead.history.active_sequence = history.active_sequence;
    lead.history.last_contact_at = history.last_contact_at;
    lead.history.customer = history.customer;
    lead.history.account_owner = history.account_owner.as_deref().and_then(|it| it.parse().ok());
    Ok(lead)
}

/// The lead of a literate test: a submission with a few keys besides.
pub(crate) fn prepare(policy: &Policy, json: &Value, now: Timestamp) -> Result<Prepared, String> {
    let submission = Submission::from_json(&submission_of(json))
        .map_err(|faults| faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))?;
    Ok(lead(policy, &submission, now).map(|mut lead| {
        lead.waiting_since = instant(json, "waiting_since").unwrap_or(now);
        lead.channel = json.get("channel").and_then(Value::as_str).map(Into::into);
        let own = |key: &str| json.get("history").and_then(|it| it.get(key));
        if let Some(closed) = own("closed_handoffs").and_then(Value::as_f64) {
            lead.history.closed_handoffs = Some(closed as u32);
        }
        if let Some(open) = own("open_handoff").and_then(Value::as_bool) {
            lead.history.open_handoff = Some(open);
        }
        lead.excluded = rejected_by(json);
        lead
    }))
}

fn submission_of(json: &Value) -> Value {
    let mut submission = json.clone();
    if let Some(map) = submission.as_object_mut() {
        OWN_KEYS.iter().for_each(|it| drop(map.remove(*it)));
        if let Some(history) = map.get_mut("history").and_then(Value::as_object_mut) {
            OWN_HISTORY_KEYS.iter().for_each(|it| drop(history.remove(*it)));
        }
    }
    submission
}

fn rejected_by(json: &Value) -> Vec<ExcludedRep> {
    let names = json.get("rejected_by").and_then(Value::as_array).into_iter().flatten();
    let reps = names.filter_map(Value::as_str).filter_map(|it| it.parse::<RepId>().ok());
    reps.map(|rep| ExcludedRep { rep, why: ExcludedBecause::Rejected }).collect()
}

fn instant(json: &Value, key: &str) -> Option<Timestamp> {
    json.get(key)?.as_str()?.parse().ok()
}

/// What a decision says, by the keys of an expect block.
pub(crate) fn answers(setup: &Setup, decision: &Decision, steps: &[Step]) -> Answers {
    let policy = setup.policy();
    let mut answers = outcome(setup, decision.outcome);
    let mut say = |key: &str, value: Option<String>| {
        answers.extend(value.map(|it| (key.to_owned(), it)));
    };
    let rule = decision.rule.and_then(|it| policy.routing.rules.get(usize::from(it)));
    say("rule", rule.map(|it| it.id.to_string()));
    let sla = decision.sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
    say("sla", sla.map(|it| it.id.to_string()));
    say("tier", decision.tier.map(|it| it.to_string()));
    say("score", decision.score.map(|it| it.to_string()));
    say("mql", Some(truth(decision.mql)));
    say("sql", Some(truth(decision.sql)));
    say("fast_track", Some(decision.fast_track.is_some().to_string()));
    say("sponsor", Some(decision.fast_track.is_some_and(|it| it.sponsor).to_string()));
    say("held_by", decision.held.and_then(|(list, at)| excluded_by(policy, list, at, false)));
    let due = &decision.deadlines;
    say("due.touch", due.touch.map(|it| it.to_string()));
    say("due.acknowledge", due.acknowledge.map(|it| it.to_string()));
    say("due.disposition", due.disposition.map(|it| it.to_string()));
    answers.extend(passed_over(setup, steps));
    answers
}

/// The answers of a lead that the contract refuses.
pub(crate) fn quarantined(faults: &[Fault]) -> Answers {
    let codes: Vec<&str> = faults.iter().map(Fault::code).collect();
    Answers::from([
        ("outcome".to_owned(), "quarantined".to_owned()),
        ("faults".to_owned(), codes.join(", ")),
    ])
}

fn outcome(setup: &Setup, outcome: Outcome) -> Answers {
    let policy = setup.policy();
    let pool = |at: u16| policy.pools.get(usize::from(at)).map(|it| it.id.to_string());
    let queue = |at: u16| policy.queues.get(usize::from(at)).map(|it| it.id.to_string());
    let (word, rest): (&str, Vec<(&str, Option<String>)>) = match outcome {
        Outcome::Assigned { rep, how, pool: from } => {
            let owner = setup.roster().rep(rep).map(|it| it.id.to_string());
            let how = how.code().text().to_owned();
            ("assigned", vec![("owner", owner), ("how", Some(how)), ("pool", from.and_then(pool))])
        }
        Outcome::Queued { queue: at } => ("queued", vec![("queue", queue(at))]),
        Outcome::Waiting { pool: from, queue: at, .. } => {
            ("waiting", vec![("pool", pool(from)), ("queue", queue(at))])
        }
        Outcome::Nurture => ("nurture", Vec::new()),
        Outcome::SelfService => ("self_service", Vec::new()),
        Outcome::Disqualified { list, rule } => {
            ("disqualified", vec![("reason", excluded_by(policy, list, rule, true))])
        }
        Outcome::Attached { list, rule } => {
            ("attached", vec![("reason", excluded_by(policy, list, rule, true))])
        }
    };
    let mut answers = Answers::from([("outcome".to_owned(), word.to_owned())]);
    answers.extend(rest.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    answers
}

/// The reason or the id of an exclusion.
fn excluded_by(policy: &Policy, list: ExclusionList, at: u16, reason: bool) -> Option<String> {
    let list = match list {
        ExclusionList::Disqualify => &policy.disqualify,
        ExclusionList::Suppress => &policy.suppress,
    };
    let rule = list.get(usize::from(at))?;
    Some(if reason { rule.reason.clone() } else { rule.id.to_string() })
}

/// The first reason for which each rep was passed over: at the target tried first.
fn passed_over(setup: &Setup, steps: &[Step]) -> Answers {
    let mut answers = Answers::new();
    for step in steps {
        let Step::Target(target) = step else { continue };
        for it in &target.reps {
            if let (Verdict::Passed(why), Some(rep)) = (&it.verdict, setup.roster().rep(it.rep)) {
                let key = format!("passed_over.{}", rep.id);
                answers.entry(key).or_insert_with(|| why.code().text().to_owned());
            }
        }
    }
    answers
}

fn truth(truth: Truth) -> String {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
    .to_owned()
}
