//! What leaves by Slack, Teams, push and text, over real connections to stubs of the vendors.

use std::collections::BTreeMap;
use std::sync::Arc;

use connect::Secret;
use connect::http::Reach;
use engine::identity::Identity;
use engine::links::Links;
use engine::push::PushAddress;
use engine::sender::Sender;
use engine::sender::channels::{Channels, Settings};
use engine::vault::Vault;
use engine::{Actor, Engine};
use model::id::{HandoffId, UserId};
use store::delivery::Delivery;
use tokio::runtime::Runtime;

use crate::messages::handoff;
use crate::scene::{on_both_at, set_up};

#[path = "../../connect/tests/stub.rs"]
#[allow(dead_code, reason = "another crate's tests use the rest")]
pub(crate) mod stub;

use stub::{Conduct, Stub, dead_port};

const POLICY: &str = include_str!("../../../examples/demo/policy.yaml");
const ROSTER: &str = include_str!("../../../examples/demo/roster.yaml");

/// A key that a browser could have, and its secret.
const P256DH: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH: &str = "BTBZMqHH6r4Tts7J_aSIgg";

pub(crate) struct Scene<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) runtime: Runtime,
    pub(crate) links: Arc<Links>,
}

/// A workspace that tells owners on `channels`.
pub(crate) fn scene(channels: &str, test: impl Fn(&Scene<'_>)) {
    on_both_at("2026-11-20T14:30:00Z", |engine, _| {
        let assigned = "channels: [in_app, email], template: assigned";
        let policy = POLICY.replace(assigned, &format!("channels: {channels}, template: assigned"));
        let addresses = "name: Olga Brandt, phone: \"+4930123456\", teams: olga@team.example,";
        set_up(engine, &policy, &ROSTER.replace("name: Olga Brandt,", addresses));
        let vault = Arc::new(Vault::new(&[1; 32]));
        engine.set_vault(Arc::clone(&vault));
        let links = Arc::new(Links::new("https://baton.example", vault));
        test(&Scene { engine, runtime: Runtime::new().unwrap(), links });
    });
}

impl Scene<'_> {
    pub(crate) fn stub(&self, conducts: Vec<Conduct>) -> Stub {
        self.runtime.block_on(Stub::start(conducts))
    }

    pub(crate) fn connect(&self, kind: &str, settings: &[(&str, &str)]) {
        let text = |it: &str| it.to_owned();
        let settings: BTreeMap<_, _> =
            settings.iter().map(|(name, value)| (text(name), text(value))).collect();
        let put = self.engine.put_connection(Actor::Operator, kind.to_owned(), settings);
        self.runtime.block_on(put).unwrap();
    }

    fn subscribe(&self, endpoint: &str) -> engine::push::PushView {
        let address = PushAddress {
            endpoint: endpoint.to_owned(),
            p256dh: P256DH.to_owned(),
            auth: AUTH.to_owned(),
        };
        let olga = olga();
        self.runtime.block_on(self.engine.subscribe_push(&olga, address)).unwrap()
    }

    /// Hosts of the push services of the owner's browsers.
    fn browsers(&self) -> Vec<String> {
        let olga = olga();
        let all = self.runtime.block_on(self.engine.push_subscriptions(&olga)).unwrap();
        all.into_iter().map(|it| it.host).collect()
    }

    pub(crate) fn channels(&self, entered: Reach) -> Channels {
        let settings = Settings { entered, links: Some(Arc::clone(&self.links)), smtp: None };
        Channels::new(self.engine.clone(), settings)
    }

    /// Sends all that is due; hosts of the house may be reached.
    pub(crate) fn send(&self) {
        self.send_as_far_as(Reach::private());
    }

    fn send_as_far_as(&self, entered: Reach) {
        let channels = Arc::new(self.channels(entered));
        let links = Some(Arc::clone(&self.links));
        let sender = Sender::new(self.engine.clone(), channels, links);
        self.runtime.block_on(sender.send_due()).unwrap();
    }

    pub(crate) fn deliveries(&self, handoff: HandoffId) -> BTreeMap<String, Delivery> {
        let read =
            move |db: &mut store::Snapshot<'_>| store::delivery::of_handoff(db, 1, handoff.raw());
        let rows = self.engine.read_blocking(move |db| Ok(Ok(read(db)?))).unwrap();
        rows.into_iter().map(|it| (it.channel.clone(), it)).collect()
    }
}

