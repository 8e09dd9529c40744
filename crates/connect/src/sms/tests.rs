use super::*;
use crate::delivery::Verdict;
use crate::message::{Action, Section, SectionKind};

fn message(title: &str, next: &str, url: &str) -> Message {
    Message {
        id: "m".parse().unwrap(),
        thread: "h".parse().unwrap(),
        event: "handoff.offered".to_owned(),
        at: model::Timestamp::from_seconds(0),
        language: "en".to_owned(),
        title: title.to_owned(),
        summary: Vec::new(),
        facts: Vec::new(),
        sections: vec![Section {
            kind: SectionKind::NextAction,
            heading: "Next".to_owned(),
            text: next.to_owned(),
        }],
        actions: vec![Action {
            kind: ActionKind::Open,
            label: "Open".to_owned(),
            url: url.to_owned(),
            value: String::new(),
        }],
    }
}

#[test]
fn a_text_is_short_and_keeps_its_link() {
    let url = "https://baton.example/h/1";
    assert_eq!(
        text(&message("New lead", "Call by 10:15", url)),
        "New lead\nCall by 10:15\nhttps://baton.example/h/1"
    );
    let long = text(&message(&"ü".repeat(500), &"x".repeat(500), url));
    assert_eq!(long.chars().count(), TEXT_CHARS_MAX);
    assert!(long.ends_with(&format!("…\n{url}")));
    let endless = format!("https://baton.example/{}", "x".repeat(400));
    assert!(!text(&message("New lead", "Call", &endless)).contains("https"));
}

#[test]
fn the_providers_numbers_say_what_a_refusal_means() {
    let later = Verdict::Failed { retry_after: None };
    for (status, body, code, verdict) in [
        (400, r#"{"code":21610,"message":"x","status":400}"#, Code::OptedOut, Verdict::Refused),
        (400, r#"{"code":21211,"message":"x"}"#, Code::PhoneNumber, Verdict::Refused),
        (400, r#"{"code":21603,"message":"x"}"#, Code::NotTaken, Verdict::Refused),
        (429, r#"{"code":20429,"message":"x"}"#, Code::NotNow, later),
        (401, r#"{"code":20003,"message":"x"}"#, Code::Credentials, later),
        (503, "<html>", Code::NotNow, later),
        (201, "<html>", Code::Unreadable, Verdict::Unknown),
        (201, r#"{"code":1}"#, Code::Unreadable, Verdict::Unknown),
    ] {
        let answer = Answer { status, retry_after: None, body: body.as_bytes().to_vec() };
        let failure = judge(answer).unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{status} {body}");
    }
    let answer = Answer { status: 201, retry_after: None, body: br#"{"sid":"SM1"}"#.to_vec() };
    assert_eq!(judge(answer), Ok(Receipt("SM1".to_owned())));
}
