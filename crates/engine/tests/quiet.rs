//! Quiet hours, channels that a rep does not want, and the mail that gathers what was held back.

use std::sync::Arc;

use decide::handoff::HeldBy;
use engine::access::{Reach, Role};
use engine::identity::Identity;
use engine::preferences::{Preferences, QuietHours};
use engine::respond::Action;
use engine::sender::{End, Sender};
use engine::sight::Sight;
use engine::{Actor, Engine};
use model::Seconds;
use model::id::HandoffId;
use store::{Clock, ManualClock, Options};
use tokio::runtime::Runtime;

use crate::messages::handoff;
use crate::scene::{act, set_up};
use crate::sender::{Answer, Stub, progress, send, sent};

const POLICY: &str = include_str!("../../../examples/demo/policy.yaml");
const ROSTER: &str = include_str!("../../../examples/demo/roster.yaml");

/// The demo's policy with these quiet hours.
fn quiet(hours: &str) -> String {
    format!("{POLICY}\nquiet: {hours}\n")
}

/// A company at half past three in Berlin.
fn at_half_past_three(policy: &str, test: impl Fn(&Engine, &ManualClock)) {
    store::testing::for_each_database(|database| {
        let clock = ManualClock::new("2026-11-20T14:30:00Z".parse().unwrap());
        let options =
            Options { clock: Clock::Manual(clock.clone()), ..store::testing::test_options() };
        let engine = Engine::new(database.open_with(options), 1);
        set_up(&engine, policy, ROSTER);
        test(&engine, &clock);
    });
}

fn wants(engine: &Engine, wanted: Preferences) {
    let admin = Identity { actor: Actor::Operator, role: Role::Admin, scopes: None };
    let sight = Sight::of(Reach::Workspace, &admin);
    let put = engine.put_preferences(Actor::Operator, sight, "olga".parse().unwrap(), wanted);
    Runtime::new().unwrap().block_on(put).unwrap();
}

fn hours(from: &str, to: &str) -> Option<QuietHours> {
    Some(QuietHours { from: from.to_owned(), to: to.to_owned() })
}

/// Leads in the hands of olga, each with a message to her.
fn leads_of_olga(engine: &Engine, count: usize) -> Vec<HandoffId> {
    let mut all = Vec::new();
    for n in 0..count {
        let id = handoff(engine, &format!("p{n}@c{n}.example"));
        // The first lead is hers by rotation.
        if n != 0 {
            let to = HeldBy::Rep("olga".parse().unwrap());
            act(engine, id, "svenja", Action::Reassign { to }).unwrap();
        }
        all.push(id);
    }
    all
}

fn mail(engine: &Engine, id: HandoffId) -> (String, Option<String>) {
    let rows = engine
        .read_blocking(move |db| Ok(Ok(store::delivery::of_handoff(db, 1, id.raw())?)))
        .unwrap();
    let mine = rows.into_iter().filter(|it| it.recipient == "rep:olga" && it.channel == "email");
    let last = mine.max_by_key(|it| it.id).unwrap();
    (last.state, last.receipt)
}

fn titles(stub: &Stub) -> Vec<String> {
    stub.got.lock().unwrap().iter().map(|it| it.1.clone()).collect()
}

#[test]
fn the_quiet_hours_of_the_policy_hold_back_until_they_end_and_the_inbox_is_silent() {
    at_half_past_three(&quiet("{ from: \"15:00\", to: \"15:32\" }"), |engine, clock| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let id = handoff(engine, "ana@acme.example");
        send(&sender);
        let now = progress(engine, id);
        assert_eq!((now["email"].state.as_str(), now["in_app"].state.as_str()), ("held", "sent"));
        assert_eq!(now["email"].code.as_deref(), Some("C0906"));
        clock.set(clock.now().plus(Seconds::new(119)));
        assert_eq!(send(&sender), 0);
        clock.set(clock.now().plus(Seconds::new(1)));
        send(&sender);
        assert_eq!(progress(engine, id)["email"].state, "sent");
        assert!(titles(&stub)[0].contains("Ana Roth"), "one message is no digest");
    });
}

#[test]
fn a_rep_chooses_hours_of_their_own_or_none() {
    at_half_past_three(&quiet("{ from: \"15:00\", to: \"15:32\" }"), |engine, _| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub, None);
        wants(engine, Preferences { quiet: hours("00:00", "00:00"), ..Preferences::default() });
        let id = handoff(engine, "ana@acme.example");
        send(&sender);
        assert_eq!(progress(engine, id)["email"].state, "sent");
    });
}

