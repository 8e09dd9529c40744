//! A workspace with the demo's policy and people behind the API, and somebody of each role.

use std::sync::OnceLock;
use std::time::Duration;

use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use base64::Engine as _;
use engine::access::Role;
use engine::policies::Publication;
use engine::users::UserRequest;
use engine::{Actor, Engine};
use policy::Sources;
use serde_json::{Value, json};
use server::{App, Limits};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;

pub(crate) const PASSWORD: &str = "correct horse battery";

/// Reps of the demo: olga and piet are in the team that svenja leads, amos is in another.
pub(crate) const OWN: &str = "olga";
pub(crate) const TEAM: &str = "piet";
pub(crate) const OTHER: &str = "amos";

pub(crate) struct TestApp {
    pub(crate) engine: Engine,
    pub(crate) app: App,
    pub(crate) runtime: Runtime,
}

/// Who sends a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum As {
    Nobody,
    User(&'static str),
    Key(String),
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |it| it.to_str().unwrap())
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self
    }
}

/// Runs `test` with a workspace on each engine.
pub(crate) fn on_both(test: impl Fn(&TestApp)) {
    store::testing::for_each_engine(|store| test(&TestApp::new(store)));
}

pub(crate) fn limits() -> Limits {
    // No waiting in tests: what is revoked is revoked at once.
    Limits { identity_time_max: Duration::ZERO, ..Limits::standard() }
}

impl TestApp {
    pub(crate) fn new(store: &store::Store) -> Self {
        let engine = Engine::new(store.clone(), 1);
        engine.ensure_workspace("Test", "America/New_York", "USD").unwrap();
        let text = include_str!("../../../examples/demo/policy.yaml");
        let publication = Publication {
            sources: Sources::single("policy.yaml", text),
            note: "first".to_owned(),
            from: None,
            retroactive: false,
            parent: None,
        };
        engine.publish_blocking(Actor::Operator, publication).unwrap();
        let text = include_str!("../../../examples/demo/roster.yaml");
        let roster = Sources::single("roster.yaml", text);
        engine.put_roster_blocking(Actor::Operator, &roster).unwrap();
        for (name, role, rep) in [
            ("olga", Role::Rep, Some("olga")),
            ("svenja", Role::Manager, Some("svenja")),
            ("rae", Role::MarketingOps, Some("rae")),
            ("admin", Role::Admin, None),
            ("auditor", Role::Auditor, None),
        ] {
            let request = UserRequest {
                email: format!("{name}@baton.example"),
                name: name.to_owned(),
                role,
                rep: rep.map(|it| it.parse().unwrap()),
                password_hash: Some(weak_hash()),
            };
            engine.create_user_blocking(Actor::Operator, request).unwrap();
        }
        let app = App::new(engine.clone(), limits()).unwrap();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { engine, app, runtime }
    }

    pub(crate) fn send(&self, request: Request<Body>) -> Answer {
        self.runtime.block_on(answer(self.app.clone(), request))
    }

    pub(crate) fn request(&self, who: &As, method: &str, path: &str, body: &Value) -> Answer {
        self.send(request(who, method, path, body, None))
    }

    pub(crate) fn get(&self, who: &As, path: &str) -> Answer {
        self.request(who, "GET", path, &Value::Null)
    }

    pub(crate) fn post(&self, who: &As, path: &str, body: &Value) -> Answer {
        self.request(who, "POST", path, body)
    }

    pub(crate) fn post_keyed(&self, who: &As, path: &str, body: &Value, key: &str) -> Answer {
        self.send(request(who, "POST", path, body, Some(key)))
    }

    /// A lead of the demo's EMEA team; the first ones go to olga, piet, …
    pub(crate) fn capture(&self, email: &str) -> Value {
        self.post(&As::User("admin"), "/api/v1/leads", &lead(email, "DE")).expect(201).body
    }

