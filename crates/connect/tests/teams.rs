//! Teams: what is posted, and addresses that show nowhere.

use connect::teams::{Mention, Teams, card};
use connect::{Code, Secret, Verdict};
use serde_json::{Value, json};

use crate::message::offer;
use crate::peer::Peer;
use crate::stub::{Conduct, Stub, dead_port};
use crate::webhook::http;

fn flow(base: &str) -> Secret {
    Secret::new(format!("{base}/workflows/1/triggers/manual/paths/invoke?sig=sesame"))
}

#[tokio::test]
async fn a_card_is_posted_with_links_in_place_of_buttons() {
    let stub = Stub::start(vec![Conduct::status(202)]).await;
    let receipt = Teams::new(http()).deliver(&flow(&stub.base), &offer("m1"), None).await.unwrap();
    assert_eq!(receipt.0, "HTTP 202");
    let seen = &stub.seen()[0];
    assert!(seen.line.ends_with("?sig=sesame"), "{}", seen.line);
    let body: Value = serde_json::from_str(seen.text()).unwrap();
    let card = &body["attachments"][0]["content"];
    assert_eq!(card["version"], "1.4");
    assert_eq!(card["actions"][0]["type"], "Action.OpenUrl");
    assert_eq!(card["actions"].as_array().unwrap().len(), 4);
    // Nothing reads Markdown, so a lead cannot put a link into the card.
    let text = card["body"].to_string();
    assert!(!text.contains("\"TextBlock\"") && !text.contains("\"FactSet\""), "{text}");
    assert!(text.contains("Häuser & <Söhne>"), "{text}");
}

#[tokio::test]
async fn microsofts_own_library_reads_the_card_without_complaint() {
    let mut peer = Peer::start("check_card.js");
    let answer = peer.ask(&card(&offer("m1"), None));
    assert_eq!(answer["complaints"], json!([]), "{answer}");
    assert_eq!(answer["version"], "1.4");
    assert_eq!(answer["actions"], json!(vec!["Action.OpenUrl"; 4]));
    assert_eq!(answer["items"].as_array().unwrap().len(), 11);
    let ana =
        Mention { user: "ana@x.example".to_owned(), name: "Ana [Lima](https://x)".to_owned() };
    let body = card(&offer("m1"), Some(&ana));
    // Its check of `lang` remembers where it was: every second card of a process is complained of.
    let answer = Peer::start("check_card.js").ask(&body);
    assert_eq!(answer["complaints"], json!([]), "{answer}");
    assert_eq!(answer["items"].as_array().unwrap().len(), 12);
    let content = &body["attachments"][0]["content"];
    assert_eq!(content["body"][0]["text"], "<at>Ana Limahttps://x</at>");
    assert_eq!(content["msteams"]["entities"][0]["mentioned"]["id"], "ana@x.example");
    assert_eq!(content["msteams"]["entities"][0]["text"], content["body"][0]["text"]);
    // The library does complain of what it does not know.
    let mut broken = card(&offer("m1"), None);
    broken["attachments"][0]["content"]["body"][0]["type"] = json!("Nonsense");
    assert!(peer.ask(&broken)["complaints"].to_string().contains("Nonsense"));
}

#[tokio::test]
async fn the_largest_card_is_within_what_teams_takes() {
    let mut message = offer("m1");
    message.title = "ü".repeat(9999);
    message.summary = vec!["s".repeat(9999); 99];
    message.facts = vec![message.facts[0].clone(); 99];
    for section in &mut message.sections {
        section.text = "line\n".repeat(9999);
    }
    let body = card(&message, None).to_string();
    assert!(body.len() <= 28_000, "{}", body.len());
    assert_eq!(Peer::start("check_card.js").ask(&card(&message, None))["complaints"], json!([]));
}

#[tokio::test]
async fn slow_dead_and_hostile_flows_end_in_a_verdict_without_the_address() {
    let later = Verdict::Failed { retry_after: None };
    let dead = format!("http://127.0.0.1:{}", dead_port().await);
    let mut ends = vec![(dead, Code::Unreachable, later)];
    for (conduct, code, verdict) in [
        (Conduct::Hang, Code::NoAnswer, Verdict::Unknown),
        (Conduct::TooLate, Code::NoAnswer, Verdict::Unknown),
        (Conduct::status(401), Code::Credentials, later),
        (Conduct::status(404), Code::NotTaken, Verdict::Refused),
        (Conduct::status(429), Code::NotNow, later),
        (Conduct::status(302), Code::Redirected, later),
    ] {
        ends.push((Stub::start(vec![conduct]).await.base, code, verdict));
    }
    for (base, code, verdict) in ends {
        let end = Teams::new(http()).deliver(&flow(&base), &offer("m1"), None).await;
        let failure = end.unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{failure}");
        assert!(!format!("{failure} {failure:?}").contains("sesame"));
    }
    // What is already taken does not depend on how the answer goes on.
    let flood = Stub::start(vec![Conduct::Flood]).await;
    Teams::new(http()).deliver(&flow(&flood.base), &offer("m1"), None).await.unwrap();
}
