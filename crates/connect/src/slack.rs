//! Slack: messages with buttons out, clicks in, by signed HTTP or by Socket Mode.
//!
//! What holds: `ok` decides and not the status; texts of leads mention nobody and link nowhere;
//! a click is believed when it is signed or comes over our own socket, and becomes the same
//! [`Interaction`] either way. What a click does is `engine`'s business.

mod api;
mod blocks;
mod interaction;
pub mod signature;
mod socket;

use serde::Deserialize;
use serde_json::{Value, json};
use url::Url;

use crate::delivery::{Code, Delivery, Failure, Receipt};
use crate::http::Http;
use crate::message::Message;
use crate::secret::Secret;
use crate::text;
use api::Api;
pub use blocks::{Choice, ReasonForm, blocks};
pub use interaction::{Interaction, InteractionError, interaction};
pub use socket::{SocketMode, Waits};

/// How to reach a workspace of Slack.
#[derive(Clone, Debug)]
pub struct Config {
    /// Usually `https://slack.com/api/`.
    pub base_url: Url,
    /// The bot's token, `xoxb-…`.
    pub token: Secret,
}

/// Writes to one workspace of Slack.
#[derive(Clone)]
pub struct Slack {
    api: Api,
}

/// Where a message stands, so that it can be changed; a [`Receipt`] is its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    /// The channel.
    pub channel: String,
    /// Its name in the channel.
    pub ts: String,
}

#[derive(Deserialize)]
struct Stands {
    channel: String,
    ts: String,
}

#[derive(Deserialize)]
struct Found {
    user: Named,
}

#[derive(Deserialize)]
struct Named {
    id: String,
}

#[derive(Deserialize)]
struct Nothing {}

impl Slack {
    /// Through `http`, which must reach the base address.
    pub fn new(http: Http, config: Config) -> Self {
        Self { api: Api::new(http, config.base_url, config.token) }
    }

    /// Tries once to post `message` to a channel or a person's direct channel.
    pub async fn deliver(&self, channel: &str, message: &Message) -> Delivery {
        let body = json!({
            "channel": channel,
            "text": fallback(message),
            "blocks": blocks(message, None),
            // Tells which message it is, should our answer be lost.
            "metadata": { "event_type": "baton_message", "event_payload": { "id": message.id.as_str() } },
            "unfurl_links": false,
            "unfurl_media": false,
        });
        let posted: Stands = self.api.call("chat.postMessage", channel, &body).await?;
        Ok(Posted { channel: posted.channel, ts: posted.ts }.receipt())
    }

    /// Shows `message` in place of what was posted, without buttons and with `note`, e.g. who took
    /// it and when.
    pub async fn update(&self, at: &Posted, message: &Message, note: &str) -> Delivery {
        let body = json!({
            "channel": at.channel,
            "ts": at.ts,
            "text": fallback(message),
            "blocks": blocks(message, Some(note)),
        });
        let posted: Stands = self.api.call("chat.update", &at.channel, &body).await?;
        Ok(Posted { channel: posted.channel, ts: posted.ts }.receipt())
    }

    /// The member id of the person with this mail address; it does not change. Messages to it go
    /// to the person directly.
    pub async fn member(&self, mail: &str) -> Result<String, Failure> {
        let found: Found = self.api.ask("users.lookupByEmail", &[("email", mail)]).await?;
        Ok(found.user.id)
    }

    /// Tells a person something that is no message of the outbox, e.g. why a click did nothing.
    pub async fn tell(&self, member: &str, words: &str) -> Result<(), Failure> {
        let body = json!({ "channel": member, "text": blocks::escape(&text::cut(words, 1000)) });
        let _: Nothing = self.api.call("chat.postMessage", member, &body).await?;
        Ok(())
    }

    /// Asks whoever pressed for a reason, within the three seconds a `trigger` lives. `context`
    /// comes back with the answer.
    pub async fn ask_reason(
        &self,
        trigger: &Secret,
        context: &str,
        form: &ReasonForm,
    ) -> Result<(), Failure> {
        let body = json!({ "trigger_id": trigger.expose(), "view": form.view(context) });
        let _: Nothing = self.api.call("views.open", "", &body).await?;
        Ok(())
    }

    /// Whether the token is good.
    pub async fn check(&self) -> Result<(), Failure> {
        let _: Nothing = self.api.call("auth.test", "", &json!({})).await?;
        Ok(())
    }
}

impl Posted {
    /// As it is kept.
    pub fn receipt(&self) -> Receipt {
        Receipt(format!("{}/{}", self.channel, self.ts))
    }

    /// From what was kept.
    pub fn from_receipt(receipt: &Receipt) -> Result<Self, Failure> {
        match receipt.0.split_once('/') {
            Some((channel, ts)) if !channel.is_empty() && !ts.is_empty() => {
                Ok(Self { channel: channel.to_owned(), ts: ts.to_owned() })
            }
            Some(_) | None => Err(Failure::refused(Code::Misconfigured, "not a receipt of Slack")),
        }
    }
}

/// What notifications and screen readers say instead of the blocks.
fn fallback(message: &Message) -> Value {
    let words = format!("{} {}", text::one_line(&message.title), text::second_line(message));
    json!(blocks::escape(&text::cut(words.trim(), 1000)))
}
