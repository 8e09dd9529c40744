//! A message as an adaptive card.

use serde_json::{Value, json};

use crate::message::Message;
use crate::text;

const TITLE_CHARS_MAX: usize = 200;
const TEXT_CHARS_MAX: usize = 1000;
/// Teams shows no more buttons than this.
const ACTIONS_MAX: usize = 6;
/// Teams takes 28 KB; the rest is for the buttons' addresses.
const BODY_BYTES_MAX: usize = 20_000;

/// Whom a card is for: Teams notifies them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    /// Their sign-in name.
    pub user: String,
    /// As shown.
    pub name: String,
}

/// The blocks of a card, as many as fit.
///
/// Texts stand in `RichTextBlock`s: `TextBlock` and `FactSet` read Markdown, so that a lead could
/// put a link of their own into the card.
#[derive(Default)]
struct Body {
    blocks: Vec<Value>,
    bytes: usize,
}

/// The body to post for `message`.
pub fn card(message: &Message, reader: Option<&Mention>) -> Value {
    let mut body = Body::default();
    // A mention works in a `TextBlock` alone; its text is ours, from the roster.
    let mention = reader.map(|it| format!("<at>{}</at>", plain_name(&it.name)));
    if let Some(text) = &mention {
        body.blocks.push(json!({ "type": "TextBlock", "text": text, "wrap": true }));
    }
    let entities: Vec<Value> = reader
        .zip(mention.as_ref())
        .map(|(it, text)| {
            let mentioned = json!({ "id": it.user, "name": plain_name(&it.name) });
            json!({ "type": "mention", "text": text, "mentioned": mentioned })
        })
        .into_iter()
        .collect();
    let title = text::cut(&text::one_line(&message.title), TITLE_CHARS_MAX);
    body.add(
        &[json!({ "type": "TextRun", "text": title, "weight": "Bolder", "size": "Large" })],
        "Default",
    );
    for line in &message.summary {
        body.add(&[plain(line)], "Small");
    }
    for fact in &message.facts {
        body.add(&[bold(&format!("{}: ", fact.label)), plain(&fact.value)], "None");
    }
    for section in &message.sections {
        body.add(&[bold(&section.heading)], "Medium");
        for line in section.text.lines() {
            body.add(&[plain(line)], "None");
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
                "body": body.blocks,
                "actions": actions,
                "msteams": { "entities": entities },
            },
        }],
    })
}

impl Body {
    fn add(&mut self, runs: &[Value], spacing: &str) {
        let block = json!({ "type": "RichTextBlock", "inlines": runs, "spacing": spacing });
        let bytes = self.bytes + block.to_string().len();
        if bytes <= BODY_BYTES_MAX {
            self.bytes = bytes;
            self.blocks.push(block);
        }
    }
}

/// A name that holds nothing `TextBlock` reads as markup.
fn plain_name(name: &str) -> String {
    let plain = name.chars().filter(|it| !"<>[]()*_`#~\\|!".contains(*it));
    text::cut(&text::one_line(&plain.collect::<String>()), TITLE_CHARS_MAX)
}

fn plain(words: &str) -> Value {
    json!({ "type": "TextRun", "text": text::cut(words, TEXT_CHARS_MAX) })
}

fn bold(words: &str) -> Value {
    json!({ "type": "TextRun", "text": text::cut(words, TEXT_CHARS_MAX), "weight": "Bolder" })
}
