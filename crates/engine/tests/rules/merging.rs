//! E19: two leads that are one person.

use engine::lead_names::LeadName;
use engine::outcomes::OutcomeRequest;
use engine::sight::Sight;
use engine::{Actor, Engine, Refusal};
use model::id::LeadId;
use serde_json::json;

use super::{at, handoff, holder, kinds, live_through, on_friday, row, timers};
use crate::scene::{act, capture_all, faults, lead, open_of};
use crate::waiting::wait;

fn lead_of(engine: &Engine, id: model::id::HandoffId) -> LeadId {
    LeadId::from_raw(row(engine, id).lead_id)
}

fn merge(engine: &Engine, lead: LeadId, into: LeadId) -> Result<(), Refusal> {
    wait(engine.merge(Actor::Operator, Sight::EVERYTHING, lead, into))
}

fn unmerge(engine: &Engine, lead: LeadId) -> Result<(), Refusal> {
    wait(engine.unmerge(Actor::Operator, Sight::EVERYTHING, lead))
}

#[test]
fn e19_the_survivor_keeps_the_earlier_start_and_the_others_timers_end() {
    on_friday(|engine, clock| {
        let earlier = handoff(engine, "a@acme.example");
        clock.set(at("2026-11-20T20:40:00Z"));
        let later = handoff(engine, "b@acme.example");
        let (early, late) = (row(engine, earlier), row(engine, later));
        merge(engine, lead_of(engine, earlier), lead_of(engine, later)).unwrap();
        assert_eq!(row(engine, later).touch_due, early.touch_due);
        assert!(timers(engine, earlier).iter().all(|it| it.state == "cancelled"));
        assert!(row(engine, earlier).closed_at.is_some());
        assert_eq!(open_of(engine, "ana"), 0);
        assert!(kinds(engine, earlier).contains(&"lead.merged".to_owned()));
        // The person's next submission belongs to the survivor.
        let fields = json!({ "email": "a@acme.example", "handoff_reason": "Demo" });
        let again = capture_all(engine, vec![json!({ "fields": fields })]);
        assert_eq!(lead(&again[0]).lead, lead_of(engine, later));
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
        // And back.
        unmerge(engine, lead_of(engine, earlier)).unwrap();
        assert_eq!(row(engine, later).touch_due, late.touch_due);
        assert_eq!((row(engine, earlier).closed_at, holder(engine, earlier)), (None, "ana".into()));
        assert_eq!(open_of(engine, "ana"), 1);
        let seen = live_through(engine, clock, earlier, "2026-11-20T20:46:00Z");
        assert_eq!(seen, ["bo 2026-11-20T20:45:00Z"]);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_merge_is_refused_where_it_would_lose_a_handoff_or_has_been_made() {
    on_friday(|engine, _| {
        let (one, other) = (handoff(engine, "a@acme.example"), handoff(engine, "b@acme.example"));
        let (lead_one, lead_other) = (lead_of(engine, one), lead_of(engine, other));
        assert_eq!(merge(engine, lead_one, lead_one).unwrap_err().code, "A0634");
        let reject = engine::respond::Action::Reject {
            reason: Some("wrong_persona".to_owned()),
            note: None,
        };
        act(engine, other, "cy", reject).unwrap();
        assert_eq!(merge(engine, lead_one, lead_other).unwrap_err().code, "A0634");
        merge(engine, lead_other, lead_one).unwrap();
        assert_eq!(merge(engine, lead_other, lead_one).unwrap_err().code, "A0634");
        unmerge(engine, lead_other).unwrap();
        assert_eq!(unmerge(engine, lead_other).unwrap_err().code, "A0634");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_merge_that_is_taken_back_leaves_what_happened_since() {
    on_friday(|engine, clock| {
        let (one, other) = (handoff(engine, "a@acme.example"), handoff(engine, "b@acme.example"));
        merge(engine, lead_of(engine, one), lead_of(engine, other)).unwrap();
        clock.set(at("2026-11-20T20:31:00Z"));
        act(engine, other, "cy", engine::respond::Action::Accept).unwrap();
        unmerge(engine, lead_of(engine, one)).unwrap();
        assert_eq!(row(engine, other).state, "accepted", "what happened stays");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e19_of_leads_merged_one_after_another_the_last_goes_on() {
    on_friday(|engine, _| {
        let leads = ["a@acme.example", "b@acme.example", "c@acme.example"]
            .map(|it| lead_of(engine, handoff(engine, it)));
        let [first, second, last] = leads;
        merge(engine, first, second).unwrap();
        merge(engine, second, last).unwrap();
        let fields = json!({ "email": "a@acme.example", "handoff_reason": "Demo" });
        let again = capture_all(engine, vec![json!({ "fields": &fields })]);
        assert_eq!(lead(&again[0]).lead, last);
        let named = LeadName::Email("a@acme.example".to_owned());
        let won = OutcomeRequest {
            kind: "won".to_owned(),
            lead: None,
            named: Some(named),
            handoff: None,
            at: None,
            value: None,
            lead_source: None,
            attributed_source: None,
            external_id: None,
        };
        let (_, told) = wait(engine.record_outcome(Actor::Operator, won)).unwrap();
        assert_eq!(told.lead, Some(last), "what the CRM calls by the first is the last's");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
        unmerge(engine, second).unwrap();
        let again = capture_all(engine, vec![json!({ "fields": fields })]);
        assert_eq!(lead(&again[0]).lead, second);
    });
}

#[test]
fn a_merge_is_not_taken_back_once_the_survivor_has_answered_by_its_earlier_start() {
    on_friday(|engine, clock| {
        let earlier = handoff(engine, "a@acme.example");
        clock.set(at("2026-11-20T20:40:00Z"));
        let later = handoff(engine, "b@acme.example");
        merge(engine, lead_of(engine, earlier), lead_of(engine, later)).unwrap();
        clock.set(at("2026-11-20T20:41:00Z"));
        act(engine, later, "cy", engine::respond::Action::Accept).unwrap();
        let refused = unmerge(engine, lead_of(engine, earlier)).unwrap_err();
        assert_eq!(refused.code, "A0634", "its deadlines are those of both");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}
