//! What people are told: inbox, templates, connections.

use std::sync::Arc;

use engine::sender::channels::{Channels, Settings};
use engine::sender::{End, Outside, Parcel, Sender};
use engine::vault::Vault;
use serde_json::json;

use crate::app::{As, OWN, TestApp, on_both};

struct Taken;

impl Outside for Taken {
    fn deliver<'a>(
        &'a self,
        _: &'a Parcel,
    ) -> std::pin::Pin<Box<dyn Future<Output = End> + Send + 'a>> {
        Box::pin(async { End::Sent("250 ok".to_owned()) })
    }
}

fn send(app: &TestApp) {
    let sender = Sender::new(app.engine.clone(), Arc::new(Taken), None);
    app.runtime.block_on(sender.send_due()).unwrap();
}

#[test]
fn a_rep_reads_and_sees_their_own_messages_alone() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        send(app);
        let inbox = app.get(&As::User(OWN), "/api/v1/notifications").expect(200).body;
        assert_eq!(inbox["unseen"], 1);
        assert_eq!(inbox["items"][0]["handoff"], lead["handoff"]);
        assert!(inbox["items"][0]["content"]["title"].as_str().unwrap().contains("is yours"));
        let id = inbox["items"][0]["id"].as_str().unwrap();
        let seen = format!("/api/v1/notifications/{id}/seen");
        assert_eq!(app.post(&As::User("svenja"), &seen, &json!({})).expect(404).code(), "A0404");
        let seen = app.post(&As::User(OWN), &seen, &json!({})).expect(200).body;
        assert!(seen["seen_at"].is_string());
        let inbox = app.get(&As::User(OWN), "/api/v1/notifications?limit=1").expect(200).body;
        assert_eq!(inbox["unseen"], 0);
        let path = format!("/api/v1/handoffs/{}/messages", lead["handoff"].as_str().unwrap());
        let messages = app.get(&As::User(OWN), &path).expect(200).body;
        let states: Vec<_> = messages["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| format!("{} {}", it["channel"], it["state"]).replace('"', ""))
            .collect();
        assert!(states.contains(&"in_app seen".to_owned()), "{states:?}");
        assert!(states.contains(&"email sent".to_owned()), "{states:?}");
    });
}

#[test]
fn a_template_is_replaced_tried_out_and_given_back() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let admin = As::User("admin");
        let path = "/api/v1/templates/assigned/en";
        assert_eq!(app.get(&admin, path).expect(200).body["built_in"], true);
        let slip = json!({ "title": "{{ leed.who }}", "summary": "" });
        let slip = app.request(&admin, "PUT", path, &slip).expect(422).body;
        let at: Vec<_> = slip["fields"].as_array().unwrap().iter().map(|it| &it["loc"]).collect();
        assert_eq!(at, ["title", "summary"], "{slip}");
        let words = json!({ "title": "New: {{ lead.who }}", "summary": "{{ qualifying }}" });
        let put = app.request(&admin, "PUT", path, &words).expect(200).body;
        assert_eq!(put["built_in"], false);
        let of = json!({ "handoff": lead["handoff"], "recipient": "rep:olga" });
        let preview = app.post(&admin, &format!("{path}/preview"), &of).expect(200).body;
        assert!(preview["title"].as_str().unwrap().starts_with("New: "), "{preview}");
        app.request(&admin, "DELETE", path, &json!(null)).expect(204);
        assert_eq!(app.get(&admin, path).expect(200).body["built_in"], true);
        assert_eq!(app.request(&admin, "DELETE", path, &json!(null)).expect(404).code(), "A0404");
        assert_eq!(app.get(&admin, "/api/v1/templates/none/en").expect(404).code(), "A0404");
    });
}

