//! The engine: a store, the live policy and roster, and a source of ids.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use model::{Id, IdGenerator, IdKind, Timestamp};
use store::{Snapshot, Store, StoreError, Tx};

use crate::auditor::Board;
use crate::capture::Arrivals;
use crate::heartbeat::Wrist;
use crate::live::{Live, LiveCache};
use crate::node::Lease;
use crate::once::Once;
use crate::sweep::Tally;
use crate::vault::Vault;
use crate::{Refusal, RefusalKind};

/// The workspace of this installation. Every key of the database starts with it, so that more
/// than one is a matter of configuration.
pub const WORKSPACE: i64 = 1;

/// The use cases over one database. Clones share it.
#[derive(Clone, Debug)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
    /// Under which the one write of this handle happens; see [`crate::once`].
    pub(crate) once: Option<Arc<Once>>,
}

#[derive(Debug)]
pub(crate) struct Inner {
    store: Store,
    ids: Mutex<IdGenerator>,
    /// Number of this node; its events have a chain of their own.
    node: u16,
    /// How this node holds its number; commands have one of their own.
    lease: Option<Arc<Lease>>,
    pub(crate) live: LiveCache,
    /// Keys for secrets and links, where this server was given any.
    vault: OnceLock<Arc<Vault>>,
    pub(crate) arrivals: Arrivals,
    pub(crate) sweeps: Tally,
    pub(crate) board: Board,
    pub(crate) wrist: Wrist,
}

/// What a use case gives inside its transaction: an answer or a refusal that changed nothing.
pub type Answer<T> = Result<Result<T, Refusal>, StoreError>;

impl Engine {
    /// The use cases of node `node` (0 to 1023, unique among nodes of one database).
    pub fn new(store: Store, node: u16) -> Self {
        Self::with(store, node, None)
    }

    /// The use cases of a node among others. It writes only while it holds its number.
    pub fn of_node(store: Store, lease: Arc<Lease>) -> Self {
        Self::with(store, lease.number(), Some(lease))
    }

    fn with(store: Store, node: u16, lease: Option<Arc<Lease>>) -> Self {
        let ids = Mutex::new(IdGenerator::new(node));
        let inner = Inner {
            store,
            ids,
            node,
            lease,
            live: LiveCache::default(),
            vault: OnceLock::new(),
            arrivals: Arrivals::default(),
            sweeps: Tally::default(),
            board: Board::default(),
            wrist: Wrist::default(),
        };
        Self { inner: Arc::new(inner), once: None }
    }

    /// A refusal where this node may have lost its number.
    pub(crate) fn may_write(&self) -> Result<(), Refusal> {
        match self.inner.lease.as_ref().is_none_or(|it| it.holds()) {
            true => Ok(()),
            false => {
                let message = "this node was stopped for a while and makes sure of its number";
                Err(Refusal::new(RefusalKind::Unavailable, "A0632", message))
            }
        }
    }

    /// How this node holds its number, if it is one of several.
    pub(crate) fn lease(&self) -> Option<Arc<Lease>> {
        self.inner.lease.clone()
    }

    /// Gives this engine its keys, once; a second time changes nothing.
    pub fn set_vault(&self, vault: Arc<Vault>) {
        // The first one holds: what is sealed with it must stay open.
        let _ = self.inner.vault.set(vault);
    }

    /// The keys, where there are any.
    pub fn vault(&self) -> Option<Arc<Vault>> {
        self.inner.vault.get().cloned()
    }

