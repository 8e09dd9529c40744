//! Once: a request that is repeated has its effect once and gets its first answer again.
//!
//! The key is written first in the transaction of the effect, so of two requests with one key the
//! second waits for the first and then finds its answer. A refusal changed nothing and is not
//! kept: a repeat is tried anew.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use model::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use store::idempotency::Idempotency;
use store::{StoreError, Tx};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::{Refusal, RefusalKind};

/// A caller's key for one request.
#[derive(Debug)]
pub struct Once {
    key: String,
    request_hash: Vec<u8>,
    replayed: AtomicBool,
}

/// Status of a kept answer.
const DONE: i64 = 200;

/// How long a key is kept.
const KEPT_MICROS: i64 = 7 * 24 * 3_600 * 1_000_000;

/// Keys that one transaction forgets.
const FORGOTTEN_MAX: i64 = 1_000;

impl Once {
    /// The key, made unique among callers, and a hash of everything that makes the request.
    pub fn new(key: String, request_hash: Vec<u8>) -> Self {
        Self { key, request_hash, replayed: AtomicBool::new(false) }
    }

    /// The key, unique among callers.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Whether the answer was that of an earlier request.
    pub fn is_replayed(&self) -> bool {
        self.replayed.load(Ordering::Relaxed)
    }
}

impl Engine {
    /// The same use cases for one request with a key: its one write happens once. Take a fresh
    /// handle for each request.
    #[must_use]
    pub fn once(&self, once: Option<Arc<Once>>) -> Self {
        Self { inner: self.inner.clone(), once }
    }

    /// Forgets keys that are older than a week; how many. Short transactions one after another, so
    /// that nobody waits long.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn forget_old_keys(&self) -> Result<u64, Refusal> {
        let mut forgotten = 0;
        loop {
            let purge = |tx: &mut Tx<'_>, now: Timestamp| {
                let before = now.as_micros() - KEPT_MICROS;
                Ok(Ok(store::idempotency::purge(tx, WORKSPACE, before, FORGOTTEN_MAX)?))
            };
            let n = self.write(purge).await?;
            forgotten += n;
            if n < FORGOTTEN_MAX as u64 {
                return Ok(forgotten);
            }
        }
    }

    /// As [`Engine::write`]; with a key on this handle the answer is kept under it, and a repeat
    /// gets it without running `work`. The answer must not hold a secret.
    ///
    /// # Errors
    /// `A0412` where the key was used for another request. Those of `work`.
    pub async fn write_once<T, F>(&self, mut work: F) -> Result<T, Refusal>
    where
        F: FnMut(&mut Tx<'_>, Timestamp) -> Answer<T> + Send + 'static,
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let Some(once) = self.once.clone() else { return self.write(work).await };
        self.write(move |tx, now| {
            if let Some(kept) = begin(tx, &once, now)? {
                return Ok(kept);
            }
            let answer = work(tx, now)?;
            end(tx, &once, &answer)?;
            Ok(answer)
        })
        .await
    }
}

/// Takes the key; the answer where an earlier request took it.
pub(crate) fn begin<T: DeserializeOwned>(
    tx: &mut Tx<'_>,
    once: &Once,
    now: Timestamp,
) -> Result<Option<Result<T, Refusal>>, StoreError> {
    once.replayed.store(false, Ordering::Relaxed);
    let row = Idempotency {
        workspace_id: WORKSPACE,
        key: once.key.clone(),
        request_hash: once.request_hash.clone(),
        status: 0,
        body: String::new(),
        created_at: now.as_micros(),
    };
    match store::idempotency::put(tx, &row)? {
        true => Ok(None),
        false => replay(tx, once).map(Some),
    }
}

/// Keeps the answer under the key; a refusal gives the key back.
pub(crate) fn end<T: Serialize>(
    tx: &mut Tx<'_>,
    once: &Once,
    answer: &Result<T, Refusal>,
) -> Result<(), StoreError> {
    match answer {
        Ok(value) => {
            // A value of ours that cannot be written as JSON is a fault of this program.
            let body = serde_json::to_string(value).map_err(|_| StoreError::Panicked)?;
            store::idempotency::finish(tx, WORKSPACE, &once.key, DONE, &body)?;
        }
        Err(_) => {
            store::idempotency::forget(tx, WORKSPACE, &once.key)?;
        }
    }
    Ok(())
}

fn replay<T: DeserializeOwned>(tx: &mut Tx<'_>, once: &Once) -> Answer<T> {
    let kept = store::idempotency::get(tx, WORKSPACE, &once.key)?;
    let Some(kept) = kept.filter(|it| it.status == DONE) else {
        let message = "a request with this key is still under way; repeat it in a moment";
        return Ok(Err(Refusal::new(RefusalKind::Unavailable, "A0416", message)));
    };
    if kept.request_hash != once.request_hash {
        let message = "this `Idempotency-Key` was used for another request; take a new one";
        return Ok(Err(Refusal::new(RefusalKind::Invalid, "A0412", message)));
    }
    let Ok(value) = serde_json::from_str(&kept.body) else {
        // Only an answer of another version of this program.
        let message = "the request was done by another version; look at its result instead";
        return Ok(Err(Refusal::new(RefusalKind::Conflict, "A0417", message)));
    };
    once.replayed.store(true, Ordering::Relaxed);
    Ok(Ok(value))
}
