//! Tasks for a CRM, beats to a watch outside, webhooks that fail for days, and what marketing is told.

use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex};

use connect::heartbeat::Heartbeat;
use connect::http::Reach;
use connect::webhook::{Endpoint, Event};
use connect::{Code, Delivery, Failure, Receipt, Secret};
use engine::auditor::Auditor;
use engine::heartbeat::Beats;
use engine::outcomes::OutcomeRequest;
use engine::respond::Action;
use engine::sender::Sender;
use engine::sender::channels::{Channels, Settings};
use engine::sender::hooks::{Hooks, Target};
use engine::tasks::TaskState;
use engine::vault::Vault;
use engine::webhooks::WebhookRequest;
use engine::{Actor, Engine};
use model::Seconds;
use model::id::{HandoffId, OutboxId};
use store::ManualClock;
use tokio::runtime::Runtime;

use crate::channels::stub::{Conduct, Stub as Server, dead_port};
use crate::deals::{request, tell};
use crate::messages::handoff;
use crate::scene::{act, capture_all, on_both_at, set_up};
use crate::sender::{Stub, progress, send, sent};

const POLICY: &str = include_str!("../../../examples/demo/policy.yaml");
const ROSTER: &str = include_str!("../../../examples/demo/roster.yaml");

/// A receiver of webhooks that takes everything or nothing.
struct Receiver {
    takes: bool,
    got: Mutex<Vec<(String, serde_json::Value)>>,
}

impl Target for Receiver {
    fn deliver<'a>(
        &'a self,
        _: &'a Endpoint,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        self.got.lock().unwrap().push((event.kind.clone(), event.data.clone()));
        let answer = match self.takes {
            true => Ok(Receipt("HTTP 200".to_owned())),
            false => Err(Failure::failed(Code::NotNow, "HTTP 503")),
        };
        Box::pin(async move { answer })
    }
}

fn receiver(takes: bool) -> Arc<Receiver> {
    Arc::new(Receiver { takes, got: Mutex::default() })
}

fn ready(engine: &Engine, policy: &str) {
    set_up(engine, policy, ROSTER);
    engine.set_vault(Arc::new(Vault::new(&[1; 32])));
}

fn subscribe(engine: &Engine, events: &str) -> engine::webhooks::WebhookView {
    let request = WebhookRequest {
        url: "https://crm.example/hook".to_owned(),
        events: vec![events.to_owned()],
        description: "CRM".to_owned(),
        cloudevents: false,
    };
    run(engine.create_webhook(Actor::Operator, request)).unwrap().0
}

fn run<T>(work: impl Future<Output = T>) -> T {
    Runtime::new().unwrap().block_on(work)
}

fn tasks(test: impl Fn(&Engine, &ManualClock)) {
    let assigned = "channels: [in_app, email], template: assigned";
    let channels = "channels: [crm_task], fallback: [email], template: assigned";
    let policy = POLICY.replace(assigned, channels);
    on_both_at("2026-11-20T14:30:00Z", |engine, clock| {
        ready(engine, &policy);
        test(engine, clock);
    });
}

#[test]
fn a_task_leaves_as_an_event_and_whoever_keeps_it_tells_how_far_it_came() {
    tasks(|engine, _| {
        subscribe(engine, "task.*");
        let sender = Sender::new(engine.clone(), Stub::new(|_, _| sent()), None);
        let id = handoff(engine, "ana@acme.example");
        send(&sender);
        let task = progress(engine, id).remove("crm_task").unwrap();
        assert_eq!(task.state, "sent");
        let crm = receiver(true);
        let hooks = Hooks::new(engine.clone(), crm.clone(), "urn:baton".to_owned());
        run(hooks.deliver_due()).unwrap();
        let got = crm.got.lock().unwrap().clone();
        let message = OutboxId::from_raw(task.id);
        assert_eq!((got.len(), got[0].0.as_str()), (1, "task.created"), "{got:?}");
        let details = &got[0].1["details"];
        assert_eq!(details["task"], message.to_string(), "the id of the task never changes");
        assert_eq!((&details["rep"], &details["on"]), (&"olga".into(), &"assigned".into()));
        assert!(details["due"].is_string(), "{details}");
        assert!(!got[0].1.to_string().contains("acme"), "nothing of the person: {}", got[0].1);
        let told =
            |state| run(engine.report_task(message, state, Some("00T1".to_owned()))).unwrap();
        assert_eq!(told(TaskState::Made).state, "delivered");
        assert_eq!(told(TaskState::Done).state, "seen");
        assert_eq!(told(TaskState::Made).state, "seen", "again changes nothing");
        assert_eq!(progress(engine, id)["crm_task"].receipt.as_deref(), Some("00T1"));
        let unknown = run(engine.report_task(OutboxId::from_raw(7), TaskState::Made, None));
        assert_eq!(unknown.unwrap_err().code, "A0404");
    });
}

