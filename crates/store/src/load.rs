//! How busy a store is, for those who watch it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counts of one store since it was opened.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    writes: AtomicU64,
    reads: AtomicU64,
    commits: AtomicU64,
    committed_jobs: AtomicU64,
}

/// Which jobs.
#[derive(Clone, Copy, Debug)]
pub(crate) enum JobKind {
    Write,
    Read,
}

/// A look at a store's work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Writes that wait or run.
    pub writes: u64,
    /// Writes that may wait.
    pub writes_max: u64,
    /// Reads that wait or run.
    pub reads: u64,
    /// Reads that may wait.
    pub reads_max: u64,
    /// Commits since the store was opened.
    pub commits: u64,
    /// Writes in those commits; on SQLite one commit takes many.
    pub committed_jobs: u64,
}

impl Counts {
    fn jobs(&self, kind: JobKind) -> &AtomicU64 {
        match kind {
            JobKind::Write => &self.writes,
            JobKind::Read => &self.reads,
        }
    }

    /// A job came.
    pub(crate) fn came(&self, kind: JobKind) {
        self.jobs(kind).fetch_add(1, Ordering::Relaxed);
    }

    /// A job is answered.
    pub(crate) fn answered(&self, kind: JobKind) {
        self.jobs(kind).fetch_sub(1, Ordering::Relaxed);
    }

    /// A commit of this many jobs.
    pub(crate) fn committed(&self, jobs: usize) {
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.committed_jobs.fetch_add(jobs as u64, Ordering::Relaxed);
    }

    /// The counts now.
    pub(crate) fn read(&self, writes_max: usize, reads_max: usize) -> Load {
        let read = |it: &AtomicU64| it.load(Ordering::Relaxed);
        Load {
            writes: read(&self.writes),
            writes_max: writes_max as u64,
            reads: read(&self.reads),
            reads_max: reads_max as u64,
            commits: read(&self.commits),
            committed_jobs: read(&self.committed_jobs),
        }
    }
}
