//! Slack: what its own library accepts, and a Slack that is slow, dead or hostile.

mod socket;

use connect::slack::{Choice, Config, Posted, ReasonForm, Slack, blocks, signature};
use connect::{Code, Secret, SignatureError, Verdict};
use serde_json::{Value, json};

use crate::message::offer;
use crate::peer::Peer;
use crate::stub::{Conduct, Stub, dead_port};
use crate::webhook::http;

fn slack(base: &str) -> Slack {
    let base_url = format!("{base}/api/").parse().unwrap();
    let config = Config { base_url, token: Secret::new("xoxb-sesame") };
    assert!(!format!("{config:?}").contains("sesame"));
    Slack::new(http(), config)
}

fn form() -> ReasonForm {
    let choice = |index: usize| Choice { value: format!("r{index}"), label: "x".repeat(99) };
    ReasonForm {
        title: "Why not this lead, and who else".to_owned(),
        submit: "Give back".to_owned(),
        cancel: "Cancel".to_owned(),
        reason_label: "Reason".to_owned(),
        reasons: (0..120).map(choice).collect(),
        note_label: "Note".to_owned(),
    }
}

#[tokio::test]
async fn a_message_is_posted_changed_and_its_blocks_are_valid() {
    let posted = Conduct::json(r#"{"ok":true,"channel":"D1","ts":"17.01","message":{}}"#);
    let stub = Stub::start(vec![posted]).await;
    let slack = slack(&stub.base);
    let receipt = slack.deliver("U1", &offer("m1")).await.unwrap();
    assert_eq!(receipt.0, "D1/17.01");
    let place = Posted::from_receipt(&receipt).unwrap();
    slack.update(&place, &offer("m1"), "Taken by Ana <3").await.unwrap();
    let seen = stub.seen();
    assert_eq!(seen[0].line, "POST /api/chat.postMessage");
    assert_eq!(seen[0].header("authorization"), Some("Bearer xoxb-sesame"));
    assert_eq!(seen[1].line, "POST /api/chat.update");
    let bodies: Vec<Value> =
        seen.iter().map(|it| serde_json::from_str(it.text()).unwrap()).collect();
    assert_eq!(bodies[0]["metadata"]["event_payload"]["id"], "m1");
    assert_eq!(bodies[1]["ts"], "17.01");
    assert!(bodies[0]["text"].as_str().unwrap().contains("Häuser &amp; &lt;Söhne&gt;"));
    let mut peer = Peer::start("slack.py");
    peer.read();
    let types = |types: &[&str]| json!({ "types": types });
    assert_eq!(
        peer.ask(&json!({ "blocks": bodies[0]["blocks"] })),
        types(&["header", "section", "section", "section", "section", "section", "actions"])
    );
    assert_eq!(
        peer.ask(&json!({ "blocks": bodies[1]["blocks"] })),
        types(&["header", "section", "section", "section", "section", "section", "context"])
    );
}

#[tokio::test]
async fn the_largest_message_and_dialogue_stay_within_the_limits() {
    let mut message = offer("m1");
    message.title = "ü".repeat(9999);
    message.summary = vec!["s".repeat(9999); 9];
    let fact = message.facts[0].clone();
    message.facts = vec![fact; 99];
    message.facts[0].value = "<".repeat(9999);
    for section in &mut message.sections {
        section.text = "&".repeat(9999);
    }
    for action in &mut message.actions {
        action.label = "l".repeat(999);
        action.value = "v".repeat(9999);
    }
    let mut peer = Peer::start("slack.py");
    peer.read();
    let answer = peer.ask(&json!({ "blocks": blocks(&message, None) }));
    assert!(answer["types"].is_array(), "{answer}");
    // The check does descend: a label that is one too long is found.
    let mut broken = blocks(&message, None);
    let last = broken.as_array().unwrap().len() - 1;
    broken[last]["elements"][0]["text"]["text"] = json!("l".repeat(76));
    assert!(peer.ask(&json!({ "blocks": broken }))["error"].is_string());

    let stub = Stub::start(vec![Conduct::json(r#"{"ok":true,"view":{}}"#)]).await;
    slack(&stub.base).ask_reason(&Secret::new("trigger"), "h_1", &form()).await.unwrap();
    let body: Value = serde_json::from_str(stub.seen()[0].text()).unwrap();
    assert_eq!(stub.seen()[0].line, "POST /api/views.open");
    assert_eq!(body["trigger_id"], "trigger");
    assert_eq!(body["view"]["private_metadata"], "h_1");
    let answer = peer.ask(&json!({ "view": body["view"] }));
    assert_eq!(answer["title"], "Why not this lead, and …", "{answer}");
}

#[tokio::test]
async fn a_person_is_found_by_mail_and_written_to_directly() {
    let stub = Stub::start(vec![
        Conduct::json(r#"{"ok":true,"user":{"id":"U7"}}"#),
        Conduct::json(r#"{"ok":true,"channel":"D7","ts":"17.01"}"#),
    ])
    .await;
    assert_eq!(slack(&stub.base).member("ana+x@sales.example").await.unwrap(), "U7");
    slack(&stub.base).tell("U7", "<!here> taken").await.unwrap();
    let seen = stub.seen();
    assert_eq!(seen[0].line, "POST /api/users.lookupByEmail");
    assert_eq!(seen[0].text(), "email=ana%2Bx%40sales.example");
    assert_eq!(seen[1].line, "POST /api/chat.postMessage");
    assert_eq!(seen[1].text(), r#"{"channel":"U7","text":"&lt;!here&gt; taken"}"#);
    let stub = Stub::start(vec![Conduct::json(r#"{"ok":false,"error":"users_not_found"}"#)]).await;
    let failure = slack(&stub.base).member("bo@sales.example").await.unwrap_err();
    assert_eq!(failure.code, Code::SlackNobody);
    assert!(failure.code.ends_target());
}

#[tokio::test]
async fn requests_are_believed_as_slacks_library_signs_them() {
    let body = "payload=%7B%22type%22%3A%22block_actions%22%7D";
    let mut peer = Peer::start("slack.py");
    peer.read();
    let sign = json!({ "sign": { "secret": "sesame", "at": "1795000000", "body": body } });
    let answer = peer.ask(&sign);
    let signed = answer["signature"].as_str().unwrap();
    let secret = Secret::new("sesame");
    let verify = |signature: &str, body: &str, at: &str, now| {
        signature::verify(&secret, at, signature, body.as_bytes(), now)
    };
    let at = "1795000000";
    verify(signed, body, at, 1_795_000_300).unwrap();
    let (wrong, stale) = (SignatureError::Wrong, SignatureError::Stale);
    assert_eq!(verify(signed, body, at, 1_795_000_301), Err(stale));
    assert_eq!(verify(signed, body, "1795000001", 1_795_000_000), Err(wrong));
    assert_eq!(verify(signed, "payload=", at, 1_795_000_000), Err(wrong));
    for index in 0..signed.len() {
        let mut changed = signed.to_owned().into_bytes();
        changed[index] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(verify(&changed, body, at, 1_795_000_000), Err(wrong));
    }
}

#[tokio::test]
async fn a_slow_dead_or_hostile_slack_ends_in_a_verdict() {
    let later = Verdict::Failed { retry_after: None };
    let dead = format!("http://127.0.0.1:{}", dead_port().await);
    let mut ends = vec![(dead, Code::Unreachable, later)];
    let wait = Conduct::Answer(
        429,
        "Retry-After: 30".to_owned(),
        r#"{"ok":false,"error":"ratelimited"}"#.to_owned(),
    );
    let asked = Verdict::Failed { retry_after: Some(model::Seconds::new(30)) };
    for (conduct, code, verdict) in [
        (Conduct::Hang, Code::NoAnswer, Verdict::Unknown),
        (Conduct::TooLate, Code::NoAnswer, Verdict::Unknown),
        (Conduct::Flood, Code::Unreadable, Verdict::Unknown),
        (Conduct::Garbage, Code::NoAnswer, Verdict::Unknown),
        (Conduct::json("<html>"), Code::Unreadable, Verdict::Unknown),
        (Conduct::json(r#"{"ok":true}"#), Code::Unreadable, Verdict::Unknown),
        (Conduct::json(r#"{"ok":false,"error":"invalid_auth"}"#), Code::Credentials, later),
        (
            Conduct::json(r#"{"ok":false,"error":"is_archived"}"#),
            Code::SlackNobody,
            Verdict::Refused,
        ),
        (wait, Code::NotNow, asked),
    ] {
        ends.push((Stub::start(vec![conduct]).await.base, code, verdict));
    }
    for (base, code, verdict) in ends {
        let failure = slack(&base).deliver("C1", &offer("m1")).await.unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{failure}");
        assert!(!failure.to_string().contains("sesame"));
    }
}

#[tokio::test]
async fn one_channel_that_asks_for_a_pause_does_not_hold_up_another() {
    let wait = Conduct::Answer(429, "Retry-After: 30".to_owned(), "{}".to_owned());
    let posted = Conduct::json(r#"{"ok":true,"channel":"C2","ts":"17.01"}"#);
    let stub = Stub::start(vec![wait, posted]).await;
    let slack = slack(&stub.base);
    assert_eq!(slack.deliver("C1", &offer("m1")).await.unwrap_err().code, Code::NotNow);
    assert_eq!(slack.deliver("C1", &offer("m1")).await.unwrap_err().code, Code::Resting);
    slack.deliver("C2", &offer("m1")).await.unwrap();
    assert_eq!(stub.seen().len(), 2);
}
