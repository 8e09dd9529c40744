//! From a submission to an owned lead.

use serde_json::{Value, json};

use crate::scene::{capture_all, faults, lead, on_both, set_up, set_up_demo};
use engine::capture::Captured;

fn body(email: &str, country: &str) -> Value {
    json!({
        "fields": {
            "email": email,
            "company": "Acme Robotics",
            "country": country,
            "employees": 120,
            "handoff_reason": "Product - Voice",
        },
        "activities": [{ "kind": "demo_request" }],
    })
}

#[test]
fn a_lead_is_owned_with_deadlines_and_a_reason() {
    on_both(|engine| {
        set_up_demo(engine);
        let captured = capture_all(engine, vec![body("ana@acme.example", "DE")]);
        let answer = lead(&captured[0]);
        assert_eq!(answer.outcome, "assigned");
        assert_eq!(answer.owner.as_ref().unwrap().id, "olga", "first of the EMEA pool by id");
        assert_eq!((answer.tier, answer.sla.as_deref()), (Some(1), Some("tier_1")));
        assert!(answer.acknowledge_due < answer.touch_due);
        assert_eq!(answer.reason.rule.as_deref(), Some("emea"));
        assert_eq!(answer.reason.pool.as_deref(), Some("emea"));
    });
}

#[test]
fn a_pool_shares_its_leads_in_turn_across_transactions() {
    on_both(|engine| {
        set_up_demo(engine);
        let owners = |range: std::ops::Range<u32>| -> Vec<String> {
            let bodies = range.map(|it| body(&format!("a{it}@acme.example"), "DE")).collect();
            let captured = capture_all(engine, bodies);
            captured.iter().map(|it| lead(it).owner.as_ref().unwrap().id.clone()).collect()
        };
        let mut all = owners(0..4);
        all.extend(owners(4..5));
        all.extend(owners(5..12));
        let once = ["olga", "piet", "quirin", "runa", "sander", "tilde"];
        assert_eq!(all, [once, once].concat());
    });
}

#[test]
fn a_second_submission_of_one_person_is_attached() {
    on_both(|engine| {
        set_up_demo(engine);
        let batch = vec![
            body("ana@acme.example", "DE"),
            body("bo@acme.example", "DE"),
            body("ANA@acme.example", "DE"),
        ];
        let captured = capture_all(engine, batch);
        let (first, again) = (lead(&captured[0]), lead(&captured[2]));
        assert_eq!((again.lead, again.handoff), (first.lead, first.handoff));
        assert_eq!(again.outcome, "attached");
        assert_eq!(again.owner, first.owner);
        assert_eq!(lead(&captured[1]).owner.as_ref().unwrap().id, "piet");
        let later = capture_all(engine, vec![body("ana@acme.example", "DE")]);
        assert_eq!(lead(&later[0]).lead, first.lead);
    });
}

#[test]
fn what_does_not_meet_the_contract_is_kept_with_every_reason() {
    on_both(|engine| {
        set_up_demo(engine);
        let bad = json!({ "fields": { "country": "DE", "title": "CTO" } });
        let captured = capture_all(engine, vec![bad, body("ana@acme.example", "DE")]);
        let Captured::Quarantined(id, faults) = &captured[0] else { panic!("{captured:?}") };
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert_eq!(lead(&captured[1]).outcome, "assigned");
        let id = id.raw();
        let kept = engine
            .read_blocking(move |db| Ok(Ok(store::quarantine::get(db, 1, id)?)))
            .unwrap()
            .unwrap();
        assert!(kept.body.contains("CTO"));
        assert_eq!(kept.state, "open");
    });
}

#[test]
fn what_lies_in_the_future_is_kept_and_does_not_count() {
    on_both(|engine| {
        set_up_demo(engine);
        let with = |place: &str, value: Value| {
            let mut body = body("ana@acme.example", "DE");
            body[place] = value;
            body
        };
        let far = "2999-01-01T00:00:00Z";
        let batch = vec![
            with("captured_at", json!(far)),
            with(
                "activities",
                json!([{ "kind": "page_view" }, { "kind": "demo_request", "at": far }]),
            ),
            with("consent", json!({ "contact": { "given": true, "at": far } })),
            with("history", json!({ "last_contact_at": far })),
        ];
        let places: Vec<_> = capture_all(engine, batch)
            .into_iter()
            .map(|it| match it {
                Captured::Quarantined(_, faults) => faults,
                other => panic!("{other:?}"),
            })
            .flat_map(|faults| faults.into_iter().map(|it| (it.code, it.at)))
            .collect();
        let all =
            ["captured_at", "activities[1].at", "consent.contact.at", "history.last_contact_at"];
        assert_eq!(places, all.map(|it| ("I0605".to_owned(), it.to_owned())));
    });
}