fn olga() -> Identity {
    Identity {
        actor: Actor::User(UserId::from_raw(1), Some("olga".parse().unwrap())),
        role: engine::access::Role::Rep,
        scopes: None,
    }
}

#[test]
fn every_channel_takes_the_message_to_the_address_of_the_rep() {
    scene("[slack, teams, web_push, sms]", |scene| {
        let slack = scene.stub(vec![
            Conduct::json(r#"{"ok":true,"user":{"id":"U7"}}"#),
            Conduct::json(r#"{"ok":true,"channel":"D7","ts":"17.01"}"#),
        ]);
        let teams = scene.stub(vec![Conduct::status(202)]);
        let sms = scene.stub(vec![Conduct::json(r#"{"sid":"SM1"}"#)]);
        let push = scene.stub(vec![Conduct::status(201)]);
        let api = format!("{}/api/", slack.base);
        scene.connect("slack", &[("bot_token", "xoxb-1"), ("base_url", &api)]);
        scene.connect("teams", &[("url", &format!("{}/flow?sig=1", teams.base))]);
        let account = [("account", "AC1"), ("token", "t"), ("from", "+15005550006")];
        scene.connect("sms", &[account.as_slice(), &[("base_url", &sms.base)]].concat());
        let key = scene.runtime.block_on(scene.engine.push_key()).unwrap();
        assert_eq!(scene.runtime.block_on(scene.engine.push_key()).unwrap(), key, "one key");
        scene.subscribe(&format!("{}/send/1", push.base));
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send();
        let now = scene.deliveries(id);
        let states: Vec<_> = now.values().map(|it| (it.state.as_str(), &it.code)).collect();
        assert_eq!(states, [("sent", &None); 4], "{now:?}");
        assert_eq!(now["slack"].receipt.as_deref(), Some("D7/17.01"));
        assert_eq!(now["sms"].receipt.as_deref(), Some("SM1"));
        let seen = slack.seen();
        assert_eq!(seen[0].text(), "email=olga%40baton-demo.example");
        assert!(seen[1].text().contains(r#""channel":"U7""#), "{}", seen[1].text());
        // Nobody would hear a click: the only button is a link.
        assert!(!seen[1].text().contains("\"accept\""), "{}", seen[1].text());
        assert!(teams.seen()[0].text().contains("<at>Olga Brandt</at>"));
        let text = sms.seen()[0].text().to_owned();
        assert!(text.starts_with("To=%2B4930123456&"), "{text}");
        assert!(text.contains("StatusCallback=https%3A%2F%2Fbaton.example%2Fsms%2Fstatus%2Fout_"));
        assert_eq!(push.seen()[0].header("content-encoding"), Some("aes128gcm"));
        let proof = push.seen()[0].header("authorization").unwrap().to_owned();
        assert!(proof.ends_with(&format!("k={key}")), "{proof}");
    });
}

#[test]
fn a_browser_that_is_gone_is_forgotten_and_one_that_hangs_holds_up_no_other() {
    scene("[web_push]", |scene| {
        scene.runtime.block_on(scene.engine.push_key()).unwrap();
        let gone = scene.stub(vec![Conduct::status(410)]);
        let good = scene.stub(vec![Conduct::status(201)]);
        let dead = scene.runtime.block_on(dead_port());
        let bases = [gone.base.clone(), format!("http://127.0.0.1:{dead}"), good.base.clone()];
        for base in &bases {
            scene.subscribe(&format!("{base}/send/1"));
        }
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send();
        assert_eq!(scene.deliveries(id)["web_push"].state, "sent", "one of them took it");
        let left = scene.browsers();
        let host = |it: &String| it.strip_prefix("http://").unwrap().to_owned();
        assert_eq!(left, bases[1..].iter().map(host).collect::<Vec<_>>());
        assert_eq!(gone.seen().len(), 1);
    });
}

#[test]
fn a_rep_without_a_browser_gets_no_push() {
    scene("[web_push]", |scene| {
        scene.runtime.block_on(scene.engine.push_key()).unwrap();
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send();
        let none = &scene.deliveries(id)["web_push"];
        assert_eq!((none.state.as_str(), none.code.as_deref()), ("failed", Some("C0902")));
    });
}

#[test]
fn a_browser_at_a_forbidden_address_is_not_reached() {
    scene("[web_push]", |scene| {
        scene.runtime.block_on(scene.engine.push_key()).unwrap();
        let inside = scene.stub(vec![Conduct::status(201)]);
        for browser in 0..12 {
            // The same address twice is one browser; of twelve the oldest two give way.
            scene.subscribe(&format!("{}/send/{browser}", inside.base));
            scene.subscribe(&format!("{}/send/{browser}", inside.base));
        }
        assert_eq!(scene.browsers().len(), 10);
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send_as_far_as(Reach::public());
        assert_eq!(scene.deliveries(id)["web_push"].code.as_deref(), Some("C0001"));
        assert_eq!(inside.seen().len(), 0);
    });
}

/// A workspace whose text `SM1` about the handoff was sent, and a way to report on it.
fn texted(test: impl Fn(&Scene<'_>, HandoffId, &dyn Fn(&str, &str) -> Result<(), &'static str>)) {
    scene("[sms], fallback: [in_app]", |scene| {
        let sms = scene.stub(vec![Conduct::json(r#"{"sid":"SM1"}"#)]);
        let account = [("account", "AC1"), ("token", "t"), ("from", "MG1")];
        scene.connect("sms", &[account.as_slice(), &[("base_url", &sms.base)]].concat());
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send();
        let message = model::id::OutboxId::from_raw(scene.deliveries(id)["sms"].id);
        let report = |state: &str, token: &str| {
            let body = format!("MessageSid=SM1&MessageStatus={state}&ErrorCode=30003");
            let url = format!("https://baton.example/sms/status/{message}");
            let signature = connect::sms::sign(&Secret::new(token), &url, body.as_bytes());
            let told = scene.engine.sms_report(&scene.links, message, &signature, body.as_bytes());
            scene.runtime.block_on(told).map_err(|it| it.code)
        };
        test(scene, id, &report);
    });
}

#[test]
fn reports_on_a_text_are_believed_when_signed() {
    texted(|scene, id, report| {
        assert_eq!(report("delivered", "other"), Err("A0421"));
        assert_eq!(scene.deliveries(id)["sms"].state, "sent");
        for state in ["sent", "delivered", "undelivered"] {
            report(state, "t").unwrap();
        }
        let row = scene.deliveries(id).remove("sms").unwrap();
        assert_eq!(row.state, "delivered", "what arrived is not lost afterwards");
        assert!(row.delivered_at.is_some());
        report("read", "t").unwrap();
        assert_eq!(scene.deliveries(id)["sms"].state, "seen");
    });
}

#[test]
fn a_text_that_is_lost_takes_the_next_way_once() {
    texted(|scene, id, report| {
        report("undelivered", "t").unwrap();
        report("undelivered", "t").unwrap();
        scene.send();
        let now = scene.deliveries(id);
        assert_eq!((now["sms"].state.as_str(), now["in_app"].state.as_str()), ("failed", "sent"));
        assert_eq!(now["sms"].code.as_deref(), Some("C0603"));
        assert_eq!(now["sms"].detail.as_deref(), Some("error 30003"));
    });
}

#[test]
fn stored_secrets_do_not_follow_to_another_place() {
    scene("[slack]", |scene| {
        scene.connect("sms", &[("account", "AC1"), ("token", "t0ken"), ("from", "+15550100")]);
        let put = |settings: &[(&str, &str)]| {
            let text = |it: &str| it.to_owned();
            let settings = settings.iter().map(|(name, value)| (text(name), text(value))).collect();
            let put = scene.engine.put_connection(Actor::Operator, text("sms"), settings);
            scene.runtime.block_on(put)
        };
        let kept = put(&[("account", "AC1"), ("from", "+15550199")]).unwrap();
        assert_eq!(kept.secrets, ["token"]);
        let elsewhere =
            [("account", "AC1"), ("from", "+15550199"), ("base_url", "https://a.example")];
        assert_eq!(put(&elsewhere).unwrap_err().code, "A0411", "the token must be named again");
        let other_account = [("account", "AC2"), ("from", "+15550199")];
        assert_eq!(put(&other_account).unwrap_err().code, "A0411");
    });
}

#[test]
fn a_text_whose_end_nobody_knows_is_not_sent_twice() {
    scene("[sms]", |scene| {
        let sms = scene.stub(vec![Conduct::Garbage]);
        let account = [("account", "AC1"), ("token", "t"), ("from", "+15005550006")];
        scene.connect("sms", &[account.as_slice(), &[("base_url", &sms.base)]].concat());
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send();
        let now = &scene.deliveries(id)["sms"];
        assert_eq!((now.state.as_str(), now.tries, &now.receipt), ("sent", 1, &None));
        assert_eq!(sms.seen().len(), 1);
    });
}
