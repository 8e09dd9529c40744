//! The words of messages: every built-in template in every language, on one handoff.

use engine::Engine;
use engine::message::{Content, Template};
use engine::respond::Action;
use engine::templates::PreviewRequest;
use expect_test::expect_file;
use model::id::HandoffId;
use serde_json::json;
use store::testing::{TestDatabase, test_options};
use store::{Clock, ManualClock};

use crate::scene::{act, capture_all, lead, set_up};

/// A company of our own at a fixed time: dates and turns are always the same.
pub(crate) fn fixed(test: impl FnOnce(&Engine, &ManualClock)) {
    let clock = ManualClock::new("2026-11-20T14:30:00Z".parse().unwrap());
    let database = TestDatabase::sqlite();
    let options = store::Options { clock: Clock::Manual(clock.clone()), ..test_options() };
    let engine = Engine::new(database.open_with(options), 1);
    set_up(
        &engine,
        include_str!("../../../examples/demo/policy.yaml"),
        include_str!("../../../examples/demo/roster.yaml"),
    );
    test(&engine, &clock);
}

pub(crate) fn handoff(engine: &Engine, email: &str) -> HandoffId {
    let body = json!({
        "fields": {
            "email": email, "phone": "+4930901820", "first_name": "Ana", "last_name": "Roth",
            "title": "Head of Support", "company": "Acme Logistik GmbH", "country": "DE",
            "employees": "250", "industry": "logistics", "handoff_reason": "Product - Voice",
            "message": "We lose calls at night. {{ lead.email }} <b>now</b>",
            "monthly_potential": 4200,
        },
        "activities": [
            { "kind": "demo_request", "at": "2026-11-20T14:20:00Z" },
            { "kind": "pricing_page_view", "at": "2026-11-19T09:00:00Z" },
            { "kind": "pricing_page_view", "at": "2026-11-20T14:10:00Z" },
        ],
    });
    lead(&capture_all(engine, vec![body])[0]).handoff.unwrap()
}

fn preview(engine: &Engine, name: &str, language: &str, handoff: HandoffId) -> Content {
    let recipient = match name {
        "who_will_call" => "prospect",
        "rejected" | "disqualified" | "converted" | "won" | "lost" => "marketing",
        "unacknowledged" | "breached" => "rep:svenja",
        _ => "rep:olga",
    };
    let request = PreviewRequest { handoff, recipient: recipient.to_owned(), template: None };
    let preview = engine.preview_template(name.to_owned(), language.to_owned(), request);
    tokio::runtime::Runtime::new().unwrap().block_on(preview).unwrap()
}

fn text(content: &Content) -> String {
    let mut text = format!("{}\n", content.title);
    for line in &content.summary {
        text += &format!("{line}\n");
    }
    for fact in &content.facts {
        text += &format!("  {}: {}\n", fact.label, fact.value);
    }
    let parts = [("why", &content.why), ("next", &content.next), ("playbook", &content.playbook)];
    for (name, part) in parts.into_iter().chain([("opener", &content.opener)]) {
        if let Some(part) = part {
            text += &format!("[{name}]\n{part}\n");
        }
    }
    text
}

#[test]
fn every_message_says_what_its_golden_file_says_in_every_language() {
    fixed(|engine, _| {
        let id = handoff(engine, "ana@acme.example");
        let rejected = handoff(engine, "bo@other.example");
        let reject = Action::Reject {
            reason: Some("no_budget".to_owned()),
            note: Some("asks again in 2027".to_owned()),
        };
        act(engine, rejected, "piet", reject).unwrap();
        for language in ["en", "es"] {
            let mut all = String::new();
            for name in Template::names() {
                let of = if name == "rejected" { rejected } else { id };
                let content = preview(engine, name, language, of);
                all += &format!("== {name}\n{}\n", text(&content));
            }
            expect_file![format!("golden/messages_{language}.txt")].assert_eq(&all);
        }
    });
}

#[test]
fn the_opener_names_the_deed_that_qualified_the_lead() {
    fixed(|engine, _| {
        let id = handoff(engine, "ana@acme.example");
        let content = preview(engine, "assigned", "en", id);
        assert!(content.opener.unwrap().contains("the demo request"));
        assert!(content.next.unwrap().contains("+4930901820"));
        let prospect = preview(engine, "who_will_call", "en", id);
        let told = text(&prospect);
        assert!(told.contains("Olga Brandt"), "{told}");
        for inside in ["rotation", "emea", "score", "Tier"] {
            assert!(!told.contains(inside), "{told}");
        }
    });
}
