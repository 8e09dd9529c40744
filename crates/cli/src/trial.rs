//! A lead from a file decided on without a database: contract, decision, answers in the words of a
//! literate test.

use decide::LeadView;
use decide::lead::{ActivityFact, ExcludedBecause, ExcludedRep};
use intake::{CheckRules, Checked, ContractCheck, Fault, OptionalValues, Submission};
use jiff::tz::TimeZone;
use model::id::LeadId;
use model::{RepId, Timestamp};
use policy::literate::Answers;
use policy::{Fact, Policy};
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
    for (field, value) in accepted.values.iter() {
        lead.facts.set(field, Fact::of(value, &policy.symbols));
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
    let submission = Submission::from_json(submission_of(json))
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

/// The answers of a lead that the contract refuses.
pub(crate) fn quarantined(faults: &[Fault]) -> Answers {
    let codes: Vec<&str> = faults.iter().map(Fault::code).collect();
    Answers::from([
        ("outcome".to_owned(), "quarantined".to_owned()),
        ("faults".to_owned(), codes.join(", ")),
    ])
}
