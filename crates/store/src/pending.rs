//! An answer that will come from a thread of the store.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::StoreError;

/// The answer of a job. Await it in async code or [`Pending::wait`] for it elsewhere. Dropping it
/// does not stop the job.
#[must_use = "a write may fail; await the answer or wait for it"]
#[derive(Debug)]
pub struct Pending<R> {
    answer: oneshot::Receiver<Result<R, StoreError>>,
}

impl<R> Pending<R> {
    /// An answer to come, and what gives it. Without it the answer is `Closed`.
    pub fn new() -> (impl FnOnce(Result<R, StoreError>) + Send + 'static, Self)
    where
        R: Send + 'static,
    {
        let (sender, answer) = oneshot::channel();
        let give = move |result| {
            // The caller may have gone away; the change stays.
            let _ = sender.send(result);
        };
        (give, Self { answer })
    }

    /// Blocks this thread until the answer is there. Not for async code: there, await it.
    pub fn wait(self) -> Result<R, StoreError> {
        self.answer.blocking_recv().unwrap_or(Err(StoreError::Closed))
    }
}

impl<R> Future for Pending<R> {
    type Output = Result<R, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.answer)
            .poll(context)
            .map(|answer| answer.unwrap_or(Err(StoreError::Closed)))
    }
}
