//! The sender: what leaves, once, and what becomes of what does not.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use engine::Engine;
use engine::respond::Action;
use engine::sender::{End, Outside, Parcel, Sender};
use engine::vault::Vault;
use model::Seconds;
use store::delivery::Delivery;
use tokio::runtime::Runtime;

use crate::messages::{fixed, handoff};
use crate::scene::{act, capture_all, lead, on_both, set_up};

type Answers = dyn Fn(&Parcel, usize) -> Answer + Send + Sync;

/// An outside that answers as it is told and remembers what it was given.
pub(crate) struct Stub {
    answer: Box<Answers>,
    pub(crate) got: Mutex<Vec<(String, String)>>,
}

pub(crate) enum Answer {
    Is(End),
    /// Never answers.
    Hangs,
}

impl Stub {
    pub(crate) fn new(
        answer: impl Fn(&Parcel, usize) -> Answer + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self { answer: Box::new(answer), got: Mutex::default() })
    }

    fn keys(&self) -> Vec<String> {
        self.got.lock().unwrap().iter().map(|it| it.0.clone()).collect()
    }
}

impl Outside for Stub {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> Pin<Box<dyn Future<Output = End> + Send + 'a>> {
        let key = parcel.message.id.to_string();
        let tries = {
            let mut got = self.got.lock().unwrap();
            got.push((key.clone(), parcel.message.title.clone()));
            got.iter().filter(|it| it.0 == key).count()
        };
        let answer = (self.answer)(parcel, tries);
        Box::pin(async move {
            match answer {
                Answer::Is(end) => end,
                Answer::Hangs => std::future::pending().await,
            }
        })
    }
}

pub(crate) fn sent() -> Answer {
    Answer::Is(End::Sent("250 ok".to_owned()))
}

fn later(after: Option<u32>) -> Answer {
    Answer::Is(End::Later {
        code: "C0004".to_owned(),
        detail: "HTTP 503".to_owned(),
        after: after.map(Seconds::new),
        counts: true,
    })
}

pub(crate) fn send(sender: &Sender) -> usize {
    Runtime::new().unwrap().block_on(sender.send_due()).unwrap()
}

pub(crate) fn progress(
    engine: &Engine,
    handoff: model::id::HandoffId,
) -> BTreeMap<String, Delivery> {
    let rows = engine
        .read_blocking(move |db| Ok(Ok(store::delivery::of_handoff(db, 1, handoff.raw())?)))
        .unwrap();
    rows.into_iter().map(|it| (it.channel.clone(), it)).collect()
}

const POLICY: &str = include_str!("../../../examples/demo/policy.yaml");
const ROSTER: &str = include_str!("../../../examples/demo/roster.yaml");

#[test]
fn a_message_leaves_on_every_channel_and_its_progress_is_kept() {
    fixed(|engine, _| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        assert_eq!(send(&sender), 2);
        let now = progress(engine, id);
        assert_eq!((now["email"].state.as_str(), now["in_app"].state.as_str()), ("sent", "sent"));
        assert_eq!(now["email"].receipt.as_deref(), Some("250 ok"));
        assert_eq!(now["email"].sent_at, Some(now["email"].queued_at));
        assert!(stub.got.lock().unwrap()[0].1.contains("Ana Roth"));
        let inbox = engine
            .read_blocking(|db| {
                Ok(Ok(store::notification::inbox(db, 1, "rep:olga", i64::MAX, 10)?))
            })
            .unwrap();
        assert_eq!((inbox.len(), inbox[0].occasion.as_str()), (1, "assigned"));
        assert_eq!(send(&sender), 0, "nothing is sent twice");
    });
}

#[test]
fn e21_retries_reuse_the_key_and_wait_as_they_were_asked_to() {
    fixed(|engine, clock| {
        let stub = Stub::new(|_, tries| if tries < 3 { later(Some(90)) } else { sent() });
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        send(&sender);
        assert_eq!(progress(engine, id)["email"].state, "waiting");
        clock.set(clock.now().plus(Seconds::new(89)));
        assert_eq!(send(&sender), 0, "not before it was asked to");
        for _ in 0..2 {
            clock.set(clock.now().plus(Seconds::new(120)));
            send(&sender);
        }
        let now = progress(engine, id);
        assert_eq!((now["email"].state.as_str(), now["email"].tries), ("sent", 3));
        let keys = stub.keys();
        assert_eq!(keys.len(), 3);
        assert!(keys.iter().all(|it| *it == keys[0]), "{keys:?}");
    });
}

