//! The store: the threads that own the connections, and the queues before them.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use crate::job::{Job, ReadJob, WriteJob};
use crate::load::{Counts, JobKind, Load};
use crate::postgres::worker::Worker;
use crate::postgres::{Migrating, Session};
use crate::sqlite::{SqliteConnection, cannot_open, reader, writer};
use crate::url::Target;
use crate::{DatabaseUrl, EngineError, Options, Pending, Snapshot, StoreError, Tx, migrate};

/// Which engine is below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// One file, one writer.
    Sqlite,
    /// A server that many nodes share.
    Postgres,
}

/// An open database. Clones share it; dropping the last one runs what still waits and closes it.
#[derive(Clone, Debug)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Engine,
    writes: Option<SyncSender<Box<dyn WriteJob>>>,
    reads: Option<SyncSender<Box<dyn ReadJob>>>,
    write_queue_max: usize,
    read_queue_max: usize,
    writers: usize,
    counts: Arc<Counts>,
    threads: Vec<JoinHandle<()>>,
}

impl Store {
    /// Opens the database at `url` and brings its schema up to date, as `options` say. Blocks for
    /// as long as the migrations take.
    pub fn open(url: &DatabaseUrl, options: Options) -> Result<Self, StoreError> {
        let opened = match url.target() {
            Target::Sqlite(path) => open_sqlite(path, url, &options),
            // The client drives its own async runtime, which must not nest in the caller's.
            Target::Postgres(config) => thread::scope(|scope| {
                let opened = scope.spawn(|| open_postgres(config, url, &options)).join();
                opened.unwrap_or(Err(StoreError::Panicked))
            }),
        };
        Ok(Self { inner: Arc::new(opened?) })
    }

    /// Which engine is below. For messages and tests: use cases do not branch on it.
    pub fn engine(&self) -> Engine {
        self.inner.engine
    }

    /// How many write transactions it runs at once.
    pub fn writers(&self) -> usize {
        self.inner.writers
    }

    /// How busy it is.
    pub fn load(&self) -> Load {
        self.inner.counts.read(self.inner.write_queue_max, self.inner.read_queue_max)
    }

    /// Runs `work` in a write transaction. Its answer comes after the durable commit; if `work`
    /// returns an error nothing of it is kept. `work` may run more than once and then starts from
    /// a clean transaction. A full queue is answered with `Overloaded` at once.
    pub fn write<F, R>(&self, work: F) -> Pending<R>
    where
        F: FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        R: Send + 'static,
    {
        let (answer, pending) = Pending::new();
        self.write_then(work, answer);
        pending
    }

    /// As [`Store::write`], with the answer given to `answer` on a thread of the store, which must
    /// not be held up.
    pub fn write_then<F, R>(
        &self,
        work: F,
        answer: impl FnOnce(Result<R, StoreError>) + Send + 'static,
    ) where
        F: FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send + 'static,
        R: Send + 'static,
    {
        let answer = self.counted(JobKind::Write, answer);
        let job: Box<dyn WriteJob> = Box::new(Job::new(work, answer));
        let limit = self.inner.write_queue_max;
        if let Err((job, error)) = offer(self.inner.writes.as_ref(), job, limit) {
            job.answer(Err(error));
        }
    }

