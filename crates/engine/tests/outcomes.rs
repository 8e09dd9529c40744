//! Outcomes find their leads, once, and are credited by the policy.

use engine::Actor;
use engine::import::{MappingFile, Summary, rejected_beside};
use engine::outcomes::{Recorded, Reported, record_group};
use store::outcome::Outcome;

use crate::import::{Scene, file, import};
use crate::scene::{faults, on_both, set_up, set_up_demo};

const MAP: &str = "schema: 1\nkind: outcomes\nsource: crm\nexternal_id: deal\nlead: lead\n\
    outcome: { column: stage, values: { Closed Won: won, Closed Lost: lost }, other: keep }\n\
    at: day\namount: value\nlead_source: source\n";

const DEALS: &str = "deal,lead,stage,day,value,source\n\
    d1,17,Closed Won,2026-11-02,1200.50,Trade Show\n\
    d2,ANA@acme.example,opportunity,2026-11-01,,\n\
    d3,99,Closed Lost,2026-11-03,,\n\
    d4,17,Renewed,2026-11-03,,\n";

pub(crate) fn import_deals(engine: &engine::Engine, scene: &Scene) -> Summary {
    let mapping = MappingFile::parse("deals.map.yaml", MAP).unwrap();
    let rejected = rejected_beside(&scene.path);
    let ask = file(&scene.path, Some(&mapping), &rejected);
    engine.import_outcomes(&Actor::Operator, &ask, |_| {}).unwrap()
}

pub(crate) fn stored(engine: &engine::Engine, id: &str) -> Outcome {
    let keys: Vec<(String, String)> = ["won", "opportunity", "lost", "meeting"]
        .map(|kind| (kind.to_owned(), format!("crm:{id}")))
        .into();
    let found = engine
        .read_blocking(move |db| Ok(Ok(store::outcome::by_external_ids(db, 1, &keys)?)))
        .unwrap();
    assert_eq!(found.len(), 1, "{id}: {found:?}");
    found.into_iter().next().unwrap()
}

pub(crate) fn leads(engine: &engine::Engine, id: u32, email: &str) {
    let rows = format!(
        r#"{{"fields": {{"email": "{email}", "handoff_reason": "Product - Voice"}},
            "external_id": {{"source": "crm", "id": "{id}"}}}}"#
    );
    let summary = import(engine, &Scene::new("leads.jsonl", rows.replace('\n', " ")));
    assert_eq!(summary.new, 1, "{summary:?}");
}

