//! Addresses that people type in: whatever they write, nobody inside hears from us.

use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use connect::http::{Http, Names, Patience, Reach, SystemNames};
use connect::webhook::{Endpoint, Event, Form, SigningSecret, Webhooks};
use connect::{Code, Secret, Verdict};
use serde_json::json;
use tokio::net::TcpListener;

use crate::message::key;
use crate::stub::{Conduct, Stub};
use crate::webhook::{gates, roots};

/// Names as a hostile name server would answer; others as the machine does.
struct HostileNames {
    asked: AtomicUsize,
}

impl Names for HostileNames {
    fn look_up(
        &self,
        name: String,
    ) -> Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>> {
        let addresses: &[&str] = match name.trim_end_matches('.') {
            // Looks harmless to whoever asks first.
            "rebinding.example" => match self.asked.fetch_add(1, Ordering::SeqCst) {
                0 => &["127.0.0.1", "93.184.215.14"],
                _ => &["127.0.0.1"],
            },
            "mixed.example" => &["93.184.215.14", "127.0.0.1"],
            "mixed6.example" => &["2606:4700::1111", "::1"],
            "ten.example" => &["10.0.0.1"],
            "metadata.example" => &["169.254.169.254"],
            "mapped.example" => &["::ffff:127.0.0.1"],
            "nat64.example" => &["64:ff9b::7f00:1"],
            "unspecified.example" => &["0.0.0.0"],
            "127.0.0.1.nip.example" | "7f000001.nip.example" | "loop.example" => &["127.0.0.1"],
            "loop6.example" => &["::1"],
            _ => return SystemNames.look_up(name),
        };
        let addresses = addresses.iter().map(|it| it.parse().unwrap()).collect();
        Box::pin(async move { Ok(addresses) })
    }
}

/// `PORT` stands for the port of the listener.
const HOSTILE: &[&str] = &[
    "https://127.0.0.1:PORT/",
    "https://127.1:PORT/",
    "https://127.0.1:PORT/",
    "https://2130706433:PORT/",
    "https://0x7f000001:PORT/",
    "https://0x7f.1:PORT/",
    "https://0x7f.0.0.1:PORT/",
    "https://0177.0.0.1:PORT/",
    "https://0177.1:PORT/",
    "https://017700000001:PORT/",
    "https://127.0.0.1.:PORT/",
    "https://127.255.255.254:PORT/",
    "https://0:PORT/",
    "https://0.0.0.0:PORT/",
    "https://0x0:PORT/",
    "https://00000:PORT/",
    "https://[::1]:PORT/",
    "https://[0:0:0:0:0:0:0:1]:PORT/",
    "https://[::]:PORT/",
    "https://[::ffff:127.0.0.1]:PORT/",
    "https://[::ffff:7f00:1]:PORT/",
    "https://[0:0:0:0:0:ffff:127.0.0.1]:PORT/",
    "https://[::127.0.0.1]:PORT/",
    "https://[64:ff9b::127.0.0.1]:PORT/",
    "https://[64:ff9b::7f00:1]:PORT/",
    "https://[2002:7f00:1::]:PORT/",
    "https://[::ffff:0:127.0.0.1]:PORT/",
    "https://[64:ff9b:1::7f00:1]:PORT/",
    "https://[fe80::1]:PORT/",
    "https://[fc00::1]:PORT/",
    "https://[fd00:ec2::254]:PORT/",
    "https://[ff02::1]:PORT/",
    "https://[2001:0:7f00:1::]:PORT/",
    "https://[fec0::1]:PORT/",
    "https://[::ffff:169.254.169.254]:PORT/",
    "https://10.0.0.1:PORT/",
    "https://10.255.255.255:PORT/",
    "https://172.16.0.1:PORT/",
    "https://172.31.255.255:PORT/",
    "https://192.168.0.1:PORT/",
    "https://169.254.169.254/latest/meta-data/",
    "https://2852039166/latest/meta-data/",
    "https://0xa9fea9fe/latest/meta-data/",
    "https://0251.0376.0251.0376/",
    "https://100.100.100.200/",
    "https://168.63.129.16/",
    "https://100.64.0.1:PORT/",
    "https://192.0.0.192/",
    "https://198.18.0.1:PORT/",
    "https://224.0.0.1:PORT/",
    "https://255.255.255.255:PORT/",
    "https://240.0.0.1:PORT/",
    "https://localhost:PORT/",
    "https://localhost.:PORT/",
    "https://LOCALHOST:PORT/",
    "https://loc%61lhost:PORT/",
    "https://①②⑦.⓪.⓪.①:PORT/",
    "https://127。0。0。1:PORT/",
    "https://１２７.0.0.1:PORT/",
    "https://rebinding.example:PORT/",
    "https://rebinding.example:PORT/again",
    "https://mixed.example:PORT/",
    "https://mixed6.example:PORT/",
    "https://ten.example:PORT/",
    "https://metadata.example:PORT/",
    "https://mapped.example:PORT/",
    "https://nat64.example:PORT/",
    "https://unspecified.example:PORT/",
    "https://127.0.0.1.nip.example:PORT/",
    "https://7f000001.nip.example:PORT/",
    "https://loop.example:PORT/",
    "https://loop.example.:PORT/",
    "https://loop6.example:PORT/",
    "https://public.example@127.0.0.1:PORT/",
    "https://public.example:secret@loop.example:PORT/",
    "https://public.example#@127.0.0.1:PORT/",
    "https:\\\\127.0.0.1:PORT\\",
    "https:127.0.0.1:PORT/",
    "https://127.0.0.1:PORT\\@public.example/",
    "http://127.0.0.1:PORT/",
    "http://93.184.215.14:PORT/",
    "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:PORT/_x",
    "data:text/plain,x",
    "unix:/run/x.sock",
    "//127.0.0.1:PORT/",
    "127.0.0.1:PORT",
    "",
];

