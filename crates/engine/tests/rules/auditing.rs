//! The auditor: each question finds a planted fault, and the beat stops for as long as it is there.

use engine::auditor::Auditor;
use engine::{Actor, Engine};
use model::Timestamp;
use store::Tx;
use store::testing::{TestDatabase, for_each_database, test_options};
use store::{Clock, ManualClock, Options};

use super::{FRIDAY, POLICY, ROSTER, at, handoff, sweep};
use crate::scene::set_up;

fn bad(engine: &Engine) -> Vec<String> {
    // Where the log is what is broken, the alarm cannot be written to it.
    let _ = Auditor::new(engine.clone()).look();
    let checks = engine.findings().checks.into_iter();
    checks.filter(|it| it.bad != 0).map(|it| it.name).collect()
}

/// Fails unless the auditor finds nothing before `plant` and `name` after it.
fn found(name: &str, plant: impl Fn(&Engine, &ManualClock, &TestDatabase)) {
    for_each_database(|database| {
        let clock = ManualClock::new(at(FRIDAY));
        let options = Options { clock: Clock::Manual(clock.clone()), ..test_options() };
        let engine = Engine::new(database.open_with(options), 1);
        set_up(&engine, POLICY, ROSTER);
        for n in 0..3 {
            handoff(&engine, &format!("p{n}@acme.example"));
        }
        assert_eq!(bad(&engine), [""; 0]);
        assert!(engine.findings().beat_at.is_some());
        plant(&engine, &clock, database);
        assert!(bad(&engine).contains(&name.to_owned()), "{name}: {:?}", bad(&engine));
    });
}

fn run(
    engine: &Engine,
    work: impl FnMut(&mut Tx<'_>) -> Result<(), store::StoreError> + Send + 'static,
) {
    let mut work = work;
    engine.write_blocking(move |tx, _| Ok(Ok(work(tx)?))).unwrap();
}

#[test]
fn leads_with_two_owners_are_found() {
    found("leads with two owners", |_, _, database| {
        database.run_sql("drop index one_owner");
        database.run_sql(
            "insert into assignment select workspace_id, id + 1, handoff_id, lead_id, rep, queue,
            null, null, null, credit, active, from_at, until_at, ended from assignment",
        );
    });
}

#[test]
fn leads_without_owner_or_queue_are_found() {
    found("leads without owner or queue", |_, _, database| {
        database.run_sql(
            "update assignment set active = 0 where id = (select min(id) from assignment)",
        );
    });
}

#[test]
fn handoffs_without_a_timer_are_found() {
    found("handoffs without a timer", |_, _, database| {
        database.run_sql("update timer set state = 'cancelled', ended_at = 1");
    });
}

#[test]
fn lost_leads_are_found() {
    found("leads lost", |_, _, database| {
        database.run_sql("delete from lead where id = (select min(id) from lead)");
    });
}

#[test]
fn loads_that_do_not_add_up_are_found() {
    found("loads that do not add up", |_, _, database| {
        database.run_sql("update rep_load set open_count = open_count + 1 where rep = 'ana'");
    });
}

#[test]
fn gaps_in_pool_logs_are_found() {
    found("gaps in pool logs", |_, _, database| {
        database.run_sql("update assignment set pool_seq = pool_seq + 1 where pool_seq = 3");
    });
}

#[test]
fn overdue_timers_are_found() {
    found("timers overdue", |_, clock, _| clock.set(at("2026-11-20T20:47:01Z")));
}

#[test]
fn unsent_messages_are_found() {
    found("messages unsent", |_, clock, _| clock.set(at("2026-11-20T20:40:01Z")));
}

#[test]
fn a_chain_that_ends_elsewhere_than_its_head_is_found() {
    found("event chains that end elsewhere", |_, _, database| {
        database.run_sql("update chain_head set seq = seq - 1 where log = 'event'");
    });
    found("audit chains that end elsewhere", |_, _, database| {
        database.run_sql("update chain_head set seq = seq + 1 where log = 'audit'");
    });
}

#[test]
fn an_alarm_is_written_once_and_its_end_too() {
    super::on_friday(|engine, clock| {
        handoff(engine, "a@acme.example");
        let mut auditor = Auditor::new(engine.clone());
        let beat = auditor.look().unwrap().beat_at;
        assert_eq!(beat, Some(at(FRIDAY)));
        clock.set(at("2026-11-20T20:48:00Z"));
        auditor.look().unwrap();
        assert_eq!(auditor.look().unwrap().beat_at, beat, "no beat while something is wrong");
        sweep(engine);
        run(engine, |tx| {
            let due = store::outbox::claim(tx, i64::MAX - 1, i64::MAX - 1, 1000)?;
            for it in due {
                store::outbox::end(tx, &it, store::outbox::OutboxEnd::Sent, 1)?;
            }
            Ok(())
        });
        let beat: Option<Timestamp> = auditor.look().unwrap().beat_at;
        assert_eq!(beat, Some(at("2026-11-20T20:48:00Z")));
        let kinds: Vec<_> = crate::waiting::wait(engine.events(1, 0, 1000))
            .unwrap()
            .into_iter()
            .filter(|it| it.kind.starts_with("auditor."))
            .map(|it| (it.kind, it.actor == Actor::System.to_string()))
            .collect();
        assert_eq!(kinds, [("auditor.alarm".to_owned(), true), ("auditor.clear".to_owned(), true)]);
    });
}
