//! Mail address and password.

use axum::body::Body;
use axum::http::Request;
use base64::Engine as _;

use crate::app::{Answer, As, PASSWORD, TestApp, on_both};

fn basic(app: &TestApp, email: &str, password: &str) -> Answer {
    let text = base64::engine::general_purpose::STANDARD.encode(format!("{email}:{password}"));
    let request = Request::get("/api/v1/reps").header("authorization", format!("Basic {text}"));
    app.send(request.body(Body::empty()).unwrap())
}

#[test]
fn the_password_counts_and_the_letter_case_of_the_address_does_not() {
    on_both(|app| {
        basic(app, "OLGA@baton.example", PASSWORD).expect(200);
        basic(app, "olga@baton.example", "correct horse batterx").expect(401);
        basic(app, "olga@baton.example", "").expect(401);
        let unknown = basic(app, "nobody@baton.example", PASSWORD).expect(401);
        let wrong = basic(app, "olga@baton.example", "x").expect(401);
        assert_eq!(unknown.body["message"], wrong.body["message"], "both look the same");
    });
}

#[test]
fn after_ten_failures_an_address_must_wait_but_those_signed_in_go_on() {
    on_both(|app| {
        basic(app, "olga@baton.example", PASSWORD).expect(200);
        for at in 0..10 {
            basic(app, "olga@baton.example", &format!("wrong {at}")).expect(401);
        }
        let busy = basic(app, "olga@baton.example", "wrong again").expect(429);
        assert_eq!((busy.code(), busy.header("retry-after")), ("A0429", "60"));
        basic(app, "olga@baton.example", PASSWORD).expect(200);
        basic(app, "svenja@baton.example", PASSWORD).expect(200);
    });
}

#[test]
fn other_schemes_and_broken_headers_are_nobody() {
    on_both(|app| {
        for text in
            ["", "Bearer", "Bearer x", "Basic", "Basic !!!", "Basic bm9jb2xvbg==", "Digest x"]
        {
            let request = Request::get("/api/v1/reps").header("authorization", text);
            app.send(request.body(Body::empty()).unwrap()).expect(401);
        }
        assert_eq!(app.get(&As::Key("baton_".to_owned()), "/api/v1/reps").status, 401);
    });
}
