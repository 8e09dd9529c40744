//! Secrets at rest, and signatures of our own: one master key that lies outside the database.
//!
//! What is stored is AES-256-GCM under a key made from the master key, bound to the place it
//! belongs to, so that a row copied to another place does not open. Rows name their key.

use std::fmt;
use std::path::Path;

use aes_gcm::aead::{Aead, Nonce, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};

use crate::{Refusal, RefusalKind};

/// The keys of one installation.
#[derive(Clone)]
pub struct Vault {
    key_id: String,
    cipher: Aes256Gcm,
    signing: [u8; 32],
}

/// Something encrypted, with the name of its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The name of the key.
    pub key_id: String,
    /// Nonce and ciphertext.
    pub bytes: Vec<u8>,
}

/// Why a secret cannot be had.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    /// No key, or not one of ours.
    #[error("the key is 32 bytes in base64 (43 letters): {0}")]
    Key(String),
    /// The file cannot be read or made.
    #[error("the key file: {0}")]
    File(String),
    /// The operating system gives no random numbers.
    #[error("no random numbers: {0}")]
    Randomness(String),
    /// Encrypted with another key, changed, or moved from elsewhere.
    #[error("this was encrypted with the key `{0}`, which is not the one given, or it was changed")]
    Closed(String),
}

const NONCE_BYTES: usize = 12;

impl Vault {
    /// The vault of a master key.
    pub fn new(master: &[u8; 32]) -> Self {
        let data = derived(master, b"baton.data.v1");
        let id = Sha256::digest(data);
        let key_id = id.iter().take(4).map(|it| format!("{it:02x}")).collect();
        let signing = derived(master, b"baton.sign.v1");
        Self { key_id, cipher: Aes256Gcm::new(&data.into()), signing }
    }

    /// The vault of a master key in base64.
    ///
    /// # Errors
    /// Where it is not 32 bytes.
    pub fn of_text(text: &str) -> Result<Self, VaultError> {
        let wrong = |why: &str| VaultError::Key(why.to_owned());
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| wrong("not base64url"))?;
        let master: [u8; 32] = bytes.try_into().map_err(|_| wrong("another length"))?;
        Ok(Self::new(&master))
    }

    /// The vault of the key in a file; makes the file, readable by its owner alone, where there is
    /// none.
    ///
    /// # Errors
    /// Where the file cannot be read or made, or holds no key.
    pub fn of_file(path: &Path) -> Result<Self, VaultError> {
        let file = |error: std::io::Error| VaultError::File(format!("{}: {error}", path.display()));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::of_text(&text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                let text = new_master()?;
                match write_new(path, &text) {
                    // Another process was faster: its key holds.
                    Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                        Self::of_text(&std::fs::read_to_string(path).map_err(file)?)
                    }
                    Err(error) => Err(file(error)),
                    Ok(()) => Self::of_text(&text),
                }
            }
            Err(error) => Err(file(error)),
        }
    }

    /// The name of the key, as rows keep it.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Encrypts `plain` for `place`.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn seal(&self, place: &str, plain: &[u8]) -> Result<Sealed, VaultError> {
        let random = |error: &dyn fmt::Display| VaultError::Randomness(error.to_string());
        let mut nonce = [0_u8; NONCE_BYTES];
        getrandom::fill(&mut nonce).map_err(|error| random(&error))?;
        let payload = Payload { msg: plain, aad: place.as_bytes() };
        let at: Nonce<Aes256Gcm> = nonce.into();
        let sealed = self.cipher.encrypt(&at, payload).map_err(|error| random(&error))?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        Ok(Sealed { key_id: self.key_id.clone(), bytes })
    }

    /// Decrypts what was sealed for `place`.
    ///
    /// # Errors
    /// Where another key or place was meant, or a byte has changed.
    pub fn open(&self, place: &str, key_id: &str, bytes: &[u8]) -> Result<Vec<u8>, VaultError> {
        let closed = || VaultError::Closed(key_id.to_owned());
        let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(closed)?;
        let nonce: [u8; NONCE_BYTES] = nonce.try_into().map_err(|_| closed())?;
        let at: Nonce<Aes256Gcm> = nonce.into();
        let payload = Payload { msg: sealed, aad: place.as_bytes() };
        self.cipher.decrypt(&at, payload).map_err(|_| closed())
    }

    /// A signature over `bytes` that is good for `purpose` alone.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> [u8; 32] {
        self.mac(purpose, bytes).map(|it| it.finalize().into_bytes().into()).unwrap_or_default()
    }

    /// Whether `signature` is ours, in a time that does not tell where it differs.
    pub fn is_signed(&self, purpose: &str, bytes: &[u8], signature: &[u8]) -> bool {
        self.mac(purpose, bytes).is_some_and(|it| it.verify_slice(signature).is_ok())
    }

    fn mac(&self, purpose: &str, bytes: &[u8]) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of every length.
        let mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&self.signing).ok()?;
        let length = (purpose.len() as u64).to_be_bytes();
        Some(mac.chain_update(length).chain_update(purpose).chain_update(bytes))
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Vault").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        Self::new(RefusalKind::Internal, "A0506", error.to_string())
    }
}

/// A new master key, as text for a file or the environment.
///
/// # Errors
/// Where the operating system gives no random numbers.
pub fn new_master() -> Result<String, VaultError> {
    let mut master = [0_u8; 32];
    getrandom::fill(&mut master).map_err(|error| VaultError::Randomness(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(master))
}

fn derived(master: &[u8; 32], purpose: &[u8]) -> [u8; 32] {
    let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(master) else { return [0; 32] };
    mac.chain_update(purpose).finalize().into_bytes().into()
}

/// Writes a file that was not there, for its owner alone; whole or not at all.
fn write_new(path: &Path, text: &str) -> std::io::Result<()> {
    use std::io::Write as _;
    let folder = path.parent().filter(|it| !it.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path).map(drop).map_err(|it| it.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_with_its_key_at_its_place_and_unchanged() {
        let vault = Vault::new(&[7; 32]);
        let sealed = vault.seal("webhook.1", b"whsec_x").unwrap();
        let open = |vault: &Vault, place, bytes: &[u8]| vault.open(place, &sealed.key_id, bytes);
        assert_eq!(open(&vault, "webhook.1", &sealed.bytes).unwrap(), b"whsec_x");
        assert!(open(&vault, "webhook.2", &sealed.bytes).is_err());
        assert!(open(&Vault::new(&[8; 32]), "webhook.1", &sealed.bytes).is_err());
        for at in 0..sealed.bytes.len() {
            let mut changed = sealed.bytes.clone();
            changed[at] ^= 1;
            assert!(open(&vault, "webhook.1", &changed).is_err(), "byte {at}");
        }
        assert!(!format!("{vault:?}").contains("7, 7"));
    }

    #[test]
    fn a_signature_is_good_for_its_purpose_alone() {
        let vault = Vault::new(&[7; 32]);
        let signature = vault.sign("accept", b"x");
        assert!(vault.is_signed("accept", b"x", &signature));
        assert!(!vault.is_signed("reject", b"x", &signature));
        assert!(!vault.is_signed("accept", b"y", &signature));
        assert!(!vault.is_signed("accept", b"x", &signature[..31]));
    }

    #[test]
    fn the_key_file_is_made_once_and_for_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("baton.key");
        let first = Vault::of_file(&path).unwrap();
        assert_eq!(Vault::of_file(&path).unwrap().key_id(), first.key_id());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::write(&path, "nonsense").unwrap();
        assert!(Vault::of_file(&path).is_err());
    }
}