#[test]
fn a_task_that_nobody_takes_or_that_fails_takes_the_next_way() {
    tasks(|engine, _| {
        let sender = Sender::new(engine.clone(), Stub::new(|_, _| sent()), None);
        let alone = handoff(engine, "ana@acme.example");
        while send(&sender) != 0 {}
        let now = progress(engine, alone);
        assert_eq!(
            (now["crm_task"].state.as_str(), now["email"].state.as_str()),
            ("failed", "sent")
        );
        assert_eq!(now["crm_task"].code.as_deref(), Some("C0901"));
        subscribe(engine, "*");
        let lost = handoff(engine, "bo@other.example");
        send(&sender);
        let now = progress(engine, lost);
        let message = OutboxId::from_raw(now["crm_task"].id);
        run(engine.report_task(message, TaskState::Failed, None)).unwrap();
        send(&sender);
        let now = progress(engine, lost);
        assert_eq!(
            (now["crm_task"].state.as_str(), now["email"].state.as_str()),
            ("failed", "sent")
        );
        assert_eq!(now["crm_task"].code.as_deref(), Some("C0908"));
    });
}

#[test]
fn a_webhook_that_takes_nothing_for_five_days_is_disabled_and_not_a_minute_before() {
    on_both_at("2026-11-20T14:30:00Z", |engine, clock| {
        ready(engine, POLICY);
        let hook = subscribe(engine, "*");
        let hooks = Hooks::new(engine.clone(), receiver(false), "urn:baton".to_owned());
        let state = || run(engine.webhook(hook.id)).unwrap();
        let begin = clock.now();
        handoff(engine, "ana@acme.example");
        run(hooks.deliver_due()).unwrap();
        assert_eq!(state().failing_since, Some(begin));
        // Something happens each day, so that there is always something to deliver.
        for day in 1..5 {
            clock.set(begin.plus(Seconds::from_hours(24 * day)));
            handoff(engine, &format!("p{day}@c{day}.example"));
            run(hooks.deliver_due()).unwrap();
            assert!(state().enabled, "day {day}");
        }
        clock.set(begin.plus(Seconds::from_hours(5 * 24)).minus(Seconds::new(60)));
        handoff(engine, "late@late.example");
        run(hooks.deliver_due()).unwrap();
        assert!(state().enabled, "a minute before");
        clock.set(begin.plus(Seconds::from_hours(5 * 24)));
        handoff(engine, "last@last.example");
        run(hooks.deliver_due()).unwrap();
        let ended = state();
        assert_eq!((ended.enabled, ended.disabled_why.as_deref()), (false, Some("failing")));
        handoff(engine, "more@more.example");
        assert_eq!(run(hooks.deliver_due()).unwrap(), 0);
    });
}

fn beats(engine: &Engine, reach: Reach, url: String) -> Beats {
    let channels = Channels::new(engine.clone(), Settings::default());
    let http = channels.http(reach, connect::http::Patience::VENDOR).unwrap();
    Beats::new(engine.clone(), Heartbeat::new(http, &Secret::new(url)).unwrap())
}

#[test]
fn the_watch_outside_hears_each_beat_once_and_nothing_while_something_is_wrong() {
    on_both_at("2026-11-20T14:30:00Z", |engine, clock| {
        ready(engine, POLICY);
        let runtime = Runtime::new().unwrap();
        let watch = runtime.block_on(Server::start(vec![Conduct::status(200)]));
        let mut beats = beats(engine, Reach::private(), format!("{}/ping/canary", watch.base));
        let mut auditor = Auditor::new(engine.clone());
        let mut beat = || runtime.block_on(beats.beat());
        beat();
        assert_eq!(watch.seen().len(), 0, "nothing was looked at yet");
        auditor.look().unwrap();
        beat();
        beat();
        assert_eq!(watch.seen().len(), 1, "one look, one beat");
        assert_eq!(watch.seen()[0].line, "POST /ping/canary");
        let pulse = engine.outside_pulse();
        assert_eq!((pulse.failing, pulse.watched), (false, true));
        assert_eq!(pulse.taken_at, Some(clock.now()));
        // A message that should have left long ago is a finding: no beat.
        handoff(engine, "ana@acme.example");
        clock.set(clock.now().plus(Seconds::from_hours(1)));
        assert!(auditor.look().unwrap().checks.iter().any(|it| it.bad != 0));
        beat();
        assert_eq!(watch.seen().len(), 1);
    });
}

