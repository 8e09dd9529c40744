//! What each aggregate promises beyond its constraints.

use store::auditor::{self, Finding};
use store::testing::{for_each_database, for_each_engine};
use store::{Store, StoreError, Tx};
use store::{
    activity, assignment, decision, facts, handoff, idempotency, import, lead, outbox, outcome,
    pool, quarantine, rep, roster, timer, touch, user, workspace,
};

use crate::samples::by_name;
use crate::samples::{self, WS};

fn do_now<R: Send + 'static>(
    store: &Store,
    work: impl FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
) -> R {
    store.write(work).wait().unwrap()
}

#[test]
fn timers_fire_by_due_then_id_and_not_before() {
    for_each_engine(|store| {
        let due = do_now(store, |tx| {
            lead::insert(tx, &(1..=4).map(samples::lead).collect::<Vec<_>>())?;
            let timers = [(1, 30), (2, 10), (3, 20), (4, 10)]
                .map(|(id, due_at)| timer::Timer { due_at, ..samples::timer(id, id) });
            timer::insert(tx, &timers)?;
            assert_eq!(timer::next_due(tx)?, Some(10));
            assert_eq!(timer::due(tx, 9, 100)?, []);
            timer::due(tx, 20, 100)
        });
        assert_eq!(due.iter().map(|it| it.id).collect::<Vec<_>>(), [2, 4, 3]);
    });
}

#[test]
fn a_lead_that_another_transaction_holds_keeps_its_timer_waiting() {
    for_each_database(|database| {
        if database.engine() == store::Engine::Sqlite {
            return; // One writer: nothing else can hold the lead.
        }
        let store = database.open();
        do_now(&store, |tx| {
            lead::insert(tx, &[samples::lead(1), samples::lead(2)])?;
            timer::insert(tx, &[samples::timer(1, 1), samples::timer(2, 2)])
        });
        let other = store.clone();
        let seen = do_now(&store, move |tx| {
            lead::lock(tx, WS, &[1])?;
            other.write(|tx| timer::due(tx, 9_000, 10)).wait()
        });
        assert_eq!(seen.iter().map(|it| it.id).collect::<Vec<_>>(), [2]);
        let claimed = do_now(&store, {
            let other = store.clone();
            move |tx| {
                lead::lock(tx, WS, &[1])?;
                other.write(|tx| lead::claim(tx, WS, "new", 10)).wait()
            }
        });
        assert_eq!(claimed.iter().map(|it| it.id).collect::<Vec<_>>(), [2]);
    });
}

#[test]
fn a_sender_that_lost_its_lease_changes_nothing() {
    for_each_engine(|store| {
        do_now(store, |tx| outbox::insert(tx, &[samples::outbox(1)]));
        let claim = |now| do_now(store, move |tx| outbox::claim(tx, now, now + 60, 10));
        let first = claim(2_000);
        assert_eq!((first[0].attempt, first.len()), (1, 1));
        assert_eq!(claim(2_030), [], "leased");
        let second = claim(2_060);
        assert_eq!(second[0].attempt, 2);
        let end = |attempt| {
            let claimed = outbox::Outbox { attempt, ..samples::outbox(1) };
            do_now(store, move |tx| outbox::end(tx, &claimed, outbox::OutboxEnd::Sent, 2_070))
        };
        assert!(!end(1));
        assert!(end(2));
        assert!(!end(2), "ended once");
        let messages = store.read(|db| outbox::of_event(db, WS, 1, 1)).wait().unwrap();
        let message = messages.first().unwrap();
        assert_eq!((message.state.as_str(), message.done_at), ("sent", Some(2_070)));
    });
}

#[test]
fn channels_are_due_by_their_own_first_message() {
    for_each_engine(|store| {
        let message = |seq, channel: &str, next_at| outbox::Outbox {
            channel: channel.to_owned(),
            next_at,
            ..samples::outbox(seq)
        };
        do_now(store, move |tx| {
            let later = message(2, "email", 3_000);
            outbox::insert(tx, &[message(1, "slack", 2_000), later, message(3, "slack", 2_500)])
        });
        let due = |now| {
            let asked = move |db: &mut store::Snapshot<'_>| {
                ["email", "slack", "sms"].map(|it| outbox::next_due(db, it)).into_iter().collect()
            };
            let first: Vec<Option<i64>> = store.read(asked).wait().unwrap();
            first.into_iter().map(|it| it.is_some_and(|it| it <= now)).collect::<Vec<_>>()
        };
        assert_eq!(due(1_999), [false; 3]);
        assert_eq!(due(2_000), [false, true, false]);
        assert_eq!(due(3_000), [true, true, false]);
        let claim =
            |channel| do_now(store, move |tx| outbox::claim_on(tx, channel, 3_000, 9_000, 1));
        assert_eq!(claim("slack").first().unwrap().id, 1);
        assert_eq!(claim("slack").first().unwrap().id, 3);
        assert_eq!(claim("sms"), []);
        assert_eq!(due(3_000), [true, false, false]);
    });
}

