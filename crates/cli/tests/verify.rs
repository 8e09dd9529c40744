//! `baton verify` names the first row that somebody changed behind Baton's back.

use serde_json::Value;
use store::testing::TestDatabase;

use crate::binary::{Run, baton};
use crate::scene;

fn verify(database: &TestDatabase) -> Run {
    baton(&["verify", "--database", &database.address()])
}

/// What an insider would do first: the triggers refuse changes of the logs.
fn drop_triggers(database: &TestDatabase) {
    for table in ["event", "audit"] {
        database.run_sql(&match database.engine() {
            store::Engine::Sqlite => {
                format!("drop trigger {table}_no_update; drop trigger {table}_no_delete")
            }
            store::Engine::Postgres => format!("drop trigger {table}_append_only on {table}"),
        });
    }
}

/// Fails unless `verify` says that `row` of the check is the first bad one.
fn tampered(sql: &str, check: &str, row: &str) {
    scene::on_both(6, |database| {
        assert_eq!(verify(database).code, Some(0), "{}", database.url());
        drop_triggers(database);
        database.run_sql(sql);
        let run = verify(database);
        assert_eq!(run.code, Some(1), "{sql}: {run:?}");
        let wanted = format!("first bad row: {check}, {row}");
        assert!(run.last_line().starts_with(&wanted), "{sql}: wanted `{wanted}`, got {run:?}");
    });
}

#[test]
fn a_sound_database_passes_every_check() {
    scene::on_both(3, |database| {
        let run = verify(database);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert!(run.stdout.contains("event chain 1"), "{run:?}");
        assert!(run.last_line().ends_with("checks passed"), "{run:?}");
        let run = baton(&["verify", "--format", "json", "--database", &database.address()]);
        let document: Value = serde_json::from_str(&run.stdout).unwrap();
        assert_eq!(document["ok"], true, "{document}");
        let chain = &document["checks"][0];
        assert_eq!(chain["name"], "event chain 1");
        assert!(3 <= chain["rows"].as_i64().unwrap(), "{chain}");
    });
}

#[test]
fn a_changed_event_is_named() {
    let sql = "update event set actor = 'sYstem' where seq = 3";
    tampered(sql, "event chain 1", "row 3: does not fit its hash");
}

#[test]
fn a_removed_event_is_named() {
    tampered("delete from event where seq = 2", "event chain 1", "row 2: is not where it belongs");
}

#[test]
fn events_in_another_order_are_named() {
    let sql = "update event set seq = 1000 where seq = 2; update event set seq = 2 where seq = 3;
        update event set seq = 3 where seq = 1000";
    tampered(sql, "event chain 1", "row 2: does not name the row before it");
}

#[test]
fn events_cut_off_at_the_end_are_named() {
    let sql = "delete from event where seq = (select max(seq) from event)";
    tampered(sql, "event chain 1", "row ");
}

#[test]
fn a_stream_whose_head_was_removed_is_named() {
    tampered("delete from chain_head where log = 'event'", "event chain 1", "row 1: ");
}

#[test]
fn a_changed_audit_row_is_named() {
    let sql = "update audit set body = '{}' where seq = 1";
    tampered(sql, "audit chain 1", "row 1: does not fit its hash");
}

#[test]
fn a_policy_edited_in_place_is_named() {
    let sql = "update policy set files = replace(files, 'Demo month', 'Demo mouth')";
    tampered(sql, "live policy", "policy ");
}

#[test]
fn a_decision_changed_in_place_is_named() {
    let sql = "update decision set decided_at = decided_at, record = replace(record, 'voice', 'x'),
        output_digest = input_digest where number = 1";
    tampered(sql, "decisions made again", "the decision on lead_");
}

#[test]
fn a_lost_lead_and_a_wrong_load_are_counted() {
    let sql = "delete from assignment; delete from timer; delete from outbox;
        delete from handoff; delete from decision; delete from lead_key; delete from lead";
    tampered(sql, "leads lost", "lead_");
    let sql = "update rep_load set open_count = open_count + 1 where rep = 'olga'";
    tampered(sql, "loads that do not add up", "rep olga");
}

#[test]
fn a_database_that_is_not_there_is_not_made() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("absent.db");
    let run = baton(&["verify", "--database", &format!("sqlite://{}", file.display())]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.starts_with("error: there is no database"), "{run:?}");
    assert!(!file.exists());
}
