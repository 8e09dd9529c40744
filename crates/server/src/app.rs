//! What every handler gets, and the router.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use engine::Engine;
use engine::links::Links;
use engine::sender::channels::{Channels, Settings};
use engine::tail::Cursor;
use model::id::UserId;
use tokio::sync::{OnceCell, watch};
use tower_http::catch_panic::CatchPanicLayer;

use crate::auth::Auth;
use crate::metrics::Metrics;
use crate::observe::Observer;
use crate::{error, extract, observe, routes, web};

/// The API over one engine. Clones share it.
#[derive(Clone, Debug)]
pub struct App {
    pub(crate) engine: Engine,
    pub(crate) auth: Arc<Auth>,
    pub(crate) limits: Limits,
    pub(crate) observer: Arc<Observer>,
    pub(crate) metrics: Arc<Metrics>,
    stopping: Arc<AtomicBool>,
    /// The same for connections that would last.
    pub(crate) ending: Arc<watch::Sender<bool>>,
    /// Reads the links of messages, where this server has any.
    pub(crate) links: Option<Arc<Links>>,
    /// The ways out, as this server sends messages.
    pub(crate) channels: Channels,
    /// Whom anybody may be in a demo; elsewhere nobody.
    pub(crate) demo: Arc<[UserId]>,
    /// How far the log has come, looked at for all who follow it.
    pulse: Arc<OnceCell<watch::Sender<Cursor>>>,
}

/// Limits of the API. Start from [`Limits::standard`].
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The longest a request may take; then it is answered with 503.
    pub request_time_max: Duration,
    /// Bytes of an ordinary body.
    pub body_bytes_max: usize,
    /// Bytes of the body of a batch.
    pub batch_bytes_max: usize,
    /// How long an identity that was looked up holds: a revoked key ends on every node after this.
    pub identity_time_max: Duration,
    /// Failed sign-ins of one mail address in a minute, after which it must wait.
    pub sign_in_failures_max: u32,
}

impl Limits {
    /// The settings of a server.
    pub const fn standard() -> Self {
        Self {
            request_time_max: Duration::from_secs(30),
            body_bytes_max: 1024 * 1024,
            batch_bytes_max: 16 * 1024 * 1024,
            identity_time_max: Duration::from_secs(2),
            sign_in_failures_max: 10,
        }
    }
}

impl App {
    /// The API over `engine`.
    ///
    /// # Errors
    /// Where the operating system gives no random numbers.
    pub fn new(engine: Engine, limits: Limits) -> Result<Self, engine::secret::SecretError> {
        let auth = Arc::new(Auth::new(limits)?);
        let metrics = Arc::new(Metrics::default());
        let observer = Arc::new(Observer::new(Arc::clone(&metrics))?);
        let stopping = Arc::default();
        let ending = Arc::new(watch::Sender::new(false));
        let pulse = Arc::new(OnceCell::new());
        let links = None;
        let channels = Channels::new(engine.clone(), Settings::default());
        Ok(Self {
            engine,
            auth,
            limits,
            observer,
            metrics,
            stopping,
            ending,
            links,
            channels,
            demo: Arc::default(),
            pulse,
        })
    }

    /// With the ways out as messages take them.
    #[must_use]
    pub fn with_channels(self, channels: Channels) -> Self {
        Self { channels, ..self }
    }

    /// With the links that messages hold.
    #[must_use]
    pub fn with_links(self, links: Option<Arc<Links>>) -> Self {
        Self { links, ..self }
    }

    /// A demo: anybody may sign in as one of `people`, without a password.
    #[must_use]
    pub fn with_demo(self, people: Vec<UserId>) -> Self {
        Self { demo: people.into(), ..self }
    }

    /// How far the log has come, looked at every `period` for as long as somebody follows it.
    pub(crate) async fn pulse(&self, period: Duration) -> watch::Receiver<Cursor> {
        let begin = async || {
            let pulse = watch::Sender::new(Cursor::default());
            tokio::spawn(look(self.engine.clone(), pulse.clone(), period));
            pulse
        };
        self.pulse.get_or_init(begin).await.subscribe()
    }

    /// From now on it says that it is not ready, so that no new requests are sent here.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        // Connections that follow the log end now: they would last for ever.
        self.ending.send_replace(true);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// All routes with their checks, and the web app on every other path.
    pub fn router(self) -> Router {
        let app = self.clone();
        let mut router = Router::new();
        for entry in routes::table() {
            let gate = extract::Gate { app: app.clone(), need: entry.need, body: entry.body };
            let (_, paths, methods) = entry.router;
            let methods = methods.route_layer(from_fn_with_state(gate, extract::gate));
            for path in paths.paths.keys() {
                router = router.route(path, methods.clone());
            }
        }
        router
            .fallback(web::app)
            .method_not_allowed_fallback(error::no_such_method)
            .layer(CatchPanicLayer::custom(error::panicked))
            .layer(from_fn_with_state(app.limits.request_time_max, observe::in_time))
            .layer(from_fn_with_state(Arc::clone(&app.observer), observe::observe))
            .layer(from_fn(observe::secure_headers))
            .with_state(app)
    }
}

/// Looks how far the log has come, while anybody wants to know.
async fn look(engine: Engine, pulse: watch::Sender<Cursor>, period: Duration) {
    let mut tick = tokio::time::interval(period);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        if pulse.receiver_count() == 0 {
            continue;
        }
        // A database that is away for a moment has nothing new.
        if let Ok(now) = engine.pulse().await {
            pulse.send_if_modified(|last| {
                let moved = *last != now;
                *last = now;
                moved
            });
        }
    }
}
