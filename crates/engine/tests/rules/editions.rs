//! E11, E12: other working hours; and other time-zone data.

use engine::Engine;
use engine::policies::Publication;
use engine::recalculate::Recalculation;
use engine::{Actor, respond::Action};
use policy::Sources;

use super::{
    at, events, handoff, holder, kinds, live_through, on_friday, policy_with, row, sweep, timers,
};
use crate::scene::{act, faults};

const NY: &str = "  ny: { zone: America/New_York, weekly: { mon-fri: [\"09:00-17:00\"] } }\n";

fn publish(engine: &Engine, policy: String, retroactive: bool) {
    let sources = Sources::single("policy.yaml", policy);
    let note = "hours".to_owned();
    let publication = Publication { sources, note, from: None, parent: None, retroactive };
    engine.publish_blocking(Actor::Operator, publication).unwrap();
}

fn recalculate(engine: &Engine) -> usize {
    Recalculation::new(engine.clone()).run().unwrap()
}

#[test]
fn e11_used_time_stays_on_the_old_hours_and_the_rest_runs_on_the_new_ones() {
    let short = "  ny:\n    zone: America/New_York\n    weekly:\n      mon-thu: [\"09:00-17:00\"]\n      fri: [\"09:00-15:40\"]\n";
    on_friday(|engine, clock| {
        let (id, swept) = (handoff(engine, "a@acme.example"), handoff(engine, "b@acme.example"));
        clock.set(at("2026-11-20T20:40:00Z"));
        publish(engine, policy_with(NY, short), false);
        // A timer that comes due before the job has reached it is computed anew, not fired.
        clock.set(at("2026-11-20T20:45:00Z"));
        let round = sweep(engine);
        assert_eq!((round.fired, round.recalculated), (0, 2));
        let due = |id| row(engine, id).acknowledge_due.map(model::Timestamp::from_micros);
        assert_eq!(due(swept), Some(at("2026-11-23T14:05:00Z")), "10 of 15 minutes were used");
        assert_eq!(due(id), Some(at("2026-11-23T14:05:00Z")));
        assert_eq!(recalculate(engine), 0, "nothing is left for the job");
        let seen = live_through(engine, clock, id, "2026-11-23T14:10:00Z");
        assert_eq!(seen, ["bo 2026-11-23T14:05:00Z"]);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e11_the_job_computes_what_lies_earlier_now_and_is_audited() {
    let long = NY.replace("09:00-17:00", "00:00-24:00").replace("mon-fri", "mon-sun");
    on_friday(|engine, clock| {
        clock.set(at("2026-11-20T22:30:00Z"));
        let id = handoff(engine, "a@acme.example");
        let due = || row(engine, id).acknowledge_due.map(model::Timestamp::from_micros);
        assert_eq!(due(), Some(at("2026-11-23T14:15:00Z")), "after hours");
        clock.set(at("2026-11-21T10:00:00Z"));
        publish(engine, policy_with(NY, &long), false);
        assert_eq!(recalculate(engine), 1);
        assert_eq!(due(), Some(at("2026-11-21T10:15:00Z")));
        let audit = crate::waiting::wait(engine.audit_rows(1, i64::MAX, 10)).unwrap();
        assert_eq!(audit[0].action, "timers.recalculated");
        assert_eq!(recalculate(engine), 0);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn e12_a_holiday_of_the_past_changes_nothing_unless_it_is_retroactive() {
    let holiday = NY.replace("] } }", "] }, holidays: [2026-11-20] }");
    on_friday(|engine, clock| {
        let id = handoff(engine, "a@acme.example");
        act(engine, id, "ana", Action::Accept).unwrap();
        live_through(engine, clock, id, "2026-11-23T15:00:00Z");
        let breached_at = row(engine, id).breached_at;
        assert!(breached_at.is_some());
        publish(engine, policy_with(NY, &holiday), false);
        recalculate(engine);
        assert_eq!(row(engine, id).breached_at, breached_at);
        // Without Friday the two hours end on Monday at 11 in New York.
        publish(engine, policy_with(NY, &format!("{holiday}  # again\n")), true);
        recalculate(engine);
        assert_eq!(row(engine, id).breached_at, None, "{:?}", events(engine, id).last());
        assert!(kinds(engine, id).contains(&"handoff.breach_voided".to_owned()));
        assert_eq!(kinds(engine, id).iter().filter(|it| *it == "handoff.breached").count(), 1);
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}

#[test]
fn timers_of_other_time_zone_data_are_computed_anew() {
    on_friday(|engine, clock| {
        let id = handoff(engine, "a@acme.example");
        let raw = id.raw();
        let older =
            move |tx: &mut store::Tx<'_>, _| Ok(Ok(store::timer::stamp(tx, 1, &[raw], "2020a")?));
        assert_eq!(engine.write_blocking(older).unwrap(), 2);
        assert_eq!(recalculate(engine), 1);
        let armed: Vec<_> =
            timers(engine, id).into_iter().filter(|it| it.state == "armed").collect();
        assert_eq!(armed.len(), 2);
        assert!(armed.iter().all(|it| it.zone_data == calendar::tz_data_version()));
        clock.set(at("2026-11-20T20:45:00Z"));
        sweep(engine);
        assert_eq!(holder(engine, id), "bo");
        assert!(faults(engine).is_empty(), "{:?}", faults(engine));
    });
}
