//! Webhooks: what receivers verify, and receivers that are slow, dead or hostile.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use connect::gate::{Gates, Limits};
use connect::http::{Http, Names, Patience, Reach};
use connect::webhook::{Endpoint, Event, Form, SigningSecret, Webhooks};
use connect::{Code, Roots, Secret, SystemClock, Verdict};
use serde_json::{Value, json};

use crate::message::offer;
use crate::peer::Peer;
use crate::stub::{Conduct, Seen, Stub, dead_port};

/// Gates that go by the machine's clock, as verifiers of others do.
pub(crate) fn gates() -> Gates {
    Gates::new(Arc::new(SystemClock), Limits::USUAL)
}

pub(crate) fn roots() -> Roots {
    Roots::public()
}

const SHORT: Patience =
    Patience { connect: Duration::from_millis(1000), total: Duration::from_millis(1500) };

/// A client that reaches the stubs of this machine and gives up soon.
pub(crate) fn http() -> Http {
    Http::new(Reach::private(), SHORT, &roots(), gates()).unwrap()
}

fn endpoint(base: &str, secrets: Vec<SigningSecret>, form: Form) -> Endpoint {
    Endpoint { url: Secret::new(format!("{base}/hook?key=sesame")), secrets, form }
}

fn simple(base: &str) -> Endpoint {
    endpoint(base, vec![SigningSecret::generate().unwrap()], Form::Standard)
}

fn as_json(seen: &Seen) -> Value {
    let headers: serde_json::Map<String, Value> =
        seen.headers.iter().map(|(name, value)| (name.clone(), json!(value))).collect();
    json!({ "headers": headers, "body": seen.text() })
}

#[tokio::test]
async fn receivers_verify_our_signature_with_either_secret() {
    let stub = Stub::start(vec![Conduct::status(204)]).await;
    let secrets = vec![SigningSecret::generate().unwrap(), SigningSecret::generate().unwrap()];
    let event = Event::of(&offer("evt_1"));
    let endpoint = endpoint(&stub.base, secrets.clone(), Form::Standard);
    Webhooks::new(http()).deliver(&endpoint, &event).await.unwrap();
    let seen = &stub.seen()[0];
    assert_eq!(seen.header("webhook-id"), Some("evt_1"));
    assert!(!seen.text().contains("token"), "addresses that act for the reader stay with them");

    let mut peer = Peer::start("verify_webhook.py");
    let mut question = as_json(seen);
    for secret in &secrets {
        question["secret"] = json!(secret.reveal());
        let answer = peer.ask(&question);
        assert_eq!(answer["event"]["type"], "handoff.offered", "{answer}");
    }
    question["secret"] = json!(SigningSecret::generate().unwrap().reveal());
    assert!(peer.ask(&question)["error"].is_string());
    question["secret"] = json!(secrets[0].reveal());
    question["body"] = json!(seen.text().replace("87", "88"));
    assert!(peer.ask(&question)["error"].is_string());
}

#[tokio::test]
async fn we_verify_what_others_sign() {
    let mut peer = Peer::start("verify_webhook.py");
    let secret = SigningSecret::generate().unwrap();
    let at = 1_795_000_000;
    let signed = peer.ask(&json!({
        "sign": { "id": "msg_1", "at": at, "body": "{\"a\":\"ü\"}" }, "secret": secret.reveal(),
    }));
    let signature = signed["signature"].as_str().unwrap();
    let verify = |body: &str, now| {
        let (secrets, at) = ([secret.clone()], at.to_string());
        connect::webhook::signature::verify(&secrets, "msg_1", &at, signature, body.as_bytes(), now)
    };
    verify("{\"a\":\"ü\"}", at + 299).unwrap();
    verify("{\"a\":\"u\"}", at).unwrap_err();
    verify("{\"a\":\"ü\"}", at + 301).unwrap_err();
}

#[tokio::test]
async fn cloud_events_are_read_by_their_own_library() {
    let stub = Stub::start(vec![Conduct::status(200)]).await;
    let form = Form::CloudEvents { source: "https://baton.example/w/1".to_owned() };
    let endpoint = endpoint(&stub.base, vec![SigningSecret::generate().unwrap()], form);
    Webhooks::new(http()).deliver(&endpoint, &Event::of(&offer("evt_1"))).await.unwrap();
    let mut question = as_json(&stub.seen()[0]);
    question["cloud_event"] = json!(true);
    let answer = Peer::start("verify_webhook.py").ask(&question);
    assert_eq!(answer["attributes"]["id"], "evt_1", "{answer}");
    assert_eq!(answer["attributes"]["type"], "handoff.offered");
    assert_eq!(answer["attributes"]["source"], "https://baton.example/w/1");
    assert_eq!(answer["attributes"]["time"], "2026-11-20T15:00:00Z");
    assert_eq!(answer["data"]["language"], "en");
}