#[test]
fn a_change_of_an_old_version_changes_nothing() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            lead::insert(tx, &[samples::lead(1)])?;
            handoff::insert(tx, &[samples::handoff(1, 1)])
        });
        let change = |version| {
            do_now(store, move |tx| {
                let lead = lead::Lead { version, updated_at: version, ..samples::lead(1) };
                let handoff = handoff::Handoff { version, ..samples::handoff(1, 1) };
                Ok((lead::update(tx, &[lead])?, handoff::update(tx, &[handoff])?))
            })
        };
        assert_eq!(change(2), (1, 1));
        assert_eq!(change(2), (0, 0));
        assert_eq!(change(4), (0, 0));
        let stored = store.read(|db| lead::get(db, WS, 1)).wait().unwrap().unwrap();
        assert_eq!((stored.version, stored.updated_at), (2, 2));
    });
}

#[test]
fn nothing_of_another_workspace_is_seen() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            lead::insert(tx, &[samples::lead(1)])?;
            handoff::insert(tx, &[samples::handoff(1, 1)])?;
            lead::insert_keys(
                tx,
                &[lead::LeadKey { workspace_id: WS, kind: 1, hash: 1, lead_id: 1 }],
            )
        });
        let other = WS + 1;
        store
            .read(move |db| {
                assert_eq!(lead::get(db, other, 1)?, None);
                assert_eq!(lead::get_many(db, other, &[1])?, []);
                assert_eq!(lead::find_keys(db, other, &[(1, 1)])?, []);
                assert_eq!(handoff::get(db, other, 1)?, None);
                assert_eq!(handoff::open_of_leads(db, other, &[1])?, []);
                assert_eq!(lead::find_keys(db, WS, &[(1, 1)])?.len(), 1);
                Ok(())
            })
            .wait()
            .unwrap();
        let changed = do_now(store, move |tx| {
            let row = lead::Lead { workspace_id: other, version: 2, ..samples::lead(1) };
            lead::update(tx, &[row])
        });
        assert_eq!(changed, 0);
    });
}

#[test]
fn the_small_tables_give_back_what_they_got() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            let row = workspace::Workspace {
                id: WS,
                name: "Ex".to_owned(),
                zone: "UTC".to_owned(),
                currency: "EUR".to_owned(),
                created_at: 1,
            };
            workspace::insert(tx, std::slice::from_ref(&row))?;
            assert_eq!(workspace::get(tx, WS)?, Some(row.clone()));
            assert_eq!(workspace::list(tx)?, [row]);
            assert_eq!((workspace::lock(tx, WS)?, workspace::lock(tx, WS + 1)?), (true, false));
            let row = |version| roster::Roster {
                workspace_id: WS,
                version,
                hash: "h".to_owned(),
                body: "x".repeat(50_000),
                created_at: 1,
            };
            roster::insert(tx, &[row(1), row(2)])?;
            assert_eq!(roster::latest(tx, WS)?, Some(row(2)));
            assert_eq!(roster::get(tx, WS, 1)?, Some(row(1)));
            let row = |pool: &str, sequence| pool::PoolState {
                workspace_id: WS,
                pool: pool.to_owned(),
                sequence,
                body: "{}".to_owned(),
            };
            pool::insert_new(tx, &[row("b", 1), row("a", 1)])?;
            assert_eq!(pool::insert_new(tx, &[row("a", 9)])?, 0);
            assert_eq!(pool::lock(tx, WS, &["b", "a"])?, [row("a", 1), row("b", 1)]);
            assert_eq!(pool::update(tx, &[row("a", 2)])?, 1);
            assert_eq!(pool::try_lock(tx, WS, "a")?, Some(row("a", 2)));
            assert_eq!(pool::list(tx, WS)?.len(), 2);
            rep::insert_new(tx, &[samples::load("bo"), samples::load("ana")])?;
            assert_eq!(rep::get_many(tx, WS, &["bo"])?, [samples::load("bo")]);
            assert_eq!(rep::list(tx, WS)?, [samples::load("ana"), samples::load("bo")]);
            Ok(())
        });
    });
}

