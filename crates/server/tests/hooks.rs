//! Webhooks, live events and links, over HTTP.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use connect::webhook::{Endpoint, Event, signature};
use connect::{Code, Delivery, Failure, Receipt};
use engine::links::{Deed, Links, Ticket};
use engine::sender::hooks::{Hooks, Target};
use engine::vault::Vault;
use http_body_util::BodyExt as _;
use serde_json::{Value, json};

use crate::app::{As, OWN, TEAM, TestApp, on_both};

const ADMIN: As = As::User("admin");

/// A receiver that answers as it is told.
struct Receiver {
    answer: Mutex<Delivery>,
    got: Mutex<Vec<(Endpoint, Event)>>,
}

impl Receiver {
    fn new() -> Arc<Self> {
        let answer = Mutex::new(Ok(Receipt("HTTP 200".to_owned())));
        Arc::new(Self { answer, got: Mutex::default() })
    }

    fn answers(&self, answer: Delivery) {
        *self.answer.lock().unwrap() = answer;
    }
}

impl Target for Receiver {
    fn deliver<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        self.got.lock().unwrap().push((endpoint.clone(), event.clone()));
        let answer = self.answer.lock().unwrap().clone();
        Box::pin(async move { answer })
    }
}

fn ready(app: &TestApp) {
    app.engine.set_vault(Arc::new(Vault::new(&[9; 32])));
}

fn hook(app: &TestApp, events: &[&str]) -> Value {
    let body = json!({ "url": "https://hooks.example/secret-path", "events": events });
    app.post(&ADMIN, "/api/v1/webhooks", &body).expect(201).body
}

fn deliver(app: &TestApp, receiver: &Arc<Receiver>) -> usize {
    let hooks = Hooks::new(app.engine.clone(), receiver.clone(), "https://b.example".to_owned());
    app.runtime.block_on(hooks.deliver_due()).unwrap()
}

#[test]
fn a_webhook_is_told_of_what_it_asked_for_once_and_without_the_person() {
    on_both(|app| {
        ready(app);
        app.lead_of(OWN);
        let made = hook(app, &["handoff.*"]);
        assert_eq!(made["host"], "https://hooks.example");
        let secret = made["secret"].as_str().unwrap();
        let lead = app.lead_of(OWN);
        let accept = format!("/api/v1/handoffs/{}/accept", lead["handoff"].as_str().unwrap());
        app.post(&As::User(OWN), &accept, &json!({})).expect(200);
        let receiver = Receiver::new();
        assert_eq!(deliver(app, &receiver), 1, "what happened before it was made is not told");
        assert_eq!(deliver(app, &receiver), 0);
        let got = receiver.got.lock().unwrap();
        let (endpoint, event) = &got[0];
        assert_eq!(event.kind, "handoff.accepted");
        assert_eq!(event.data["handoff"], lead["handoff"]);
        assert_eq!(event.data["handoff_now"]["owner"], OWN);
        assert!(!event.data.to_string().contains("customer.example"), "{}", event.data);
        assert_eq!(endpoint.secrets[0].reveal(), secret);
        let listed = app.get(&As::User("auditor"), "/api/v1/webhooks").expect(200).body;
        assert!(!listed.to_string().contains("secret-path"), "{listed}");
    });
}

#[test]
fn two_secrets_sign_after_a_rotation() {
    on_both(|app| {
        ready(app);
        let made = hook(app, &["*"]);
        let id = made["id"].as_str().unwrap();
        let rotate = format!("/api/v1/webhooks/{id}/rotate");
        let rotated = app.post(&ADMIN, &rotate, &json!({})).expect(200).body;
        app.lead_of(OWN);
        let receiver = Receiver::new();
        assert!(0 < deliver(app, &receiver));
        let got = receiver.got.lock().unwrap();
        let (endpoint, event) = &got[0];
        let header = signature::sign(&endpoint.secrets, &event.id, 1_000, b"{}");
        for secret in [&made["secret"], &rotated["secret"]] {
            let live = [secret.as_str().unwrap().parse().unwrap()];
            let id = event.id.as_str();
            signature::verify(&live, id, "1000", &header, b"{}", 1_000).unwrap();
        }
    });
}

