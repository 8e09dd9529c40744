//! Who is asking: an API key, a mail address with a password, or a browser that is signed in.
//!
//! What was found out holds for a short while, so that a busy key costs no query a request.
//! Secrets are kept nowhere: entries are found by a keyed hash.

mod cache;
pub(crate) mod cookie;

use axum::http::header::AUTHORIZATION;
use axum::http::{HeaderMap, Method, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use engine::identity::Identity;
use engine::secret::{SecretError, check_password, hash_password, random_text};
use engine::{Engine, Refusal};
use sha2::{Digest, Sha256};
use tokio::sync::Semaphore;

use crate::app::Limits;
use crate::error::{ApiError, internal};
use cache::{Cache, FailureCounter};

/// Checks credentials and remembers the outcome for a while.
#[derive(Debug)]
pub struct Auth {
    /// Keys the hashes of this process.
    salt: String,
    identities: Cache<Identity>,
    /// Password hash that a mail address and password were found to fit.
    verified: Cache<String>,
    failures: FailureCounter,
    /// One password hash at a time: each takes 19 MiB.
    hashing: Semaphore,
    /// Checked where nobody has the mail address, so that both cases take as long.
    decoy: tokio::sync::OnceCell<String>,
}

/// How long a fitting password is remembered while the user's stored hash stays the same.
const VERIFIED_TIME_MAX: std::time::Duration = std::time::Duration::from_secs(600);
const FAILURE_WINDOW: std::time::Duration = std::time::Duration::from_secs(60);
/// How long a sign-in may wait for its turn to be checked.
const HASHING_WAIT_MAX: std::time::Duration = std::time::Duration::from_secs(5);
const PASSWORD_BYTES_MAX: usize = 1024;

/// What a caller sent.
enum Credentials {
    Key(String),
    Password { email: String, password: String },
    Session(String),
}

impl Auth {
    pub(crate) fn new(limits: Limits) -> Result<Self, SecretError> {
        Ok(Self {
            salt: random_text()?,
            identities: Cache::new(limits.identity_time_max),
            verified: Cache::new(VERIFIED_TIME_MAX),
            failures: FailureCounter::new(FAILURE_WINDOW, limits.sign_in_failures_max),
            hashing: Semaphore::new(1),
            decoy: tokio::sync::OnceCell::new(),
        })
    }

    /// Who sent these headers.
    pub(crate) async fn identify(
        &self,
        engine: &Engine,
        method: &Method,
        headers: &HeaderMap,
    ) -> Result<Identity, ApiError> {
        let credentials = credentials(headers).ok_or_else(ApiError::unauthorized)?;
        if let Credentials::Session(secret) = &credentials
            && !method.is_safe()
            && !cookie::is_ours(headers, secret)
        {
            return Err(ApiError::not_from_here());
        }
        let place = self.place(&credentials);
        if let Some(identity) = self.identities.get(place) {
            return Ok(identity);
        }
        let identity = match &credentials {
            Credentials::Key(secret) => engine.identify_key(secret).await?,
            Credentials::Password { email, password } => {
                self.sign_in(engine, place, email, password).await?
            }
            Credentials::Session(secret) => engine.identify_session(secret).await?,
        };
        let identity = identity.ok_or_else(|| match &credentials {
            Credentials::Key(_) => ApiError::unknown_key(),
            Credentials::Password { .. } => ApiError::wrong_password(),
            Credentials::Session(_) => ApiError::session_ended(),
        })?;
        self.identities.put(place, identity.clone());
        Ok(identity)
    }

    /// Who has this mail address and password.
    pub(crate) async fn check(
        &self,
        engine: &Engine,
        email: &str,
        password: &str,
    ) -> Result<Identity, ApiError> {
        if !is_possible(email, password) {
            return Err(ApiError::wrong_password());
        }
        let given =
            Credentials::Password { email: email.to_owned(), password: password.to_owned() };
        let found = self.sign_in(engine, self.place(&given), email, password).await?;
        found.ok_or_else(ApiError::wrong_password)
    }

    /// Forgets what was found out, so that a change of users or keys holds here at once.
    pub(crate) fn forget(&self) {
        self.identities.clear();
    }

    async fn sign_in(
        &self,
        engine: &Engine,
        place: [u8; 32],
        email: &str,
        password: &str,
    ) -> Result<Option<Identity>, ApiError> {
        let found = engine.find_sign_in(email).await?;
        if let Some(found) = &found
            && self.verified.get(place).as_ref() == Some(&found.password_hash)
        {
            return Ok(Some(found.identity.clone()));
        }
        let address = self.keyed(&[b"address", email.trim().to_lowercase().as_bytes()]);
        if self.failures.is_full(address) {
            let message = "too many failed sign-ins with this mail address; wait a minute";
            let busy = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "A0429", message);
            return Err(busy.retry_after(60));
        }
        let stored = match &found {
            Some(found) => found.password_hash.clone(),
            None => self.decoy().await?,
        };
        let fits = self.fits(password.to_owned(), stored).await?;
        match found.filter(|_| fits) {
            Some(found) => {
                self.verified.put(place, found.password_hash);
                Ok(Some(found.identity))
            }
            None => {
                self.failures.add(address);
                Ok(None)
            }
        }
    }

    /// Whether the password is the stored one. Slow on purpose, so away from the request threads.
    async fn fits(&self, password: String, stored: String) -> Result<bool, ApiError> {
        let turn = tokio::time::timeout(HASHING_WAIT_MAX, self.hashing.acquire()).await;
        let Ok(Ok(_turn)) = turn else {
            let message = "too many sign-ins at once; try again in a moment";
            let busy = ApiError::new(StatusCode::TOO_MANY_REQUESTS, "A0429", message);
            return Err(busy.retry_after(5));
        };
        let check = move || check_password(&password, &stored);
        tokio::task::spawn_blocking(check).await.map_err(|_| internal())
    }

    async fn decoy(&self) -> Result<String, ApiError> {
        let make = async || {
            let made = tokio::task::spawn_blocking(|| hash_password("nobody has this")).await;
            made.map_err(|_| internal())?.map_err(|error| ApiError::from(no_random(&error)))
        };
        self.decoy.get_or_try_init(make).await.cloned()
    }

    fn place(&self, credentials: &Credentials) -> [u8; 32] {
        match credentials {
            Credentials::Key(secret) => self.keyed(&[b"key", secret.as_bytes()]),
            Credentials::Password { email, password } => {
                self.keyed(&[b"password", email.as_bytes(), password.as_bytes()])
            }
            Credentials::Session(secret) => self.keyed(&[b"session", secret.as_bytes()]),
        }
    }

    fn keyed(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.salt.as_bytes());
        for part in parts {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.finalize().into()
    }
}

fn no_random(error: &SecretError) -> Refusal {
    Refusal::new(engine::RefusalKind::Internal, "A0500", error.to_string())
}

fn credentials(headers: &HeaderMap) -> Option<Credentials> {
    let Some(text) = headers.get(AUTHORIZATION) else {
        return cookie::secret(headers).map(|it| Credentials::Session(it.to_owned()));
    };
    let text = text.to_str().ok()?;
    let (scheme, rest) = text.split_once(' ')?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return rest.starts_with("baton_").then(|| Credentials::Key(rest.to_owned()));
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(BASE64.decode(rest).ok()?).ok()?;
    let (email, password) = decoded.split_once(':')?;
    is_possible(email, password)
        .then(|| Credentials::Password { email: email.to_owned(), password: password.to_owned() })
}

/// No address holds U+0000, and Postgres cannot even be asked for one.
fn is_possible(email: &str, password: &str) -> bool {
    password.len() <= PASSWORD_BYTES_MAX && !email.contains('\0')
}
