//! A WebSocket over a connection that the guard has checked.

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use url::Url;

use crate::delivery::{Code, Failure};
use crate::http::Http;
use crate::secret::Secret;

/// Bytes both ways, with TLS or without.
pub(super) trait Bytes: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Bytes for T {}

pub(super) type Socket = WebSocketStream<Box<dyn Bytes>>;

/// Slack sends payloads of some kilobytes.
const FRAME_BYTES_MAX: usize = 1 << 20;

/// Connects to the address Slack gave us; it holds a ticket, so it is a secret.
pub(super) async fn connect(http: &Http, address: &Secret) -> Result<Socket, Failure> {
    let no_address = || Failure::failed(Code::Unreadable, "not the address of a socket");
    // The guard knows the schemes of requests.
    let (tls, text) = match address.expose().split_once("://") {
        Some(("wss", rest)) => (true, format!("https://{rest}")),
        Some(("ws", rest)) => (false, format!("http://{rest}")),
        _ => return Err(no_address()),
    };
    let url = Url::parse(&text).map_err(|_| no_address())?;
    let work = async {
        let stream: Box<dyn Bytes> = match tls {
            true => Box::new(http.connect_tls(&url).await?),
            false => Box::new(http.connect(&url).await?),
        };
        let config = WebSocketConfig::default()
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX));
        let opened =
            tokio_tungstenite::client_async_with_config(address.expose(), stream, Some(config));
        let (socket, _) =
            opened.await.map_err(|it| Failure::failed(Code::Unreachable, it.to_string()))?;
        Ok(socket)
    };
    let late = |_| Failure::failed(Code::Unreachable, "no socket in time");
    tokio::time::timeout(http.patience().total, work).await.map_err(late)?
}
