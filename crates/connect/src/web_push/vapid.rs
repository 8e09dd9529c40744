//! Who we are to push services: RFC 8292, a token signed with our own key for each of them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{Seconds, Timestamp};
use p256::SecretKey;
use p256::ecdsa::signature::Signer;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::json;
use url::Url;

use super::encrypt;

/// The key pair of this installation, written as the private part in base64url.
#[derive(Clone)]
pub struct VapidKeys(SecretKey);

/// Text that is no key, or a machine without randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VapidError {
    /// Not the agreed form.
    #[error("a VAPID key is 32 bytes in base64url")]
    Form,
    /// The machine gave no random bytes.
    #[error("no random bytes for a VAPID key")]
    Randomness,
}

/// Services refuse tokens that are good for more than a day.
const GOOD_FOR: Seconds = Seconds::from_hours(12);

impl VapidKeys {
    /// A new pair.
    pub fn generate() -> Result<Self, VapidError> {
        random_key().map(Self)
    }

    /// The public part in base64url, which browsers subscribe with.
    pub fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(encrypt::point(&self.0.public_key()))
    }

    /// The private part, to be kept.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.to_bytes())
    }

    /// What tells the service of `endpoint` that it is us.
    pub(super) fn token(&self, endpoint: &Url, contact: &str, now: Timestamp) -> String {
        let head = json!({ "typ": "JWT", "alg": "ES256" }).to_string();
        let claims = json!({
            "aud": endpoint.origin().ascii_serialization(),
            "exp": now.plus(GOOD_FOR).as_seconds(),
            "sub": contact,
        });
        let text = [head, claims.to_string()].map(|it| URL_SAFE_NO_PAD.encode(it)).join(".");
        let signature: Signature = SigningKey::from(&self.0).sign(text.as_bytes());
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }
}

/// A private key out of random bytes. One draw in 2^32 is no key, so a few are enough.
pub(super) fn random_key() -> Result<SecretKey, VapidError> {
    for _ in 0..8 {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).map_err(|_| VapidError::Randomness)?;
        if let Ok(key) = SecretKey::from_slice(&bytes) {
            return Ok(key);
        }
    }
    Err(VapidError::Randomness)
}

impl FromStr for VapidKeys {
    type Err = VapidError;

    fn from_str(text: &str) -> Result<Self, VapidError> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| VapidError::Form)?;
        SecretKey::from_slice(&bytes).map(Self).map_err(|_| VapidError::Form)
    }
}

impl fmt::Debug for VapidKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VapidKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written_and_never_printed() {
        let keys = VapidKeys::generate().unwrap();
        let again: VapidKeys = keys.reveal().parse().unwrap();
        assert_eq!(again.public(), keys.public());
        assert_eq!(keys.public().len(), 87);
        assert_eq!(format!("{keys:?}"), "VapidKeys(…)");
        for bad in ["", "AAAA", "***", &"A".repeat(43)] {
            assert!(bad.parse::<VapidKeys>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_token_is_for_one_service_and_half_a_day() {
        let keys = VapidKeys::generate().unwrap();
        let endpoint = "https://push.example:8443/send/abc".parse().unwrap();
        let token = keys.token(&endpoint, "mailto:a@b.example", Timestamp::from_seconds(1000));
        let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example:8443");
        assert_eq!(claims["exp"], 1000 + 43_200);
    }
}