#[test]
fn an_endpoint_that_is_gone_is_disabled_and_what_failed_is_sent_again() {
    on_both(|app| {
        ready(app);
        let made = hook(app, &["handoff.*", "lead.*"]);
        let id = made["id"].as_str().unwrap();
        let path = format!("/api/v1/webhooks/{id}");
        let receiver = Receiver::new();
        receiver.answers(Err(Failure::failed(Code::NotNow, "HTTP 503")));
        app.lead_of(OWN);
        assert!(0 < deliver(app, &receiver));
        let log = app.get(&ADMIN, &format!("{path}/deliveries")).expect(200).body;
        assert_eq!(
            (&log["items"][0]["state"], &log["items"][0]["tries"]),
            (&json!("queued"), &json!(1))
        );
        assert_eq!(deliver(app, &receiver), 0, "it waits for its next try");
        assert!(app.get(&ADMIN, &path).expect(200).body["failing_since"].is_string());
        receiver.answers(Err(Failure::refused(Code::EndpointGone, "HTTP 410")));
        app.lead_of(OWN);
        assert!(0 < deliver(app, &receiver));
        let gone = app.get(&ADMIN, &path).expect(200).body;
        assert_eq!((&gone["enabled"], &gone["disabled_why"]), (&json!(false), &json!("gone")));
        app.request(&ADMIN, "PATCH", &path, &json!({ "enabled": true })).expect(200);
        receiver.answers(Ok(Receipt("HTTP 200".to_owned())));
        let log = app.get(&ADMIN, &format!("{path}/deliveries")).expect(200).body;
        let failed = log["items"].as_array().unwrap().iter().find(|it| it["state"] == "failed");
        let failed = failed.unwrap()["id"].as_str().unwrap().to_owned();
        let replay = format!("{path}/deliveries/{failed}/replay");
        app.post(&ADMIN, &replay, &json!({})).expect(200);
        assert!(0 < deliver(app, &receiver));
        let log = app.get(&ADMIN, &format!("{path}/deliveries")).expect(200).body;
        let again = log["items"].as_array().unwrap().iter().find(|it| it["id"] == failed.as_str());
        assert_eq!(again.unwrap()["state"], "sent");
        let keys: Vec<_> =
            receiver.got.lock().unwrap().iter().map(|it| it.1.id.to_string()).collect();
        assert!(keys.iter().any(|it| keys.iter().filter(|other| *other == it).count() == 2));
        app.request(&ADMIN, "DELETE", &path, &json!(null)).expect(204);
        app.get(&ADMIN, &path).expect(404);
    });
}

#[test]
fn a_hook_of_an_automation_service_is_made_and_removed() {
    on_both(|app| {
        ready(app);
        let key = app.key(&["hooks:write"]);
        let body = json!({ "target_url": "https://hooks.example/1", "event": "handoff.accepted" });
        let made = app.post(&key, "/api/v1/hooks", &body).expect(201).body;
        let path = format!("/api/v1/hooks/{}", made["id"].as_str().unwrap());
        app.request(&key, "DELETE", &path, &json!(null)).expect(204);
        app.request(&key, "DELETE", &path, &json!(null)).expect(404);
        let wrong = json!({ "target_url": "ftp://x", "event": "Handoff" });
        app.post(&key, "/api/v1/hooks", &wrong).expect(422);
    });
}

/// The first `n` events of the stream that `who` gets, going on after `last`.
fn events(app: &TestApp, who: &As, last: Option<&str>, n: usize) -> Vec<(String, String)> {
    let mut request = crate::app::request(who, "GET", "/api/v1/events/stream", &json!(null), None);
    if let Some(last) = last {
        request.headers_mut().insert("last-event-id", last.parse().unwrap());
    }
    let router = app.app.clone().router();
    app.runtime.block_on(async {
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        assert_eq!(response.status(), 200);
        let mut body = response.into_body();
        let mut text = String::new();
        let mut found = Vec::new();
        while found.len() < n {
            let frame = body.frame().await.unwrap().unwrap();
            text += std::str::from_utf8(frame.data_ref().unwrap()).unwrap();
            found = text
                .split("\n\n")
                .filter_map(|it| {
                    let field = |name: &str| {
                        it.lines().find_map(|it| it.strip_prefix(name)).map(str::to_owned)
                    };
                    Some((field("id: ")?, field("event: ")?))
                })
                .collect();
        }
        found
    })
}

