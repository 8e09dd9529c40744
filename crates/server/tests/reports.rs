//! Reports.

use serde_json::{Value, json};

use crate::app::{As, OTHER, OWN, TEAM, TestApp, on_both};

const MONTH: &str = "/api/v1/reports/monthly?from=2020-01-01T00:00:00Z&to=2999-01-01T00:00:00Z";

/// Handoffs and won value, in hundredths, of everything the caller sees.
fn total(app: &TestApp, who: &'static str) -> Value {
    let report = app.get(&As::User(who), MONTH).expect(200).body;
    assert_eq!(report["format"], "report/1");
    let checks = report["checks"].as_array().unwrap();
    assert!(checks.iter().all(|it| it["holds"] == true), "{checks:?}");
    report["total"].clone()
}

#[test]
fn a_report_counts_what_the_caller_sees() {
    on_both(|app| {
        for rep in [OWN, TEAM, OTHER] {
            app.lead_of(rep);
        }
        let counts =
            ["olga", "svenja", "rae", "auditor"].map(|who| total(app, who)["handoffs"].clone());
        assert_eq!(counts, [json!(1), json!(2), json!(3), json!(3)]);
    });
}

#[test]
fn what_is_no_period_is_refused() {
    on_both(|app| {
        for query in ["from=x&to=2026-12-01T00:00:00Z", "from=2026-12-01T00:00:00Z"] {
            let path = format!("/api/v1/reports/monthly?{query}");
            assert_eq!(app.get(&As::User("rae"), &path).expect(422).code(), "A0410");
        }
        let path = "/api/v1/reports/monthly?from=2026-12-01T00:00:00Z&to=2026-12-01T00:00:00Z";
        assert_eq!(app.get(&As::User("rae"), path).expect(422).code(), "A0411");
    });
}
