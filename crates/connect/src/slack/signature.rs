//! Signatures of requests from Slack: `v0=` and HMAC-SHA256 in hex over `v0:timestamp:body`.

use std::fmt::Write;

use crate::secret::{self, Secret};
use crate::signature::{SignatureError, fresh, hmac_sha256};

/// Whether Slack signed the raw `body` within five minutes of `now`; the headers are
/// `X-Slack-Request-Timestamp` and `X-Slack-Signature`.
pub fn verify(
    signing_secret: &Secret,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: i64,
) -> Result<(), SignatureError> {
    fresh(timestamp, now)?;
    let wanted = sign(signing_secret, timestamp, body);
    match secret::same(signature.as_bytes(), wanted.as_bytes()) {
        true => Ok(()),
        false => Err(SignatureError::Wrong),
    }
}

/// What Slack puts into the header `X-Slack-Signature` of a request.
pub fn sign(signing_secret: &Secret, timestamp: &str, body: &[u8]) -> String {
    let key = signing_secret.expose().as_bytes();
    let mut signature = String::from("v0=");
    for byte in hmac_sha256(key, &[b"v0:", timestamp.as_bytes(), b":", body]) {
        let _ = write!(signature, "{byte:02x}");
    }
    signature
}
