//! Mail: what a mail server of others receives, and servers that are slow, dead or hostile.

use std::time::{Duration, Instant};

use connect::email::{Audience, Config, Email, Login, Recipient, Security};
use connect::{Code, Roots, Secret, Verdict};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::message::offer;
use crate::peer::Peer;
use crate::stub::{Conduct, Stub, dead_port};
use crate::webhook::gates;

fn config(port: u16, security: Security) -> Config {
    Config {
        host: "localhost".to_owned(),
        port,
        security,
        login: None,
        hello: "baton.example".to_owned(),
        from_name: "Baton, \"the\" herald".to_owned(),
        from: "baton@mail.example".to_owned(),
        bounces: Some("bounce@mail.example".to_owned()),
        prepare: Duration::from_secs(5),
        finish: Duration::from_secs(5),
    }
}

fn login(password: &str) -> Option<Login> {
    Some(Login { user: "baton".to_owned(), password: Secret::new(password) })
}

fn to(address: &str) -> Recipient {
    Recipient {
        name: Some("Ana Müller\r\nBcc: spy@evil.example".to_owned()),
        address: address.to_owned(),
        audience: Audience::Colleague,
    }
}

struct Sink {
    peer: Peer,
    ports: serde_json::Value,
    roots: Roots,
}

fn sink() -> Sink {
    let mut peer = Peer::start("smtp_sink.py");
    let first = peer.read();
    let authority = first["authority"].as_str().unwrap();
    let roots = Roots::public().with_pem(authority.as_bytes()).unwrap();
    Sink { peer, ports: first["ports"].clone(), roots }
}

impl Sink {
    fn port(&self, name: &str) -> u16 {
        self.ports[name].as_u64().unwrap().try_into().unwrap()
    }
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_meant() {
    let mut sink = sink();
    let config = config(sink.port("open"), Security::Plain);
    let email = Email::new(config, &sink.roots, gates()).unwrap();
    let receipt = email.deliver(&to("ana@sales.example"), &offer("h_1-2")).await.unwrap();
    assert_eq!(receipt.0, "<h_1-2@mail.example>");
    let mail = sink.peer.read();
    assert_eq!(mail["defects"], serde_json::json!([]));
    assert_eq!(mail["from"], "bounce+h_1-2@mail.example");
    assert_eq!(mail["to"], serde_json::json!(["ana@sales.example"]));
    let headers = &mail["headers"];
    assert_eq!(headers["message-id"], receipt.0.as_str());
    assert_eq!(headers["in-reply-to"], "<h_1@mail.example>");
    assert_eq!(headers["subject"], "Tier 1: Dana Diaz, Häuser & <Söhne>");
    assert_eq!(headers["auto-submitted"], "auto-generated");
    assert_eq!(headers["from"], "\"Baton, \\\"the\\\" herald\" <baton@mail.example>");
    assert!(headers["to"].as_str().unwrap().contains("Ana Müller Bcc: spy"), "{headers}");
    assert!(headers.get("bcc").is_none());
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("Company: Häuser & <Söhne>") && text.contains("Call by 10:15"), "{text}");
    let html = mail["html"].as_str().unwrap();
    assert!(html.contains("Häuser &amp; &lt;Söhne&gt;") && html.contains("t=token&amp;x=1"));
}

#[tokio::test]
async fn the_password_and_the_mail_go_through_tls() {
    let mut sink = sink();
    for (name, security) in [("starttls", Security::StartTls), ("tls", Security::Tls)] {
        let config = Config { login: login("sesame"), ..config(sink.port(name), security) };
        let email = Email::new(config.clone(), &sink.roots, gates()).unwrap();
        email.deliver(&to("ana@sales.example"), &offer("h_1-2")).await.unwrap();
        let mail = sink.peer.read();
        assert_eq!(mail["user"], "baton");
        // Whoever does not know the authority does not talk to the server.
        let stranger = Email::new(config, &Roots::public(), gates()).unwrap();
        let end = stranger.deliver(&to("ana@sales.example"), &offer("h_1-2")).await;
        let failure = end.unwrap_err();
        assert!(matches!(failure.code, Code::MailTls | Code::Unreachable), "{name}: {failure}");
        assert_eq!(failure.verdict, Verdict::Failed { retry_after: None });
    }
    let config = config(sink.port("open"), Security::StartTls);
    let email = Email::new(config, &sink.roots, gates()).unwrap();
    let failure = email.deliver(&to("a@x.example"), &offer("h_1-2")).await.unwrap_err();
    assert_eq!(failure.code, Code::MailTls, "nothing is sent in clear where TLS was wanted");
}

