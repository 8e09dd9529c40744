//! Hash chains: every way to change the past shows at its row.

use store::chain::{self, Fault, Log, NewAudit, Verdict};
use store::testing::{TestDatabase, for_each_database};
use store::{Engine, Store};

use crate::samples::{self, WS};

fn fill(store: &Store, n: i64) {
    for id in 1..=n {
        let done = store.write(move |tx| {
            let audit = NewAudit {
                at: id,
                actor: "user".to_owned(),
                action: "policy.publish".to_owned(),
                subject: format!("policy {id}"),
                body: "{}".to_owned(),
            };
            chain::append_audit(tx, WS, 1, &[audit])?;
            chain::append_events(tx, WS, 1, &[samples::event(id)])
        });
        assert_eq!(done.wait(), Ok(id));
    }
}

fn verify(database: &TestDatabase, log: Log) -> Verdict {
    database.open().read(move |db| chain::verify(db, WS, log, 1)).wait().unwrap()
}

/// Changes rows as somebody who owns the database could.
fn forge(database: &TestDatabase, sql: &str) {
    let (off, on) = match database.engine() {
        Engine::Sqlite => (
            "drop trigger event_no_update; drop trigger event_no_delete;
             drop trigger audit_no_update; drop trigger audit_no_delete;",
            "",
        ),
        Engine::Postgres => (
            "alter table event disable trigger all; alter table audit disable trigger all;",
            "alter table event enable trigger all; alter table audit enable trigger all;",
        ),
    };
    database.run_sql(&format!("{off} {sql}; {on}"));
}

#[test]
fn an_untouched_chain_verifies() {
    for_each_database(|database| {
        assert_eq!(verify(database, Log::Event), Verdict { rows: 0, fault: None });
        fill(&database.open(), 10);
        assert_eq!(verify(database, Log::Event), Verdict { rows: 10, fault: None });
        assert_eq!(verify(database, Log::Audit), Verdict { rows: 10, fault: None });
        let heads = database.open().read(|db| chain::heads(db, WS)).wait().unwrap();
        let ends: Vec<_> = heads.iter().map(|it| (it.log.as_str(), it.seq)).collect();
        assert_eq!(ends, [("audit", 10), ("event", 10)]);
    });
}

#[test]
fn every_change_of_the_past_is_found_at_its_row() {
    let changes = [
        (Log::Event, "update event set actor = 'x' where seq = 5", 5, Fault::Altered),
        (Log::Event, "update event set at = at + 1 where seq = 5", 5, Fault::Altered),
        (Log::Event, "update event set lead_id = null where seq = 5", 5, Fault::Altered),
        // A byte moved from one field to the next.
        (
            Log::Event,
            "update event set actor = 'syste', body = 'm' || body where seq = 5",
            5,
            Fault::Altered,
        ),
        (Log::Event, "update event set prev_hash = hash where seq = 5", 5, Fault::Unlinked),
        (Log::Event, "delete from event where seq = 5", 5, Fault::Gap),
        (Log::Event, "delete from event where 8 < seq", 9, Fault::Head),
        (Log::Event, "delete from event", 1, Fault::Head),
        (Log::Event, "update chain_head set seq = 9", 10, Fault::Head),
        (
            Log::Event,
            "update event set seq = -5 where seq = 5; update event set seq = 5 where seq = 6;
             update event set seq = 6 where seq = -5",
            5,
            Fault::Unlinked,
        ),
        (Log::Audit, "update audit set subject = 'x' where seq = 10", 10, Fault::Altered),
        (Log::Audit, "delete from audit where seq = 1", 1, Fault::Gap),
    ];
    for (log, sql, seq, fault) in changes {
        for_each_database(|database| {
            fill(&database.open(), 10);
            forge(database, sql);
            assert_eq!(verify(database, log).fault, Some((seq, fault)), "{sql}");
        });
    }
}

#[test]
fn writers_of_one_stream_make_one_chain() {
    for_each_database(|database| {
        let store = database.open();
        let jobs: Vec<_> = (0..60)
            .map(|id| {
                store.write(move |tx| {
                    chain::append_events(tx, WS, 1, &[samples::event(id), samples::event(id)])
                })
            })
            .collect();
        let mut firsts: Vec<_> = jobs.into_iter().map(|it| it.wait().unwrap()).collect();
        firsts.sort_unstable();
        assert_eq!(firsts, (0..60).map(|it| 2 * it + 1).collect::<Vec<_>>());
        assert_eq!(verify(database, Log::Event), Verdict { rows: 120, fault: None });
    });
}