#[test]
fn a_channel_that_is_not_set_up_ends_once_and_takes_the_next_way() {
    let policy = POLICY.replace(
        "channels: [in_app, email], template: assigned",
        "channels: [slack], fallback: [crm_task, email], template: assigned",
    );
    fixed(|engine, clock| {
        set_up(engine, &policy, ROSTER);
        let stub = Stub::new(|parcel, _| match parcel.to {
            engine::sender::reader::Address::Email { .. } => sent(),
            _ => Answer::Is(End::not_set_up("slack")),
        });
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        while send(&sender) != 0 {}
        let now = progress(engine, id);
        let states: Vec<_> =
            now.values().map(|it| (it.channel.as_str(), it.state.as_str())).collect();
        assert_eq!(states, [("crm_task", "failed"), ("email", "sent"), ("slack", "failed")]);
        assert_eq!(now["slack"].code.as_deref(), Some("C0901"));
        clock.set(clock.now().plus(Seconds::from_hours(1)));
        assert_eq!(send(&sender), 0, "no storm of tries");
        assert_eq!(stub.keys().len(), 2);
    });
}

#[test]
fn a_message_is_given_up_after_its_last_try() {
    fixed(|engine, clock| {
        let stub = Stub::new(|_, _| later(None));
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        for _ in 0..20 {
            send(&sender);
            clock.set(clock.now().plus(Seconds::from_hours(1)));
        }
        let now = progress(engine, id);
        let tries = connect::retry::Schedule::ALERT.tries();
        assert_eq!(now["email"].state, "dead");
        assert_eq!((now["email"].tries, stub.keys().len()), (tries as i64, tries));
    });
}

#[test]
fn a_target_that_rests_costs_no_try() {
    fixed(|engine, clock| {
        let stub = Stub::new(|_, _| {
            let (code, detail) = ("C0008".to_owned(), "rests".to_owned());
            Answer::Is(End::Later { code, detail, after: Some(Seconds::new(30)), counts: false })
        });
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        for _ in 0..30 {
            send(&sender);
            clock.set(clock.now().plus(Seconds::from_minutes(2)));
        }
        let now = progress(engine, id);
        assert_eq!((now["email"].state.as_str(), now["email"].tries), ("waiting", 0));
        assert!(20 < stub.keys().len());
    });
}

#[test]
fn what_has_been_overtaken_is_not_sent() {
    fixed(|engine, _| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        let to = decide::handoff::HeldBy::Rep("piet".parse().unwrap());
        act(engine, id, "svenja", Action::Reassign { to }).unwrap();
        send(&sender);
        let mail: Vec<_> = engine
            .read_blocking(move |db| Ok(Ok(store::delivery::of_handoff(db, 1, id.raw())?)))
            .unwrap();
        let state = |rep: &str| {
            let mine = mail.iter().find(|it| it.recipient == rep && it.channel == "email");
            mine.map(|it| it.state.clone()).unwrap()
        };
        assert_eq!((state("rep:olga"), state("rep:piet")), ("cancelled".into(), "sent".into()));
        assert_eq!(stub.keys().len(), 1);
    });
}

