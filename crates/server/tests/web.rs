//! The web app on the paths that the API does not have.

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use axum::response::Response;
use tower::ServiceExt;

use crate::app::{TestApp, on_both};

fn fetch(app: &TestApp, method: &str, path: &str, accept: &str) -> Response {
    let request = Request::builder().method(method).uri(path).header("accept", accept);
    let request = request.header("accept-encoding", "gzip, br;q=1.0").body(Body::empty());
    app.runtime.block_on(app.app.clone().router().oneshot(request.unwrap())).unwrap()
}

fn text(response: &Response, name: header::HeaderName) -> &str {
    response.headers().get(name).map_or("", |it| it.to_str().unwrap())
}

const PAGE: &str = "text/html,application/xhtml+xml";

#[test]
fn a_browser_gets_the_page_on_every_path_of_the_app() {
    on_both(|app| {
        for path in ["/", "/inbox", "/handoffs/handoff_01hq3xkd5gzax", "/index.html"] {
            let response = fetch(app, "GET", path, PAGE);
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            assert_eq!(text(&response, header::CONTENT_TYPE), "text/html; charset=utf-8");
            assert_eq!(text(&response, header::CACHE_CONTROL), "no-cache");
            let policy = text(&response, header::CONTENT_SECURITY_POLICY).to_owned();
            assert!(policy.contains("script-src 'self';"), "{policy}");
            assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
            assert_eq!(text(&response, header::X_CONTENT_TYPE_OPTIONS), "nosniff");
        }
    });
}

#[test]
fn paths_of_the_api_and_programs_never_get_the_page() {
    on_both(|app| {
        for path in ["/api/v1/nothing", "/api", "/f/form", "/a", "/health/x", "/metrics"] {
            let response = fetch(app, "GET", path, PAGE);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
            assert_eq!(text(&response, header::CONTENT_TYPE), "application/json", "{path}");
        }
        let refused = [
            ("GET", "/inbox", "application/json"),
            ("POST", "/inbox", PAGE),
            ("GET", "/assets/no-such-file.js", PAGE),
            ("GET", "/assets/../../Cargo.toml", PAGE),
        ];
        for (method, path, accept) in refused {
            let response = fetch(app, method, path, accept);
            assert_eq!(response.status(), StatusCode::NOT_FOUND, "{method} {path}");
        }
    });
}

#[test]
fn what_the_page_asks_for_is_there() {
    on_both(|app| {
        let page = fetch(app, "GET", "/", PAGE);
        let bytes = app.runtime.block_on(to_bytes(page.into_body(), 1 << 20)).unwrap();
        // Without the built app there is a page that says so, and it asks for nothing.
        let html = String::from_utf8_lossy(&bytes);
        for part in html.split(['"', '\'']).filter(|it| it.starts_with("/assets/")) {
            let file = fetch(app, "GET", part, "*/*");
            assert_eq!(file.status(), StatusCode::OK, "{part}");
            let kept = text(&file, header::CACHE_CONTROL);
            assert_eq!(kept, "public, max-age=31536000, immutable");
            assert_eq!(text(&file, header::CONTENT_ENCODING), "br", "{part}");
            assert_eq!(text(&file, header::VARY), "accept-encoding");
        }
    });
}