#[tokio::test]
async fn a_try_ends_by_what_the_receiver_did() {
    let later = Verdict::Failed { retry_after: None };
    let asked = Verdict::Failed { retry_after: Some(model::Seconds::new(7)) };
    let wait = Conduct::Answer(429, "Retry-After: 7".to_owned(), String::new());
    for (conduct, code, verdict) in [
        (Conduct::status(410), Code::EndpointGone, Verdict::Refused),
        (Conduct::status(400), Code::NotTaken, later),
        (Conduct::status(503), Code::NotNow, later),
        (wait, Code::NotNow, asked),
        (Conduct::Hang, Code::NoAnswer, Verdict::Unknown),
        (Conduct::TooLate, Code::NoAnswer, Verdict::Unknown),
        (Conduct::Garbage, Code::NoAnswer, Verdict::Unknown),
    ] {
        let stub = Stub::start(vec![conduct.clone()]).await;
        let end = Webhooks::new(http()).deliver(&simple(&stub.base), &Event::of(&offer("e"))).await;
        let failure = end.unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{conduct:?}");
        assert!(!failure.to_string().contains("sesame"), "{failure}");
    }
    let flood = Stub::start(vec![Conduct::Flood]).await;
    Webhooks::new(http()).deliver(&simple(&flood.base), &Event::of(&offer("e"))).await.unwrap();
}

#[tokio::test]
async fn a_dead_receiver_took_nothing() {
    let base = format!("http://127.0.0.1:{}", dead_port().await);
    let end = Webhooks::new(http()).deliver(&simple(&base), &Event::of(&offer("e"))).await;
    let failure = end.unwrap_err();
    assert_eq!(failure.code, Code::Unreachable, "{failure}");
    assert_eq!(failure.verdict, Verdict::Failed { retry_after: None });

    let reset = Stub::start(vec![Conduct::Reset]).await;
    let end = Webhooks::new(http()).deliver(&simple(&reset.base), &Event::of(&offer("e"))).await;
    assert!(matches!(end.unwrap_err().code, Code::Unreachable | Code::NoAnswer));
}

/// A name server that never answers.
struct SilentNames;

impl Names for SilentNames {
    fn look_up(&self, _: String) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn until_the_connection_stands_nothing_has_left() {
    let hanging = Stub::start(vec![Conduct::Hang]).await;
    let handshake = hanging.base.replace("http:", "https:");
    let http = Http::with_names(Reach::private(), SHORT, &roots(), gates(), Arc::new(SilentNames));
    let webhooks = Webhooks::new(http.unwrap());
    for base in ["http://silent.example", &handshake] {
        let end = webhooks.deliver(&simple(base), &Event::of(&offer("e"))).await;
        let failure = end.unwrap_err();
        assert_eq!(failure.code, Code::Unreachable, "{base}: {failure}");
        assert_eq!(failure.verdict, Verdict::Failed { retry_after: None });
    }
}

#[tokio::test]
async fn slow_and_dead_receivers_delay_no_healthy_one() {
    let slow = Stub::start(vec![Conduct::Hang]).await;
    let dead = format!("http://127.0.0.1:{}", dead_port().await);
    let patience = Patience { connect: Duration::from_secs(5), total: Duration::from_secs(10) };
    let http = Http::new(Reach::private(), patience, &roots(), gates()).unwrap();
    let webhooks = Webhooks::new(http);
    let send = |base: &str| {
        let (webhooks, endpoint) = (webhooks.clone(), simple(base));
        tokio::spawn(async move {
            let began = Instant::now();
            (webhooks.deliver(&endpoint, &Event::of(&offer("e"))).await, began.elapsed())
        })
    };
    let hanging: Vec<_> = (0..100).map(|_| send(&slow.base)).collect();
    let failing: Vec<_> = (0..100).map(|_| send(&dead)).collect();
    let mut fine = Vec::new();
    for _ in 0..20 {
        let healthy = Stub::start(vec![Conduct::status(200)]).await;
        fine.extend((0..10).map(|_| send(&healthy.base)));
    }
    let mut times = Vec::new();
    for task in fine {
        let (end, took) = task.await.unwrap();
        end.unwrap();
        times.push(took);
    }
    times.sort();
    let p99 = times[times.len() * 99 / 100];
    println!("200 healthy deliveries beside 100 hanging and 100 dead: p99 {p99:?}");
    assert!(p99 < Duration::from_secs(2), "{p99:?}");
    for task in failing {
        task.await.unwrap().0.unwrap_err();
    }
    // No more than its share ever reached the slow one.
    assert!(slow.seen().len() <= Limits::USUAL.at_once, "{}", slow.seen().len());
    for task in hanging {
        task.abort();
    }
}
