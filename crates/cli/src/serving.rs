//! Serving until somebody stops it.

use std::net::{SocketAddr, TcpListener as Bound};
use std::sync::Arc;
use std::time::Duration;

use engine::Engine;
use engine::chore::{self, Tell};
use model::id::UserId;
use server::{App, Ended, Ending, Limits};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use crate::outcome::Failure;
use crate::sending::Sending;

/// Threads that take requests; the work itself is done on the threads of the store.
const WORKERS: usize = 2;

/// How often old idempotency keys are forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(600);

/// From the request to end to the end at most; those who run servers kill them after this as a rule.
pub(crate) const ENDING_MAX: Duration = Duration::from_secs(30);

/// Where and how long.
#[derive(Debug)]
pub(crate) struct Serving {
    /// Where the API listens.
    pub(crate) api: Bound,
    /// Where health and metrics are answered, if at all.
    pub(crate) admin: Option<Bound>,
    /// How long requests are taken once the end is asked for; part of [`ENDING_MAX`].
    pub(crate) linger: Duration,
    /// Whom anybody may be in a demo; elsewhere nobody.
    pub(crate) demo: Vec<UserId>,
}

/// Where it listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listening {
    pub(crate) api: SocketAddr,
    pub(crate) admin: Option<SocketAddr>,
}

/// Takes the address, before anything is done that would be in vain without it.
pub(crate) fn bind(listen: SocketAddr) -> Result<Bound, Failure> {
    let bound = Bound::bind(listen).and_then(|it| it.set_nonblocking(true).map(|()| it));
    bound.map_err(|error| failed(&format!("cannot listen on {listen}"), &error))
}

/// Serves the API of `engine` until Ctrl-C or SIGTERM; `ready` hears the addresses.
pub(crate) fn serve(
    engine: Engine,
    sending: Sending,
    serving: Serving,
    ready: impl FnOnce(Listening),
) -> Result<Ended, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .enable_all()
        .build()
        .map_err(|error| failed("cannot start", &error))?;
    runtime.block_on(async {
        let house = engine.clone();
        let app = App::new(engine, Limits::standard())
            .map_err(|error| Failure::Input(error.to_string()))?
            .with_links(sending.links.clone())
            .with_channels(sending.channels.clone())
            .with_demo(serving.demo);
        let (api, address) = listener(serving.api)?;
        let (admin, admin_address) = match serving.admin {
            Some(admin) => listener(admin).map(|(it, at)| (Some(it), Some(at)))?,
            None => (None, None),
        };
        let mut terminated =
            signal(SignalKind::terminate()).map_err(|error| failed("cannot start", &error))?;
        let mut interrupted =
            signal(SignalKind::interrupt()).map_err(|error| failed("cannot start", &error))?;
        let tell: Tell = Arc::new(|what| tracing::warn!("{what}"));
        let lost = Arc::new(Notify::new());
        let told = Arc::clone(&lost);
        let chores = chore::start(&house, &tell, move || told.notify_one())
            .map_err(|error| failed("cannot start", &error))?;
        ready(Listening { api: address, admin: admin_address });
        tokio::spawn(keep_house(house));
        let stopped = async move {
            tokio::select! {
                _ = terminated.recv() => {}
                _ = interrupted.recv() => {}
                () = lost.notified() => {}
            }
        };
        let (stop_sending, sending_stopped) = tokio::sync::watch::channel(false);
        let sending = tokio::spawn(sending.run(sending_stopped));
        let linger = serving.linger.min(ENDING_MAX);
        let ending = Ending { linger, drain_max: ENDING_MAX.saturating_sub(linger) };
        let served = server::serve(api, admin, app, ending, stopped).await;
        // Each ends the turn under way.
        drop(chores);
        // What is under way is seen through; nobody is left who could be told where that failed.
        let _ = stop_sending.send(true);
        let _ = sending.await;
        served.map_err(|error| failed("the server ended", &error))
    })
}

fn listener(bound: Bound) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::from_std(bound).and_then(|it| Ok((it.local_addr()?, it)));
    let (address, listener) = listener.map_err(|error| failed("cannot start", &error))?;
    Ok((listener, address))
}

/// Forgets what is no longer needed, for as long as the server runs.
async fn keep_house(engine: Engine) {
    let mut due = tokio::time::interval(HOUSEKEEPING);
    loop {
        due.tick().await;
        if let Err(refusal) = engine.forget_old_keys().await {
            tracing::warn!(error.code = refusal.code, "old idempotency keys were not forgotten");
        }
        if let Err(refusal) = engine.forget_ended_sessions().await {
            tracing::warn!(error.code = refusal.code, "ended sessions were not forgotten");
        }
    }
}

fn failed(what: &str, error: &std::io::Error) -> Failure {
    Failure::Input(format!("{what}: {error}"))
}
