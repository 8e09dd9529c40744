//! The message that tests deliver.

use connect::{Action, ActionKind, Fact, Key, Message, Section, SectionKind};

/// What a rep is told of a lead, with characters that each channel must escape.
pub(crate) fn offer(id: &str) -> Message {
    let action = |kind, label: &str| Action {
        kind,
        label: label.to_owned(),
        url: format!("https://baton.example/a/{label}?t=token&x=1"),
        value: format!("h_1/{label}"),
    };
    let section = |kind, heading: &str, text: &str| Section {
        kind,
        heading: heading.to_owned(),
        text: text.to_owned(),
    };
    Message {
        id: key(id),
        thread: key("h_1"),
        event: "handoff.offered".to_owned(),
        at: "2026-11-20T15:00:00Z".parse().unwrap(),
        language: "en".to_owned(),
        title: "Tier 1: Dana Diaz, Häuser & <Söhne>".to_owned(),
        summary: vec!["Asked for a demo at 15:00.".to_owned()],
        facts: vec![
            Fact { label: "Score".to_owned(), value: "87".to_owned() },
            Fact { label: "Company".to_owned(), value: "Häuser & <Söhne>".to_owned() },
        ],
        sections: vec![
            section(SectionKind::WhyYou, "Why you", "Next in turn of pool *west*."),
            section(SectionKind::NextAction, "Next", "Call by 10:15 (New York)."),
            section(SectionKind::Opener, "Opener", "Hello Dana,\nyou asked for a demo."),
        ],
        actions: vec![
            action(ActionKind::Accept, "Accept"),
            action(ActionKind::Reject, "Reject"),
            action(ActionKind::Snooze, "Later"),
            action(ActionKind::Open, "Open"),
        ],
    }
}

/// A key of a test.
pub(crate) fn key(text: &str) -> Key {
    text.parse().unwrap()
}
