//! Metrics: the format, what is counted, and that nobody is named.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use axum::body::{Body, to_bytes};
use axum::http::Request;
use engine::auditor::Auditor;
use serde_json::json;
use tower::ServiceExt;

use crate::app::{As, OWN, TestApp, lead, on_both};

const PROVIDED: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/prometheus/usr/bin/promtool");

/// The page, as a monitoring system reads it.
fn page(app: &TestApp) -> String {
    let request = Request::get("/metrics").body(Body::empty()).unwrap();
    app.runtime.block_on(async {
        let answer = app.app.clone().admin_router().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.headers()["content-type"].to_str().unwrap().contains("version=0.0.4"));
        let bytes = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
        String::from_utf8(bytes.to_vec()).unwrap()
    })
}

#[track_caller]
fn assert_has(page: &str, line: &str) {
    assert!(page.lines().any(|it| it == line), "{line} is not in\n{page}");
}

/// The format's own judge; a test that lacks it fails in continuous integration.
fn promtool() -> Option<Command> {
    let provided = Path::new(PROVIDED);
    let mut tool = Command::new(if provided.exists() { PROVIDED } else { "promtool" });
    let works = tool.arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    if works.is_ok_and(|it| it.success()) {
        return Some(Command::new(tool.get_program()));
    }
    assert!(std::env::var_os("CI").is_none(), "promtool is missing");
    eprintln!("SKIPPED: promtool is missing");
    None
}

#[test]
fn what_happened_is_counted_once_and_nobody_is_named() {
    on_both(|app| {
        page(app);
        let key = app.key(&["leads:write"]);
        let body = lead("canary@canary.example", "DE");
        let first = app.post_keyed(&key, "/api/v1/leads", &body, "one").expect(201).body;
        app.post_keyed(&key, "/api/v1/leads", &body, "one").expect(201);
        app.post(&key, "/api/v1/leads", &json!({ "fields": { "email": "canary" } })).expect(422);
        let handoff = format!("/api/v1/handoffs/{}", first["handoff"].as_str().unwrap());
        assert_eq!(first["owner"]["id"], OWN, "{first}");
        let owner = As::User(OWN);
        app.post(&owner, &format!("{handoff}/accept"), &json!({})).expect(200);
        let call = json!({ "kind": "call", "seconds": 300, "voicemail": false });
        app.post(&owner, &format!("{handoff}/touch"), &call).expect(200);
        for _ in 0..2 {
            // The second look counts nothing again.
            let page = page(app);
            assert_has(&page, "baton_captures_total{outcome=\"assigned\"} 1");
            assert_has(&page, "baton_captures_total{outcome=\"repeated\"} 1");
            assert_has(&page, "baton_captures_total{outcome=\"quarantined\"} 1");
            assert_has(&page, "baton_handoffs_total{outcome=\"accepted\"} 1");
            assert_has(&page, "baton_handoffs_total{outcome=\"touched\"} 1");
            assert_has(&page, "baton_first_touch_seconds_count 1");
            let route = "method=\"POST\",route=\"/api/v1/leads\"";
            let requests = "baton_http_requests_total";
            assert_has(&page, &format!("{requests}{{{route},status=\"201\"}} 2"));
            assert_has(&page, &format!("{requests}{{{route},status=\"422\"}} 1"));
            assert_has(&page, &format!("baton_http_request_duration_seconds_count{{{route}}} 3"));
            assert_has(&page, "baton_database_up 1");
            assert_has(&page, "baton_set_up 1");
            assert_has(&page, "baton_timers_late 0");
            assert!(page.contains("baton_chain_head{log=\"event\",stream=\"1\"} "), "{page}");
            for secret in ["canary", "lead_", "handoff_"] {
                assert!(!page.contains(secret), "`{secret}` is in\n{page}");
            }
        }
    });
}

#[test]
fn what_the_auditor_found_is_shown() {
    on_both(|app| {
        app.capture("one@canary.example");
        assert!(!page(app).contains("baton_audit_beat_timestamp_seconds "));
        let found = Auditor::new(app.engine.clone()).look().unwrap();
        let page = page(app);
        assert!(page.contains("baton_audit_beat_timestamp_seconds "), "{page}");
        for check in found.checks {
            let name = check.name;
            assert_has(&page, &format!("baton_audit_findings{{check=\"{name}\"}} 0"));
        }
    });
}

#[test]
fn the_page_passes_the_check_of_prometheus() {
    on_both(|app| {
        app.capture("one@canary.example");
        Auditor::new(app.engine.clone()).look().unwrap();
        let page = page(app);
        let Some(mut promtool) = promtool() else { return };
        let promtool = promtool.args(["check", "metrics"]).stdin(Stdio::piped());
        let mut child = promtool.stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(page.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.is_empty(), "{said}\n{page}");
    });
}

/// The folder with the rules for alerts.
const RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../deploy/prometheus");

#[test]
fn the_rules_for_alerts_pass_their_tests() {
    for arguments in [["check", "rules", "alerts.yaml"], ["test", "rules", "alerts_test.yaml"]] {
        let Some(mut promtool) = promtool() else { return };
        let output = promtool.args(arguments).current_dir(RULES).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }
}

#[test]
fn every_rule_is_tested_and_asks_for_metrics_that_there_are() {
    let read = |name: &str| std::fs::read_to_string(format!("{RULES}/{name}")).unwrap();
    let (rules, tests, known) =
        (read("alerts.yaml"), read("alerts_test.yaml"), read("../../docs/metrics.md"));
    let alerts: Vec<&str> =
        rules.lines().filter_map(|it| it.split_once("- alert: ")).map(|it| it.1).collect();
    assert!(5 < alerts.len());
    for alert in alerts {
        assert!(tests.contains(&format!("alertname=\"{alert}\"")), "{alert} is not tested");
    }
    let words = rules.split(|it: char| !it.is_ascii_alphanumeric() && it != '_');
    let metrics = words.filter(|it| it.starts_with("baton_") || it.starts_with("process_"));
    for metric in metrics {
        let name = metric.strip_suffix("_bucket").unwrap_or(metric);
        assert!(known.contains(&format!("`{name}`")), "there is no metric {name}");
    }
}

#[test]
fn metrics_are_not_served_beside_the_api() {
    on_both(|app| {
        app.get(&As::User("admin"), "/metrics").expect(404);
    });
}
