//! Listening.

use std::future::Future;
use std::io;

use tokio::net::TcpListener;

use crate::App;

/// Serves the API on `listener` until `shutdown` is ready; then no connection is taken any more
/// and those that are open end with their request.
///
/// # Errors
/// Where the listener fails.
pub async fn serve(
    listener: TcpListener,
    app: App,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, app.router()).with_graceful_shutdown(shutdown).await
}
