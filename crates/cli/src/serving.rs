//! Serving until somebody stops it.

use std::net::{SocketAddr, TcpListener as Bound};
use std::time::Duration;

use engine::Engine;
use engine::sweep::Sweeper;
use server::{App, Limits};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use crate::outcome::{Failure, say};

/// Threads that take requests; the work itself is done on the threads of the store.
const WORKERS: usize = 2;

/// How often old idempotency keys are forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// Takes the address, before anything is done that would be in vain without it.
pub(crate) fn bind(listen: SocketAddr) -> Result<Bound, Failure> {
    let bound = Bound::bind(listen).and_then(|it| it.set_nonblocking(true).map(|()| it));
    bound.map_err(|error| failed(&format!("cannot listen on {listen}"), &error))
}

/// Serves the API of `engine` until Ctrl-C or SIGTERM; `ready` hears the address.
pub(crate) fn serve(
    engine: Engine,
    bound: Bound,
    ready: impl FnOnce(SocketAddr),
) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| failed("cannot start", &error))?;
    runtime.block_on(async {
        let house = engine.clone();
        let app = App::new(engine, Limits::standard())
            .map_err(|error| Failure::Input(error.to_string()))?;
        let listener =
            TcpListener::from_std(bound).map_err(|error| failed("cannot start", &error))?;
        let address = listener.local_addr().map_err(|error| failed("cannot start", &error))?;
        let mut terminated =
            signal(SignalKind::terminate()).map_err(|error| failed("cannot start", &error))?;
        let mut interrupted =
            signal(SignalKind::interrupt()).map_err(|error| failed("cannot start", &error))?;
        let stopped = async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
            }
        };
        let sweeper = Sweeper::start(house.clone(), |what| say("warning", what))
            .map_err(|error| failed("cannot start the sweeper", &error))?;
        ready(address);
        tokio::spawn(keep_house(house));
        let served = server::serve(listener, app, stopped).await;
        // After the last answer: what it armed in the past is another start's.
        drop(sweeper);
        served.map_err(|error| failed("the server ended", &error))
    })
}

/// Forgets what is no longer needed, for as long as the server runs.
async fn keep_house(engine: Engine) {
    let mut due = tokio::time::interval(HOUSEKEEPING);
    loop {
        due.tick().await;
        if let Err(refusal) = engine.forget_old_keys().await {
            say("warning", &format!("old idempotency keys were not forgotten: {refusal}"));
        }
    }
}

fn failed(what: &str, error: &std::io::Error) -> Failure {
    Failure::Input(format!("{what}: {error}"))
}
