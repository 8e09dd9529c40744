//! Signatures of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`.

use std::fmt;
use std::str::FromStr;

use crate::message::Key;
use crate::secret;
use crate::signature::{SignatureError, fresh, hmac_sha256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// A shared secret: 24 to 64 bytes, written as `whsec_` and base64.
#[derive(Clone, PartialEq, Eq)]
pub struct SigningSecret(Vec<u8>);

/// Text that is no signing secret, or a machine without randomness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SigningSecretError {
    /// Not the agreed form.
    #[error("a signing secret is `whsec_` and 24 to 64 bytes in base64")]
    Form,
    /// The machine gave no random bytes.
    #[error("no random bytes for a signing secret")]
    Randomness,
}

const PREFIX: &str = "whsec_";
const FRESH_BYTES: usize = 32;

impl SigningSecret {
    /// A new one.
    pub fn generate() -> Result<Self, SigningSecretError> {
        let mut bytes = vec![0; FRESH_BYTES];
        getrandom::fill(&mut bytes).map_err(|_| SigningSecretError::Randomness)?;
        Ok(Self(bytes))
    }

    /// As the receiver is told.
    pub fn reveal(&self) -> String {
        format!("{PREFIX}{}", STANDARD.encode(&self.0))
    }

    fn mac(&self, id: &str, timestamp: &str, body: &[u8]) -> [u8; 32] {
        hmac_sha256(&self.0, &[id.as_bytes(), b".", timestamp.as_bytes(), b".", body])
    }
}

/// The header `webhook-signature`: one signature for each secret.
pub fn sign(secrets: &[SigningSecret], id: &Key, timestamp: i64, body: &[u8]) -> String {
    let timestamp = timestamp.to_string();
    let signatures = secrets
        .iter()
        .map(|it| format!("v1,{}", STANDARD.encode(it.mac(id.as_str(), &timestamp, body))));
    signatures.collect::<Vec<_>>().join(" ")
}

/// Whether a request with these three headers and this body was signed with one of `secrets`
/// within five minutes of `now`, in seconds of the Unix epoch.
pub fn verify(
    secrets: &[SigningSecret],
    id: &str,
    timestamp: &str,
    signature: &str,
    body: &[u8],
    now: i64,
) -> Result<(), SignatureError> {
    fresh(timestamp, now)?;
    let given: Vec<Vec<u8>> = signature
        .split(' ')
        .filter_map(|it| STANDARD.decode(it.strip_prefix("v1,")?).ok())
        .collect();
    let fits = secrets.iter().any(|it| {
        let wanted = it.mac(id, timestamp, body);
        given.iter().any(|it| secret::same(it, &wanted))
    });
    if fits { Ok(()) } else { Err(SignatureError::Wrong) }
}

impl FromStr for SigningSecret {
    type Err = SigningSecretError;

    fn from_str(text: &str) -> Result<Self, SigningSecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SigningSecretError::Form)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| SigningSecretError::Form)?;
        match (24..=64).contains(&bytes.len()) {
            true => Ok(Self(bytes)),
            false => Err(SigningSecretError::Form),
        }
    }
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: i64 = 1_795_000_000;

    fn secret(fill: char) -> SigningSecret {
        SigningSecret(fill.to_string().repeat(32).into_bytes())
    }

    fn check(secrets: &[SigningSecret], signature: &str, now: i64) -> Result<(), SignatureError> {
        verify(secrets, "msg_1", &NOW.to_string(), signature, b"{}", now)
    }

    #[test]
    fn either_of_two_live_secrets_is_enough_on_both_sides() {
        let (old, new) = (secret('o'), secret('n'));
        let id = "msg_1".parse().unwrap();
        let both = sign(&[old.clone(), new.clone()], &id, NOW, b"{}");
        assert_eq!(both.split(' ').count(), 2);
        assert_eq!(check(std::slice::from_ref(&old), &both, NOW), Ok(()));
        assert_eq!(check(std::slice::from_ref(&new), &both, NOW + 300), Ok(()));
        assert_eq!(check(&[secret('x'), new], &both, NOW - 300), Ok(()));
        assert_eq!(check(&[secret('x')], &both, NOW), Err(SignatureError::Wrong));
        assert_eq!(check(&[old], &both, NOW + 301), Err(SignatureError::Stale));
    }

    #[test]
    fn every_changed_byte_breaks_the_signature() {
        let secrets = [secret('s')];
        let id: Key = "msg_1".parse().unwrap();
        let body = br#"{"type":"x"}"#;
        let at = NOW.to_string();
        let signature = sign(&secrets, &id, NOW, body);
        let verify = |id: &str, at: &str, signature: &str, body: &[u8]| {
            super::verify(&secrets, id, at, signature, body, NOW)
        };
        verify("msg_1", &at, &signature, body).unwrap();
        for index in 0..body.len() {
            let mut changed = body.to_vec();
            changed[index] ^= 1;
            verify("msg_1", &at, &signature, &changed).unwrap_err();
        }
        for index in 0..signature.len() {
            let mut changed = signature.clone().into_bytes();
            changed[index] ^= 1;
            verify("msg_1", &at, &String::from_utf8(changed).unwrap(), body).unwrap_err();
        }
        verify("msg_2", &at, &signature, body).unwrap_err();
        verify("msg_1", &(NOW + 1).to_string(), &signature, body).unwrap_err();
        verify("msg_1", "", &signature, body).unwrap_err();
        verify("msg_1", &at, "", body).unwrap_err();
    }

    #[test]
    fn secrets_are_read_as_they_are_written_and_never_printed() {
        let fresh = SigningSecret::generate().unwrap();
        assert_eq!(fresh.reveal().parse::<SigningSecret>(), Ok(fresh.clone()));
        assert_eq!(format!("{fresh:?}"), "SigningSecret(…)");
        for bad in
            ["whsec_", "whsec_AAAA", "AAAA", "whsec_***", &format!("whsec_{}", "A".repeat(88))]
        {
            assert_eq!(bad.parse::<SigningSecret>(), Err(SigningSecretError::Form), "{bad}");
        }
    }
}
