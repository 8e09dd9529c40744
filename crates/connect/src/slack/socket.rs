//! Socket Mode: clicks come over a connection that we open, so no address of ours need be public.
//!
//! What holds: a click is acknowledged at once, and only when there is room to hand it on; Slack
//! sends what was not acknowledged again. A connection that is silent, broken or asked to go is
//! replaced; waits between tries grow. Credentials that are refused end it.

mod stream;
mod waits;

use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message as Frame;
use url::Url;

use super::api::Api;
use super::interaction::{Interaction, read};
use crate::delivery::{Code, Failure};
use crate::http::Http;
use crate::secret::Secret;
use stream::Socket;
pub use waits::Waits;

/// Listens for clicks.
pub struct SocketMode {
    api: Api,
    waits: Waits,
}

#[derive(Deserialize)]
struct Opened {
    url: String,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: String,
    envelope_id: Option<String>,
    payload: Option<Value>,
    reason: Option<String>,
}

/// Why a connection ended.
enum End {
    /// Slack wants us on a new one.
    Refresh,
    /// Nobody listens to us any more.
    Unwanted,
}

impl SocketMode {
    /// With the app's token, `xapp-…`, through `http`, which must reach the base address
    /// (usually `https://slack.com/api/`).
    pub fn new(http: Http, base_url: Url, token: Secret, waits: Waits) -> Self {
        Self { api: Api::new(http, base_url, token), waits }
    }

    /// Hands on what people do, until the receiver is dropped or Slack refuses our credentials.
    /// Dropping the future closes the connection.
    pub async fn run(&self, to: mpsc::Sender<Interaction>) -> Result<(), Failure> {
        let mut failures = 0;
        loop {
            let mut greeted = false;
            let failure = match self.connection(&to, &mut greeted).await {
                Ok(End::Refresh) => {
                    failures = 0;
                    continue;
                }
                Ok(End::Unwanted) => return Ok(()),
                Err(failure) => failure,
            };
            if failure.code == Code::Credentials {
                return Err(failure);
            }
            failures = if greeted { 0 } else { failures + 1 };
            tokio::time::sleep(self.waits.before(failures)).await;
        }
    }

    /// One connection from its opening to its end.
    async fn connection(
        &self,
        to: &mpsc::Sender<Interaction>,
        greeted: &mut bool,
    ) -> Result<End, Failure> {
        let opened: Opened = self.api.call("apps.connections.open", "", &json!({})).await?;
        let url = Secret::new(opened.url);
        let mut socket = stream::connect(&self.api.http, &url).await?;
        loop {
            let frame = tokio::select! {
                () = to.closed() => return Ok(End::Unwanted),
                frame = tokio::time::timeout(self.waits.silence, socket.next()) => frame,
            };
            let silent = |_| Failure::failed(Code::NoAnswer, "the socket is silent");
            let frame = frame.map_err(silent)?.ok_or_else(closed)?;
            match frame.map_err(|it| Failure::failed(Code::Unreachable, it.to_string()))? {
                Frame::Text(text) => {
                    let Ok(envelope) = serde_json::from_str::<Envelope>(&text) else {
                        return Err(Failure::failed(Code::Unreadable, "not an envelope of Slack"));
                    };
                    if let Some(end) = take(&mut socket, to, envelope, greeted).await? {
                        return Ok(end);
                    }
                }
                Frame::Close(_) => return Err(closed()),
                // The library answers pings when the next frame is read or sent.
                Frame::Ping(_) => socket.flush().await.map_err(|_| closed())?,
                Frame::Pong(_) | Frame::Binary(_) | Frame::Frame(_) => {}
            }
        }
    }
}

/// Deals with one envelope; says when it ends the connection.
async fn take(
    socket: &mut Socket,
    to: &mpsc::Sender<Interaction>,
    envelope: Envelope,
    greeted: &mut bool,
) -> Result<Option<End>, Failure> {
    match envelope.kind.as_str() {
        "hello" => *greeted = true,
        "disconnect" => {
            return match envelope.reason.as_deref() {
                Some("link_disabled") => {
                    let detail = "Socket Mode is switched off for the app";
                    Err(Failure::failed(Code::Credentials, detail))
                }
                Some(_) | None => Ok(Some(End::Refresh)),
            };
        }
        _ => {}
    }
    let Some(id) = envelope.envelope_id else { return Ok(None) };
    let interaction = match (envelope.kind.as_str(), &envelope.payload) {
        // What cannot be read would come again and again, unread.
        ("interactive", Some(payload)) => read(payload).unwrap_or(Interaction::Other),
        _ => Interaction::Other,
    };
    if interaction == Interaction::Other {
        acknowledge(socket, &id).await?;
        return Ok(None);
    }
    match to.try_reserve() {
        Ok(room) => {
            acknowledge(socket, &id).await?;
            room.send(interaction);
        }
        // Not acknowledged: Slack sends it again.
        Err(mpsc::error::TrySendError::Full(())) => {}
        Err(mpsc::error::TrySendError::Closed(())) => return Ok(Some(End::Unwanted)),
    }
    Ok(None)
}

async fn acknowledge(socket: &mut Socket, id: &str) -> Result<(), Failure> {
    let text = json!({ "envelope_id": id }).to_string();
    socket.send(Frame::text(text)).await.map_err(|_| closed())
}

fn closed() -> Failure {
    Failure::failed(Code::Unreachable, "the socket was closed")
}
