//! Text messages: what the provider is asked, and reports its own library signs.

use connect::sms::{Config, From, Report, Sms, State, StatusError, verify};
use connect::{Code, Secret, Verdict};
use model::Seconds;
use serde_json::json;
use url::form_urlencoded;

use crate::message::offer;
use crate::peer::Peer;
use crate::stub::{Conduct, Stub, dead_port};
use crate::webhook::http;

fn sms(base: &str) -> Sms {
    let config = Config {
        base_url: base.parse().unwrap(),
        account: "AC1".to_owned(),
        token: Secret::new("sesame"),
        from: From::Pool("MG1".to_owned()),
        status_url: Some("https://baton.example/sms/status".to_owned()),
        keep: Seconds::from_minutes(30),
    };
    assert!(!format!("{config:?}").contains("sesame"));
    Sms::new(http(), config)
}

#[tokio::test]
async fn a_text_is_asked_for_as_the_provider_wants_it() {
    let answer =
        Conduct::Answer(201, "X: 1".to_owned(), r#"{"sid":"SM1","status":"queued"}"#.to_owned());
    let stub = Stub::start(vec![answer]).await;
    let receipt = sms(&stub.base).deliver("+4930123456", &offer("m1")).await.unwrap();
    assert_eq!(receipt.0, "SM1");
    let seen = &stub.seen()[0];
    assert_eq!(seen.line, "POST /2010-04-01/Accounts/AC1/Messages.json");
    assert_eq!(seen.header("authorization"), Some("Basic QUMxOnNlc2FtZQ=="));
    let form: Vec<_> = form_urlencoded::parse(&seen.body).into_owned().collect();
    let field = |name: &str| form.iter().find(|(it, _)| it == name).unwrap().1.as_str();
    assert_eq!(field("To"), "+4930123456");
    assert_eq!(field("MessagingServiceSid"), "MG1");
    assert_eq!(field("ValidityPeriod"), "1800");
    assert_eq!(field("StatusCallback"), "https://baton.example/sms/status/m1");
    assert_eq!(
        field("Body"),
        "Tier 1: Dana Diaz, Häuser & <Söhne>\nCall by 10:15 (New York).\n\
         https://baton.example/a/Open?t=token&x=1"
    );
}

#[tokio::test]
async fn what_is_no_number_is_refused_before_it_leaves() {
    let stub = Stub::start(vec![Conduct::status(201)]).await;
    for bad in ["", "4930123456", "+49 30 123456", "+12", "+1234567890123456", "+49&To=+1"] {
        let failure = sms(&stub.base).deliver(bad, &offer("m1")).await.unwrap_err();
        assert_eq!(failure.code, Code::PhoneNumber, "{bad}");
    }
    assert!(stub.seen().is_empty());
}

#[tokio::test]
async fn slow_dead_and_hostile_providers_end_in_a_verdict() {
    let later = Verdict::Failed { retry_after: None };
    for (conduct, code, verdict) in [
        (Conduct::Hang, Code::NoAnswer, Verdict::Unknown),
        (Conduct::TooLate, Code::NoAnswer, Verdict::Unknown),
        (Conduct::Flood, Code::Unreadable, Verdict::Unknown),
        (Conduct::json("[]"), Code::Unreadable, Verdict::Unknown),
        (Conduct::status(502), Code::NotNow, later),
    ] {
        let stub = Stub::start(vec![conduct.clone()]).await;
        let failure = sms(&stub.base).deliver("+4930123456", &offer("m1")).await.unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{conduct:?}: {failure}");
        assert!(!failure.to_string().contains("sesame"));
    }
    let dead = format!("http://127.0.0.1:{}", dead_port().await);
    let failure = sms(&dead).deliver("+4930123456", &offer("m1")).await.unwrap_err();
    assert_eq!((failure.code, failure.verdict), (Code::Unreachable, later));
}

#[tokio::test]
async fn a_report_is_believed_as_the_providers_library_signs_it() {
    let token = Secret::new("sesame");
    let url = "https://baton.example/hooks/sms?w=1";
    let fields = json!([
        ["MessageSid", "SM1"],
        ["MessageStatus", "undelivered"],
        ["ErrorCode", "30003"],
        ["To", "+49 30"],
        ["A", "ü"],
        ["Empty", ""],
    ]);
    let question = json!({ "token": "sesame", "url": url, "fields": fields });
    let answer = Peer::start("sign_twilio.py").ask(&question);
    let signature = answer["signature"].as_str().unwrap();
    let mut form = form_urlencoded::Serializer::new(String::new());
    for pair in fields.as_array().unwrap() {
        form.append_pair(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    }
    let body = form.finish();
    assert_eq!(
        verify(&token, url, signature, body.as_bytes()),
        Ok(Report { sid: "SM1".to_owned(), state: State::Failed, error: Some(30_003) })
    );
    let wrong = Err(StatusError::Signature);
    let changed = body.replace("SM1", "SM2");
    assert_eq!(verify(&token, url, signature, changed.as_bytes()), wrong);
    assert_eq!(
        verify(&token, "https://baton.example/hooks/sms?w=2", signature, body.as_bytes()),
        wrong
    );
    assert_eq!(verify(&Secret::new("x"), url, signature, body.as_bytes()), wrong);
    assert_eq!(verify(&token, url, "", body.as_bytes()), wrong);
}
