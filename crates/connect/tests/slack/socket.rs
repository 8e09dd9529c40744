//! Socket Mode, against a server that Slack's own client talks to in the same way.

use std::time::Duration;

use connect::slack::{Interaction, SocketMode, Waits};
use connect::{ActionKind, Code, Failure, Secret};
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::peer::Peer;
use crate::webhook::http;

struct Listening {
    heard: mpsc::Receiver<Interaction>,
    task: JoinHandle<Result<(), Failure>>,
}

fn server() -> (Peer, u16) {
    let mut server = Peer::start("slack.py");
    let port = server.read()["port"].as_u64().unwrap().try_into().unwrap();
    (server, port)
}

fn listen(port: u16, room: usize, silence: Duration) -> Listening {
    let base = format!("http://127.0.0.1:{port}/api/").parse().unwrap();
    let waits =
        Waits { first: Duration::from_millis(5), longest: Duration::from_millis(20), silence };
    let socket = SocketMode::new(http(), base, Secret::new("xapp-sesame"), waits);
    let (to, heard) = mpsc::channel(room);
    Listening { heard, task: tokio::spawn(async move { socket.run(to).await }) }
}

const PATIENT: Duration = Duration::from_secs(20);

fn click(envelope: &str, value: &str) -> Value {
    json!({ "send": {
        "envelope_id": envelope,
        "type": "interactive",
        "accepts_response_payload": false,
        "payload": {
            "type": "block_actions",
            "user": { "id": "U1" },
            "trigger_id": "t",
            "channel": { "id": "C1" },
            "container": { "message_ts": "17.01" },
            "actions": [{ "action_id": "accept", "value": value }],
        },
    } })
}

/// The server is another process, so its lines are awaited on a thread of their own.
async fn next(server: Peer) -> (Peer, Value) {
    tokio::task::spawn_blocking(move || {
        let mut server = server;
        let line = server.read();
        (server, line)
    })
    .await
    .unwrap()
}

async fn connected(mut server: Peer) -> Peer {
    for wanted in ["opened", "connected"] {
        let line;
        (server, line) = next(server).await;
        assert!(line.get(wanted).is_some(), "{wanted}: {line}");
    }
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_acknowledges_as_slacks_own_does() {
    let (mut server, port) = server();
    server.tell(&json!({ "official": true }));
    server = connected(server).await;
    server.tell(&click("e1", "h_1"));
    let mut official = Value::Null;
    for _ in 0..2 {
        let line;
        (server, line) = next(server).await;
        if let Some(it) = line.get("acknowledged") {
            official = it.clone();
        }
    }
    server.tell(&json!({ "official": false }));
    let (mut server, left) = next(server).await;
    assert!(left.get("left").is_some(), "{left}");

    let mut ours = listen(port, 8, PATIENT);
    let opened;
    (server, opened) = next(server).await;
    assert_eq!(opened["opened"], "Bearer xapp-sesame");
    let (mut server, _) = next(server).await;
    server.tell(&click("e1", "h_1"));
    let (_server, line) = next(server).await;
    assert_eq!(line["acknowledged"], official);
    match ours.heard.recv().await.unwrap() {
        Interaction::Pressed { action, value, user, place, .. } => {
            assert_eq!((action, value.as_str(), user.as_str()), (ActionKind::Accept, "h_1", "U1"));
            assert_eq!(place.unwrap().ts, "17.01");
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_ends_is_replaced() {
    let (server, port) = server();
    let mut ours = listen(port, 8, PATIENT);
    let mut server = connected(server).await;
    let endings = [
        json!({ "send": { "type": "disconnect", "reason": "refresh_requested" } }),
        json!({ "send": { "type": "disconnect", "reason": "warning" } }),
        json!({ "raw": "no json" }),
        json!({ "cut": true }),
    ];
    for (index, ending) in endings.iter().enumerate() {
        server.tell(ending);
        let mut wanted = vec!["left", "opened", "connected"];
        while !wanted.is_empty() {
            let line;
            (server, line) = next(server).await;
            let before = wanted.len();
            wanted.retain(|it| line.get(it).is_none());
            assert!(wanted.len() < before, "{ending}: {line}");
        }
        let value = format!("h_{index}");
        server.tell(&click("e", &value));
        let line;
        (server, line) = next(server).await;
        assert_eq!(line["acknowledged"]["envelope_id"], "e");
        let heard = ours.heard.recv().await.unwrap();
        assert!(matches!(heard, Interaction::Pressed { value: it, .. } if it == value));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_connection_is_replaced() {
    let (server, port) = server();
    let _ours = listen(port, 8, Duration::from_millis(100));
    let server = connected(server).await;
    let (mut server, mut lines) = (server, Vec::new());
    for _ in 0..3 {
        let line;
        (server, line) = next(server).await;
        lines.push(line);
    }
    assert!(lines.iter().any(|it| it.get("connected").is_some()), "{lines:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_handed_on_is_not_acknowledged() {
    let (server, port) = server();
    let mut ours = listen(port, 1, PATIENT);
    let mut server = connected(server).await;
    for envelope in ["e1", "e2"] {
        server.tell(&click(envelope, envelope));
    }
    // What asks for nothing is acknowledged without room.
    server
        .tell(&json!({ "send": { "envelope_id": "e3", "type": "slash_commands", "payload": {} } }));
    let mut acknowledged = Vec::new();
    for _ in 0..2 {
        let line;
        (server, line) = next(server).await;
        acknowledged.push(line["acknowledged"]["envelope_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(acknowledged, ["e1", "e3"]);
    let heard = ours.heard.recv().await.unwrap();
    assert!(matches!(heard, Interaction::Pressed { value, .. } if value == "e1"));
    // Slack sends it again, and now there is room.
    server.tell(&click("e2", "e2"));
    let (_server, line) = next(server).await;
    assert_eq!(line["acknowledged"]["envelope_id"], "e2");
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_credentials_and_a_dropped_receiver_end_it() {
    let (mut server, port) = server();
    server.ask(&json!({ "error": "invalid_auth" }));
    let ours = listen(port, 8, PATIENT);
    let failure = ours.task.await.unwrap().unwrap_err();
    assert_eq!(failure.code, Code::Credentials);
    server.read();
    server.ask(&json!({ "error": null }));

    let ours = listen(port, 8, PATIENT);
    let mut server = connected(server).await;
    server.tell(&json!({ "send": { "type": "disconnect", "reason": "link_disabled" } }));
    let failure = ours.task.await.unwrap().unwrap_err();
    assert_eq!(failure.code, Code::Credentials);
    let (server, _) = next(server).await;

    let ours = listen(port, 8, PATIENT);
    let _server = connected(server).await;
    drop(ours.heard);
    ours.task.await.unwrap().unwrap();
}
