use super::*;
use crate::message::{Action, ActionKind, Fact, Section, SectionKind};

fn sender() -> Sender {
    Sender {
        name: "Baton".to_owned(),
        address: "baton@mail.example".parse().unwrap(),
        bounces: Some("bounce@mail.example".parse().unwrap()),
    }
}

fn colleague(name: &str) -> Recipient {
    Recipient {
        name: Some(name.to_owned()),
        address: "ana@sales.example".to_owned(),
        audience: Audience::Colleague,
    }
}

fn message(title: &str) -> Message {
    Message {
        id: "h_1-2".parse().unwrap(),
        thread: "h_1-1".parse().unwrap(),
        event: "handoff.offered".to_owned(),
        at: Timestamp::from_seconds(1_795_000_000),
        language: "en".to_owned(),
        title: title.to_owned(),
        summary: vec!["Dana <b>Diaz</b>, Acme".to_owned()],
        facts: vec![Fact { label: "Score".to_owned(), value: "87 & rising".to_owned() }],
        sections: vec![Section {
            kind: SectionKind::WhyYou,
            heading: "Why you".to_owned(),
            text: "Next in turn.\nYou know \"Acme\".".to_owned(),
        }],
        actions: vec![
            Action {
                kind: ActionKind::Accept,
                label: "Accept".to_owned(),
                url: "https://baton.example/a/1?x=1&y=2".to_owned(),
                value: "1".to_owned(),
            },
            Action {
                kind: ActionKind::Open,
                label: "Open".to_owned(),
                url: "javascript:alert(1)".to_owned(),
                value: "1".to_owned(),
            },
        ],
    }
}

fn written(to: &Recipient, message: &Message) -> String {
    let mail = mail(&sender(), to, message, Timestamp::from_seconds(1_795_000_000)).unwrap();
    String::from_utf8(mail.content).unwrap()
}

fn headers(mail: &str) -> Vec<&str> {
    mail.split("\r\n\r\n").next().unwrap().split("\r\n").collect()
}

#[test]
fn a_mail_to_a_colleague_names_its_thread_and_says_that_a_machine_wrote_it() {
    let mail = written(&colleague("Ana"), &message("New lead"));
    let headers = headers(&mail);
    for wanted in [
        "Message-ID: <h_1-2@mail.example>",
        "In-Reply-To: <h_1-1@mail.example>",
        "References: <h_1-1@mail.example>",
        "Auto-Submitted: auto-generated",
        "X-Auto-Response-Suppress: All",
        "Content-Language: en",
        "Subject: New lead",
        "Date: Wed, 18 Nov 2026 11:06:40 +0000",
    ] {
        assert!(headers.contains(&wanted), "{wanted} in {headers:#?}");
    }
    assert!(!mail.contains("List-Unsubscribe"));
}

#[test]
fn the_first_mail_of_a_thread_answers_nothing() {
    let mut first = message("New lead");
    first.id = first.thread.clone();
    assert!(!written(&colleague("Ana"), &first).contains("In-Reply-To"));
}

#[test]
fn a_mail_to_a_lead_can_be_ended_with_one_click() {
    let to = Recipient {
        audience: Audience::Prospect {
            unsubscribe_url: "https://baton.example/u/t".to_owned(),
            unsubscribe_mail: Some("unsubscribe+t@mail.example".to_owned()),
        },
        ..colleague("Dana")
    };
    let mail = written(&to, &message("We have your request"));
    let unfolded = mail.replace("\r\n ", " ");
    let ways = "List-Unsubscribe: <https://baton.example/u/t>, <mailto:unsubscribe+t@mail.example>";
    assert!(unfolded.contains(ways), "{unfolded}");
    assert!(headers(&mail).contains(&"List-Unsubscribe-Post: List-Unsubscribe=One-Click"));
    assert!(!mail.contains("X-Auto-Response-Suppress"));
}

#[test]
fn names_and_subjects_add_no_headers() {
    for hostile in [
        "x\r\nBcc: spy@evil.example",
        "x\nBcc: spy@evil.example",
        "x\r\n\r\nBcc: spy@evil.example",
        "x\u{2028}Bcc: spy@evil.example\0",
        "\"<spy@evil.example>, Ana",
    ] {
        let mail = written(&colleague(hostile), &message(hostile));
        let headers = headers(&mail);
        assert!(headers.iter().all(|it| !it.starts_with("Bcc")), "{headers:#?}");
        let names: Vec<_> = headers
            .iter()
            .filter(|it| !it.starts_with(' '))
            .map(|it| it.split(':').next())
            .collect();
        let calm = written(&colleague("Ana"), &message("New lead"));
        let wanted = self::headers(&calm);
        let wanted: Vec<_> = wanted
            .iter()
            .filter(|it| !it.starts_with(' '))
            .map(|it| it.split(':').next())
            .collect();
        assert_eq!(names, wanted);
    }
}

#[test]
fn configuration_with_line_breaks_is_refused() {
    let mut message = message("t");
    message.language = "en\r\nBcc: spy@evil.example".to_owned();
    let now = Timestamp::from_seconds(0);
    let failure = mail(&sender(), &colleague("Ana"), &message, now).err().unwrap();
    assert_eq!(failure.code, Code::Misconfigured);
}

#[test]
fn bounces_name_their_mail() {
    let now = Timestamp::from_seconds(0);
    let mail = mail(&sender(), &colleague("Ana"), &message("t"), now).unwrap();
    assert_eq!(mail.from.to_string(), "bounce+h_1-2@mail.example");
    assert_eq!(mail.to.to_string(), "ana@sales.example");
}

#[test]
fn what_is_no_address_is_refused() {
    for bad in ["", "ana", "ana@", "ana@x y", "ana@a.example, spy@evil.example", "a\r\n@b.example"]
    {
        let to = Recipient { address: bad.to_owned(), ..colleague("Ana") };
        let now = Timestamp::from_seconds(0);
        let failure = mail(&sender(), &to, &message("t"), now).err().unwrap();
        assert_eq!(failure.code, Code::MailAddress, "{bad:?}");
    }
}

#[test]
fn html_holds_texts_and_web_addresses_only() {
    let page = html::page(&message("<script>alert(1)</script>"));
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains("javascript:"));
    assert!(page.contains("87 &amp; rising") && page.contains("<br>You know &quot;Acme&quot;."));
    assert!(page.contains("href=\"https://baton.example/a/1?x=1&amp;y=2\""));
}