    /// Runs `work` on a consistent snapshot of what is committed, without blocking writers. `work`
    /// may run more than once. A full queue is answered with `Overloaded` at once.
    pub fn read<F, R>(&self, work: F) -> Pending<R>
    where
        F: FnMut(&mut Snapshot<'_>) -> Result<R, StoreError> + Send + 'static,
        R: Send + 'static,
    {
        let (answer, pending) = Pending::new();
        let answer = self.counted(JobKind::Read, answer);
        let job: Box<dyn ReadJob> = Box::new(Job::new(work, answer));
        let limit = self.inner.read_queue_max;
        if let Err((job, error)) = offer(self.inner.reads.as_ref(), job, limit) {
            job.answer(Err(error));
        }
        pending
    }

    /// Counts a job until it is answered.
    fn counted<R>(
        &self,
        kind: JobKind,
        answer: impl FnOnce(Result<R, StoreError>) + Send + 'static,
    ) -> impl FnOnce(Result<R, StoreError>) + Send + 'static {
        let counts = Arc::clone(&self.inner.counts);
        counts.came(kind);
        move |result| {
            counts.answered(kind);
            answer(result);
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.writes = None;
        self.reads = None;
        let me = thread::current().id();
        for thread in self.threads.drain(..) {
            // The last clone may have lived in a job: a thread cannot wait for itself.
            if thread.thread().id() != me {
                let _ = thread.join();
            }
        }
    }
}

fn offer<J>(queue: Option<&SyncSender<J>>, job: J, limit: usize) -> Result<(), (J, StoreError)> {
    let Some(queue) = queue else { return Err((job, StoreError::Closed)) };
    queue.try_send(job).map_err(|refused| match refused {
        TrySendError::Full(job) => (job, StoreError::Overloaded { limit }),
        TrySendError::Disconnected(job) => (job, StoreError::Closed),
    })
}

/// The next job for one of several threads; none when the queue is closed and empty.
pub(crate) fn next<J>(queue: &Mutex<Receiver<J>>) -> Option<J> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn open_sqlite(
    path: &std::path::Path,
    url: &DatabaseUrl,
    options: &Options,
) -> Result<Inner, StoreError> {
    let address = url.to_string();
    let opened = SqliteConnection::open_writer(path, options);
    let mut connection = opened.map_err(|it| cannot_open(&address, &it))?;
    migrate::run(&mut connection, options)?;
    connection.recall_clock()?;
    let mut readers = Vec::new();
    for _ in 0..options.readers.max(1) {
        let reader = SqliteConnection::open_reader(path, options, &connection);
        readers.push(reader.map_err(|it| cannot_open(&address, &it))?);
    }
    let (mut inner, write_queue, read_queue) = Inner::new(Engine::Sqlite, options);
    for reader in readers {
        let queue = Arc::clone(&read_queue);
        inner.start("store-read", &address, move || reader::run(&reader, &queue))?;
    }
    let (options, counts) = (options.clone(), Arc::clone(&inner.counts));
    inner.start("store-write", &address, move || {
        writer::run(&connection, &write_queue, &options, &counts);
    })?;
    Ok(inner)
}

fn open_postgres(
    config: &::postgres::Config,
    url: &DatabaseUrl,
    options: &Options,
) -> Result<Inner, StoreError> {
    let address = url.to_string();
    let session = Session::connect(config, options);
    let open = |source| StoreError::Open { address: address.clone(), source };
    let mut session = session.map_err(open)?;
    migrate::run(&mut Migrating { session: &mut session, clock: &options.clock }, options)?;
    let (mut inner, write_queue, read_queue) = Inner::new(Engine::Postgres, options);
    let write_queue = Arc::new(Mutex::new(write_queue));
    let mut session = Some(session);
    for _ in 0..options.postgres_writers.max(1) {
        let queue = Arc::clone(&write_queue);
        let worker = Worker::new(Box::new(config.clone()), options.clone(), session.take());
        let counts = Arc::clone(&inner.counts);
        inner.start("store-write", &address, move || worker.write_all(&queue, &counts))?;
    }
    for _ in 0..options.readers.max(1) {
        let queue = Arc::clone(&read_queue);
        let worker = Worker::new(Box::new(config.clone()), options.clone(), None);
        inner.start("store-read", &address, move || worker.read_all(&queue))?;
    }
    Ok(inner)
}

type WriteQueue = Receiver<Box<dyn WriteJob>>;
type ReadQueue = Arc<Mutex<Receiver<Box<dyn ReadJob>>>>;

impl Inner {
    fn new(engine: Engine, options: &Options) -> (Self, WriteQueue, ReadQueue) {
        let (writes, write_queue) = sync_channel(options.write_queue_max);
        let (reads, read_queue) = sync_channel(options.read_queue_max);
        let inner = Self {
            engine,
            writes: Some(writes),
            reads: Some(reads),
            write_queue_max: options.write_queue_max,
            read_queue_max: options.read_queue_max,
            writers: match engine {
                Engine::Sqlite => 1,
                Engine::Postgres => options.postgres_writers.max(1),
            },
            counts: Arc::default(),
            threads: Vec::new(),
        };
        (inner, write_queue, Arc::new(Mutex::new(read_queue)))
    }

    fn start(
        &mut self,
        name: &str,
        address: &str,
        work: impl FnOnce() + Send + 'static,
    ) -> Result<(), StoreError> {
        let started = thread::Builder::new().name(name.to_owned()).spawn(work);
        let started = started.map_err(|error| StoreError::Open {
            address: address.to_owned(),
            source: EngineError::new(format!("cannot start a thread: {error}")),
        })?;
        self.threads.push(started);
        Ok(())
    }
}
