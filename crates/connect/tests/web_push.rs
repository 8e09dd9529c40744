//! Web push: what a browser decrypts, and services that are slow, dead or hostile.

use connect::web_push::{Config, Subscription, VapidKeys, WebPush};
use connect::{Code, Verdict};
use model::Seconds;
use serde_json::{Value, json};

use crate::message::offer;
use crate::peer::Peer;
use crate::stub::{Conduct, Stub, dead_port};
use crate::webhook::http;

fn push() -> WebPush {
    let config = Config {
        keys: VapidKeys::generate().unwrap(),
        contact: "mailto:ops@baton.example".to_owned(),
        keep: Seconds::from_minutes(15),
    };
    WebPush::new(http(), config)
}

fn subscription(base: &str, keys: &Value) -> Subscription {
    let key = |name: &str| keys[name].as_str().unwrap();
    Subscription::new(&format!("{base}/send/sesame"), key("p256dh"), key("auth")).unwrap()
}

#[tokio::test]
async fn a_browser_decrypts_the_note_and_the_service_knows_us() {
    let stub = Stub::start(vec![Conduct::status(201)]).await;
    let mut browser = Peer::start("open_push.py");
    let keys = browser.ask(&json!({ "subscribe": true }));
    let subscription = subscription(&stub.base, &keys);
    assert!(!format!("{subscription:?}").contains("sesame"));
    push().deliver(&subscription, &offer("m1")).await.unwrap();
    let seen = &stub.seen()[0];
    assert_eq!(seen.line, "POST /send/sesame");
    assert_eq!(seen.header("content-encoding"), Some("aes128gcm"));
    assert_eq!(seen.header("ttl"), Some("900"));
    assert_eq!(seen.header("urgency"), Some("high"));
    assert_eq!(seen.header("topic").unwrap().len(), 32);
    let mut question = json!({
        "body": seen.body,
        "authorization": seen.header("authorization"),
        "audience": stub.base,
    });
    let answer = browser.ask(&question);
    assert_eq!(answer["note"]["title"], "Tier 1: Dana Diaz, Häuser & <Söhne>", "{answer}");
    assert_eq!(answer["note"]["body"], "Call by 10:15 (New York).");
    assert_eq!(answer["note"]["tag"], "h_1");
    assert_eq!(answer["note"]["actions"][0]["action"], "accept");
    assert_eq!(answer["claims"]["sub"], "mailto:ops@baton.example");
    assert_eq!(answer["record"], 4096);

    // Another service's token and a changed byte do not pass.
    question["audience"] = json!("https://other.example");
    assert!(browser.ask(&question)["error"].is_string());
    question["audience"] = json!(stub.base);
    question["body"][100] = json!(seen.body[100] ^ 1);
    assert!(browser.ask(&question)["error"].is_string());
}

#[tokio::test]
async fn the_longest_note_still_fits_one_record() {
    let stub = Stub::start(vec![Conduct::status(201)]).await;
    let mut browser = Peer::start("open_push.py");
    let keys = browser.ask(&json!({ "subscribe": true }));
    let mut message = offer("m1");
    message.title = "ü".repeat(9999);
    message.sections[1].text = "漢".repeat(9999);
    for action in &mut message.actions {
        action.url = format!("https://baton.example/{}", "x".repeat(1500));
    }
    push().deliver(&subscription(&stub.base, &keys), &message).await.unwrap();
    let seen = &stub.seen()[0];
    assert!(seen.body.len() <= 4096, "{}", seen.body.len());
    let authorization = seen.header("authorization");
    let question =
        json!({ "body": seen.body, "authorization": authorization, "audience": stub.base });
    let answer = browser.ask(&question);
    assert!(answer["note"]["url"].is_string() && answer["note"].get("actions").is_none());
}

#[tokio::test]
async fn slow_dead_and_hostile_services_end_in_a_verdict() {
    let keys = Peer::start("open_push.py").ask(&json!({ "subscribe": true }));
    let later = Verdict::Failed { retry_after: None };
    let dead = format!("http://127.0.0.1:{}", dead_port().await);
    let mut ends = vec![(dead, Code::Unreachable, later)];
    let wait = Conduct::Answer(429, "Retry-After: 60".to_owned(), String::new());
    let asked = Verdict::Failed { retry_after: Some(Seconds::new(60)) };
    for (conduct, code, verdict) in [
        (Conduct::status(404), Code::SubscriptionGone, Verdict::Refused),
        (Conduct::status(410), Code::SubscriptionGone, Verdict::Refused),
        (Conduct::status(403), Code::Credentials, later),
        (wait, Code::NotNow, asked),
        (Conduct::Hang, Code::NoAnswer, Verdict::Unknown),
        (Conduct::TooLate, Code::NoAnswer, Verdict::Unknown),
        (Conduct::Garbage, Code::NoAnswer, Verdict::Unknown),
    ] {
        ends.push((Stub::start(vec![conduct]).await.base, code, verdict));
    }
    for (base, code, verdict) in ends {
        let end = push().deliver(&subscription(&base, &keys), &offer("m1")).await;
        let failure = end.unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{failure}");
        assert!(!failure.to_string().contains("sesame"));
    }
    let flood = Stub::start(vec![Conduct::Flood]).await;
    push().deliver(&subscription(&flood.base, &keys), &offer("m1")).await.unwrap();
}
