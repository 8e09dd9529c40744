//! A use case on its way to a thread of the store.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::{Snapshot, StoreError, Tx};

/// A write whose result type is hidden, so that one queue holds all of them.
pub(crate) trait WriteJob: Send {
    /// Runs in `tx` and keeps the result. May be called again after a rollback.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError>;

    /// Gives the answer: the kept result if `committed`, else the failure.
    fn answer(self: Box<Self>, committed: Result<(), StoreError>);
}

/// A read whose result type is hidden.
pub(crate) trait ReadJob: Send {
    /// Runs in `snapshot` and keeps the result. May be called again after a failure.
    fn run(&mut self, snapshot: &mut Snapshot<'_>) -> Result<(), StoreError>;

    /// Gives the answer: the kept result or the failure.
    fn answer(self: Box<Self>, done: Result<(), StoreError>);
}

/// Work with its result, and what is to be done with the answer.
pub(crate) struct Job<F, R, A> {
    work: F,
    kept: Option<R>,
    answer: A,
}

impl<F, R, A: FnOnce(Result<R, StoreError>)> Job<F, R, A> {
    pub(crate) fn new(work: F, answer: A) -> Self {
        Self { work, kept: None, answer }
    }

    fn give(self, done: Result<(), StoreError>) {
        let answer = match (done, self.kept) {
            (Ok(()), Some(result)) => Ok(result),
            (Ok(()), None) => Err(StoreError::Panicked),
            (Err(error), _) => Err(error),
        };
        (self.answer)(answer);
    }
}

impl<F, R, A> WriteJob for Job<F, R, A>
where
    F: FnMut(&mut Tx<'_>) -> Result<R, StoreError> + Send,
    R: Send,
    A: FnOnce(Result<R, StoreError>) + Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        self.kept = None;
        let work = &mut self.work;
        let result = catch_unwind(AssertUnwindSafe(|| work(tx)));
        let result = result.unwrap_or(Err(StoreError::Panicked))?;
        // A statement that failed has spoiled the transaction, whatever the job made of it.
        tx.check()?;
        self.kept = Some(result);
        Ok(())
    }

    fn answer(self: Box<Self>, committed: Result<(), StoreError>) {
        self.give(committed);
    }
}

impl<F, R, A> ReadJob for Job<F, R, A>
where
    F: FnMut(&mut Snapshot<'_>) -> Result<R, StoreError> + Send,
    R: Send,
    A: FnOnce(Result<R, StoreError>) + Send,
{
    fn run(&mut self, snapshot: &mut Snapshot<'_>) -> Result<(), StoreError> {
        self.kept = None;
        let work = &mut self.work;
        let result = catch_unwind(AssertUnwindSafe(|| work(snapshot)));
        let result = result.unwrap_or(Err(StoreError::Panicked))?;
        snapshot.check()?;
        self.kept = Some(result);
        Ok(())
    }

    fn answer(self: Box<Self>, done: Result<(), StoreError>) {
        self.give(done);
    }
}
