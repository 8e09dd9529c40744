//! The HTTP client of all channels: guarded, patient for a fixed time, deaf to floods.
//!
//! What holds: no connection to an address outside the [`Reach`], whatever the URL, the name or the
//! name server says, since the address that was checked is the one connected to; no redirect is
//! followed and no proxy of the environment used; a request takes at most
//! [`Patience::total`], an answer at most `ANSWER_BYTES_MAX` of memory.

mod address;
mod answer;
mod guard;
mod raw;

use std::error::Error as _;
use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, redirect};
use url::Url;

use crate::delivery::{Code, Failure};
use crate::gate::{Gates, Lane};
use crate::tls::Roots;
pub(crate) use answer::Answer;
use guard::{Forbidden, GuardedNames};
pub use guard::{Names, Reach, SystemNames};

/// No answer of a vendor that we read is longer.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How long to wait.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For name, connection and handshake.
    pub connect: Duration,
    /// For everything; longer than `connect`.
    pub total: Duration,
}

impl Patience {
    /// For APIs of vendors, which people wait for.
    pub const VENDOR: Self =
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(10) };
    /// For webhooks.
    pub const WEBHOOK: Self =
        Self { connect: Duration::from_secs(5), total: Duration::from_secs(15) };
}

/// A client for one reach; clones share its connections.
#[derive(Clone)]
pub struct Http {
    client: Client,
    reach: Reach,
    patience: Patience,
    gates: Gates,
    names: Arc<dyn Names>,
    tls: Arc<rustls::ClientConfig>,
}

/// One request.
pub(crate) struct Request {
    /// `GET` or `POST`.
    pub(crate) method: Method,
    /// Where to; may be a credential, so it is shown nowhere.
    pub(crate) url: Url,
    /// What the other side slows down on its own; see [`Lane::name`].
    pub(crate) lane: String,
    headers: HeaderMap,
    body: Vec<u8>,
    /// Whether the answer's body says anything.
    reads_body: bool,
}

impl Http {
    /// A client that goes as far as `reach`, through `gates`.
    pub fn new(
        reach: Reach,
        patience: Patience,
        roots: &Roots,
        gates: Gates,
    ) -> Result<Self, Failure> {
        Self::with_names(reach, patience, roots, gates, Arc::new(SystemNames))
    }

    /// The same, with names looked up by `names`.
    pub fn with_names(
        reach: Reach,
        patience: Patience,
        roots: &Roots,
        gates: Gates,
        names: Arc<dyn Names>,
    ) -> Result<Self, Failure> {
        let broken = |it: &dyn std::fmt::Display| {
            Failure::refused(Code::Misconfigured, format!("TLS cannot be set up: {it}"))
        };
        let tls = roots.client().map_err(|it| broken(&it))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls.clone())
            .dns_resolver(GuardedNames::new(reach.clone(), names.clone()))
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(patience.connect)
            .timeout(patience.total)
            .pool_max_idle_per_host(4)
            .user_agent(concat!("Baton/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|it| broken(&it))?;
        Ok(Self { client, reach, patience, gates, names, tls: Arc::new(tls) })
    }

    /// How long this client waits.
    pub(crate) fn patience(&self) -> Patience {
        self.patience
    }

    /// The gates this client goes through.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    /// Sends `request`; `judge` says what the answer means.
    pub(crate) async fn call<T>(
        &self,
        request: Request,
        judge: impl FnOnce(Answer) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        guard::check(&self.reach, &request.url)
            .map_err(|it| Failure::refused(Code::AddressForbidden, it.to_string()))?;
        let lane =
            Lane { target: request.url.origin().ascii_serialization(), name: request.lane.clone() };
        self.gates.pass(&lane, async { judge(self.exchange(request).await?) }).await
    }

    async fn exchange(&self, request: Request) -> Result<Answer, Failure> {
        let Request { method, url, headers, body, reads_body, .. } = request;
        let sent = self.client.request(method, url).headers(headers).body(body).send().await;
        let mut response = sent.map_err(trouble)?;
        let status = response.status().as_u16();
        let retry_after = answer::retry_after(response.headers(), self.gates.now());
        let mut body = Vec::new();
        if reads_body {
            while let Some(chunk) = response.chunk().await.map_err(trouble)? {
                if ANSWER_BYTES_MAX < body.len() + chunk.len() {
                    let detail = format!("HTTP {status}, more than {ANSWER_BYTES_MAX} bytes");
                    return Err(Failure::unknown(Code::Unreadable, detail));
                }
                body.extend_from_slice(&chunk);
            }
        }
        Ok(Answer { status, retry_after, body })
    }
}

impl Request {
    /// A `POST` of `body`.
    pub(crate) fn post(url: Url, content_type: &'static str, body: Vec<u8>) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(reqwest::header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        let lane = url.path().to_owned();
        Self { method: Method::POST, url, lane, headers, body, reads_body: true }
    }

    /// With one more header; the value is kept out of logs.
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Result<Self, Failure> {
        let Ok(mut value) = HeaderValue::from_str(value) else {
            let detail = format!("a value that cannot stand in the header `{name}`");
            return Err(Failure::refused(Code::Misconfigured, detail));
        };
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Only the status of the answer counts.
    pub(crate) fn ignoring_body(mut self) -> Self {
        self.reads_body = false;
        self
    }

    /// Slowed down under this name.
    pub(crate) fn in_lane(mut self, lane: String) -> Self {
        self.lane = lane;
        self
    }
}

/// What an error of the client means: did the request leave?
fn trouble(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = error.source();
    let mut last = None;
    while let Some(it) = cause {
        if let Some(forbidden) = it.downcast_ref::<Forbidden>() {
            return Failure::refused(Code::AddressForbidden, forbidden.to_string());
        }
        last = Some(it.to_string());
        cause = it.source();
    }
    let detail = last.unwrap_or_else(|| error.to_string());
    match error.is_connect() || error.is_builder() {
        true => Failure::failed(Code::Unreachable, detail),
        false => Failure::unknown(Code::NoAnswer, detail),
    }
}