#[test]
fn what_belongs_to_a_lead_is_found_by_it() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            let row = |id, at| activity::Activity {
                workspace_id: WS,
                id,
                lead_id: 1,
                kind: "visit".to_owned(),
                at,
                body: "{}".to_owned(),
            };
            activity::insert(tx, &[row(1, 30), row(2, 10), row(3, 20)])?;
            assert_eq!(activity::of_lead(tx, WS, 1, i64::MAX, 2)?, [row(3, 20), row(1, 30)]);
            assert_eq!(activity::of_lead(tx, WS, 1, 2, 9)?, [row(2, 10), row(1, 30)]);
            assert_eq!(activity::at(tx, WS, &[(1, 20), (2, 10), (1, 7)])?, [row(3, 20)]);
            let row = |number| decision::Decision {
                workspace_id: WS,
                lead_id: 1,
                number,
                decided_at: 1,
                policy_hash: "p".to_owned(),
                roster_version: 1,
                lead_version: 1,
                outcome: "assigned".to_owned(),
                record: "r".repeat(3_000),
                input_digest: vec![0, 1],
                output_digest: vec![255],
            };
            decision::insert(tx, &[row(2), row(1)])?;
            assert_eq!(decision::get(tx, WS, 1, 1)?, Some(row(1)));
            assert_eq!(decision::last(tx, WS, 1)?, Some(row(2)));
            let mut visited = 0;
            decision::for_each(tx, WS, 0, |it| {
                visited += decision::Decision::read(it)?.number;
                Ok(())
            })?;
            assert_eq!(visited, 3);
            let row = |id| touch::Touch {
                workspace_id: WS,
                id,
                handoff_id: 1,
                lead_id: 1,
                rep: None,
                kind: "call".to_owned(),
                valid: 1,
                at: 1,
                recorded_at: 2,
                body: "{}".to_owned(),
            };
            touch::insert(tx, &[row(2), row(1)])?;
            assert_eq!(touch::of_handoff(tx, WS, 1)?, [row(1), row(2)]);
            let old = lead::LeadVersion {
                workspace_id: WS,
                lead_id: 1,
                version: 1,
                attributes: "{}".to_owned(),
                originals: "{}".to_owned(),
            };
            lead::insert_versions(tx, std::slice::from_ref(&old))?;
            assert_eq!(lead::version(tx, WS, 1, 1)?, Some(old));
            lead::insert_keys(
                tx,
                &[lead::LeadKey { workspace_id: WS, kind: 1, hash: 5, lead_id: 1 }],
            )?;
            assert_eq!(lead::delete_keys(tx, WS, &[1, 2])?, 1);
            Ok(())
        });
    });
}

#[test]
fn quarantine_and_imports_move_forward_only() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            let row = |id| quarantine::Quarantine {
                workspace_id: WS,
                id,
                received_at: 1,
                channel: "csv".to_owned(),
                import_id: Some(1),
                row_no: Some(id),
                body: "a;b".to_owned(),
                reasons: "[]".to_owned(),
                state: "open".to_owned(),
                lead_id: None,
            };
            quarantine::insert(tx, &[row(1), row(2), row(3)])?;
            let replayed = quarantine::QuarantineEnd::Replayed { lead_id: 9 };
            assert!(quarantine::end(tx, WS, 2, replayed)?);
            assert!(!quarantine::end(tx, WS, 2, quarantine::QuarantineEnd::Discarded)?);
            assert_eq!(quarantine::list_open(tx, WS, i64::MAX, 10)?, [row(3), row(1)]);
            assert_eq!(quarantine::get(tx, WS, 2)?.unwrap().lead_id, Some(9));
            let run = |cursor| import::ImportRun {
                workspace_id: WS,
                id: 1,
                kind: "leads".to_owned(),
                file_name: "a.csv".to_owned(),
                file_hash: "h".to_owned(),
                mapping: "{}".to_owned(),
                state: "running".to_owned(),
                cursor,
                accepted: cursor,
                attached: 0,
                rejected: 0,
                started_at: 1,
                finished_at: None,
            };
            import::insert(tx, &[run(0)])?;
            assert!(import::advance(tx, &run(500))?);
            assert!(!import::advance(tx, &run(400))?);
            assert_eq!(import::get(tx, WS, 1)?, Some(run(500)));
            assert_eq!(import::list(tx, WS, i64::MAX, 1)?, [run(500)]);
            Ok(())
        });
    });
}