#[test]
fn secrets_of_a_connection_go_in_and_never_come_out() {
    on_both(|app| {
        let admin = As::User("admin");
        let path = "/api/v1/connections/smtp";
        let settings = json!({ "settings": { "host": "mail.example", "from": "b@mail.example",
            "user": "b", "password": "canary-7f3a" } });
        let no_key = app.request(&admin, "PUT", path, &settings).expect(503);
        assert_eq!(no_key.code(), "A0507");
        app.engine.set_vault(Arc::new(Vault::new(&[5; 32])));
        let put = app.request(&admin, "PUT", path, &settings).expect(200).body;
        assert_eq!(put["secrets"], json!(["password"]));
        let name = json!({ "settings": { "host": "mail.example", "from": "b@mail.example",
            "user": "b", "from_name": "Baton" } });
        let put = app.request(&admin, "PUT", path, &name).expect(200).body;
        assert_eq!(put["secrets"], json!(["password"]), "it stays as it is");
        let port = json!({ "settings": { "host": "mail.example", "from": "b@mail.example",
            "user": "b", "port": "25" } });
        let put = app.request(&admin, "PUT", path, &port).expect(200).body;
        assert_eq!(put["secrets"], json!([]), "another port may be somebody else's");
        let all = app.get(&As::User("auditor"), "/api/v1/connections").expect(200).body;
        let audit = app.get(&As::User("auditor"), "/api/v1/audit").expect(200).body;
        assert!(!format!("{put}{all}{audit}").contains("canary"), "{all}");
        let wrong = json!({ "settings": { "hots": "x", "port": "0x" } });
        let wrong = app.request(&admin, "PUT", path, &wrong).expect(422).body;
        assert_eq!(wrong["fields"].as_array().unwrap().len(), 4, "{wrong}");
        app.request(&admin, "PUT", "/api/v1/connections/fax", &settings).expect(404);
        app.request(&admin, "DELETE", path, &json!(null)).expect(204);
        app.request(&admin, "DELETE", path, &json!(null)).expect(404);
    });
}

