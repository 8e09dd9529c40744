//! What several senders say of one deal: it has one verdict, and what each said stays.

use std::sync::Barrier;

use engine::import::rejected_beside;
use engine::lead_names::LeadName;
use engine::outcomes::{
    OutcomeKey, OutcomeRequest, OutcomeView, Recorded, Reported, record, record_group,
};
use engine::{Actor, Engine};
use model::id::{HandoffId, LeadId};
use store::outcome::Outcome;

use crate::import::{Scene, file};
use crate::outcomes::{import_deals, leads, reported, stored};
use crate::scene::{faults, on_both, set_up, set_up_demo};

pub(crate) fn request(kind: &str, id: &str) -> OutcomeRequest {
    OutcomeRequest {
        kind: kind.to_owned(),
        lead: None,
        named: None,
        handoff: None,
        at: None,
        value: None,
        lead_source: None,
        attributed_source: None,
        external_id: OutcomeKey::new("crm".to_owned(), id.to_owned()),
    }
}

pub(crate) fn tell(engine: &Engine, request: OutcomeRequest) -> (Recorded, OutcomeView) {
    let inner = engine.clone();
    engine
        .write_blocking(move |tx, now| record(&inner, tx, &Actor::Operator, &request, now))
        .unwrap()
}

fn tell_group(engine: &Engine, group: Vec<Reported>) -> Vec<Recorded> {
    let inner = engine.clone();
    let filed = engine.write_blocking(move |tx, now| {
        let live = inner.live(tx, now)?.unwrap();
        Ok(Ok(record_group(&inner, tx, &live, &Actor::Operator, &group, now)?))
    });
    filed.unwrap().into_iter().map(|it| it.unwrap().0).collect()
}

/// Runs all of `tellers` at one moment, each on its own thread.
fn at_once(tellers: Vec<Box<dyn FnOnce() + Send + '_>>) {
    let together = Barrier::new(tellers.len());
    std::thread::scope(|scope| {
        for teller in tellers {
            let together = &together;
            scope.spawn(move || {
                together.wait();
                teller();
            });
        }
    });
}

fn verdicts(engine: &Engine, id: &str) -> Vec<Outcome> {
    let keys: Vec<_> = ["won", "lost"].map(|it| (it.to_owned(), format!("crm:{id}"))).into();
    engine.read_blocking(move |db| Ok(Ok(store::outcome::by_external_ids(db, 1, &keys)?))).unwrap()
}

#[test]
fn verdicts_that_come_at_once_are_one_and_a_file_with_both_is_taken() {
    on_both(|engine| {
        set_up_demo(engine);
        leads(engine, 17, "ana@acme.example");
        let lead: LeadId = {
            let (_, made) = tell(
                engine,
                OutcomeRequest {
                    named: Some(LeadName::Email("ana@acme.example".to_owned())),
                    ..request("won", "first")
                },
            );
            made.lead.unwrap()
        };
        for round in 0..30 {
            let id = format!("d{round}");
            let one = |kind: &'static str| -> Box<dyn FnOnce() + Send + '_> {
                let told = OutcomeRequest { lead: Some(lead), ..request(kind, &id) };
                Box::new(move || {
                    tell(engine, told);
                })
            };
            at_once(vec![one("won"), one("lost")]);
            assert_eq!(verdicts(engine, &id).len(), 1, "{id}");
            let group = |kind: &str| {
                vec![Reported { kind: kind.to_owned(), ..reported("17", format!("g{round}")) }]
            };
            let (won, lost) = (group("won"), group("lost"));
            at_once(vec![
                Box::new(move || assert_eq!(tell_group(engine, won).len(), 1)),
                Box::new(move || assert_eq!(tell_group(engine, lost).len(), 1)),
            ]);
            assert_eq!(verdicts(engine, &format!("g{round}")).len(), 1, "g{round}");
        }
        let rows =
            "deal,lead,stage,day,value,source\nd0,17,won,2026-11-02,9,\nd0,17,lost,2026-11-03,,\n";
        let summary = import_deals(engine, &Scene::new("deals.csv", rows));
        assert_eq!((summary.rows, summary.rejected), (2, 0), "{summary:?}");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn what_two_say_at_once_of_a_new_deal_counts_both() {
    on_both(|engine| {
        set_up_demo(engine);
        for round in 0..30 {
            let id = format!("d{round}");
            let valued = vec![Reported { value: Some(700), ..reported("17", id.clone()) }];
            let sourced = vec![Reported {
                value: None,
                lead_source: Some("Fair".to_owned()),
                ..reported("17", id.clone())
            }];
            at_once(vec![
                Box::new(move || assert_eq!(tell_group(engine, valued).len(), 1)),
                Box::new(move || assert_eq!(tell_group(engine, sourced).len(), 1)),
            ]);
            let deal = stored(engine, &id);
            assert_eq!(
                (deal.value, deal.lead_source.as_deref()),
                (Some(700), Some("Fair")),
                "{id}"
            );
        }
    });
}

#[test]
fn rows_of_one_deal_add_to_each_other() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "deal,lead,stage,day,value,source\n\
            a1,17,won,2026-11-10,9000,Fair\na1,17,won,2026-11-11,,\n\
            a2,17,lost,2026-11-12,,Fair\na2,17,won,2026-11-11,5,\na2,17,lost,,7,\n";
        let scene = Scene::new("deals.csv", rows);
        let first = import_deals(engine, &scene);
        assert_eq!((first.new, first.updated, first.unchanged), (2, 0, 3), "{first:?}");
        let day = |text: &str| text.parse::<model::Timestamp>().unwrap().as_micros();
        let a1 = stored(engine, "a1");
        assert_eq!((a1.at, a1.value), (day("2026-11-11T00:00:00Z"), Some(9_000)));
        let a2 = stored(engine, "a2");
        assert_eq!((a2.kind.as_str(), a2.at), ("lost", day("2026-11-12T00:00:00Z")));
        assert_eq!((a2.value, a2.lead_source.as_deref()), (Some(7), Some("Fair")));
        let again = import_deals(engine, &scene);
        assert_eq!((again.new, again.updated, again.unchanged), (0, 0, 5), "{again:?}");
    });
}