#[test]
fn sessions_and_keys_end_when_told() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            let person = user::User {
                workspace_id: WS,
                id: 1,
                email: "ana@example.com".to_owned(),
                name: "Ana".to_owned(),
                role: "rep".to_owned(),
                rep: Some("ana".to_owned()),
                password_hash: None,
                active: 1,
                created_at: 1,
            };
            user::insert(tx, std::slice::from_ref(&person))?;
            assert_eq!(user::by_email(tx, WS, "ana@example.com")?, Some(person.clone()));
            let away = user::User { active: 0, ..person };
            assert_eq!(user::update(tx, std::slice::from_ref(&away))?, 1);
            assert_eq!(user::get(tx, WS, 1)?, Some(away.clone()));
            assert_eq!(user::list(tx, WS)?, [away]);
            let session = |token: u8, expires_at| user::LoginSession {
                token_hash: vec![token; 32],
                workspace_id: WS,
                user_id: 1,
                created_at: 1,
                expires_at,
            };
            user::insert_sessions(tx, &[session(1, 10), session(2, 20), session(3, 30)])?;
            assert_eq!(user::session(tx, &[1; 32], 9)?, Some(session(1, 10)));
            assert_eq!(user::session(tx, &[1; 32], 10)?, None, "ended");
            assert_eq!(user::purge_sessions(tx, 10)?, 1);
            assert!(user::end_session(tx, &[2; 32])?);
            assert_eq!(user::end_sessions_of(tx, WS, 1)?, 1);
            let key = user::ApiKey {
                workspace_id: WS,
                id: 1,
                name: "form".to_owned(),
                prefix: "bt_1234".to_owned(),
                hash: vec![9; 32],
                role: "api".to_owned(),
                scopes: "[]".to_owned(),
                created_by: 1,
                created_at: 1,
                expires_at: None,
                revoked_at: None,
                last_used_at: None,
            };
            user::insert_keys(tx, std::slice::from_ref(&key))?;
            assert_eq!(user::key_by_hash(tx, &[9; 32])?, Some(key));
            assert!(user::use_key(tx, WS, 1, 5)?);
            assert!(user::revoke_key(tx, WS, 1, 6)?);
            assert!(!user::revoke_key(tx, WS, 1, 7)?);
            let keys = user::list_keys(tx, WS)?;
            assert_eq!((keys[0].last_used_at, keys[0].revoked_at), (Some(5), Some(6)));
            let row = |key: &str, created_at| idempotency::Idempotency {
                workspace_id: WS,
                key: key.to_owned(),
                request_hash: vec![1],
                status: 0,
                body: String::new(),
                created_at,
            };
            assert!(idempotency::put(tx, &row("a", 1))? && idempotency::put(tx, &row("b", 9))?);
            assert!(idempotency::finish(tx, WS, "a", 201, "{}")?);
            assert_eq!(idempotency::get(tx, WS, "a")?.unwrap().status, 201);
            assert_eq!(idempotency::purge(tx, WS, 5, 10)?, 1);
            assert_eq!(idempotency::get(tx, WS, "a")?, None);
            Ok(())
        });
    });
}