#[test]
fn a_broken_field_hides_no_instant_of_the_future() {
    on_both(|engine| {
        set_up_demo(engine);
        let mut body = body("no address", "DE");
        body["captured_at"] = json!("2999-01-01T00:00:00Z");
        let captured = capture_all(engine, vec![body]);
        let Captured::Quarantined(_, faults) = &captured[0] else { panic!("{captured:?}") };
        let told: Vec<_> = faults.iter().map(|it| (it.at.as_str(), it.code.as_str())).collect();
        let expected = [("fields", "I0303"), ("fields.email", "I0102"), ("captured_at", "I0605")];
        assert_eq!(told, expected);
    });
}

#[test]
fn a_clock_that_is_a_little_ahead_is_set_right() {
    on_both(|engine| {
        set_up_demo(engine);
        let now = engine.read_blocking(|db| Ok(Ok(db.now()?))).unwrap();
        let ahead = model::Timestamp::from_micros(now.as_micros() + 120_000_000);
        let mut body = body("ana@acme.example", "DE");
        body["captured_at"] = json!(ahead);
        body["activities"][0]["at"] = json!(ahead);
        let id = lead(&capture_all(engine, vec![body])[0]).lead.raw();
        let (row, did) = engine
            .read_blocking(move |db| {
                let did = store::activity::of_lead(db, 1, id, i64::MAX, 9)?;
                Ok(Ok((store::lead::get(db, 1, id)?.unwrap(), did)))
            })
            .unwrap();
        assert_eq!((row.captured_at, did[0].at), (row.received_at, row.received_at));
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn every_decision_can_be_made_again_bit_for_bit() {
    on_both(|engine| {
        set_up_demo(engine);
        let bodies = (0..40)
            .map(|it| {
                let country = ["DE", "US", "IN", "GB"][it % 4];
                body(&format!("a{}@acme.example", it % 30), country)
            })
            .collect();
        capture_all(engine, bodies);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn a_rep_learns_why_and_why_not() {
    on_both(|engine| {
        set_up_demo(engine);
        let captured = capture_all(engine, vec![body("ana@acme.example", "DE")]);
        let id = lead(&captured[0]).lead;
        let why = engine.read_blocking(move |db| engine::explain::why(db, id, None)).unwrap();
        assert_eq!(why["decision"]["format"], "decision/1");
        let text = why["text"].as_str().unwrap();
        assert!(text.contains("olga") && text.contains("emea"), "{text}");
    });
}

#[test]
fn a_lead_that_was_nurtured_comes_back_and_is_handed_off() {
    let policy = include_str!("../../../examples/demo/policy.yaml")
        .replace("default: auto_submit", "default: standard")
        .replace("{ tier: 3, when: true }", "{ tier: 3, when: score >= 90 }");
    on_both(|engine| {
        set_up(engine, &policy, include_str!("../../../examples/demo/roster.yaml"));
        let mut cold = body("ana@acme.example", "DE");
        cold["activities"] = json!([]);
        let first = capture_all(engine, vec![cold.clone()]);
        assert_eq!((lead(&first[0]).outcome.as_str(), lead(&first[0]).handoff), ("nurture", None));
        let still = capture_all(engine, vec![cold]);
        assert_eq!(lead(&still[0]).outcome, "nurture");
        let back = capture_all(engine, vec![body("ana@acme.example", "DE")]);
        assert_eq!(lead(&back[0]).lead, lead(&first[0]).lead);
        assert_eq!(lead(&back[0]).outcome, "assigned");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn leads_of_one_company_stay_with_the_rep_who_has_the_first() {
    let policy = include_str!("../../../examples/demo/policy.yaml").replace(
        "members: [{ team: emea }]",
        "members: [{ team: emea }]\n    sticky: { by: company.key, within: 90d }",
    );
    on_both(|engine| {
        set_up(engine, &policy, include_str!("../../../examples/demo/roster.yaml"));
        let of = |email: &str, company: &str| {
            let mut body = body(email, "DE");
            body["fields"]["company"] = json!(company);
            body
        };
        let owner = |captured: &Captured| lead(captured).owner.as_ref().unwrap().id.clone();
        let first = capture_all(
            engine,
            vec![of("a@acme.example", "Acme GmbH"), of("b@other.example", "Other Ltd")],
        );
        assert_eq!((owner(&first[0]), owner(&first[1])), ("olga".into(), "piet".into()));
        let again = capture_all(
            engine,
            vec![
                of("c@acme.example", "ACME"),
                of("d@acme.example", "acme gmbh"),
                of("e@new.example", "New Inc"),
            ],
        );
        assert_eq!(owner(&again[0]), "olga", "the same company under another spelling");
        assert_eq!(owner(&again[1]), "olga");
        assert_eq!(owner(&again[2]), "quirin");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn two_first_submissions_of_one_person_make_one_lead() {
    on_both(|engine| {
        set_up_demo(engine);
        let leads: Vec<_> = std::thread::scope(|scope| {
            let submit =
                || lead(&capture_all(engine, vec![body("ana@acme.example", "DE")])[0]).lead;
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(submit)).collect();
            threads.into_iter().map(|it| it.join().unwrap()).collect()
        });
        assert!(leads.iter().all(|it| *it == leads[0]), "{leads:?}");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn the_newest_activities_count_and_a_decision_on_them_can_be_made_again() {
    on_both(|engine| {
        set_up_demo(engine);
        let mut of_many = body("ana@acme.example", "DE");
        let visit = |at: usize| {
            let (hour, minute) = (at / 60, at % 60);
            json!({ "kind": "page_view", "at": format!("2026-01-05T{hour:02}:{minute:02}:00Z") })
        };
        of_many["activities"] = (0..600).map(visit).collect();
        let first = lead(&capture_all(engine, vec![of_many])[0]).lead;
        let rows = engine
            .read_blocking(move |db| {
                Ok(Ok(store::activity::of_lead(db, 1, first.raw(), i64::MAX, 500)?))
            })
            .unwrap();
        assert_eq!((rows.len(), rows[0].at), (500, 1_767_571_200_000_000 + 100 * 60_000_000));
        let again = capture_all(engine, vec![body("ana@acme.example", "DE")]);
        assert_eq!(lead(&again[0]).lead, first);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_phone_number_of_very_many_people_holds_nobody_up() {
    on_both(|engine| {
        set_up_demo(engine);
        let person = |at: usize| {
            let mut person = body(&format!("p{at}@acme.example"), "DE");
            person["fields"]["phone"] = json!("+49 30 901820");
            person
        };
        let first = capture_all(engine, (0..80).map(person).collect());
        assert!(first.iter().all(|it| lead(it).is_new), "one switchboard, eighty people");
        let mut nameless = person(0);
        nameless["fields"].as_object_mut().unwrap().remove("email");
        let again = capture_all(engine, vec![person(79), nameless]);
        assert_eq!(lead(&again[0]).lead, lead(&first[79]).lead, "found by the e-mail address");
        match &again[1] {
            Captured::Lead(answer) => assert_eq!(answer.lead, lead(&first[0]).lead, "the oldest"),
            other => assert!(matches!(other, Captured::Quarantined(..)), "{other:?}"),
        }
    });
}

#[test]
fn a_pool_whose_state_cannot_be_read_stops_the_capture() {
    store::testing::for_each_database(|database| {
        let engine = engine::Engine::new(database.open(), 1);
        set_up_demo(&engine);
        capture_all(&engine, vec![body("ana@acme.example", "DE")]);
        database.run_sql("update pool_state set body = '{}'");
        let request = crate::scene::request(body("bo@acme.example", "DE"));
        let refused = crate::waiting::wait(engine.capture(engine::Actor::System, request));
        assert_eq!(refused.unwrap_err().code, "S0015");
    });
}