    /// A lead in the hands of `rep`: its answer, with the handoff's version.
    pub(crate) fn lead_of(&self, rep: &str) -> Value {
        let mut answer = self.capture(&format!("{rep}@customer.example"));
        let handoff = answer["handoff"].as_str().unwrap().to_owned();
        answer["version"] = json!(1);
        if answer["owner"]["id"] != rep {
            let path = format!("/api/v1/handoffs/{handoff}/reassign");
            let moved = self.post(&As::User("admin"), &path, &json!({ "to_rep": rep }));
            answer["version"] = moved.expect(200).body["version"].clone();
        }
        answer
    }

    /// An API key of the admin with these scopes.
    pub(crate) fn key(&self, scopes: &[&str]) -> As {
        let body = json!({ "name": "test", "scopes": scopes });
        let made = self.post(&As::User("admin"), "/api/v1/api-keys", &body).expect(201);
        As::Key(made.body["secret"].as_str().unwrap().to_owned())
    }
}

pub(crate) async fn answer(app: App, request: Request<Body>) -> Answer {
    let response = app.router().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    let kind = parts.headers.get("content-type").and_then(|it| it.to_str().ok());
    let kind = kind.unwrap_or_default().to_owned();
    if kind == "text/event-stream" {
        // It has no end.
        return Answer { status: parts.status, headers: parts.headers, body: Value::Null };
    }
    let bytes = to_bytes(body, 64 * 1024 * 1024).await.unwrap();
    let body = match bytes.is_empty() {
        true => Value::Null,
        false if kind.starts_with("text/html") => Value::Null,
        false => serde_json::from_slice(&bytes).expect("every body is JSON"),
    };
    Answer { status: parts.status, headers: parts.headers, body }
}

pub(crate) fn request(
    who: &As,
    method: &str,
    path: &str,
    body: &Value,
    key: Option<&str>,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    request = match who {
        As::Nobody => request,
        As::User(name) => {
            let pair = format!("{name}@baton.example:{PASSWORD}");
            let text = base64::engine::general_purpose::STANDARD.encode(pair);
            request.header("authorization", format!("Basic {text}"))
        }
        As::Key(secret) => request.header("authorization", format!("Bearer {secret}")),
    };
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    match body {
        Value::Null => request.body(Body::empty()).unwrap(),
        body => request
            .header("content-type", "application/json")
            .body(Body::from(body.to_string()))
            .unwrap(),
    }
}

pub(crate) fn lead(email: &str, country: &str) -> Value {
    json!({
        "fields": {
            "email": email,
            "company": "Acme Robotics",
            "country": country,
            "employees": 120,
            "handoff_reason": "Product - Voice",
        },
        "activities": [{ "kind": "demo_request" }],
    })
}

/// A hash of [`PASSWORD`] that is quick to check; production ones are slow on purpose.
fn weak_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    let make = || {
        let params = Params::new(8, 1, 1, None).unwrap();
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password(PASSWORD.as_bytes()).unwrap().to_string()
    };
    HASH.get_or_init(make).clone()
}

/// The answer with everything that differs from run to run taken out.
pub(crate) fn redacted(value: &Value) -> String {
    format!("{}\n", serde_json::to_string_pretty(&redact(value)).unwrap())
}

fn redact(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(redact_text(text)),
        Value::Array(all) => all.iter().map(redact).collect(),
        Value::Object(map) => {
            let entries = map.iter().map(|(key, value)| match key.as_str() {
                "request_id" => (key.clone(), json!("REQUEST")),
                _ => (key.clone(), redact(value)),
            });
            Value::Object(entries.collect())
        }
        other => other.clone(),
    }
}

fn redact_text(text: &str) -> String {
    if text.parse::<model::Timestamp>().is_ok() {
        return "INSTANT".to_owned();
    }
    let words = text.split(' ').map(|word| {
        let plain = word.trim_matches('`');
        match plain.split_once('_') {
            Some((kind, id)) if is_id(id) && kind != "baton" => {
                word.replace(plain, &format!("{kind}_ID"))
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn is_id(text: &str) -> bool {
    text.len() == 13 && text.bytes().all(|it| it.is_ascii_digit() || it.is_ascii_lowercase())
}