fn webhooks(reach: Reach, names: Arc<dyn Names>) -> Webhooks {
    let patience = Patience { connect: Duration::from_secs(2), total: Duration::from_secs(3) };
    Webhooks::new(Http::with_names(reach, patience, &roots(), gates(), names).unwrap())
}

async fn send(webhooks: &Webhooks, url: &str) -> connect::Delivery {
    let secrets = vec![SigningSecret::generate().unwrap()];
    let endpoint = Endpoint { url: Secret::new(url), secrets, form: Form::Standard };
    let event = Event {
        id: key("evt_1"),
        kind: "ping".to_owned(),
        at: "2026-11-20T15:00:00Z".parse().unwrap(),
        data: json!({}),
    };
    webhooks.deliver(&endpoint, &event).await
}

/// A listener on both loopbacks that counts who comes.
async fn listener() -> (u16, Arc<AtomicUsize>) {
    let v4 = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = v4.local_addr().unwrap().port();
    let v6 = TcpListener::bind(("::1", port)).await.ok();
    let count = Arc::new(AtomicUsize::new(0));
    for listener in [Some(v4), v6].into_iter().flatten() {
        let count = count.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                count.fetch_add(1, Ordering::SeqCst);
                drop(stream);
            }
        });
    }
    (port, count)
}

#[tokio::test]
async fn no_hostile_address_reaches_a_listener_inside() {
    assert!(HOSTILE.len() >= 60, "{}", HOSTILE.len());
    let (port, count) = listener().await;
    let names = Arc::new(HostileNames { asked: AtomicUsize::new(0) });
    // Every port is allowed, so that nothing else than the address keeps us back.
    let outside = webhooks(Reach { private: false, ports: Vec::new() }, names.clone());
    for url in HOSTILE {
        let failure = send(&outside, &url.replace("PORT", &port.to_string())).await.unwrap_err();
        // `public.example` is where some of them really lead; it exists nowhere. Not every machine
        // knows `localhost.`.
        let leads_nowhere = url.contains("#@") || url.contains("\\@") || url.contains("localhost.");
        if !(leads_nowhere && failure.code == Code::Unreachable) {
            assert_eq!(failure.code, Code::AddressForbidden, "{url}: {failure}");
            assert_eq!(failure.verdict, Verdict::Refused, "{url}");
        }
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);

    // The listener does hear those who are allowed in.
    let inside = webhooks(Reach::private(), names);
    send(&inside, &format!("https://127.0.0.1:{port}/")).await.unwrap_err();
    send(&inside, &format!("https://loop.example:{port}/")).await.unwrap_err();
    assert_eq!(count.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn metadata_is_out_of_reach_even_where_private_networks_are_allowed() {
    let inside = webhooks(Reach::private(), Arc::new(HostileNames { asked: AtomicUsize::new(0) }));
    for url in ["http://169.254.169.254/", "http://metadata.example/", "http://[fd00:ec2::254]/"] {
        assert_eq!(send(&inside, url).await.unwrap_err().code, Code::AddressForbidden, "{url}");
    }
}

#[tokio::test]
async fn ports_outside_the_list_are_refused() {
    let outside = webhooks(Reach::public(), Arc::new(SystemNames));
    for url in ["https://93.184.215.14:22/", "https://93.184.215.14:6379/", "https://x.example:0/"]
    {
        assert_eq!(send(&outside, url).await.unwrap_err().code, Code::AddressForbidden, "{url}");
    }
}

#[tokio::test]
async fn a_redirect_is_a_failure_and_is_not_followed() {
    let inner = Stub::start(vec![Conduct::status(200)]).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("Location: {}/secret", inner.base);
        let outer = Stub::start(vec![Conduct::Answer(status, location, String::new())]).await;
        let inside = webhooks(Reach::private(), Arc::new(SystemNames));
        let failure = send(&inside, &outer.base).await.unwrap_err();
        assert_eq!(failure.code, Code::Redirected);
        assert_eq!(outer.seen().len(), 1);
    }
    assert!(inner.seen().is_empty());
}
