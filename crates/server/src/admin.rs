//! What operators and their machines ask for, on a port of its own: health and metrics.
//!
//! It asks for no credentials, so it is apart from the API and whoever opens it decides who reaches
//! it. It answers until the process ends, also while the API takes no requests any more.

use axum::Router;
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::resource::health;
use crate::{App, error, metrics, observe};

impl App {
    /// The routes of the admin port.
    pub fn admin_router(self) -> Router {
        Router::new()
            .route("/health/live", get(health::live))
            .route("/health/ready", get(health::ready))
            .route("/metrics", get(page))
            .fallback(error::no_such_path)
            .layer(from_fn(observe::secure_headers))
            .with_state(self)
    }
}

async fn page(State(app): State<App>) -> Response {
    let mut response = app.metrics.page(&app.engine).await.into_response();
    let kind = HeaderValue::from_static(metrics::CONTENT_TYPE);
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}
