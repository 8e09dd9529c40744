//! The threads with a Postgres connection each: writers and readers.
//!
//! A job that collides with another, or whose connection is lost before the commit, is run again:
//! it is certain that nothing of it was kept. A connection lost during the commit is reported as
//! unknown, never repeated.

use std::sync::Mutex;
use std::sync::mpsc::Receiver;
use std::thread;
use std::time::{Duration, Instant};

use super::Session;
use crate::clock::wall_micros;
use crate::job::{ReadJob, WriteJob};
use crate::load::Counts;
use crate::store::next;
use crate::tx::Backend;
use crate::{Options, Snapshot, StoreError, Tx};

/// The longest pause before a job is run again after a collision.
const PAUSE_MAX: Duration = Duration::from_millis(100);

/// A thread's connection, opened again when it is lost.
#[derive(Debug)]
pub(crate) struct Worker {
    config: Box<::postgres::Config>,
    options: Options,
    session: Option<Session>,
}

impl Worker {
    /// A worker that connects when it gets its first job, unless it is given a `session`.
    pub(crate) fn new(
        config: Box<::postgres::Config>,
        options: Options,
        session: Option<Session>,
    ) -> Self {
        Self { config, options, session }
    }

    /// Runs writes until the queue is closed.
    pub(crate) fn write_all(mut self, queue: &Mutex<Receiver<Box<dyn WriteJob>>>, counts: &Counts) {
        while let Some(mut job) = next(queue) {
            let done = self.again_and_again(|worker| worker.write(job.as_mut()));
            if done.is_ok() {
                counts.committed(1);
            }
            job.answer(done);
        }
    }

    /// Runs reads until the queue is closed.
    pub(crate) fn read_all(mut self, queue: &Mutex<Receiver<Box<dyn ReadJob>>>) {
        while let Some(mut job) = next(queue) {
            let done = self.again_and_again(|worker| worker.read(job.as_mut()));
            job.answer(done);
        }
    }

    fn write(&mut self, job: &mut dyn WriteJob) -> Result<(), StoreError> {
        let clock = self.options.clock.clone();
        let session = self.session()?;
        session.begin_write()?;
        match job.run(&mut Tx::new(Backend::Postgres(session), &clock)) {
            Ok(()) => session.commit(),
            Err(error) => {
                session.roll_back();
                Err(error)
            }
        }
    }

    fn read(&mut self, job: &mut dyn ReadJob) -> Result<(), StoreError> {
        let clock = self.options.clock.clone();
        let session = self.session()?;
        session.begin_read()?;
        let done = job.run(&mut Snapshot::new(Backend::Postgres(session), &clock));
        session.roll_back();
        done
    }

    fn session(&mut self) -> Result<&mut Session, StoreError> {
        let session = match self.session.take().filter(|it| !it.is_closed()) {
            Some(session) => session,
            None => Session::connect(&self.config, &self.options)
                .map_err(|source| StoreError::Disconnected { source })?,
        };
        Ok(self.session.insert(session))
    }

    fn again_and_again(
        &mut self,
        mut run: impl FnMut(&mut Self) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let start = Instant::now();
        let mut attempts = 0;
        loop {
            attempts += 1;
            let error = match run(self) {
                Ok(()) => return Ok(()),
                Err(error) => error,
            };
            let last = self.options.attempts_max <= attempts
                || self.options.lock_wait_max <= start.elapsed();
            match error {
                StoreError::Contended { source, .. } if last => {
                    return Err(StoreError::Contended { attempts, source });
                }
                StoreError::Disconnected { .. } if last => return Err(error),
                StoreError::Contended { .. } => {}
                // The server may be another one after a failover: do not keep the connection.
                StoreError::Disconnected { .. } => self.session = None,
                StoreError::CommitUnknown { .. } => {
                    self.session = None;
                    return Err(error);
                }
                _ => return Err(error),
            }
            thread::sleep(pause(attempts));
        }
    }
}

/// A pause that grows with the attempts and differs between threads that collided.
fn pause(attempts: u32) -> Duration {
    let longest = Duration::from_millis(2_u64.saturating_pow(attempts)).min(PAUSE_MAX);
    let longest = u64::try_from(longest.as_micros()).unwrap_or(1);
    let spread = u64::try_from(wall_micros()).unwrap_or(0) % longest;
    Duration::from_micros(spread)
}
