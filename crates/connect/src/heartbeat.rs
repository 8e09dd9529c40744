//! Beats to a watch outside that rings when they stay away.

use url::Url;

use crate::delivery::{Code, Failure};
use crate::http::{Answer, Http, Request};
use crate::secret::Secret;

/// One watch.
#[derive(Clone)]
pub struct Heartbeat {
    http: Http,
    url: Url,
}

impl Heartbeat {
    /// The watch at `url`, which may be a credential, through `http`.
    ///
    /// # Errors
    /// Where it is no URL.
    pub fn new(http: Http, url: &Secret) -> Result<Self, Failure> {
        let url = Url::parse(url.expose())
            .map_err(|_| Failure::refused(Code::AddressForbidden, "not a URL"))?;
        Ok(Self { http, url })
    }

    /// Beats once: an empty `POST`.
    pub async fn beat(&self) -> Result<(), Failure> {
        let request = Request::post(self.url.clone(), "text/plain", Vec::new()).ignoring_body();
        self.http.call(request, |answer: Answer| answer.success().map(drop)).await
    }
}