/// A lead with a handoff of October and one of now; both, by age.
fn two_handoffs(engine: &Engine) -> (LeadId, HandoffId, HandoffId) {
    leads(engine, 17, "ana@acme.example");
    let rows = "lead,rep,offered_at\nana@acme.example,olga,2026-10-01T08:00:00Z\n";
    let scene = Scene::new("past.csv", rows);
    let rejected = rejected_beside(&scene.path);
    let ask = file(&scene.path, None, &rejected);
    assert_eq!(engine.import_handoffs(&Actor::Operator, &ask, |_| {}).unwrap().new, 1);
    let found = tell(
        engine,
        OutcomeRequest {
            named: Some(LeadName::Email("ana@acme.example".to_owned())),
            ..request("meeting", "m")
        },
    );
    let lead = found.1.lead.unwrap();
    let all = engine
        .read_blocking(move |db| Ok(Ok(store::handoff::of_lead(db, 1, lead.raw())?)))
        .unwrap();
    let of = |is_past: bool| all.iter().find(|it| (it.number == 0) == is_past).unwrap().id;
    (lead, HandoffId::from_raw(of(true)), HandoffId::from_raw(of(false)))
}

#[test]
fn a_handoff_and_a_source_that_were_named_outlive_a_new_date() {
    on_both(|engine| {
        let policy = include_str!("../../../examples/demo/policy.yaml");
        let credited = "\nattribution:\n  Product - Voice: Voice Product Interest\n";
        let roster = include_str!("../../../examples/demo/roster.yaml");
        set_up(engine, &format!("{policy}{credited}"), roster);
        let (lead, past, open) = two_handoffs(engine);
        let request =
            |kind: &str, id: &str| OutcomeRequest { lead: Some(lead), ..request(kind, id) };
        let day = |day: u32| Some(format!("2026-10-{day:02}T08:00:00Z").parse().unwrap());
        let told = OutcomeRequest {
            handoff: Some(open),
            at: day(5),
            attributed_source: Some("Partner".to_owned()),
            ..request("won", "told")
        };
        tell(engine, told);
        let (what, now) = tell(engine, OutcomeRequest { at: day(6), ..request("won", "told") });
        assert_eq!((what, now.handoff), (Recorded::Updated, Some(open)));
        assert_eq!(now.attributed_source.as_deref(), Some("Partner"));

        // What was found for it is found anew.
        let found = request("won", "found");
        let (_, made) = tell(engine, found);
        assert_eq!(made.handoff, Some(open));
        let (_, now) = tell(engine, OutcomeRequest { at: day(6), ..request("won", "found") });
        assert_eq!(now.handoff, Some(past));
        assert_eq!(now.attributed_source.as_deref(), Some("Voice Product Interest"));

        // To name what was found already changes nothing but that it stays.
        let named = OutcomeRequest { handoff: Some(past), ..request("won", "found") };
        assert_eq!(tell(engine, named).0, Recorded::Unchanged);
        let later = "2026-11-27T08:00:00Z".parse().unwrap();
        let (_, now) = tell(engine, OutcomeRequest { at: Some(later), ..request("won", "found") });
        assert_eq!((now.at, now.handoff), (later, Some(past)));

        // Another lead has handoffs of its own.
        leads(engine, 18, "bo@beta.example");
        let moved = vec![Reported { value: None, ..reported("18", "told".to_owned()) }];
        assert_eq!(tell_group(engine, moved), [Recorded::Updated]);
        let now = stored(engine, "told");
        assert_ne!(now.lead_id, Some(lead.raw()));
        assert!(now.handoff_id.is_some_and(|it| it != open.raw()), "{now:?}");
        assert_eq!(now.attributed_source.as_deref(), Some("Partner"));
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}