#[test]
fn facts_of_handoffs_carry_the_columns_of_their_rows() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            let row = handoff::Handoff {
                disposition: Some("submitted".to_owned()),
                reject_reason: Some("bad_fit".to_owned()),
                accepted_at: Some(11),
                rejected_at: Some(12),
                first_touch_at: Some(13),
                disposed_at: Some(14),
                breached_at: Some(15),
                disposition_due: Some(16),
                first_attempt_at: Some(17),
                ..samples::handoff(1, 5)
            };
            let captured_at = samples::lead(5).captured_at;
            lead::insert(tx, &[samples::lead(5)])?;
            handoff::insert(tx, std::slice::from_ref(&row))?;
            let mut seen = Vec::new();
            facts::handoffs(tx, WS, 0, |it| {
                seen.push(format!("{it:?}"));
                Ok(())
            })?;
            let expected = facts::HandoffFact {
                id: 1,
                lead_id: 5,
                number: row.number,
                captured_at,
                queue: None,
                closed_at: None,
                first_attempt_at: Some(17),
                reason: "demo",
                tier: Some("tier_1"),
                sla: Some("fast"),
                owner: Some("ana"),
                state: "offered",
                disposition: Some("submitted"),
                reject_reason: Some("bad_fit"),
                created_at: 2_000,
                acknowledge_due: Some(3_000),
                touch_due: Some(4_000),
                disposition_due: Some(16),
                accepted_at: Some(11),
                rejected_at: Some(12),
                first_touch_at: Some(13),
                disposed_at: Some(14),
                breached_at: Some(15),
                value: Some(12_000),
            };
            assert_eq!(seen, [format!("{expected:?}")]);
            Ok(())
        });
    });
}

#[test]
fn facts_of_outcomes_carry_the_columns_of_their_rows() {
    for_each_engine(|store| {
        do_now(store, |tx| {
            let row = outcome::Outcome {
                workspace_id: WS,
                id: 3,
                lead_id: Some(5),
                handoff_id: None,
                kind: "won".to_owned(),
                at: 4,
                value: Some(-1),
                lead_source: Some("ads".to_owned()),
                attributed_source: None,
                external_id: None,
                body: "{}".to_owned(),
            };
            outcome::insert_new(tx, std::slice::from_ref(&row))?;
            assert_eq!(outcome::of_lead(tx, WS, 5)?, [row]);
            let mut values = Vec::new();
            facts::outcomes(tx, WS, 0, |it| {
                values.push((it.lead_id, it.value, it.lead_source.map(str::to_owned)));
                Ok(())
            })?;
            assert_eq!(values, [(Some(5), Some(-1), Some("ads".to_owned()))]);
            Ok(())
        });
    });
}

#[test]
fn the_auditor_is_silent_until_a_fault_is_planted() {
    for_each_database(|database| {
        let store = database.open();
        do_now(&store, |tx| {
            let owner = Some("ana".to_owned());
            let state = "assigned".to_owned();
            lead::insert(tx, &[lead::Lead { owner, state, ..samples::lead(1) }])?;
            handoff::insert(tx, &[samples::handoff(1, 1)])?;
            assignment::insert(tx, &[samples::assignment(1, 1)])?;
            timer::insert(tx, &[samples::timer(1, 1)])?;
            outbox::insert(tx, &[samples::outbox(1)])?;
            rep::insert_new(tx, &[rep::RepLoad { open_count: 1, ..samples::load("ana") }])
        });
        let ask = || {
            let asked = store.read(|db| {
                Ok([
                    auditor::missing_leads(db, WS, &[1])?,
                    auditor::many_owners(db, WS)?,
                    auditor::unkept_leads(db, WS)?,
                    auditor::untimed_leads(db, WS)?,
                    auditor::overdue_timers(db, WS, 3_000)?,
                    by_name(auditor::wrong_loads(db, WS)?),
                    auditor::pool_gaps(db, WS)?,
                    auditor::unsent_messages(db, WS, 2_000)?,
                ])
            });
            asked.wait().unwrap()
        };
        assert_eq!(ask(), [Finding::default(); 8]);
        let found = |count, first| Finding { count, first };
        for (at, plant, finding) in [
            (5, "update rep_load set open_count = 2", found(1, None)),
            (7, "update outbox set created_at = 1", found(1, Some(1))),
            (4, "update timer set due_at = 5", found(1, Some(1))),
            (3, "update timer set state = 'fired', ended_at = 1", found(1, Some(1))),
            (6, "update assignment set pool_seq = 4", found(3, Some(1))),
            (2, "update assignment set active = 0", found(1, Some(1))),
            (
                1,
                "drop index one_owner; update assignment set active = 1, pool = null;
                 insert into assignment select workspace_id, 9, handoff_id, lead_id, rep, queue,
                 pool, epoch, pool_seq, credit, active, from_at, until_at, ended from assignment",
                found(1, Some(1)),
            ),
            (0, "delete from lead", found(1, Some(1))),
        ] {
            database.run_sql(plant);
            assert_eq!(ask()[at], finding, "{plant}");
        }
    });
}
