//! Clicks in Slack, signed, sent and judged by Slack's own library.

use connect::Secret;
use connect::http::Reach;
use connect::slack::{Interaction, signature};
use engine::Engine;
use engine::clicks::Clicks;
use engine::respond::Action;
use model::id::HandoffId;
use serde_json::{Value, json};
use store::Snapshot;

use crate::channels::{Scene, scene};
use crate::messages::handoff;
use crate::scene::act;

#[path = "../../connect/tests/peer.rs"]
#[allow(dead_code, reason = "another crate's tests use the rest")]
mod peer;

use peer::Peer;

/// A handoff that its owner was told of in Slack; the message stands at `D7/17.01`.
fn told(test: impl Fn(&Scene<'_>, &mut Peer, HandoffId)) {
    scene("[slack]", |scene| {
        let mut slack = Peer::start("slack.py");
        let port = slack.read()["port"].as_u64().unwrap();
        let api = format!("http://127.0.0.1:{port}/api/");
        scene.connect(
            "slack",
            &[
                ("bot_token", "xoxb-1"),
                ("signing_secret", "sesame"),
                ("app_token", "xapp-1"),
                ("base_url", &api),
            ],
        );
        let id = handoff(scene.engine, "ana@acme.example");
        scene.send();
        assert_eq!(slack.read()["called"], "users.lookupByEmail");
        let posted = slack.read();
        let buttons = posted["body"]["blocks"].as_array().unwrap().last().unwrap().clone();
        let names: Vec<_> =
            buttons["elements"].as_array().unwrap().iter().map(|it| &it["action_id"]).collect();
        assert_eq!(names, ["accept", "reject", "snooze", "open"]);
        assert_eq!(scene.deliveries(id)["slack"].receipt.as_deref(), Some("D7/17.01"));
        test(scene, &mut slack, id);
    });
}

fn press(action: &str, handoff: HandoffId, user: &str) -> Value {
    json!({
        "type": "block_actions",
        "user": { "id": user },
        "trigger_id": "t1",
        "container": { "type": "message", "message_ts": "17.01", "channel_id": "D7" },
        "channel": { "id": "D7" },
        "actions": [{ "action_id": action, "value": handoff.to_string() }],
    })
}

/// Sends `payload` as Slack's library signs it, and lets it be answered.
fn click(scene: &Scene<'_>, slack: &mut Peer, payload: &Value) {
    let clicks = Clicks::new(scene.engine.clone(), scene.channels(Reach::private()));
    let payload = payload.to_string();
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", &payload)
        .finish();
    let at = scene.runtime.block_on(scene.engine.now()).unwrap().as_seconds().to_string();
    let asked = json!({ "sign": { "secret": "sesame", "at": at, "body": body } });
    let signed = slack.ask(&asked)["signature"].as_str().unwrap().to_owned();
    let read = scene.runtime.block_on(clicks.read(&at, &signed, body.as_bytes())).unwrap();
    scene.runtime.block_on(clicks.answer(read));
}

fn state(engine: &Engine, id: HandoffId) -> (String, Option<String>) {
    let read = move |db: &mut Snapshot<'_>| Ok(Ok(store::handoff::get(db, 1, id.raw())?));
    let row = engine.read_blocking(read).unwrap().unwrap();
    (row.state, row.owner)
}

/// What the message says at its end, once Slack was told to change it.
fn note(called: &Value) -> String {
    assert_eq!(called["called"], "chat.update", "{called}");
    assert_eq!(
        (&called["body"]["channel"], &called["body"]["ts"]),
        (&json!("D7"), &json!("17.01"))
    );
    let blocks = called["body"]["blocks"].as_array().unwrap();
    let last = blocks.last().unwrap();
    assert_eq!(last["type"], "context", "no buttons any more");
    last["elements"][0]["text"].as_str().unwrap().to_owned()
}

#[test]
fn accepting_in_slack_accepts_and_changes_the_message_once_more_or_not() {
    told(|scene, slack, id| {
        for _ in 0..2 {
            click(scene, slack, &press("accept", id, "U7"));
            // Who U7 is was asked for each time: the desk of each click is a new one here.
            assert_eq!(slack.read()["called"], "users.lookupByEmail");
            let called = slack.read();
            assert_eq!(note(&called), "Accepted. It is on your list.");
            assert!(slack.ask(&json!({ "blocks": called["body"]["blocks"] }))["types"].is_array());
            assert_eq!(state(scene.engine, id), ("accepted".to_owned(), Some("olga".to_owned())));
        }
        assert_eq!(scene.deliveries(id)["slack"].state, "seen");
    });
}

#[test]
fn rejecting_asks_for_a_reason_and_says_what_is_wrong_with_it() {
    told(|scene, slack, id| {
        click(scene, slack, &press("reject", id, "U7"));
        slack.read();
        let asked = slack.read();
        assert_eq!(
            (&asked["called"], &asked["body"]["trigger_id"]),
            (&json!("views.open"), &json!("t1"))
        );
        let view = &asked["body"]["view"];
        assert_eq!(slack.ask(&json!({ "view": view }))["title"], "Reject");
        let reason = |key: &str| {
            json!({
                "type": "view_submission",
                "user": { "id": "U7" },
                "view": {
                    "callback_id": view["callback_id"],
                    "private_metadata": view["private_metadata"],
                    "state": { "values": {
                        "reason": { "chosen": { "selected_option": { "value": key } } },
                        "note": { "chosen": { "value": null } },
                    } },
                },
            })
        };
        // This one needs a note.
        click(scene, slack, &reason("other"));
        slack.read();
        let told = slack.read();
        assert_eq!(
            (&told["called"], &told["body"]["channel"]),
            (&json!("chat.postMessage"), &json!("U7"))
        );
        assert_eq!(told["body"]["text"], "this reason needs a note");
        assert_eq!(state(scene.engine, id).0, "offered");
        click(scene, slack, &reason("no_budget"));
        slack.read();
        assert_eq!(note(&slack.read()), "Rejected. Thank you for the reason.");
        assert_ne!(state(scene.engine, id).0, "offered");
    });
}

#[test]
fn a_click_that_comes_too_late_shows_who_has_it_and_a_stranger_moves_nothing() {
    told(|scene, slack, id| {
        click(scene, slack, &press("accept", id, "U8"));
        slack.read();
        let told = slack.read();
        assert_eq!(
            (&told["called"], &told["body"]["channel"]),
            (&json!("chat.postMessage"), &json!("U8"))
        );
        assert_eq!(state(scene.engine, id).0, "offered");
        let to = decide::handoff::HeldBy::Rep("piet".parse().unwrap());
        act(scene.engine, id, "svenja", Action::Reassign { to }).unwrap();
        for action in ["accept", "reject", "snooze"] {
            click(scene, slack, &press(action, id, "U7"));
            slack.read();
            assert_eq!(note(&slack.read()), "This has moved on: Piet Vermeer has it now.");
        }
        assert_eq!(state(scene.engine, id), ("offered".to_owned(), Some("piet".to_owned())));
    });
}

#[test]
fn a_snooze_reminds_later_in_slack() {
    told(|scene, slack, id| {
        click(scene, slack, &press("snooze", id, "U7"));
        slack.read();
        let said = note(&slack.read());
        assert!(said.starts_with("You will be reminded in 15 minutes"), "{said}");
        assert_eq!(state(scene.engine, id).0, "offered");
    });
}

#[test]
fn what_slack_did_not_sign_just_now_is_not_read() {
    told(|scene, _, id| {
        let clicks = Clicks::new(scene.engine.clone(), scene.channels(Reach::private()));
        let body = format!("payload={}", press("accept", id, "U7"));
        let now = scene.runtime.block_on(scene.engine.now()).unwrap().as_seconds();
        let read = |secret: &str, at: i64, body: &str, sent: &str| {
            let at = at.to_string();
            let signed = signature::sign(&Secret::new(secret), &at, body.as_bytes());
            let read = clicks.read(&at, &signed, sent.as_bytes());
            scene.runtime.block_on(read).map_err(|it| it.code)
        };
        assert_eq!(read("other", now, &body, &body), Err("A0421"));
        assert_eq!(read("sesame", now - 301, &body, &body), Err("A0421"));
        assert_eq!(read("sesame", now, &body, "payload={}"), Err("A0421"));
        assert_eq!(read("sesame", now, "x=1", "x=1"), Err("A0411"));
        let other = r#"payload={"type":"shortcut"}"#;
        assert_eq!(read("sesame", now, other, other), Ok(Interaction::Other));
        assert!(matches!(read("sesame", now, &body, &body), Ok(Interaction::Pressed { .. })));
    });
}

#[test]
fn a_click_over_slacks_socket_is_acknowledged_and_done() {
    told(|scene, slack, id| {
        let clicks = Clicks::new(scene.engine.clone(), scene.channels(Reach::private()));
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let running = scene.runtime.spawn(clicks.run(stopped));
        assert_eq!(slack.read()["opened"], "Bearer xapp-1");
        assert_eq!(slack.read()["connected"], "t");
        slack.tell(&json!({ "send": {
            "envelope_id": "e1", "type": "interactive", "accepts_response_payload": false,
            "payload": press("accept", id, "U7"),
        } }));
        assert_eq!(slack.read()["acknowledged"]["envelope_id"], "e1");
        slack.read();
        assert_eq!(note(&slack.read()), "Accepted. It is on your list.");
        assert_eq!(state(scene.engine, id).0, "accepted");
        stop.send(true).unwrap();
        scene.runtime.block_on(running).unwrap();
        assert_eq!(slack.read()["left"], true, "it hangs up when the server stops");
    });
}
