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
    let key = signing_secret.expose().as_bytes();
    let mut wanted = String::from("v0=");
    for byte in hmac_sha256(key, &[b"v0:", timestamp.as_bytes(), b":", body]) {
        let _ = write!(wanted, "{byte:02x}");
    }
    match secret::same(signature.as_bytes(), wanted.as_bytes()) {
        true => Ok(()),
        false => Err(SignatureError::Wrong),
    }
}
