//! One envelope for everything that goes wrong.

use axum::body::Body;
use axum::http::Request;
use expect_test::expect;
use serde_json::json;

use crate::app::{Answer, As, TestApp, on_both, redacted, request};

const ADMIN: As = As::User("admin");

fn raw(app: &TestApp, content_type: &str, body: impl Into<Body>) -> Answer {
    let (parts, ()) = {
        let request = request(&ADMIN, "POST", "/api/v1/outcomes", &serde_json::Value::Null, None);
        let (parts, _) = request.into_parts();
        (parts, ())
    };
    let mut request = Request::from_parts(parts, body.into());
    request.headers_mut().insert("content-type", content_type.parse().unwrap());
    app.send(request)
}

#[test]
fn bad_json_is_told_by_line_and_column() {
    on_both(|app| {
        let answer = raw(app, "application/json", "{\n  \"kind\": \"won\",,\n}").expect(400);
        expect![[r#"
            {
              "code": "A0400",
              "fields": [],
              "message": "the body is not JSON: key must be a string at line 2, column 17",
              "request_id": "REQUEST"
            }
        "#]]
        .assert_eq(&redacted(&answer.body));
        raw(app, "application/json", "{\"kind\":\"won\"} {}").expect(400);
        raw(app, "application/json", vec![0xff, 0xfe]).expect(400);
        let deep = "[".repeat(100_000);
        assert_eq!(raw(app, "application/json", deep).expect(422).code(), "A0411");
    });
}

#[test]
fn a_wrong_part_is_told_by_its_place() {
    on_both(|app| {
        let path = "/api/v1/policies/check";
        let body = json!({ "files": [{ "path": "a", "text": 3 }] });
        let answer = app.post(&ADMIN, path, &body).expect(422);
        expect![[r#"
            {
              "code": "A0411",
              "fields": [
                {
                  "code": "A0411",
                  "loc": "files[0].text",
                  "message": "invalid type: integer `3`, expected a string"
                }
              ],
              "message": "a part of the request is wrong",
              "request_id": "REQUEST"
            }
        "#]]
        .assert_eq(&redacted(&answer.body));
        let body = json!({ "kind": "won", "valeu": 3 });
        let answer = app.post(&ADMIN, "/api/v1/outcomes", &body).expect(422);
        expect![[r#"
            {
              "code": "A0411",
              "fields": [
                {
                  "code": "A0411",
                  "loc": "valeu",
                  "message": "unknown field `valeu`, expected one of `kind`, `lead`, `lead_external_id`, `lead_email`, `handoff`, `at`, `value`, `lead_source`, `attributed_source`, `external_id`"
                }
              ],
              "message": "a part of the request is wrong",
              "request_id": "REQUEST"
            }
        "#]].assert_eq(&redacted(&answer.body));
    });
}

#[test]
fn an_unknown_or_wrong_query_parameter_is_refused() {
    on_both(|app| {
        for query in [
            "limt=3",
            "limit=0",
            "limit=201",
            "limit=x",
            "after=lead_1",
            "limit=1&limit=2",
            "state=no",
        ] {
            app.get(&ADMIN, &format!("/api/v1/handoffs?{query}")).expect(422);
            let answer = app.get(&ADMIN, &format!("/api/v1/leads?{query}")).expect(422);
            assert_eq!(answer.code(), "A0410", "{query}");
            assert_eq!(answer.body["fields"].as_array().unwrap().len(), 1, "{query}");
        }
        let answer = app.get(&ADMIN, "/api/v1/leads?limit=x").expect(422);
        expect![[r#"
            {
              "code": "A0410",
              "fields": [
                {
                  "code": "A0410",
                  "loc": "limit",
                  "message": "invalid digit found in string"
                }
              ],
              "message": "the query cannot be read",
              "request_id": "REQUEST"
            }
        "#]]
        .assert_eq(&redacted(&answer.body));
    });
}

#[test]
fn paths_methods_types_and_sizes_have_the_envelope_too() {
    on_both(|app| {
        let answer = app.get(&ADMIN, "/api/v1/nothing").expect(404);
        expect![[r#"
            {
              "code": "A0404",
              "fields": [],
              "message": "there is no such path",
              "request_id": "REQUEST"
            }
        "#]]
        .assert_eq(&redacted(&answer.body));
        let answer = app.request(&ADMIN, "DELETE", "/api/v1/leads", &serde_json::Value::Null);
        let answer = answer.expect(405);
        assert_eq!(answer.code(), "A0405");
        assert!(answer.header("allow").contains("POST"), "{:?}", answer.headers);
        assert_eq!(raw(app, "text/plain", "{}").expect(415).code(), "A0415");
        assert_eq!(
            raw(app, "application/json", vec![b' '; 1024 * 1024 + 1]).expect(413).code(),
            "A0413"
        );
        let path = "/api/v1/leads/%ff";
        assert_eq!(app.get(&ADMIN, path).expect(404).code(), "A0404");
    });
}

#[test]
fn a_batch_may_be_larger_than_other_bodies() {
    on_both(|app| {
        let pad = "x".repeat(2 * 1024 * 1024);
        let body = json!({ "leads": [], "pad": pad });
        let answer = app.post(&ADMIN, "/api/v1/leads/batch", &body).expect(422);
        assert_eq!(answer.code(), "A0411");
        let pad = "x".repeat(16 * 1024 * 1024);
        let body = json!({ "leads": [], "pad": pad });
        app.post(&ADMIN, "/api/v1/leads/batch", &body).expect(413);
    });
}

#[test]
fn every_answer_has_a_request_id_which_a_caller_may_give() {
    on_both(|app| {
        let answer = app.get(&As::Nobody, "/api/v1/leads").expect(401);
        assert_eq!(answer.body["request_id"], answer.header("x-request-id"));
        assert!(!answer.header("x-request-id").is_empty());
        let mut request = request(&ADMIN, "GET", "/api/v1/leads", &serde_json::Value::Null, None);
        request.headers_mut().insert("x-request-id", "my-id.1".parse().unwrap());
        assert_eq!(app.send(request).header("x-request-id"), "my-id.1");
        let mut request = crate::app::request(&ADMIN, "GET", "/x", &serde_json::Value::Null, None);
        request.headers_mut().insert("x-request-id", "no spaces".parse().unwrap());
        assert_ne!(app.send(request).header("x-request-id"), "no spaces");
    });
}

#[test]
fn the_character_that_postgres_cannot_keep_is_refused_everywhere() {
    on_both(|app| {
        let captured = app.capture("a@b.example");
        let (lead, handoff) = (captured["lead"].as_str().unwrap(), &captured["handoff"]);
        let reject = format!("/api/v1/handoffs/{}/reject", handoff.as_str().unwrap());
        let activity = format!("/api/v1/leads/{lead}/activities");
        let fields = json!({ "email": "c@b.example", "handoff_reason": "demo" });
        let leads = json!([{ "fields": fields }, { "fields": { "no\0te": "x" } }]);
        let bodies = [
            (
                "/api/v1/outcomes",
                json!({ "kind": "won", "lead": lead, "lead_source": "a\0" }),
                "lead_source",
            ),
            (&activity, json!({ "kind": "page\0view" }), "kind"),
            (&reject, json!({ "reason": "other", "note": "\0no" }), "note"),
            (
                "/api/v1/leads",
                json!({ "fields": fields,
                "external_id": { "source": "crm", "id": "1\0" } }),
                "external_id.id",
            ),
            ("/api/v1/leads/batch", json!({ "leads": leads }), "leads[1].fields.no\0te"),
        ];
        for (path, body, loc) in bodies {
            let who = if path == reject { As::User("olga") } else { ADMIN };
            let answer = app.post(&who, path, &body).expect(422);
            assert_eq!(answer.code(), "A0411", "{path}");
            assert_eq!(answer.body["fields"][0]["loc"], loc, "{path}");
        }
        // The six letters themselves are a text like any other.
        let body = json!({ "kind": "won", "lead": lead, "lead_source": r"\u0000" });
        app.post(&ADMIN, "/api/v1/outcomes", &body).expect(201);
        app.get(&ADMIN, "/api/v1/policies/%00").expect(404);
        let answer = app.get(&ADMIN, "/api/v1/handoffs?owner=%00").expect(422);
        assert_eq!((answer.code(), &answer.body["fields"][0]["loc"]), ("A0410", &json!("owner")));
        let mut request = request(&ADMIN, "GET", "/api/v1/leads", &serde_json::Value::Null, None);
        // `a\0:x`.
        request.headers_mut().insert("authorization", "Basic YQA6eA==".parse().unwrap());
        app.send(request).expect(401);
    });
}
