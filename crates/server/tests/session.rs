//! Browsers that sign in: the cookie, its token, and how it ends.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::app::{Answer, As, PASSWORD, TestApp, on_both};

/// A browser: what it was told to keep.
struct Browser<'a> {
    app: &'a TestApp,
    cookie: String,
    token: String,
}

impl<'a> Browser<'a> {
    fn signed_in(app: &'a TestApp, name: &str) -> Self {
        let answer = sign_in(app, &format!("{name}@baton.example"), PASSWORD).expect(201);
        let cookie = answer.header("set-cookie");
        for part in ["HttpOnly", "SameSite=Strict", "Path=/"] {
            assert!(cookie.contains(part), "{cookie}");
        }
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let token = answer.body["csrf"].as_str().unwrap().to_owned();
        Self { app, cookie, token }
    }

    fn send(&self, method: &str, path: &str, token: Option<&str>, body: &Value) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        request = request.header("cookie", &self.cookie).header("sec-fetch-mode", "cors");
        request = request.header("content-type", "application/json");
        if let Some(token) = token {
            request = request.header("x-csrf-token", token);
        }
        let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
        self.app.send(request.body(body).unwrap())
    }

    fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None, &Value::Null)
    }
}

fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({ "email": email, "password": password });
    app.post(&As::Nobody, "/api/v1/sign-in", &body)
}

#[test]
fn a_browser_signs_in_and_knows_its_rights() {
    on_both(|app| {
        let browser = Browser::signed_in(app, "olga");
        let session = browser.get("/api/v1/session").expect(200).body;
        assert_eq!(session["user"]["rep"], "olga");
        assert_eq!(session["workspace"]["currency"], "USD");
        assert_eq!(session["rights"]["respond"], "own");
        assert_eq!(session["rights"]["reassign"], Value::Null);
        assert_eq!(session["csrf"], browser.token.as_str());
    });
}

#[test]
fn a_wrong_password_begins_no_session_and_counts_as_a_failure() {
    on_both(|app| {
        for at in 0..10 {
            let refused = sign_in(app, "olga@baton.example", &format!("wrong {at}")).expect(401);
            assert_eq!((refused.code(), refused.header("set-cookie")), ("A0401", ""));
        }
        assert_eq!(sign_in(app, "olga@baton.example", PASSWORD).expect(429).code(), "A0429");
        sign_in(app, "nobody@baton.example", PASSWORD).expect(401);
        sign_in(app, "o\0lga@baton.example", PASSWORD).expect(422);
    });
}

#[test]
fn a_change_without_the_token_of_the_session_is_refused() {
    on_both(|app| {
        let lead = app.lead_of("olga");
        let path = format!("/api/v1/handoffs/{}/accept", lead["handoff"].as_str().unwrap());
        let (olga, other) = (Browser::signed_in(app, "olga"), Browser::signed_in(app, "olga"));
        let empty = json!({});
        for token in [None, Some(""), Some(other.token.as_str())] {
            assert_eq!(olga.send("POST", &path, token, &empty).expect(403).code(), "A0422");
        }
        olga.send("POST", &path, Some(&olga.token), &empty).expect(200);
        other.send("DELETE", "/api/v1/session", None, &Value::Null).expect(403);
    });
}

#[test]
fn signing_out_ends_one_session_or_all_of_them() {
    on_both(|app| {
        let (one, two) = (Browser::signed_in(app, "olga"), Browser::signed_in(app, "olga"));
        let svenja = Browser::signed_in(app, "svenja");
        let gone = one.send("DELETE", "/api/v1/session", Some(&one.token), &Value::Null);
        assert!(gone.expect(204).header("set-cookie").contains("Max-Age=0"));
        one.get("/api/v1/session").expect(401);
        two.get("/api/v1/session").expect(200);
        let three = Browser::signed_in(app, "olga");
        two.send("DELETE", "/api/v1/sessions", Some(&two.token), &Value::Null).expect(204);
        two.get("/api/v1/session").expect(401);
        three.get("/api/v1/session").expect(401);
        svenja.get("/api/v1/session").expect(200);
    });
}

#[test]
fn a_user_who_is_switched_off_is_out() {
    on_both(|app| {
        let browser = Browser::signed_in(app, "olga");
        let users = app.get(&As::User("admin"), "/api/v1/users").expect(200).body;
        let users = users["items"].as_array().unwrap();
        let olga = users.iter().find(|it| it["name"] == "olga").unwrap()["id"].as_str().unwrap();
        let (path, off) = (format!("/api/v1/users/{olga}"), json!({ "active": false }));
        app.request(&As::User("admin"), "PATCH", &path, &off).expect(200);
        let out = browser.get("/api/v1/session").expect(401);
        // A page must not make the browser ask for a password in a window of its own.
        assert_eq!(out.header("www-authenticate"), "Bearer");
    });
}

#[test]
fn only_a_demo_lets_people_in_without_a_password() {
    on_both(|app| {
        let users = app.runtime.block_on(app.engine.users()).unwrap();
        let id = |name: &str| users.iter().find(|it| it.name == name).unwrap().id;
        let body = |name: &str| json!({ "user": id(name).to_string() });
        let enter =
            |app: &TestApp, name: &str| app.post(&As::Nobody, "/api/v1/sign-in/demo", &body(name));
        assert_eq!(enter(app, "olga").expect(404).code(), "A0404");
        let options = app.get(&As::Nobody, "/api/v1/sign-in").expect(200);
        assert_eq!(options.body, json!({ "demo": [] }));

        let demo = app.app.clone().with_demo(vec![id("olga")]);
        let post = |name: &str| {
            let request =
                crate::app::request(&As::Nobody, "POST", "/api/v1/sign-in/demo", &body(name), None);
            app.runtime.block_on(crate::app::answer(demo.clone(), request))
        };
        assert_eq!(post("olga").expect(201).body["user"]["name"], "olga");
        assert_eq!(post("admin").expect(404).code(), "A0404");
    });
}
