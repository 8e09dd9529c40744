//! Many at once, over real connections.

use std::collections::BTreeSet;
use std::time::Duration;

use serde_json::Value;
use server::{Ended, Ending};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::app::{As, TestApp, lead, on_both};

/// Nobody lingers here, and no request takes as long.
const ENDING: Ending = Ending { linger: Duration::ZERO, drain_max: Duration::from_secs(30) };

const CLIENTS: usize = 32;
const REQUESTS: usize = 1_000;

/// One request over a connection of its own; status and body.
async fn post(address: std::net::SocketAddr, secret: &str, key: &str, body: &str) -> (u16, Value) {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST /api/v1/leads HTTP/1.1\r\nhost: baton\r\nauthorization: Bearer {secret}\r\n\
         idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
         connection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(body).unwrap())
}

/// Every tenth request repeats the one before, key and all.
fn person(at: usize) -> usize {
    if at % 10 == 9 { at - 1 } else { at }
}

async fn storm(address: std::net::SocketAddr, secret: String) -> Vec<(usize, u16, Value)> {
    let tasks: Vec<_> = (0..CLIENTS)
        .map(|client| {
            let secret = secret.clone();
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for at in (client..REQUESTS).step_by(CLIENTS) {
                    let person = person(at);
                    let body = lead(&format!("p{person}@b{person}.example"), "DE").to_string();
                    let (status, body) = post(address, &secret, &format!("k{person}"), &body).await;
                    answers.push((person, status, body));
                }
                answers
            })
        })
        .collect();
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.unwrap());
    }
    all
}

fn serve_storm(app: &TestApp, secret: String) -> Vec<(usize, u16, Value)> {
    app.runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let shutdown = async { stopped.await.unwrap_or(()) };
        let server = tokio::spawn(server::serve(listener, None, app.app.clone(), ENDING, shutdown));
        let answers = storm(address, secret).await;
        stop.send(()).unwrap();
        assert_eq!(server.await.unwrap().unwrap(), Ended::Drained);
        assert!(TcpStream::connect(address).await.is_err(), "it does not listen any more");
        answers
    })
}

#[test]
fn a_thousand_leads_at_once_are_each_acknowledged_once() {
    on_both(|app| {
        let As::Key(secret) = app.key(&["leads:write", "leads:read"]) else { unreachable!() };
        let answers = serve_storm(app, secret);
        assert_eq!(answers.len(), REQUESTS);
        assert!(
            answers.iter().all(|it| it.1 == 201),
            "{:?}",
            answers.iter().find(|it| it.1 != 201)
        );
        let leads: BTreeSet<String> =
            answers.iter().map(|it| it.2["lead"].as_str().unwrap().to_owned()).collect();
        let people: BTreeSet<usize> = answers.iter().map(|it| it.0).collect();
        assert_eq!(leads.len(), people.len());
        let mut stored = BTreeSet::new();
        let mut path = "/api/v1/leads?limit=200".to_owned();
        loop {
            let page = app.get(&As::User("admin"), &path).expect(200).body;
            for item in page["items"].as_array().unwrap() {
                assert!(item["owner"].is_string(), "{item}");
                assert!(stored.insert(item["id"].as_str().unwrap().to_owned()));
            }
            let Some(next) = page["next"].as_str() else { break };
            path = format!("/api/v1/leads?limit=200&after={next}");
        }
        assert_eq!(stored, leads, "what was acknowledged is there, and nothing else");
    });
}