#[test]
fn outcomes_find_their_lead_and_the_policy_says_which_source_they_are_credited_to() {
    on_both(|engine| {
        let policy = include_str!("../../../examples/demo/policy.yaml");
        let credited = "\nattribution:\n  Product - Voice: Voice Product Interest\n";
        set_up(
            engine,
            &format!("{policy}{credited}"),
            include_str!("../../../examples/demo/roster.yaml"),
        );
        leads(engine, 17, "ana@acme.example");
        let scene = Scene::new("deals.csv", DEALS);
        let first = import_deals(engine, &scene);
        let found = (first.rows, first.new, first.unmatched, first.rejected);
        assert_eq!(found, (4, 3, 1, 1), "{first:?}");
        assert!(scene.rejected().contains("I0511"), "{}", scene.rejected());
        let won = stored(engine, "d1");
        assert!(won.lead_id.is_some() && won.handoff_id.is_some());
        assert_eq!(won.value, Some(1_201));
        // The CRM's word stays beside ours.
        assert_eq!(won.lead_source.as_deref(), Some("Trade Show"));
        assert_eq!(won.attributed_source.as_deref(), Some("Voice Product Interest"));
        assert_eq!(stored(engine, "d2").lead_id, won.lead_id, "by e-mail address");
        let lost = stored(engine, "d3");
        assert_eq!((lost.lead_id, lost.attributed_source), (None, None));

        let again = import_deals(engine, &scene);
        let found = (again.new, again.attached, again.unchanged, again.unmatched);
        assert_eq!(found, (0, 0, 3, 1), "{again:?}");
        leads(engine, 99, "zoe@omega.example");
        let linked = import_deals(engine, &scene);
        let found = (linked.new, linked.attached, linked.unchanged, linked.unmatched);
        assert_eq!(found, (0, 1, 2, 0), "{linked:?}");
        let lost = stored(engine, "d3");
        assert!(lost.lead_id.is_some());
        assert_eq!(lost.attributed_source.as_deref(), Some("Voice Product Interest"));
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_deal_that_says_something_else_is_corrected_and_counts_once() {
    on_both(|engine| {
        set_up_demo(engine);
        leads(engine, 17, "ana@acme.example");
        leads(engine, 18, "bo@beta.example");
        let deals = |rows: &str| {
            Scene::new("deals.csv", format!("deal,lead,stage,day,value,source\n{rows}"))
        };
        let counted = |scene: &Scene| {
            let it = import_deals(engine, scene);
            (it.new, it.updated, it.unchanged)
        };
        let first = deals("d1,17,won,2026-11-02,1200,Fair\nd1,17,opportunity,2026-10-02,900,\n");
        assert_eq!(counted(&first), (2, 0, 0));
        assert_eq!(counted(&first), (0, 0, 2));
        let before = crate::import::counts(engine)[3].1;
        let later = deals(
            "d1,18,won,2026-11-02,1500,\nd1,17,opportunity,2026-10-02,900,\n\
             d1,18,lost,2026-11-09,,\nd1,18,lost,2026-11-08,,\n",
        );
        // Of rows about one deal the last counts, and of two verdicts the later.
        assert_eq!(counted(&later), (0, 1, 3));
        assert_eq!(counted(&later), (0, 0, 4), "again it adds nothing");
        assert_eq!(counted(&first), (0, 0, 2), "the older verdict does not come back");
        assert_eq!(crate::import::counts(engine)[3].1, before + 1, "one event tells of it");
        let keys: Vec<_> = ["won", "lost"].map(|it| (it.to_owned(), "crm:d1".to_owned())).into();
        let found = engine
            .read_blocking(move |db| Ok(Ok(store::outcome::by_external_ids(db, 1, &keys)?)))
            .unwrap();
        let [deal] = &found[..] else { panic!("{found:?}") };
        assert_eq!(
            (deal.kind.as_str(), deal.value),
            ("lost", Some(1_500)),
            "as the row before says"
        );
        assert_eq!(
            deal.at,
            "2026-11-08T00:00:00Z".parse::<model::Timestamp>().unwrap().as_micros()
        );
        assert_eq!(deal.lead_source.as_deref(), Some("Fair"), "an empty cell takes nothing away");
        let lead = deal.lead_id.unwrap();
        let of_lead =
            engine.read_blocking(move |db| Ok(Ok(store::outcome::of_lead(db, 1, lead)?))).unwrap();
        assert_eq!(of_lead.len(), 1, "it has moved to the other lead");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn the_counts_of_a_run_are_right_after_an_interruption_and_a_second_import() {
    on_both(|engine| {
        set_up_demo(engine);
        let mut rows = "lead,outcome,external_id\n".to_owned();
        for row in 1..=2_500 {
            let outcome = if row % 10 == 0 { "renewed" } else { "won" };
            rows.push_str(&format!("l{row},{outcome},d{row}\n"));
        }
        let scene = Scene::new("deals.csv", rows);
        let rejected = rejected_beside(&scene.path);
        let ask = file(&scene.path, None, &rejected);
        let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            engine.import_outcomes(&Actor::Operator, &ask, |_| {
                std::panic::resume_unwind(Box::new("stopped by the test"));
            })
        }));
        assert!(stopped.is_err(), "the import came to its end");
        let first = engine.import_outcomes(&Actor::Operator, &ask, |_| {}).unwrap();
        let found = (first.rows, first.new, first.unchanged, first.rejected);
        assert_eq!(found, (2_500, 1_350, 900, 250), "{first:?}");
        let run = first.import.unwrap().raw();
        for _ in 0..2 {
            let counted = engine
                .read_blocking(move |db| Ok(Ok(store::import::get(db, 1, run)?)))
                .unwrap()
                .unwrap();
            let found = (counted.cursor, counted.accepted, counted.rejected);
            assert_eq!(found, (2_500, 2_250, 250), "{counted:?}");
            assert_eq!(counted.state, "done");
            let again = engine.import_outcomes(&Actor::Operator, &ask, |_| {}).unwrap();
            assert_eq!((again.import, again.new), (first.import, 0), "{again:?}");
        }
    });
}

#[test]
fn a_file_says_of_an_outcome_what_the_api_would_say() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "deal,lead,stage,day,value,source\n\
            d1,17,won,2100-01-01,-500,\n\
            d2,17,won,2026-11-02,-500,\n\
            d3,17,won,2100-01-01,500,\n\
            d4,17,won,2026-11-02,500,\n";
        let scene = Scene::new("deals.csv", rows);
        let summary = import_deals(engine, &scene);
        assert_eq!((summary.new, summary.rejected), (1, 3), "{summary:?}");
        let rejected = scene.rejected();
        let codes = |deal: &str| {
            let row = rejected.lines().find(|it| it.starts_with(deal)).unwrap();
            ["I0605", "I0608"].map(|it| row.contains(it))
        };
        assert_eq!(["d1", "d2", "d3"].map(codes), [[true, true], [false, true], [true, false]]);
        assert_eq!(stored(engine, "d4").value, Some(500));
    });
}

