//! The writer thread: runs what waits, commits it once, then answers.
//!
//! The group first runs without savepoints, which cost a copy of every page they touch. When a job
//! fails, the group is rolled back and run again with a savepoint around each job, so that only
//! failing jobs are undone. Nothing is answered before the commit: even a refusal may rest on rows
//! that another job of the group wrote.

use std::sync::atomic::Ordering;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use super::{SqliteConnection, failed};
use crate::job::WriteJob;
use crate::load::Counts;
use crate::{Options, StoreError};

type Job = Box<dyn WriteJob>;

/// Log pages, in multiples of the usual limit, at which the writer waits for readers to leave it.
const WAL_PATIENCE: u32 = 4;

/// How long the writer then stands still at most.
const READER_WAIT_MAX: Duration = Duration::from_millis(20);

/// Microseconds between two notes of the clock in the database.
const CLOCK_NOTE_US: i64 = 1_000_000;

/// How the jobs of a group are kept apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guard {
    /// Not at all: a failure rolls the group back and runs it again.
    Group,
    /// By a savepoint each.
    Job,
}

struct Group<'c> {
    connection: &'c SqliteConnection,
    guard: Guard,
    /// Jobs whose changes are in the open transaction.
    done: Vec<Job>,
    /// Jobs that failed, with their failure.
    refused: Vec<(Job, StoreError)>,
}

/// Runs jobs until the queue is closed.
pub(crate) fn run(
    connection: &SqliteConnection,
    queue: &Receiver<Job>,
    options: &Options,
    counts: &Counts,
) {
    let mut guard = Guard::Group;
    let mut clock_noted = connection.clock.last();
    let mut check_point_due = options.wal_pages_max;
    while let Ok(first) = queue.recv() {
        let mut group = Group { connection, guard, done: Vec::new(), refused: Vec::new() };
        if let Err(error) = connection.control("begin immediate") {
            first.answer(Err(error));
            continue;
        }
        let full = fill(&mut group, first, queue, options);
        let committed = full.and_then(|()| commit(connection, &mut clock_noted));
        // A group that was cut short leaves its transaction open.
        connection.roll_back();
        // Refusals tend to come in runs, e.g. repeats of one request.
        guard = if group.refused.is_empty() { Guard::Group } else { Guard::Job };
        if committed.is_ok() {
            counts.committed(group.done.len());
        }
        group.answer(&committed);
        check_point(connection, options, &mut check_point_due);
    }
}

/// Takes jobs into the group until it is full or nobody waits.
fn fill(
    group: &mut Group<'_>,
    first: Job,
    queue: &Receiver<Job>,
    options: &Options,
) -> Result<(), StoreError> {
    let start = Instant::now();
    let mut next = Some(first);
    while let Some(job) = next {
        group.take(job)?;
        let n = group.done.len() + group.refused.len();
        let full = options.group_max <= n || options.group_time_max <= start.elapsed();
        next = if full { None } else { queue.try_recv().ok() };
    }
    Ok(())
}

impl Group<'_> {
    /// Runs one more job. An error means that the whole transaction is lost.
    fn take(&mut self, mut job: Job) -> Result<(), StoreError> {
        match self.guard {
            Guard::Job => return self.take_guarded(job),
            Guard::Group => {}
        }
        if self.connection.run(job.as_mut()).is_ok() {
            self.done.push(job);
            return Ok(());
        }
        self.guard = Guard::Job;
        self.connection.roll_back();
        let mut again = std::mem::take(&mut self.done);
        again.push(job);
        if let Err(error) = self.connection.control("begin immediate") {
            self.done = again;
            return Err(error);
        }
        let mut again = again.into_iter();
        while let Some(job) = again.next() {
            if let Err(error) = self.take_guarded(job) {
                self.done.extend(again);
                return Err(error);
            }
        }
        Ok(())
    }

    fn take_guarded(&mut self, mut job: Job) -> Result<(), StoreError> {
        if let Err(error) = self.connection.control("savepoint job") {
            self.done.push(job);
            return Err(error);
        }
        let result = self.connection.run(job.as_mut());
        let undo = match result {
            Ok(()) => {
                self.done.push(job);
                Ok(())
            }
            Err(error) => {
                self.refused.push((job, error.clone()));
                // On a full disk SQLite has rolled back everything by itself.
                if self.connection.conn.is_autocommit() {
                    return Err(error);
                }
                self.connection.control("rollback to job")
            }
        };
        undo.and_then(|()| self.connection.control("release job"))
    }

    fn answer(self, committed: &Result<(), StoreError>) {
        for job in self.done {
            job.answer(committed.clone());
        }
        for (job, error) in self.refused {
            // Without a commit the refusal may rest on rows that are gone.
            job.answer(committed.clone().and(Err(error)));
        }
    }
}

fn commit(connection: &SqliteConnection, clock_noted: &mut i64) -> Result<(), StoreError> {
    let last = connection.clock.last();
    if CLOCK_NOTE_US <= last.saturating_sub(*clock_noted) {
        let note = "insert into store_clock (id, last_us) values (1, ?1) \
                    on conflict (id) do update set last_us = excluded.last_us";
        let done = connection.conn.prepare_cached(note).and_then(|mut it| it.execute([last]));
        if let Err(error) = done {
            connection.roll_back();
            return Err(failed("store_clock", &error));
        }
        *clock_noted = last;
    }
    connection.commit()
}

/// Moves the log into the file before it grows, so that it is overwritten in place: a log that
/// grows costs the file system a journal commit of its own at each flush. `due` is the size of the
/// log at which to try next.
fn check_point(connection: &SqliteConnection, options: &Options, due: &mut u32) {
    let pages = connection.wal_pages.load(Ordering::Relaxed);
    if pages < options.wal_pages_max {
        *due = options.wal_pages_max;
    }
    if pages < *due {
        return;
    }
    // A reader in the log or a full disk only postpones this until the log has grown again.
    *due = pages.saturating_add(options.wal_pages_max);
    let conn = &connection.conn;
    if pages < options.wal_pages_max.saturating_mul(WAL_PATIENCE) {
        let _ = conn.pragma(None, "wal_checkpoint", "passive", |_| Ok(()));
        return;
    }
    // Readers that overlap for ever would never let the log start again: make new ones wait.
    let _ = conn.busy_timeout(READER_WAIT_MAX);
    let _ = conn.pragma(None, "wal_checkpoint", "restart", |_| Ok(()));
    let _ = conn.busy_timeout(options.lock_wait_max);
}
