//! Passwords and API keys: what is stored can be checked but not used.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use sha2::{Digest, Sha256};

/// An API key as it is shown once, and what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// The whole key: `baton_` and 52 letters and digits of 256 random bits.
    pub secret: String,
    /// The first letters, to recognise it by.
    pub prefix: String,
    /// SHA-256 of the key; enough for a random secret of this length.
    pub hash: Vec<u8>,
}

/// No random numbers could be had from the operating system, or a hash could not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretError(String);

impl std::fmt::Display for SecretError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no secret could be made: {}", self.0)
    }
}

impl std::error::Error for SecretError {}

const KEY_BYTES: usize = 32;
const PREFIX_LETTERS: usize = 12;
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// The shortest password taken.
pub const PASSWORD_LENGTH_MIN: usize = 10;

/// A new random API key.
pub fn new_key() -> Result<NewKey, SecretError> {
    let secret = format!("baton_{}", random_text()?);
    let prefix = secret.chars().take(PREFIX_LETTERS).collect();
    let hash = hash_key(&secret);
    Ok(NewKey { secret, prefix, hash })
}

/// What is stored of a key.
pub fn hash_key(secret: &str) -> Vec<u8> {
    Sha256::digest(secret.as_bytes()).to_vec()
}

/// 256 random bits as 52 letters and digits.
pub fn random_text() -> Result<String, SecretError> {
    let mut bytes = [0_u8; KEY_BYTES];
    getrandom::fill(&mut bytes).map_err(|error| SecretError(error.to_string()))?;
    let mut text = String::with_capacity(52);
    let (mut bits, mut have) = (0_u32, 0_u32);
    for byte in bytes {
        bits = (bits << 8) | u32::from(byte);
        have += 8;
        while 5 <= have {
            have -= 5;
            text.push(digit(bits >> have));
        }
    }
    text.push(digit(bits << (5 - have)));
    Ok(text)
}

fn digit(bits: u32) -> char {
    DIGITS.get((bits & 31) as usize).map_or('0', |it| char::from(*it))
}

/// The stored form of a password (argon2id, the crate's recommended cost). Takes tens of
/// milliseconds on purpose: not for a thread that serves others.
pub fn hash_password(password: &str) -> Result<String, SecretError> {
    let hash = Argon2::default().hash_password(password.as_bytes());
    hash.map(|it| it.to_string()).map_err(|error| SecretError(error.to_string()))
}

/// Whether `password` is the one `stored` was made of. As slow as [`hash_password`].
pub fn check_password(password: &str, stored: &str) -> bool {
    PasswordHash::new(stored)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_long_and_different() {
        let (a, b) = (new_key().unwrap(), new_key().unwrap());
        assert_eq!(a.secret.len(), "baton_".len() + 52);
        assert_ne!(a.secret, b.secret);
        assert_eq!(hash_key(&a.secret), a.hash);
        assert!(a.secret.starts_with(&a.prefix));
    }

    #[test]
    fn a_password_is_checked_against_its_hash() {
        let stored = hash_password("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$"));
        assert!(check_password("correct horse", &stored));
        assert!(!check_password("wrong horse", &stored));
        assert!(!check_password("correct horse", "not a hash"));
    }
}