pub(crate) fn reported(lead: &str, id: String) -> Reported {
    Reported {
        kind: "won".to_owned(),
        source: "crm".to_owned(),
        lead: lead.to_owned(),
        at: None,
        value: Some(1),
        lead_source: None,
        id,
    }
}

/// Of how many rows the senders together are told that they are `what`.
fn recorded_at_once(
    engine: &engine::Engine,
    rows: &[Reported],
    senders: usize,
    what: Recorded,
) -> usize {
    let together = std::sync::Barrier::new(senders);
    std::thread::scope(|scope| {
        let senders: Vec<_> = (0..senders)
            .map(|sender| {
                let (together, mut own) = (&together, rows.to_vec());
                own.rotate_left(sender * rows.len() / senders);
                let inner = engine.clone();
                scope.spawn(move || {
                    together.wait();
                    let recorded = inner.clone().write_blocking(move |tx, now| {
                        let live = inner.live(tx, now)?.unwrap();
                        let by = Actor::Operator;
                        Ok(Ok(record_group(&inner, tx, &live, &by, &own, now)?))
                    });
                    let recorded = recorded.unwrap().into_iter().map(Result::unwrap);
                    recorded.filter(|it| it.0 == what).count()
                })
            })
            .collect();
        senders.into_iter().map(|it| it.join().unwrap()).sum()
    })
}

#[test]
fn an_outcome_that_comes_twice_at_once_is_new_once() {
    const ROUNDS: usize = 10;
    const ROWS: usize = 40;
    const SENDERS: usize = 4;
    on_both(|engine| {
        set_up_demo(engine);
        let before = crate::import::counts(engine)[3];
        for round in 0..ROUNDS {
            let one = |row: usize| reported(&format!("l{row}"), format!("r{round}d{row}"));
            let rows: Vec<Reported> = (0..ROWS).map(one).collect();
            assert_eq!(recorded_at_once(engine, &rows, SENDERS, Recorded::New), ROWS);
        }
        let after = crate::import::counts(engine)[3];
        assert_eq!(after.1 - before.1, (ROUNDS * ROWS) as i64, "one event for each outcome");
    });
}

#[test]
fn an_outcome_whose_lead_arrives_late_is_linked_once() {
    const ROWS: usize = 40;
    const SENDERS: usize = 4;
    on_both(|engine| {
        set_up_demo(engine);
        let one = |row: usize| reported("17", format!("d{row}"));
        let rows: Vec<Reported> = (0..ROWS).map(one).collect();
        assert_eq!(recorded_at_once(engine, &rows, 1, Recorded::New), ROWS);
        leads(engine, 17, "ana@acme.example");
        let before = crate::import::counts(engine)[3];
        assert_eq!(recorded_at_once(engine, &rows, SENDERS, Recorded::Linked), ROWS);
        let after = crate::import::counts(engine)[3];
        assert_eq!(after.1 - before.1, ROWS as i64, "one event for each outcome");
    });
}
