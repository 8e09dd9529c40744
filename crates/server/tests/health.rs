//! Health.

use axum::http::Request;
use engine::Engine;
use server::App;
use store::testing::TestDatabase;
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
fn a_server_that_was_asked_to_end_lives_but_is_not_ready() {
    on_both(|app| {
        app.app.stop();
        let ready = app.get(&As::Nobody, "/health/ready").expect(503).body;
        assert_eq!(ready["status"], "stopping");
        assert_eq!(ready["database"], "reachable");
        app.get(&As::Nobody, "/health/live").expect(200);
    });
}

#[test]
fn without_its_database_a_server_lives_but_is_not_ready() {
    let Some(database) = TestDatabase::postgres() else { return };
    let app = App::new(Engine::new(database.open(), 1), limits()).unwrap();
    // Dropped by force, with the connections of the store.
    drop(database);
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    for (path, status, word) in
        [("/health/ready", 503, "no_database"), ("/health/live", 200, "live")]
    {
        let request = Request::get(path).body(axum::body::Body::empty()).unwrap();
        let answer = runtime.block_on(answer(app.clone(), request)).expect(status);
        assert_eq!(answer.body["status"], word);
    }
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
