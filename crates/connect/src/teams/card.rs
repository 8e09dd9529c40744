//! A message as an adaptive card.

use serde_json::{Value, json};

use crate::message::Message;
use crate::text;

const TEXT_CHARS_MAX: usize = 2000;
const TITLE_CHARS_MAX: usize = 200;
/// Teams shows no more buttons than this.
const ACTIONS_MAX: usize = 6;
/// A card of more facts and sections would pass the 28 KB Teams takes.
const PARTS_MAX: usize = 20;

/// The body to post for `message`.
///
/// Texts stand in `RichTextBlock`s: `TextBlock` and `FactSet` read Markdown, so that a lead could
/// put a link of their own into the card.
pub fn card(message: &Message) -> Value {
    let mut body = vec![block(
        &[run(&text::cut(&text::one_line(&message.title), TITLE_CHARS_MAX), true, Some("Large"))],
        "Default",
    )];
    for line in message.summary.iter().take(PARTS_MAX) {
        body.push(block(&[run(line, false, None)], "Small"));
    }
    for fact in message.facts.iter().take(PARTS_MAX) {
        let label = format!("{}: ", fact.label);
        body.push(block(&[run(&label, true, None), run(&fact.value, false, None)], "None"));
    }
    for section in message.sections.iter().take(PARTS_MAX) {
        body.push(block(&[run(&section.heading, true, None)], "Medium"));
        for line in section.text.lines().take(PARTS_MAX) {
            body.push(block(&[run(line, false, None)], "None"));
        }
    }
    let actions: Vec<Value> = message
        .actions
        .iter()
        .take(ACTIONS_MAX)
        .map(|it| json!({ "type": "Action.OpenUrl", "title": it.label, "url": it.url }))
        .collect();
    json!({
        "type": "message",
        "attachments": [{
            "contentType": "application/vnd.microsoft.card.adaptive",
            "contentUrl": null,
            "content": {
                "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                "type": "AdaptiveCard",
                "version": "1.4",
                "lang": message.language,
                "body": body,
                "actions": actions,
            },
        }],
    })
}

fn run(words: &str, bold: bool, size: Option<&str>) -> Value {
    let mut run = json!({ "type": "TextRun", "text": text::cut(words, TEXT_CHARS_MAX) });
    if let Some(fields) = run.as_object_mut() {
        if bold {
            fields.insert("weight".to_owned(), json!("Bolder"));
        }
        if let Some(size) = size {
            fields.insert("size".to_owned(), json!(size));
        }
    }
    run
}

fn block(runs: &[Value], spacing: &str) -> Value {
    json!({ "type": "RichTextBlock", "inlines": runs, "spacing": spacing })
}