#[tokio::test]
async fn a_wrong_password_is_mended_by_the_operator_and_loses_no_mail() {
    let sink = sink();
    let port = sink.port("login");
    let config = Config { login: login("wrong"), ..config(port, Security::Plain) };
    let email = Email::new(config.clone(), &sink.roots, gates()).unwrap();
    let failure = email.deliver(&to("a@x.example"), &offer("h_1-2")).await.unwrap_err();
    assert_eq!(failure.code, Code::Credentials, "{failure}");
    assert_eq!(failure.verdict, Verdict::Failed { retry_after: None });
    assert!(!format!("{failure:?}{config:?}").contains("wrong"));
}

#[tokio::test]
async fn replies_of_the_server_decide_what_becomes_of_the_mail() {
    let sink = sink();
    let later = Verdict::Failed { retry_after: None };
    for (user, code, verdict) in [
        ("550", Code::MailboxRefused, Verdict::Refused),
        ("policy", Code::MailRefused, Verdict::Refused),
        ("full", Code::MailRefused, Verdict::Refused),
        ("451", Code::NotNow, later),
        ("spam", Code::MailRefused, Verdict::Refused),
        ("later", Code::NotNow, later),
        ("hang", Code::NoAnswer, Verdict::Unknown),
        ("jürgen", Code::MailAddress, Verdict::Refused),
    ] {
        let finish = Duration::from_millis(if user == "hang" { 500 } else { 5000 });
        let config = Config { finish, ..config(sink.port("open"), Security::Plain) };
        let email = Email::new(config, &sink.roots, gates()).unwrap();
        let end = email.deliver(&to(&format!("{user}@x.example")), &offer("h_1-2")).await;
        let failure = end.unwrap_err();
        assert_eq!((failure.code, failure.verdict), (code, verdict), "{user}: {failure}");
        assert!(!failure.detail.contains("@x.example"), "{failure}");
    }
}

#[tokio::test]
async fn slow_dead_and_hostile_servers_cost_bounded_time() {
    let hanging = Stub::start(vec![Conduct::Hang]).await;
    let hanging: u16 = hanging.base.rsplit(':').next().unwrap().parse().unwrap();
    for port in [dead_port().await, hanging, flooding().await] {
        let short = Duration::from_millis(300);
        let config = Config { prepare: short, ..config(port, Security::Plain) };
        let email = Email::new(config, &Roots::public(), gates()).unwrap();
        let began = Instant::now();
        let failure = email.deliver(&to("a@x.example"), &offer("h_1-2")).await.unwrap_err();
        assert_eq!(failure.code, Code::Unreachable, "{failure}");
        assert_eq!(failure.verdict, Verdict::Failed { retry_after: None });
        assert!(began.elapsed() < Duration::from_secs(3), "{:?}", began.elapsed());
    }
}

#[tokio::test]
async fn a_dead_server_is_left_alone_and_another_takes_mail_meanwhile() {
    let mut sink = sink();
    let gates = gates();
    let email = |port| {
        let config = config(port, Security::Plain);
        Email::new(config, &sink.roots, gates.clone()).unwrap()
    };
    let (dead, healthy) = (email(dead_port().await), email(sink.port("open")));
    let mut codes = Vec::new();
    for _ in 0..7 {
        let end = dead.deliver(&to("a@x.example"), &offer("h_1-2")).await;
        codes.push(end.unwrap_err().code);
    }
    assert_eq!(codes[..5], [Code::Unreachable; 5]);
    assert_eq!(codes[5..], [Code::Resting; 2]);
    healthy.deliver(&to("a@x.example"), &offer("h_1-2")).await.unwrap();
    assert_eq!(sink.peer.read()["to"], serde_json::json!(["a@x.example"]));
}

#[tokio::test]
async fn an_unprotected_connection_to_another_machine_is_never_made() {
    let config = Config { host: "192.0.2.1".to_owned(), ..config(25, Security::Plain) };
    let email = Email::new(config, &Roots::public(), gates()).unwrap();
    let failure = email.deliver(&to("a@x.example"), &offer("h_1-2")).await.unwrap_err();
    assert_eq!(failure.code, Code::Misconfigured);
}

/// A server that greets without end.
async fn flooding() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                while stream.write_all(&[b'2'; 4096]).await.is_ok() {}
                let _ = stream.read(&mut [0; 1]).await;
            });
        }
    });
    port
}