#[test]
fn the_stream_goes_on_where_it_was_left_and_shows_what_one_may_see() {
    on_both(|app| {
        let begin = app.runtime.block_on(app.engine.pulse()).unwrap().to_string();
        let mine = app.lead_of(OWN);
        app.lead_of(TEAM);
        let accept = format!("/api/v1/handoffs/{}/accept", mine["handoff"].as_str().unwrap());
        app.post(&As::User(OWN), &accept, &json!({})).expect(200);
        let all = events(app, &ADMIN, Some(&begin), 3);
        let own = events(app, &As::User(OWN), Some(&begin), 2);
        let kinds = |all: &[(String, String)]| -> Vec<String> {
            all.iter().map(|it| it.1.clone()).collect()
        };
        assert_eq!(kinds(&own)[1], "handoff.accepted");
        assert_eq!(own[0].0, all[0].0, "a cursor is the same for everybody");
        let rest = events(app, &As::User(OWN), Some(&own[0].0), 1);
        assert_eq!(rest[0], own[1]);
        // A reassignment is seen by the one who lost the lead and the one who got it.
        let reassign = format!("/api/v1/handoffs/{}/reassign", mine["handoff"].as_str().unwrap());
        app.post(&As::User("svenja"), &reassign, &json!({ "to_rep": TEAM })).expect(200);
        let lost = events(app, &As::User(OWN), Some(&own[1].0), 1);
        assert_eq!(lost[0].1, "handoff.reassigned");
    });
}

fn page(app: &TestApp, links: &Arc<Links>, method: &str, url: &str, form: &str) -> (u16, String) {
    let path = url.strip_prefix("https://b.example").unwrap();
    let mut request = crate::app::request(&As::Nobody, method, path, &json!(null), None);
    *request.body_mut() = form.to_owned().into();
    let kind = "application/x-www-form-urlencoded".parse().unwrap();
    request.headers_mut().insert("content-type", kind);
    let router = app.app.clone().with_links(Some(Arc::clone(links))).router();
    app.runtime.block_on(async {
        let response = tower::ServiceExt::oneshot(router, request).await.unwrap();
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.to_vec()).unwrap())
    })
}

#[test]
fn a_link_shows_on_get_and_acts_on_post_and_says_who_has_it_now() {
    on_both(|app| {
        let links = Arc::new(Links::new("https://b.example", Arc::new(Vault::new(&[4; 32]))));
        let lead = app.lead_of(OWN);
        let handoff = lead["handoff"].as_str().unwrap();
        let now = app.runtime.block_on(app.engine.now()).unwrap();
        let ticket = |deed| Ticket::new(handoff.parse().unwrap(), OWN.parse().unwrap(), deed, now);
        let state = || {
            let path = format!("/api/v1/handoffs/{handoff}");
            app.get(&ADMIN, &path).expect(200).body["state"].as_str().unwrap().to_owned()
        };
        let accept = links.deed(&ticket(Deed::Accept));
        let (status, text) = page(app, &links, "GET", &accept, "");
        assert_eq!((status, state().as_str()), (200, "offered"), "looking changes nothing");
        assert!(text.contains("<form method=\"post\">") && !text.contains("<script"), "{text}");
        assert_eq!(page(app, &links, "POST", &links.deed(&ticket(Deed::Snooze)), "").0, 200);
        assert_eq!((page(app, &links, "POST", &accept, "").0, state().as_str()), (200, "accepted"));
        let reject = links.deed(&ticket(Deed::Reject));
        assert!(page(app, &links, "GET", &reject, "").1.contains("no_budget"));
        assert_eq!(page(app, &links, "POST", &reject, "reason=nonsense").0, 422);
        let to = json!({ "to_rep": TEAM });
        app.post(&As::User("svenja"), &format!("/api/v1/handoffs/{handoff}/reassign"), &to)
            .expect(200);
        for method in ["GET", "POST"] {
            let (status, text) = page(app, &links, method, &accept, "");
            assert_eq!(status, 409);
            assert!(text.contains("Piet Vermeer"), "{text}");
        }
        let forged = accept.replace("/a/", "/a/x");
        assert_eq!(page(app, &links, "GET", &forged, "").0, 404);
        let lead = lead["lead"].as_str().unwrap().parse().unwrap();
        let leave = links.unsubscribe(lead);
        assert_eq!(page(app, &links, "GET", &leave, "").0, 200);
        let one_click = "List-Unsubscribe=One-Click";
        assert_eq!(page(app, &links, "POST", &leave, one_click).0, 200);
        assert_eq!(page(app, &links, "POST", &leave, one_click).0, 200, "again");
    });
}
