//! Health.

use axum::http::Request;
use engine::Engine;
use server::App;
use tokio::runtime::Builder;

use crate::app::{As, answer, limits, on_both};

#[test]
fn a_workspace_with_policy_and_roster_is_ready() {
    on_both(|app| {
        let live = app.get(&As::Nobody, "/health/live").expect(200).body;
        assert_eq!(live["status"], "live");
        let ready = app.get(&As::Nobody, "/health/ready").expect(200).body;
        assert_eq!(ready["status"], "ready");
        assert_eq!(ready["roster"], 1);
        assert!(ready["policy"].is_string());
        assert!(ready["zone_data"].as_str().unwrap().starts_with("20"));
    });
}

#[test]
fn an_empty_database_is_reachable_but_not_set_up() {
    store::testing::for_each_engine(|store| {
        let app = App::new(Engine::new(store.clone(), 1), limits()).unwrap();
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let request = Request::get("/health/ready").body(axum::body::Body::empty()).unwrap();
        let answer = runtime.block_on(answer(app, request)).expect(503);
        assert_eq!(answer.body["status"], "not_set_up");
        assert_eq!(answer.body["database"], "reachable");
    });
}
