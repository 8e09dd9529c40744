//! Live events: the log as it grows, for one caller, as server-sent events.
//!
//! Each connection reads the log from its own cursor, so nothing is lost between two connections or
//! two nodes. One look at the database a quarter of a second says for all whether anything is new.
//! What waits for a slow reader is bounded: its log is read no further until it has taken that.

use std::convert::Infallible;
use std::fmt::Write as _;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use engine::tail::{Cursor, LiveEvent};
use http_body_util::channel::{Channel, Sender};
use serde_json::json;
use tokio::sync::watch;

use crate::App;
use crate::error::ApiError;
use crate::extract::Caller;
use crate::page;

/// Frames that wait for a slow reader.
const WAITING_MAX: usize = 16;
/// Events of one look at the log.
const READ_MAX: i64 = 200;
/// How often the database is asked whether anything is new.
const LOOK: Duration = Duration::from_millis(250);
/// How long one connection lasts: the next one has its rights checked anew.
const LIFE: Duration = Duration::from_secs(300);
/// How often a connection with nothing to tell says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Events as they happen: `id`, `event` (such as `handoff.accepted`) and JSON `data`. The header
/// `Last-Event-ID` goes on after an event that was seen; without it the stream begins now.
#[utoipa::path(get, path = "/api/v1/events/stream", tag = "events", operation_id = "stream_events",
    params(("Last-Event-ID" = Option<String>, Header, description = "The last `id` seen")),
    responses((status = 200, description = "Events, for as long as the connection lasts",
        content_type = "text/event-stream", body = String)))]
pub(crate) async fn stream(
    State(app): State<App>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let last = headers.get("last-event-id").and_then(|it| it.to_str().ok());
    let cursor = match last.filter(|it| !it.is_empty()) {
        Some(text) => text.parse().map_err(|error: engine::tail::CursorError| {
            page::wrong_query("Last-Event-ID", error.to_string())
        })?,
        None => app.engine.pulse().await?,
    };
    let pulse = app.pulse(LOOK).await;
    let (sender, body) = Channel::<Bytes, Infallible>::new(WAITING_MAX);
    tokio::spawn(tell(app, caller, cursor, pulse, sender));
    let mut response = Body::new(body).into_response();
    let event_stream = HeaderValue::from_static("text/event-stream");
    response.headers_mut().insert(CONTENT_TYPE, event_stream);
    Ok(response)
}

/// Tells one caller what happens, until it leaves or the server stops.
async fn tell(
    app: App,
    caller: Caller,
    mut cursor: Cursor,
    mut pulse: watch::Receiver<Cursor>,
    mut sender: Sender<Bytes, Infallible>,
) {
    let mut ending = app.ending.subscribe();
    let ends = tokio::time::Instant::now() + LIFE;
    let begin = format!("retry: 2000\nid: {cursor}\n\n");
    if sender.send_data(Bytes::from(begin)).await.is_err() {
        return;
    }
    loop {
        let more =
            match app.engine.tail(&caller.identity, caller.sight(), cursor.clone(), READ_MAX).await
            {
                Ok(tail) => {
                    for event in &tail.events {
                        if sender.send_data(Bytes::from(frame(event))).await.is_err() {
                            return;
                        }
                    }
                    cursor = tail.cursor;
                    tail.more
                }
                // The database is away for a moment: the next look may find it again.
                Err(_) => false,
            };
        if more {
            continue;
        }
        tokio::select! {
            changed = pulse.changed() => if changed.is_err() { return },
            _ = ending.changed() => return,
            () = tokio::time::sleep_until(ends) => return,
            () = tokio::time::sleep(HEARTBEAT) => {
                if sender.send_data(Bytes::from_static(b": still here\n\n")).await.is_err() {
                    return;
                }
            }
        }
    }
}

fn frame(event: &LiveEvent) -> String {
    let data = json!({
        "at": event.at,
        "lead": event.lead,
        "handoff": event.handoff,
        "details": event.body,
    });
    let mut text = String::new();
    // Writing to a string cannot fail; JSON is one line.
    let _ = write!(text, "id: {}\nevent: {}\ndata: {data}\n\n", event.cursor, event.kind);
    text
}