#[test]
fn what_goes_unseen_is_an_event_and_takes_the_next_way() {
    let policy = POLICY.replace(
        "channels: [in_app, email], template: assigned",
        "channels: [in_app], fallback: [email], unseen_after: 10m, template: assigned",
    );
    fixed(|engine, clock| {
        set_up(engine, &policy, ROSTER);
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let ids = [handoff(engine, "ana@acme.example"), handoff(engine, "bo@other.example")];
        send(&sender);
        act(engine, ids[1], "piet", Action::Accept).unwrap();
        let note = || Runtime::new().unwrap().block_on(sender.note_unseen()).unwrap();
        clock.set(clock.now().plus(Seconds::new(599)));
        assert_eq!(note(), 0);
        clock.set(clock.now().plus(Seconds::new(1)));
        assert_eq!(note(), 1, "who has answered has seen it");
        assert_eq!(note(), 0, "noted once");
        send(&sender);
        assert_eq!(progress(engine, ids[0])["email"].state, "sent");
        assert!(!progress(engine, ids[1]).contains_key("email"));
        let lead = engine
            .read_blocking(move |db| Ok(Ok(store::handoff::get(db, 1, ids[0].raw())?)))
            .unwrap()
            .unwrap()
            .lead_id;
        let events = engine
            .read_blocking(move |db| Ok(Ok(store::event::of_lead(db, 1, lead, 100)?)))
            .unwrap();
        assert!(events.iter().any(|it| it.kind == "notification.unseen"));
    });
}

#[test]
fn two_senders_send_each_message_once() {
    on_both(|engine| {
        set_up(engine, POLICY, ROSTER);
        let bodies = (0..40).map(|it| {
            serde_json::json!({
                "fields": { "email": format!("p{it}@c{it}.example"), "country": "DE",
                            "handoff_reason": "Product - Voice" },
                "activities": [{ "kind": "demo_request" }],
            })
        });
        capture_all(engine, bodies.collect()).iter().for_each(|it| assert!(lead(it).is_new));
        let stub = Stub::new(|_, _| sent());
        let one = Sender::new(engine.clone(), stub.clone(), None);
        let other = Sender::new(Engine::new(engine.store().clone(), 2), stub.clone(), None);
        let (a, b) = Runtime::new()
            .unwrap()
            .block_on(async { tokio::join!(one.send_due(), other.send_due()) });
        assert_eq!(a.unwrap() + b.unwrap(), 80);
        let mut keys = stub.keys();
        keys.sort();
        keys.dedup();
        assert_eq!((keys.len(), stub.keys().len()), (40, 40));
    });
}

#[test]
fn a_hanging_channel_delays_no_other() {
    let policy = POLICY.replace(
        "channels: [in_app, email], template: assigned",
        "channels: [email, slack], template: assigned",
    );
    on_both(|engine| {
        set_up(engine, &policy, ROSTER);
        engine.set_vault(Arc::new(Vault::new(&[1; 32])));
        let stub = Stub::new(|parcel, _| match parcel.to {
            engine::sender::reader::Address::Slack { .. } => Answer::Hangs,
            _ => sent(),
        });
        let sender = Sender::new(engine.clone(), stub, None);
        let bodies = (0..100).map(|it| {
            serde_json::json!({
                "fields": { "email": format!("p{it}@c{it}.example"), "country": "DE",
                            "handoff_reason": "Product - Voice" },
                "activities": [{ "kind": "demo_request" }],
            })
        });
        capture_all(engine, bodies.collect());
        let begun = Instant::now();
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let inner = engine.clone();
        let runtime = Runtime::new().unwrap();
        let mail_sent = move || {
            inner
                .read_blocking(|db| {
                    let rows = store::delivery::list(db, 1, i64::MAX, 1_000)?;
                    Ok(Ok(rows.into_iter().filter(|it| it.sent_at.is_some()).collect::<Vec<_>>()))
                })
                .unwrap()
        };
        let running = runtime.spawn(sender.run(stopped));
        let mut done = Vec::new();
        while done.len() < 100 && begun.elapsed() < Duration::from_secs(30) {
            std::thread::yield_now();
            done = mail_sent();
        }
        let mut waits: Vec<_> = done.iter().map(|it| it.sent_at.unwrap() - it.queued_at).collect();
        waits.sort_unstable();
        assert_eq!(waits.len(), 100, "of 100 mails");
        // In a debug build on a shared machine; the bound of the product is for p99.
        let p99 = Duration::from_micros(waits[98].unsigned_abs());
        eprintln!("p99 of mail beside a hanging channel: {p99:?}");
        assert!(p99 < Duration::from_secs(2), "{p99:?}");
        stop.send(true).unwrap();
        running.abort();
    });
}