    /// The present instant by the clock of record.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn now(&self) -> Result<Timestamp, Refusal> {
        self.read(|db| Ok(Ok(db.now()?))).await
    }

    /// The database below.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Number of this node's event stream.
    pub fn stream(&self) -> i64 {
        i64::from(self.inner.node)
    }

    /// A new id, larger than every id this node made before.
    pub fn next_id<K: IdKind>(&self, now: Timestamp) -> Id<K> {
        self.ids().next(now)
    }

    /// From now on ids are larger than `raw`, which another node may have made.
    pub(crate) fn pass_id(&self, raw: i64) {
        self.ids().pass(raw);
    }

    fn ids(&self) -> MutexGuard<'_, IdGenerator> {
        // The generator is whole after every call, so a panic elsewhere does not spoil it.
        self.inner.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The policy and roster that were live when one was last asked for: for work that is checked
    /// again in the transaction.
    pub(crate) fn last_live(&self) -> Option<Arc<Live>> {
        self.inner.live.last()
    }

    /// The policy and roster that are live at `now`; a refusal where there are none yet.
    pub fn live(&self, db: &mut Snapshot<'_>, now: Timestamp) -> Answer<Arc<Live>> {
        self.inner.live.current(db, now)
    }

    /// Runs `work` in a write transaction, by the database's clock.
    ///
    /// # Errors
    /// The refusal of `work`, or one that stands for a failure of the store.
    pub async fn write<T, F>(&self, mut work: F) -> Result<T, Refusal>
    where
        F: FnMut(&mut Tx<'_>, Timestamp) -> Answer<T> + Send + 'static,
        T: Send + 'static,
    {
        let engine = self.clone();
        let pending = self.inner.store.write(move |tx| match engine.may_write() {
            Ok(()) => {
                let now = tx.now()?;
                work(tx, now)
            }
            Err(refusal) => Ok(Err(refusal)),
        });
        flatten(pending.await)
    }

    /// As [`Engine::write`], for callers without an async runtime.
    ///
    /// # Errors
    /// The refusal of `work`, or one that stands for a failure of the store.
    pub fn write_blocking<T, F>(&self, work: F) -> Result<T, Refusal>
    where
        F: FnMut(&mut Tx<'_>, Timestamp) -> Answer<T> + Send + 'static,
        T: Send + 'static,
    {
        self.write_beside(work, || {})
    }

    /// As [`Engine::write_blocking`]; this thread does `beside` while the store writes.
    pub(crate) fn write_beside<T, F>(
        &self,
        mut work: F,
        beside: impl FnOnce(),
    ) -> Result<T, Refusal>
    where
        F: FnMut(&mut Tx<'_>, Timestamp) -> Answer<T> + Send + 'static,
        T: Send + 'static,
    {
        let engine = self.clone();
        let pending = self.inner.store.write(move |tx| match engine.may_write() {
            Ok(()) => {
                let now = tx.now()?;
                work(tx, now)
            }
            Err(refusal) => Ok(Err(refusal)),
        });
        beside();
        flatten(pending.wait())
    }

    /// Runs `work` on a snapshot of what is committed.
    ///
    /// # Errors
    /// The refusal of `work`, or one that stands for a failure of the store.
    pub async fn read<T, F>(&self, work: F) -> Result<T, Refusal>
    where
        F: FnMut(&mut Snapshot<'_>) -> Answer<T> + Send + 'static,
        T: Send + 'static,
    {
        flatten(self.inner.store.read(work).await)
    }

    /// As [`Engine::read`], for callers without an async runtime.
    ///
    /// # Errors
    /// The refusal of `work`, or one that stands for a failure of the store.
    pub fn read_blocking<T, F>(&self, work: F) -> Result<T, Refusal>
    where
        F: FnMut(&mut Snapshot<'_>) -> Answer<T> + Send + 'static,
        T: Send + 'static,
    {
        flatten(self.inner.store.read(work).wait())
    }
}

fn flatten<T>(result: Result<Result<T, Refusal>, StoreError>) -> Result<T, Refusal> {
    match result {
        Ok(answer) => answer,
        Err(error) => Err(of_store(&error)),
    }
}

/// The refusal that stands for a failure of the store.
pub(crate) fn of_store(error: &StoreError) -> Refusal {
    let kind = match error {
        StoreError::Overloaded { .. } => RefusalKind::Overloaded,
        StoreError::CommitUnknown { .. }
        | StoreError::Contended { .. }
        | StoreError::Disconnected { .. }
        | StoreError::Storage { .. }
        | StoreError::Open { .. }
        | StoreError::Closed => RefusalKind::Unavailable,
        _ => RefusalKind::Internal,
    };
    Refusal::new(kind, error.code(), error.to_string())
}