/// What a browser gives to be reached by.
fn browser(endpoint: &str) -> serde_json::Value {
    json!({
        "endpoint": endpoint,
        "expirationTime": null,
        "keys": {
            "p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        },
    })
}

#[test]
fn a_rep_subscribes_a_browser_of_their_own_and_nobody_else_touches_it() {
    on_both(|app| {
        let path = "/api/v1/push/subscriptions";
        let body = browser("https://push.example/send/canary-9d1c");
        let no_key = app.get(&As::User(OWN), "/api/v1/push/key").expect(503);
        assert_eq!(no_key.code(), "A0507");
        app.engine.set_vault(Arc::new(Vault::new(&[5; 32])));
        let key = app.get(&As::User(OWN), "/api/v1/push/key").expect(200).body;
        assert_eq!(key["key"].as_str().unwrap().len(), 87);
        assert_eq!(app.get(&As::User("svenja"), "/api/v1/push/key").expect(200).body, key);
        let made = app.post(&As::User(OWN), path, &body).expect(201);
        assert_eq!(made.body["host"], "push.example");
        let own = made.header("location").to_owned();
        let again = app.post(&As::User(OWN), path, &body).expect(201).body;
        assert_eq!(again["id"], made.body["id"], "one browser");
        assert!(!format!("{}{again}", made.body).contains("canary"), "{again}");
        let mine = app.get(&As::User(OWN), path).expect(200).body;
        assert_eq!(mine["items"].as_array().unwrap().len(), 1);
        for other in ["svenja", "admin"] {
            let theirs = app.get(&As::User(other), path).expect(200).body;
            assert_eq!(theirs["items"], json!([]));
            let gone = app.request(&As::User(other), "DELETE", &own, &json!(null)).expect(404);
            assert_eq!(gone.code(), "A0404");
        }
        assert_eq!(app.post(&As::User("admin"), path, &body).expect(422).code(), "A0701");
        for endpoint in ["push.example/x", "ftp://push.example/x", ""] {
            let wrong = app.post(&As::User(OWN), path, &browser(endpoint)).expect(422).body;
            assert_eq!(wrong["fields"][0]["loc"], "endpoint", "{wrong}");
        }
        // Whoever signs in on the same browser takes it over.
        app.post(&As::User("svenja"), path, &body).expect(201);
        assert_eq!(app.get(&As::User(OWN), path).expect(200).body["items"], json!([]));
        app.request(&As::User("svenja"), "DELETE", &own, &json!(null)).expect(204);
        app.request(&As::User("svenja"), "DELETE", &own, &json!(null)).expect(404);
    });
}

#[test]
fn a_report_on_a_text_proves_where_it_comes_from() {
    on_both(|app| {
        let vault = Arc::new(Vault::new(&[5; 32]));
        app.engine.set_vault(Arc::clone(&vault));
        let settings =
            json!({ "settings": { "account": "AC1", "token": "t", "from": "+1500555" } });
        app.request(&As::User("admin"), "PUT", "/api/v1/connections/sms", &settings).expect(200);
        let path = "/sms/status/out_0000000000000";
        let url = format!("https://baton.example{path}");
        let body = "MessageSid=SM1&MessageStatus=delivered";
        let links = engine::links::Links::new("https://baton.example", vault);
        let links = Some(Arc::new(links));
        let report = |signature: &str| {
            let mut request = crate::app::request(&As::Nobody, "POST", path, &json!(null), None);
            *request.body_mut() = body.to_owned().into();
            let headers = request.headers_mut();
            headers.insert("x-twilio-signature", signature.parse().unwrap());
            let served = app.app.clone().with_links(links.clone());
            app.runtime.block_on(crate::app::answer(served, request))
        };
        let signed = connect::sms::sign(&connect::Secret::new("t"), &url, body.as_bytes());
        assert_eq!(report("forged").expect(403).code(), "A0421");
        assert_eq!(report(&signed).expect(404).code(), "A0404", "signed, about no text of ours");
    });
}

#[test]
fn a_click_in_slack_is_taken_when_signed_even_while_slack_itself_is_dead() {
    on_both(|app| {
        app.engine.set_vault(Arc::new(Vault::new(&[5; 32])));
        let roster = include_str!("../../../examples/demo/roster.yaml");
        let roster = roster.replace("name: Olga Brandt,", "name: Olga Brandt, slack: U012AB3CD,");
        let roster = policy::Sources::single("roster.yaml", roster);
        app.engine.put_roster_blocking(engine::Actor::Operator, &roster).unwrap();
        // Nobody listens on port 9.
        let settings = json!({ "settings": { "bot_token": "xoxb-1", "signing_secret": "sesame",
            "base_url": "http://127.0.0.1:9/api/" } });
        app.request(&As::User("admin"), "PUT", "/api/v1/connections/slack", &settings).expect(200);
        let lead = app.lead_of(OWN);
        let press = json!({
            "type": "block_actions", "user": { "id": "U012AB3CD" }, "trigger_id": "t",
            "channel": { "id": "D7" }, "container": { "message_ts": "17.01" },
            "actions": [{ "action_id": "accept", "value": lead["handoff"] }],
        });
        let body = format!("payload={press}");
        let now = app.runtime.block_on(app.engine.now()).unwrap().as_seconds();
        let channels = Channels::new(app.engine.clone(), Settings::default());
        let click = |secret: &str, at: i64| {
            let mut request =
                crate::app::request(&As::Nobody, "POST", "/slack/interactions", &json!(null), None);
            *request.body_mut() = body.clone().into();
            let at = at.to_string();
            let secret = connect::Secret::new(secret);
            let signed = connect::slack::signature::sign(&secret, &at, body.as_bytes());
            let headers = request.headers_mut();
            headers.insert("x-slack-request-timestamp", at.parse().unwrap());
            headers.insert("x-slack-signature", signed.parse().unwrap());
            let served = app.app.clone().with_channels(channels.clone());
            app.runtime.block_on(crate::app::answer(served, request))
        };
        let state = || {
            let path = format!("/api/v1/handoffs/{}", lead["handoff"].as_str().unwrap());
            app.get(&As::User(OWN), &path).expect(200).body["state"].clone()
        };
        assert_eq!(click("other", now).expect(403).code(), "A0421");
        assert_eq!(click("sesame", now - 400).expect(403).code(), "A0421");
        assert_eq!(state(), "offered");
        click("sesame", now).expect(200);
        assert_eq!(state(), "accepted");
    });
}

#[test]
fn a_rep_says_when_and_where_messages_come_and_so_does_their_manager() {
    on_both(|app| {
        let path = "/api/v1/reps/olga/preferences";
        let begin = app.get(&As::User(OWN), path).expect(200).body;
        let none = json!({ "quiet": null, "policy_quiet": null, "muted": [], "digest": true });
        assert_eq!(begin, none);
        let wanted = json!({ "quiet": { "from": "19:00", "to": "07:30" }, "muted": ["sms"],
            "digest": false });
        let put = app.request(&As::User(OWN), "PUT", path, &wanted).expect(200).body;
        assert_eq!((&put["quiet"], &put["muted"]), (&wanted["quiet"], &wanted["muted"]));
        for reader in ["svenja", "admin", OWN] {
            assert_eq!(app.get(&As::User(reader), path).expect(200).body, put);
        }
        let wrong = json!({ "quiet": { "from": "7pm", "to": "07:30" }, "muted": ["in_app"] });
        let wrong = app.request(&As::User("svenja"), "PUT", path, &wrong).expect(422).body;
        let at: Vec<_> = wrong["fields"].as_array().unwrap().iter().map(|it| &it["loc"]).collect();
        assert_eq!(at, ["quiet.from", "muted[0]"], "{wrong}");
        let others = "/api/v1/reps/amos/preferences";
        for who in [OWN, "svenja"] {
            assert_eq!(app.get(&As::User(who), others).expect(403).code(), "A0418");
            let put = app.request(&As::User(who), "PUT", others, &wanted).expect(403);
            assert_eq!(put.code(), "A0418");
        }
        assert_eq!(app.get(&As::User("auditor"), path).expect(403).code(), "A0403");
        let nobody = app.get(&As::User("admin"), "/api/v1/reps/nobody/preferences").expect(404);
        assert_eq!(nobody.code(), "A0404");
        app.request(&As::User(OWN), "PUT", path, &json!({})).expect(200);
        assert_eq!(app.get(&As::User(OWN), path).expect(200).body, none, "as a whole");
    });
}

#[test]
fn a_connection_is_tried_out_and_says_how_it_ended() {
    on_both(|app| {
        let admin = As::User("admin");
        app.engine.set_vault(Arc::new(Vault::new(&[5; 32])));
        let path = "/api/v1/connections/smtp/test";
        let to = json!({ "to": "ada@company.example" });
        let absent = app.post(&admin, path, &to).expect(200).body;
        assert_eq!((&absent["taken"], &absent["code"]), (&json!(false), &json!("C0901")));
        let settings = json!({ "settings": { "host": "127.0.0.1", "port": "9", "security": "plain",
            "from": "b@company.example", "password": "canary-1", "user": "b" } });
        app.request(&admin, "PUT", "/api/v1/connections/smtp", &settings).expect(200);
        let dead = app.post(&admin, path, &to).expect(200).body;
        assert_eq!((&dead["taken"], &dead["code"]), (&json!(false), &json!("C0002")), "{dead}");
        assert!(!dead.to_string().contains("canary"), "{dead}");
        assert_eq!(app.post(&admin, path, &json!({})).expect(422).body["fields"][0]["loc"], "to");
        let fax = app.post(&admin, "/api/v1/connections/fax/test", &to).expect(404);
        assert_eq!(fax.code(), "A0404");
        app.post(&admin, "/api/v1/connections/marketing/test", &to).expect(422);
        assert_eq!(app.post(&As::User("svenja"), path, &to).expect(403).code(), "A0403");
        let audit = app.get(&As::User("auditor"), "/api/v1/audit").expect(200).body;
        assert!(audit.to_string().contains("connection.test"));
    });
}

#[test]
fn a_template_is_sent_to_whoever_tries_it_and_to_nobody_else() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let path = "/api/v1/templates/assigned/en/send";
        let of = json!({ "handoff": lead["handoff"], "recipient": "rep:olga" });
        let tried = app.post(&As::User("rae"), path, &of).expect(200).body;
        assert_eq!(tried["code"], "C0901", "no mail server here: {tried}");
        app.post(&As::User(OWN), path, &of).expect(403);
        let absent = json!({ "handoff": "handoff_0000000000000", "recipient": "rep:olga" });
        assert_eq!(app.post(&As::User("rae"), path, &absent).expect(404).code(), "A0404");
    });
}

