//! API keys.

use serde_json::{Value, json};

use crate::app::{As, on_both};

const ADMIN: As = As::User("admin");
const KEYS: &str = "/api/v1/api-keys";

#[test]
fn a_secret_is_shown_once_and_is_kept_nowhere() {
    store::testing::for_each_database(|database| {
        let app = crate::app::TestApp::new(&database.open());
        let body = json!({ "name": "form", "scopes": ["leads:write"] });
        let made = app.post_keyed(&ADMIN, KEYS, &body, "k1").expect(201).body;
        let secret = made["secret"].as_str().unwrap().to_owned();
        let again = app.post_keyed(&ADMIN, KEYS, &body, "k1").expect(201).body;
        assert_eq!((&again["secret"], &again["id"]), (&Value::Null, &made["id"]));
        let listed = app.get(&ADMIN, KEYS).expect(200).body;
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        assert!(!listed.to_string().contains(&secret));
        if let Some(file) = database.file() {
            drop(app);
            for name in ["baton.db", "baton.db-wal"] {
                let bytes = std::fs::read(file.with_file_name(name)).unwrap_or_default();
                let found = bytes.windows(secret.len()).any(|it| it == secret.as_bytes());
                assert!(!found, "the secret is in {name}");
            }
        }
    });
}

#[test]
fn a_revoked_or_ended_key_is_nobody() {
    store::testing::for_each_database(|database| {
        let app = crate::app::TestApp::new(&database.open());
        let body = json!({ "name": "x", "scopes": ["roster:read"] });
        let made = app.post(&ADMIN, KEYS, &body).expect(201).body;
        let key = As::Key(made["secret"].as_str().unwrap().to_owned());
        app.get(&key, "/api/v1/reps").expect(200);
        let path = format!("{KEYS}/{}", made["id"].as_str().unwrap());
        app.request(&ADMIN, "DELETE", &path, &Value::Null).expect(204);
        app.request(&ADMIN, "DELETE", &path, &Value::Null).expect(204);
        app.get(&key, "/api/v1/reps").expect(401);
        let ends = |at: &str| json!({ "name": "x", "scopes": ["roster:read"], "expires_at": at });
        let made = app.post(&ADMIN, KEYS, &ends("2999-01-01T00:00:00Z")).expect(201).body;
        let key = As::Key(made["secret"].as_str().unwrap().to_owned());
        app.get(&key, "/api/v1/reps").expect(200);
        database.run_sql("update api_key set expires_at = 1");
        app.get(&key, "/api/v1/reps").expect(401);
        let past = app.post(&ADMIN, KEYS, &ends("2020-01-01T00:00:00Z")).expect(422).body;
        assert_eq!(past["fields"][0]["loc"], "expires_at");
        app.get(&As::Key("baton_wrong".to_owned()), "/api/v1/reps").expect(401);
    });
}

#[test]
fn a_use_is_recorded() {
    on_both(|app| {
        let key = app.key(&["roster:read"]);
        app.get(&key, "/api/v1/reps").expect(200);
        // The record is written behind the answer; a write after it waits for it.
        app.capture("a@b.example");
        let listed = app.get(&ADMIN, KEYS).expect(200).body;
        assert!(listed["items"][0]["last_used_at"].is_string(), "{listed}");
    });
}

#[test]
fn unknown_scopes_are_told_by_their_place() {
    on_both(|app| {
        let body = json!({ "name": "two\nlines", "scopes": ["leads:write", "all"] });
        let answer = app.post(&ADMIN, KEYS, &body).expect(422);
        let locs: Vec<&Value> =
            answer.body["fields"].as_array().unwrap().iter().map(|it| &it["loc"]).collect();
        assert_eq!(locs, ["name", "scopes[1]"]);
    });
}
