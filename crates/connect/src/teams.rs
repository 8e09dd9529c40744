//! Microsoft Teams by a Workflows address: an adaptive card whose buttons open pages of ours.
//!
//! What holds: the address is a credential and shows nowhere; texts of leads are never read as
//! markup; success means taken, not shown, and nothing ever comes back from Teams.

mod card;

use serde_json::Value;
use url::Url;

use crate::delivery::{Code, Delivery, Failure, Receipt};
use crate::http::{Http, Request};
use crate::message::Message;
use crate::secret::Secret;
pub use card::{Mention, card};

/// Posts cards.
#[derive(Clone)]
pub struct Teams {
    http: Http,
}

impl Teams {
    /// Through `http`, which should reach public hosts only: people enter the addresses.
    pub fn new(http: Http) -> Self {
        Self { http }
    }

    /// Tries once to post `message` to the Workflows address `flow`, for the attention of `reader`.
    pub async fn deliver(
        &self,
        flow: &Secret,
        message: &Message,
        reader: Option<&Mention>,
    ) -> Delivery {
        let url = Url::parse(flow.expose())
            .map_err(|_| Failure::refused(Code::AddressForbidden, "not a URL"))?;
        let body: Value = card(message, reader);
        let lane = url.as_str().to_owned();
        let request = Request::post(url, "application/json", body.to_string().into_bytes())
            .in_lane(lane)
            .ignoring_body();
        let taken = |it: crate::http::Answer| Ok(Receipt(format!("HTTP {}", it.success()?.status)));
        self.http.call(request, taken).await
    }
}
