//! The web app: its files are part of the binary, its paths are whatever the API does not have.
//!
//! Files with a hash in their name never change and are kept by browsers for a year; the page
//! itself is asked for each time. Paths of the API never end at the page: a program that asks for
//! something that is not there must be told so.

use axum::http::header::{
    ACCEPT, ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, REFERRER_POLICY, VARY,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use axum::response::{IntoResponse, Response};

use crate::error;

/// A file of the app.
struct File {
    path: &'static str,
    bytes: &'static [u8],
    /// The same, smaller.
    brotli: Option<&'static [u8]>,
}

const FILES: &[File] = include!(concat!(env!("OUT_DIR"), "/web.rs"));
const PAGE: &str = "index.html";
/// Names in here hold a hash of what is in them.
const HASHED: &str = "assets/";

/// Beginnings of paths that are not the app's.
const RESERVED: [&str; 9] =
    ["api", "a", "f", "u", "health", "metrics", "openapi.json", "slack", "sms"];

/// Styles are set by components while they are shown; scripts come from files alone.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; \
    worker-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// The file of this path, or the page for whoever looks with a browser.
pub(crate) async fn app(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/');
    let first = path.split('/').next().unwrap_or_default();
    if RESERVED.contains(&first) || !matches!(method, Method::GET | Method::HEAD) {
        return error::no_such_path().await.into_response();
    }
    if let Some(file) = FILES.iter().find(|it| it.path == path && it.path != PAGE) {
        return answer(file, &headers);
    }
    let looks = headers.get(ACCEPT).and_then(|it| it.to_str().ok());
    let looks = looks.is_some_and(|it| it.contains("text/html"));
    match FILES.iter().find(|it| it.path == PAGE) {
        Some(page) if looks && !path.starts_with(HASHED) => answer(page, &headers),
        Some(_) | None => error::no_such_path().await.into_response(),
    }
}

fn answer(file: &File, headers: &HeaderMap) -> Response {
    let takes = headers.get(ACCEPT_ENCODING).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let takes = takes.split(',').any(|it| it.split(';').next().is_some_and(|it| it.trim() == "br"));
    let (bytes, is_small) = match file.brotli.filter(|_| takes) {
        Some(small) => (small, true),
        None => (file.bytes, false),
    };
    let mut response = bytes.into_response();
    let mut set = |name: HeaderName, value: &'static str| {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    };
    set(CONTENT_TYPE, kind(file.path));
    set(VARY, "accept-encoding");
    set(
        CACHE_CONTROL,
        match file.path.starts_with(HASHED) {
            true => "public, max-age=31536000, immutable",
            false => "no-cache",
        },
    );
    if is_small {
        set(CONTENT_ENCODING, "br");
    }
    if file.path == PAGE {
        set(CONTENT_SECURITY_POLICY, POLICY);
        set(REFERRER_POLICY, "same-origin");
    }
    response
}

fn kind(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