#[test]
fn a_connector_tells_what_became_of_a_task() {
    on_both(|app| {
        app.engine.set_vault(Arc::new(Vault::new(&[5; 32])));
        let policy = include_str!("../../../examples/demo/policy.yaml");
        let policy = policy.replace(
            "channels: [in_app, email], template: assigned",
            "channels: [crm_task], template: assigned",
        );
        let publication = engine::policies::Publication {
            sources: policy::Sources::single("policy.yaml", policy),
            note: "tasks".to_owned(),
            from: None,
            parent: None,
            retroactive: false,
        };
        app.engine.publish_blocking(engine::Actor::Operator, publication).unwrap();
        let hook = json!({ "url": "https://crm.example/hook", "events": ["task.created"] });
        app.post(&As::User("admin"), "/api/v1/webhooks", &hook).expect(201);
        let lead = app.lead_of(OWN);
        send(app);
        let path = format!("/api/v1/handoffs/{}/messages", lead["handoff"].as_str().unwrap());
        let messages = app.get(&As::User(OWN), &path).expect(200).body;
        let mut all = messages["items"].as_array().unwrap().iter();
        let task = all.rfind(|it| it["channel"] == "crm_task" && it["state"] == "sent").unwrap();
        let task = format!("/api/v1/tasks/{}", task["id"].as_str().unwrap());
        let made = json!({ "state": "made", "external_id": "00T1" });
        let connector = app.key(&["hooks:write"]);
        assert_eq!(app.post(&connector, &task, &made).expect(200).body["state"], "delivered");
        assert_eq!(app.post(&app.key(&["leads:read"]), &task, &made).expect(403).code(), "A0403");
        assert_eq!(app.post(&As::User(OWN), &task, &made).expect(403).code(), "A0403");
        let wrong = app.post(&connector, &task, &json!({ "state": "lost" })).expect(422).body;
        assert_eq!(wrong["fields"][0]["loc"], "state");
        let unknown = "/api/v1/tasks/out_0000000000000";
        assert_eq!(app.post(&connector, unknown, &made).expect(404).code(), "A0404");
    });
}
