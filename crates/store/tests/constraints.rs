//! The promises that the database itself keeps, each broken on purpose.

use store::outcome::Outcome;
use store::testing::for_each_engine;
use store::{ConstraintKind, Store, StoreError, Tx};
use store::{assignment, chain, handoff, idempotency, lead, outbox, outcome, rep, timer};

use crate::samples::{self, WS};

fn refuses(
    store: &Store,
    wanted: ConstraintKind,
    work: fn(&mut Tx<'_>) -> Result<u64, StoreError>,
) {
    let error = store.write(work).wait().unwrap_err();
    let StoreError::Constraint { kind, .. } = &error else { panic!("{error:?}") };
    assert_eq!(*kind, wanted, "{error:?}");
}

#[test]
fn a_lead_never_has_two_owners() {
    for_each_engine(|store| {
        store.write(|tx| assignment::insert(tx, &[samples::assignment(1, 1)])).wait().unwrap();
        refuses(store, ConstraintKind::Unique, |tx| {
            assignment::insert(tx, &[samples::assignment(2, 1)])
        });
        // After the first has ended there may be a second.
        let swapped = store.write(|tx| {
            let end = assignment::AssignmentEnd {
                workspace_id: WS,
                lead_id: 1,
                until_at: 5,
                ended: "reassigned".to_owned(),
            };
            assert_eq!(assignment::end(tx, &[end])?, 1);
            assignment::insert(tx, &[samples::assignment(2, 1)])
        });
        assert_eq!(swapped.wait(), Ok(1));
        let history = store.read(|db| assignment::of_lead(db, WS, 1)).wait().unwrap();
        let active: Vec<_> = history.iter().map(|it| (it.id, it.active)).collect();
        assert_eq!(active, [(1, 0), (2, 1)]);
    });
}

#[test]
fn two_picks_of_a_pool_never_have_one_number() {
    for_each_engine(|store| {
        store.write(|tx| assignment::insert(tx, &[samples::assignment(1, 1)])).wait().unwrap();
        refuses(store, ConstraintKind::Unique, |tx| {
            let row = assignment::Assignment { pool_seq: Some(1), ..samples::assignment(2, 2) };
            assignment::insert(tx, &[row])
        });
    });
}

#[test]
fn an_active_assignment_is_with_somebody() {
    for_each_engine(|store| {
        refuses(store, ConstraintKind::Check, |tx| {
            let row = assignment::Assignment { rep: None, ..samples::assignment(1, 1) };
            assignment::insert(tx, &[row])
        });
    });
}

#[test]
fn a_lead_in_sales_is_never_unowned() {
    for_each_engine(|store| {
        for state in ["assigned", "accepted", "queued", "no_such_state"] {
            let row = lead::Lead { state: state.to_owned(), ..samples::lead(1) };
            let answer = store.write(move |tx| lead::insert(tx, std::slice::from_ref(&row))).wait();
            let error = answer.unwrap_err();
            let StoreError::Constraint { kind, .. } = error else { panic!("{state}: {error:?}") };
            assert_eq!(kind, ConstraintKind::Check, "{state}");
        }
        store.write(|tx| lead::insert(tx, &[samples::lead(1)])).wait().unwrap();
        refuses(store, ConstraintKind::Check, |tx| {
            let state = "assigned".to_owned();
            lead::update(tx, &[lead::Lead { state, version: 2, ..samples::lead(1) }])
        });
    });
}

#[test]
fn a_lead_has_one_open_handoff() {
    for_each_engine(|store| {
        store.write(|tx| handoff::insert(tx, &[samples::handoff(1, 1)])).wait().unwrap();
        refuses(store, ConstraintKind::Unique, |tx| handoff::insert(tx, &[samples::handoff(2, 1)]));
        refuses(store, ConstraintKind::Check, |tx| {
            handoff::insert(tx, &[handoff::Handoff { owner: None, ..samples::handoff(3, 3) }])
        });
        refuses(store, ConstraintKind::Check, |tx| {
            let disposition = Some("whatever".to_owned());
            handoff::insert(tx, &[handoff::Handoff { disposition, ..samples::handoff(4, 4) }])
        });
    });
}

#[test]
fn a_rep_is_above_the_cap_only_with_a_reason() {
    for_each_engine(|store| {
        store.write(|tx| rep::insert_new(tx, &[samples::load("ana")])).wait().unwrap();
        refuses(store, ConstraintKind::Check, |tx| {
            rep::update(tx, &[rep::RepLoad { open_count: 3, ..samples::load("ana") }])
        });
        refuses(store, ConstraintKind::Check, |tx| {
            rep::update(tx, &[rep::RepLoad { open_count: -1, ..samples::load("ana") }])
        });
        let allowed = store.write(|tx| {
            let over_cap_reason = Some("asked for it".to_owned());
            let row = rep::RepLoad { open_count: 3, over_cap_reason, ..samples::load("ana") };
            rep::update(tx, &[row])
        });
        assert_eq!(allowed.wait(), Ok(1));
    });
}

#[test]
fn a_timer_is_armed_once_and_ends_once() {
    for_each_engine(|store| {
        store.write(|tx| timer::insert(tx, &[samples::timer(1, 1)])).wait().unwrap();
        refuses(store, ConstraintKind::Unique, |tx| timer::insert(tx, &[samples::timer(2, 1)]));
        refuses(store, ConstraintKind::Check, |tx| {
            timer::insert(tx, &[timer::Timer { ended_at: Some(1), ..samples::timer(3, 3) }])
        });
        let fire =
            |tx: &mut Tx<'_>| timer::end(tx, &[samples::timer(1, 1)], timer::TimerEnd::Fired, 9);
        assert_eq!(store.write(fire).wait(), Ok(1));
        assert_eq!(store.write(fire).wait(), Ok(0));
        let cancel = store.write(|tx| timer::cancel_of_handoffs(tx, WS, &[1], 10));
        assert_eq!(cancel.wait(), Ok(0));
        let timers = store.read(|db| timer::of_handoff(db, WS, 1)).wait().unwrap();
        assert_eq!((timers[0].state.as_str(), timers[0].ended_at), ("fired", Some(9)));
    });
}

#[test]
fn a_message_is_written_once_per_event_recipient_and_channel() {
    for_each_engine(|store| {
        let add = |id| {
            let row = outbox::Outbox { event_seq: 1, ..samples::outbox(id) };
            store.write(move |tx| outbox::insert(tx, std::slice::from_ref(&row))).wait()
        };
        assert_eq!(add(1), Ok(1));
        assert_eq!(add(2), Ok(0));
        let found = store.read(|db| outbox::of_event(db, WS, 1, 1)).wait().unwrap();
        assert_eq!(found.iter().map(|it| it.id).collect::<Vec<_>>(), [1]);
    });
}

#[test]
fn an_outcome_of_another_system_comes_once() {
    for_each_engine(|store| {
        let add = |id, kind: &str, external_id: Option<&str>| {
            let row = Outcome {
                workspace_id: WS,
                id,
                lead_id: Some(1),
                handoff_id: None,
                kind: kind.to_owned(),
                at: 1,
                value: None,
                lead_source: None,
                attributed_source: None,
                external_id: external_id.map(str::to_owned),
                body: "{}".to_owned(),
            };
            store.write(move |tx| outcome::insert_new(tx, std::slice::from_ref(&row))).wait()
        };
        assert_eq!(add(1, "won", Some("crm-1")), Ok(1));
        assert_eq!(add(2, "won", Some("crm-1")), Ok(0));
        assert_eq!(add(2, "lost", Some("crm-1")), Ok(0), "a deal has one verdict");
        assert_eq!(add(3, "meeting", Some("crm-1")), Ok(1));
        assert_eq!((add(4, "won", None), add(5, "lost", None)), (Ok(1), Ok(1)));
    });
}

#[test]
fn the_first_request_with_a_key_wins() {
    for_each_engine(|store| {
        let racers: Vec<_> = (0..20)
            .map(|n: i64| {
                store.write(move |tx| {
                    let row = idempotency::Idempotency {
                        workspace_id: WS,
                        key: "k".to_owned(),
                        request_hash: vec![1; 32],
                        status: 0,
                        body: n.to_string(),
                        created_at: 1,
                    };
                    let first = idempotency::put(tx, &row)?;
                    Ok((first, idempotency::get(tx, WS, "k")?))
                })
            })
            .collect();
        let answers: Vec<_> = racers.into_iter().map(|it| it.wait().unwrap()).collect();
        assert_eq!(answers.iter().filter(|it| it.0).count(), 1);
        let bodies: std::collections::BTreeSet<_> =
            answers.iter().map(|it| it.1.clone().unwrap().body).collect();
        assert_eq!(bodies.len(), 1, "all see the answer of the first");
    });
}

#[test]
fn what_happened_cannot_be_changed() {
    static FORGE: store::sql::Statement =
        store::sql::Statement::new("forge", "update event set actor = 'x'");
    static ERASE: store::sql::Statement = store::sql::Statement::new("erase", "delete from event");
    for_each_engine(|store| {
        let add = store.write(|tx| chain::append_events(tx, WS, 1, &[samples::event(1)]));
        assert_eq!(add.wait(), Ok(1));
        refuses(store, ConstraintKind::Check, |tx| tx.execute(&FORGE, &[]));
        refuses(store, ConstraintKind::Check, |tx| tx.execute(&ERASE, &[]));
    });
}
