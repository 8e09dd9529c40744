//! The cookie of a browser that is signed in, and the token that its changes carry.
//!
//! The cookie is sent by this site's own pages alone (`SameSite=Strict`), is out of reach of
//! scripts, and over https bound to this host. A page of somebody else cannot read the token, so
//! it changes nothing even where a browser sends the cookie along.

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

/// The header that carries the token.
pub(crate) const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const OVER_HTTP: &str = "baton_session";
const OVER_HTTPS: &str = "__Host-baton_session";

/// The name of the cookie: over https one that only this host can set.
fn name(headers: &HeaderMap) -> &'static str {
    match is_https(headers) {
        true => OVER_HTTPS,
        false => OVER_HTTP,
    }
}

/// Whether the browser speaks https, to the proxy in front of this server.
fn is_https(headers: &HeaderMap) -> bool {
    headers.get(FORWARDED_PROTO).is_some_and(|it| it.as_bytes().eq_ignore_ascii_case(b"https"))
}

/// The secret that a browser sent.
pub(crate) fn secret(headers: &HeaderMap) -> Option<&str> {
    let name = name(headers);
    let sent = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok());
    let mut pairs = sent.flat_map(|it| it.split(';')).filter_map(|it| it.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value).filter(|it| !it.is_empty())
}

/// The cookie that keeps `secret` for `seconds`; with none and 0 the one that removes it.
pub(crate) fn keep(headers: &HeaderMap, secret: &str, seconds: i64) -> Option<HeaderValue> {
    let name = name(headers);
    let secure = if is_https(headers) { "; Secure" } else { "" };
    let text =
        format!("{name}={secret}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    HeaderValue::from_str(&text).ok()
}

/// The token that goes with a secret. It does not tell the secret.
pub(crate) fn token(secret: &str) -> String {
    let hash = Sha256::new().chain_update(b"csrf:").chain_update(secret.as_bytes()).finalize();
    hash.iter().take(16).fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether a request carries the token of its own session.
pub(crate) fn is_ours(headers: &HeaderMap, secret: &str) -> bool {
    headers.get(CSRF).is_some_and(|it| it.as_bytes() == token(secret).as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pair = |it: &(&'static str, &'static str)| {
            (HeaderName::from_static(it.0), HeaderValue::from_static(it.1))
        };
        pairs.iter().map(pair).collect()
    }

    #[test]
    fn over_https_only_the_cookie_of_this_host_counts() {
        let both = "baton_session=a; __Host-baton_session=b";
        assert_eq!(secret(&headers(&[("cookie", both)])), Some("a"));
        let over_https = headers(&[("cookie", both), ("x-forwarded-proto", "https")]);
        assert_eq!(secret(&over_https), Some("b"));
        let kept = keep(&over_https, "b", 60).unwrap();
        let expected =
            "__Host-baton_session=b; Path=/; Max-Age=60; HttpOnly; SameSite=Strict; Secure";
        assert_eq!(kept, expected);
        assert_eq!(secret(&headers(&[("cookie", "baton_session=")])), None);
    }

    #[test]
    fn the_token_belongs_to_one_secret() {
        assert_ne!(token("a"), token("b"));
        assert_eq!(token("a").len(), 32);
        assert!(!is_ours(&headers(&[]), "a"));
        assert!(!is_ours(&headers(&[("x-csrf-token", "wrong")]), "a"));
    }
}
