//! Logs.

use serde_json::json;

use crate::app::{As, TestApp};

const AUDITOR: As = As::User("auditor");

#[test]
fn what_was_done_is_listed_and_the_chains_hold() {
    crate::app::on_both(|app| {
        app.capture("a@b.example");
        let rows = app.get(&AUDITOR, "/api/v1/audit?limit=2").expect(200).body;
        let items = rows["items"].as_array().unwrap();
        assert_eq!((items.len(), &items[0]["action"]), (2, &json!("user.create")));
        let next = rows["next"].as_str().unwrap();
        let more = app.get(&AUDITOR, &format!("/api/v1/audit?limit=2&after={next}")).expect(200);
        assert_ne!(more.body["items"][0]["seq"], items[1]["seq"]);
        let events = app.get(&AUDITOR, "/api/v1/audit/events").expect(200).body;
        assert!(!events.to_string().contains("b.example"), "ids only: {events}");
        assert!(!events["items"].as_array().unwrap().is_empty());
        let verdict = app.get(&AUDITOR, "/api/v1/audit/verify").expect(200).body;
        assert_eq!(verdict["ok"], true, "{verdict}");
        assert_eq!(verdict["streams"].as_array().unwrap().len(), 2);
    });
}

#[test]
fn a_forged_row_is_named() {
    store::testing::for_each_database(|database| {
        let app = TestApp::new(&database.open());
        app.capture("a@b.example");
        if database.engine() == store::Engine::Postgres {
            database.run_sql("alter table audit disable trigger all");
        } else {
            let triggers = "drop trigger if exists audit_no_update";
            database.run_sql(triggers);
        }
        database.run_sql("update audit set subject = 'nobody' where seq = 2");
        let verdict = app.get(&AUDITOR, "/api/v1/audit/verify").expect(200).body;
        assert_eq!(verdict["ok"], false);
        let audit = verdict["streams"].as_array().unwrap().iter().find(|it| it["log"] == "audit");
        let audit = audit.unwrap();
        assert_eq!((&audit["first_bad"], &audit["fault"]), (&json!(2), &json!("altered")));
    });
}
