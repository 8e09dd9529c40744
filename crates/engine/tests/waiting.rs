//! Waits for answers of the store, whose threads make them ready.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};

use engine::{Engine, Refusal};

/// An answer that is still to come.
pub(crate) type Coming<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => thread::park(),
        }
    }
}

/// Starts what a future does, up to where it waits for the store.
pub(crate) fn start<'a, T>(future: impl Future<Output = T> + 'a) -> Coming<'a, T> {
    let mut future: Coming<'a, T> = Box::pin(future);
    let now = future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(now.is_pending(), "nothing is to be ready yet");
    future
}

/// Keeps every writer of the store busy until it is dropped.
pub(crate) struct Held {
    _release: Sender<()>,
    jobs: Vec<Coming<'static, Result<(), Refusal>>>,
}

impl Held {
    pub(crate) fn all(engine: &Engine) -> Self {
        let (release, released) = channel::<()>();
        let released: Arc<Mutex<Receiver<()>>> = Arc::new(Mutex::new(released));
        let jobs = (0..store::Options::standard().postgres_writers).map(|_| {
            let (engine, released) = (engine.clone(), Arc::clone(&released));
            start(async move {
                let wait = move || released.lock().unwrap().recv().unwrap_err();
                engine
                    .write(move |_, _| {
                        wait();
                        Ok(Ok(()))
                    })
                    .await
            })
        });
        let jobs = jobs.collect();
        Self { _release: release, jobs }
    }

    pub(crate) fn release(self) {
        let Self { _release, jobs } = self;
        drop(_release);
        for job in jobs {
            wait(job).unwrap();
        }
    }
}