#[test]
fn a_watch_that_is_dead_or_forbidden_is_a_figure_and_tried_again() {
    on_both_at("2026-11-20T14:30:00Z", |engine, _| {
        ready(engine, POLICY);
        let runtime = Runtime::new().unwrap();
        let dead = runtime.block_on(dead_port());
        let answers = vec![Conduct::status(503), Conduct::status(200)];
        let inside = runtime.block_on(Server::start(answers));
        Auditor::new(engine.clone()).look().unwrap();
        let beat = |reach: Reach, url: String| {
            let mut beats = beats(engine, reach, url);
            runtime.block_on(beats.beat());
            engine.outside_pulse().failing
        };
        assert!(beat(Reach::private(), format!("http://127.0.0.1:{dead}/")));
        assert!(
            beat(Reach::public(), format!("{}/", inside.base)),
            "networks of the house are shut"
        );
        assert_eq!(inside.seen().len(), 0);
        let mut patient = beats(engine, Reach::private(), format!("{}/", inside.base));
        runtime.block_on(patient.beat());
        assert!(engine.outside_pulse().failing);
        runtime.block_on(patient.beat());
        assert!(!engine.outside_pulse().failing, "the same beat, tried again");
    });
}

#[test]
fn marketing_is_told_of_rejection_conversion_win_and_disqualification_and_the_lead_who_calls() {
    let told = "notifications:
  - { on: rejected, to: marketing, channels: [in_app] }
  - { on: disqualified, to: marketing, channels: [in_app] }
  - { on: converted, to: marketing, channels: [in_app] }
  - { on: won, to: marketing, channels: [in_app] }
  - { on: assigned, to: prospect, channels: [email], template: who_will_call }
";
    let junk = "disqualify:
  - { id: junk, when: email.domain == \"junk.example\" }
notifications:
";
    let policy = POLICY.replace("notifications:\n", &told.replace("notifications:\n", junk));
    on_both_at("2026-11-20T14:30:00Z", |engine, clock| {
        ready(engine, &policy);
        let links = engine::links::Links::new("https://b.example", engine.vault().unwrap());
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), Some(Arc::new(links)));
        let ids: Vec<HandoffId> =
            (0..3).map(|n| handoff(engine, &format!("p{n}@c{n}.example"))).collect();
        // Messages outside the house wait until the answer cannot be taken back.
        clock.set(clock.now().plus(Seconds::from_minutes(1)));
        send(&sender);
        let prospects: Vec<_> = {
            let got = stub.got.lock().unwrap();
            got.iter().map(|it| it.1.clone()).filter(|it| !it.contains("is yours")).collect()
        };
        assert_eq!(prospects.len(), 3, "{prospects:?}");
        assert!(prospects.iter().any(|it| it.contains("Olga Brandt")), "{prospects:?}");
        let owner = |id: HandoffId| {
            let read = move |db: &mut store::Snapshot<'_>| store::handoff::get(db, 1, id.raw());
            let row = engine.read_blocking(move |db| Ok(Ok(read(db)?))).unwrap().unwrap();
            row.owner.unwrap()
        };
        let reject = |id: HandoffId, reason: &str| {
            let by: &'static str = owner(id).leak();
            let reason = Some(reason.to_owned());
            act(engine, id, by, Action::Reject { reason, note: None }).unwrap();
        };
        reject(ids[0], "no_budget");
        let junk = serde_json::json!({
            "fields": { "email": "x@junk.example", "country": "DE",
                        "handoff_reason": "Product - Voice" },
        });
        capture_all(engine, vec![junk]);
        let read = move |db: &mut store::Snapshot<'_>| store::handoff::get(db, 1, ids[2].raw());
        let lead = engine.read_blocking(move |db| Ok(Ok(read(db)?))).unwrap().unwrap().lead_id;
        for kind in ["opportunity", "won"] {
            let request = OutcomeRequest {
                lead: Some(model::id::LeadId::from_raw(lead)),
                ..request(kind, &format!("{kind}-1"))
            };
            tell(engine, request);
        }
        clock.set(clock.now().plus(Seconds::from_minutes(1)));
        send(&sender);
        let inbox = engine
            .read_blocking(|db| {
                Ok(Ok(store::notification::inbox(db, 1, "marketing", i64::MAX, 20)?))
            })
            .unwrap();
        let mut count: BTreeMap<String, usize> = BTreeMap::new();
        for it in inbox {
            *count.entry(it.occasion).or_default() += 1;
        }
        let told: Vec<_> = count.keys().map(String::as_str).collect();
        assert_eq!(told, ["converted", "disqualified", "rejected", "won"], "{count:?}");
    });
}
