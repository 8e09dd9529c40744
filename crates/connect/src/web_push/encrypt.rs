//! Message encryption for web push: RFC 8291 over the `aes128gcm` coding of RFC 8188.

use aes_gcm::aead::{Aead, KeyInit as _};
use aes_gcm::{Aes128Gcm, Nonce};
use p256::{PublicKey, SecretKey};

use super::Subscription;
use super::vapid::random_key;
use crate::signature::hmac_sha256;

const SALT_BYTES: usize = 16;
/// A note is one record of this size at most.
const RECORD_BYTES: u32 = 4096;
/// What one record holds after salt, sizes, our key, the delimiter and the tag.
pub(super) const NOTE_BYTES_MAX: usize = 4096 - 16 - 4 - 1 - 65 - 1 - 16;
/// Ends the last record.
const LAST: u8 = 2;

/// `note` for that browser alone, under a fresh key.
pub(super) fn seal(to: &Subscription, note: &[u8]) -> Option<Vec<u8>> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt).ok()?;
    seal_with(to, note, &random_key().ok()?, salt)
}

/// The same with given randomness.
fn seal_with(
    to: &Subscription,
    note: &[u8],
    ours: &SecretKey,
    salt: [u8; SALT_BYTES],
) -> Option<Vec<u8>> {
    let our_point = point(&ours.public_key());
    let shared = p256::ecdh::diffie_hellman(ours.to_nonzero_scalar(), to.key.as_affine());
    let info = [b"WebPush: info\0".as_slice(), &point(&to.key), &our_point].concat();
    let input = expand(&extract(&to.auth, shared.raw_secret_bytes()), &info);
    let key = extract(&salt, &input);
    let content_key = expand(&key, b"Content-Encoding: aes128gcm\0");
    let nonce = expand(&key, b"Content-Encoding: nonce\0");

    let cipher = Aes128Gcm::new_from_slice(content_key.get(..16)?).ok()?;
    let nonce = Nonce::try_from(nonce.get(..12)?).ok()?;
    let mut padded = note.to_vec();
    padded.push(LAST);
    let sealed = cipher.encrypt(&nonce, padded.as_slice()).ok()?;

    let mut body = salt.to_vec();
    body.extend(RECORD_BYTES.to_be_bytes());
    body.push(u8::try_from(our_point.len()).ok()?);
    body.extend(our_point);
    body.extend(sealed);
    Some(body)
}

/// Uncompressed: 65 bytes.
pub(super) fn point(key: &PublicKey) -> Vec<u8> {
    use p256::elliptic_curve::sec1::ToSec1Point;
    key.to_sec1_point(false).as_bytes().to_vec()
}

/// HKDF-Extract (RFC 5869).
fn extract(salt: &[u8], input: &[u8]) -> [u8; 32] {
    hmac_sha256(salt, &[input])
}

/// The first 32 bytes of HKDF-Expand: nobody here needs more.
fn expand(key: &[u8], info: &[u8]) -> [u8; 32] {
    hmac_sha256(key, &[info, &[1]])
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    #[test]
    fn the_example_of_rfc_8291_comes_out() {
        let browser = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let to =
            Subscription::new("https://push.example/x", browser, "BTBZMqHH6r4Tts7J_aSIgg").unwrap();
        let ours =
            SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let body =
            seal_with(&to, b"When I grow up, I want to be a watermelon", &ours, salt).unwrap();
        let wanted = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(body), wanted);
    }
}