#[test]
fn what_would_be_late_by_then_is_not_held_back() {
    at_half_past_three(&quiet("{ from: \"15:00\", to: \"06:00\" }"), |engine, _| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub, None);
        let id = handoff(engine, "ana@acme.example");
        send(&sender);
        assert_eq!(progress(engine, id)["email"].state, "sent");
    });
}

#[test]
fn what_was_held_back_comes_as_one_mail_without_what_was_overtaken() {
    at_half_past_three(&quiet("{ from: \"15:00\", to: \"15:32\" }"), |engine, clock| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let ids = leads_of_olga(engine, 3);
        send(&sender);
        assert!(ids.iter().all(|it| mail(engine, *it).0 == "held"));
        let to = HeldBy::Rep("piet".parse().unwrap());
        act(engine, ids[1], "svenja", Action::Reassign { to }).unwrap();
        clock.set(clock.now().plus(Seconds::new(120)));
        send(&sender);
        let digests = |it: &String| it.contains("while you were away");
        let all = titles(&stub);
        let found: Vec<_> = all.iter().filter(|it| digests(it)).collect();
        assert_eq!(found, ["2 messages while you were away"], "{all:?}");
        let states = ids.map_states(engine);
        assert_eq!(states, ["sent", "cancelled", "sent"]);
        assert_eq!(mail(engine, ids[0]).1, mail(engine, ids[2]).1, "one receipt");
        clock.set(clock.now().plus(Seconds::from_hours(1)));
        send(&sender);
        assert_eq!(titles(&stub).iter().filter(|it| digests(it)).count(), 1);
    });
}

trait States {
    fn map_states(&self, engine: &Engine) -> Vec<String>;
}

impl States for Vec<HandoffId> {
    fn map_states(&self, engine: &Engine) -> Vec<String> {
        self.iter().map(|it| mail(engine, *it).0).collect()
    }
}

#[test]
fn a_digest_that_fails_is_made_anew_by_the_next_oldest() {
    at_half_past_three(&quiet("{ from: \"15:00\", to: \"15:32\" }"), |engine, clock| {
        let refused = || {
            let (code, detail) = ("C0203".to_owned(), "554".to_owned());
            Answer::Is(End::Refused { code, detail })
        };
        let stub = Stub::new(move |parcel, _| match parcel.message.title.starts_with('3') {
            true => refused(),
            false => sent(),
        });
        let sender = Sender::new(engine.clone(), Arc::clone(&stub) as _, None);
        let ids = leads_of_olga(engine, 3);
        send(&sender);
        for seconds in [120, 3, 3] {
            clock.set(clock.now().plus(Seconds::new(seconds)));
            send(&sender);
        }
        assert_eq!(ids.map_states(engine), ["failed", "sent", "sent"]);
        let all = titles(&stub);
        assert!(all.contains(&"2 messages while you were away".to_owned()), "{all:?}");
    });
}

#[test]
fn without_a_digest_each_comes_by_itself() {
    at_half_past_three(&quiet("{ from: \"15:00\", to: \"15:32\" }"), |engine, clock| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        wants(engine, Preferences { no_digest: true, ..Preferences::default() });
        let ids = leads_of_olga(engine, 2);
        send(&sender);
        clock.set(clock.now().plus(Seconds::new(120)));
        send(&sender);
        assert_eq!(ids.map_states(engine), ["sent", "sent"]);
        assert_eq!(titles(&stub).len(), 2);
    });
}

#[test]
fn a_muted_channel_takes_the_next_way_and_the_inbox_is_the_last() {
    let policy = POLICY.replace(
        "channels: [in_app, email], template: assigned",
        "channels: [email], fallback: [slack], template: assigned",
    );
    at_half_past_three(&policy, |engine, _| {
        let stub = Stub::new(|_, _| sent());
        let sender = Sender::new(engine.clone(), stub.clone(), None);
        let muted = vec!["email".to_owned(), "slack".to_owned()];
        wants(engine, Preferences { muted, ..Preferences::default() });
        let id = handoff(engine, "ana@acme.example");
        while send(&sender) != 0 {}
        let now = progress(engine, id);
        let ends: Vec<_> =
            now.values().map(|it| (it.channel.as_str(), it.state.as_str())).collect();
        assert_eq!(ends, [("email", "failed"), ("in_app", "sent"), ("slack", "failed")]);
        assert_eq!(now["email"].code.as_deref(), Some("C0907"));
        assert_eq!(titles(&stub).len(), 0);
    });
}
