//! E22, silent reps, and leads that wait for a rep.

use engine::drain::Drainer;
use engine::respond::Action;
use engine::{Actor, Engine};
use policy::Sources;
use serde_json::json;

use super::{
    ROSTER, at, handoff, holder, kinds, live_through, messages, on_friday, on_friday_by,
    policy_with, sweep, switch,
};
use crate::scene::{act, capture_all, faults, lead, open_of};

fn put_roster(engine: &Engine, roster: &str) {
    let sources = Sources::single("roster.yaml", roster.to_owned());
    engine.put_roster_blocking(Actor::Operator, &sources).unwrap();
}

#[test]
fn e22_leads_of_a_rep_who_leaves_are_routed_again_each_by_itself() {
    let inactive = ROSTER.replace("ana: { team: west,", "ana: { active: false, team: west,");
    let gone: String =
        ROSTER.lines().filter(|it| !it.contains("  ana:")).map(|it| format!("{it}\n")).collect();
    for other in [inactive, gone] {
        on_friday(|engine, _| {
            let ids: Vec<_> =
                (0..6).map(|at| handoff(engine, &format!("p{at}@acme.example"))).collect();
            assert_eq!(open_of(engine, "ana"), 3);
            act(engine, ids[0], "ana", Action::Accept).unwrap();
            put_roster(engine, &other);
            assert_eq!(Drainer::new(engine.clone()).release_leavers().unwrap(), 3);
            assert_eq!(open_of(engine, "ana"), 0);
            let left: Vec<_> = ids
                .iter()
                .filter(|id| kinds(engine, **id).contains(&"handoff.owner_gone".to_owned()))
                .collect();
            assert_eq!(left.len(), 3);
            let holders: Vec<_> = ids.iter().map(|id| holder(engine, *id)).collect();
            assert_eq!(holders, ["cy"; 6]);
            assert_eq!(Drainer::new(engine.clone()).release_leavers().unwrap(), 0);
            assert!(faults(engine).is_empty(), "{:?}", faults(engine));
        });
    }
}

#[test]
fn a_rep_who_lets_offers_pass_is_switched_off_and_the_manager_is_told() {
    let policy = policy_with("  rejects_max: 2\n", "  rejects_max: 2\n  silent_max: 2\n");
    let present = |engine: &Engine| {
        let loads = engine.read_blocking(|db| Ok(Ok(store::rep::get_many(db, 1, &["ana"])?)));
        loads.unwrap()[0].present == 1
    };
    on_friday_by(&policy, ROSTER, |engine, clock| {
        let miss = |email: &str| {
            let id = handoff(engine, email);
            let last = holder(engine, id);
            clock.set(clock.now().plus(model::Seconds::from_minutes(15)));
            sweep(engine);
            (last, id)
        };
        assert_eq!(miss("a@acme.example").0, "ana");
        switch(engine, "cy", false);
        // An answer in between starts the count anew.
        let answered = handoff(engine, "b@acme.example");
        act(engine, answered, "ana", Action::Accept).unwrap();
        assert_eq!(miss("c@acme.example").0, "ana");
        assert!(present(engine));
        messages(engine);
        let (last, id) = miss("d@acme.example");
        assert_eq!(last, "ana");
        assert!(!present(engine), "two in a row");
        assert!(kinds(engine, id).contains(&"rep.switched_off".to_owned()));
        let told = messages(engine);
        let manager = ("rep:kim".to_owned(), "in_app".to_owned(), "rep_switched_off".to_owned());
        assert!(told.contains(&manager), "{told:?}");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

fn waiting(engine: &Engine) -> model::id::HandoffId {
    let fields = json!({ "email": "d@acme.example", "handoff_reason": "Demo", "language": "de" });
    let id = lead(&capture_all(engine, vec![json!({ "fields": fields })])[0]).handoff.unwrap();
    assert_eq!(super::row(engine, id).state, "waiting");
    id
}

#[test]
fn a_lead_that_waits_is_placed_when_somebody_with_the_skill_comes() {
    let skilled =
        ROSTER.replace("bo: { team: west, languages: [en]", "bo: { team: west, languages: [de]");
    on_friday(|engine, clock| {
        let id = waiting(engine);
        let mut drainer = Drainer::new(engine.clone());
        assert_eq!(drainer.round().unwrap(), 0);
        let before = kinds(engine, id);
        put_roster(engine, &skilled);
        switch(engine, "bo", false);
        assert_eq!(drainer.round().unwrap(), 0, "off duty");
        assert_eq!(kinds(engine, id), before, "a look leaves no trace");
        switch(engine, "bo", true);
        clock.set(at("2026-11-20T20:35:00Z"));
        assert_eq!(drainer.round().unwrap(), 1);
        assert_eq!((holder(engine, id).as_str(), open_of(engine, "bo")), ("bo", 1));
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_lead_waits_for_a_skill_only_as_long_as_the_policy_says() {
    on_friday(|engine, clock| {
        let id = waiting(engine);
        let seen = live_through(engine, clock, id, "2026-11-20T21:00:00Z");
        assert_eq!(seen, ["ana 2026-11-20T21:00:00Z"]);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}
