//! Listening, and ending in good order.

use std::future::Future;
use std::io;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::App;

/// How the server ends once it is asked to.
#[derive(Clone, Copy, Debug)]
pub struct Ending {
    /// How long it goes on taking requests while it says that it is not ready: until those who send
    /// them have noticed.
    pub linger: Duration,
    /// How long requests that are under way may then take.
    pub drain_max: Duration,
}

/// How the server ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// Every request was answered.
    Drained,
    /// Some were still under way when the time was up.
    CutOff,
}

/// Serves the API on `listener`, and health and metrics on `admin`, until `shutdown` is ready; then
/// ends as `ending` says.
///
/// # Errors
/// Where a listener fails.
pub async fn serve(
    listener: TcpListener,
    admin: Option<TcpListener>,
    app: App,
    ending: Ending,
    shutdown: impl Future<Output = ()>,
) -> io::Result<Ended> {
    let (close, closed) = watch::channel(false);
    let mut api_closed = closed.clone();
    let api = axum::serve(listener, app.clone().router()).with_graceful_shutdown(async move {
        // An error means that the sender is gone, and with it the server.
        let _ = api_closed.wait_for(|it| *it).await;
    });
    let mut api = tokio::spawn(api.into_future());
    if let Err(refusal) = app.metrics.begin(&app.engine).await {
        tracing::warn!(error.code = refusal.code, "steps are counted from the first look on");
    }
    if let Some(admin) = admin {
        let router = app.clone().admin_router();
        tokio::spawn(axum::serve(admin, router).into_future());
    }
    tokio::select! {
        ended = &mut api => return flat(ended).map(|()| Ended::Drained),
        () = shutdown => {}
    }
    app.stop();
    tracing::info!("stopping");
    tokio::time::sleep(ending.linger).await;
    let _ = close.send(true);
    match tokio::time::timeout(ending.drain_max, &mut api).await {
        Ok(ended) => flat(ended).map(|()| Ended::Drained),
        Err(_) => {
            api.abort();
            Ok(Ended::CutOff)
        }
    }
}

fn flat(ended: Result<io::Result<()>, tokio::task::JoinError>) -> io::Result<()> {
    ended.unwrap_or_else(|error| Err(io::Error::other(error)))
}
