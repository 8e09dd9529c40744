//! The HTML body: one column, no pictures, nothing loaded from anywhere.

use std::fmt::Write;

use crate::message::{ActionKind, Message};
use crate::text::escape_html;

/// The page for `message`; every text in it is escaped.
pub(super) fn page(message: &Message) -> String {
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title></head>\n\
         <body style=\"margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1b1f24\">\n\
         <div style=\"max-width:600px\">\n<h1 style=\"font-size:20px;margin:0 0 12px\">{title}</h1>\n",
        lang = escape_html(&message.language),
        title = escape_html(&message.title),
    );
    for line in &message.summary {
        let _ = writeln!(page, "<p style=\"margin:0 0 8px\">{}</p>", escape_html(line));
    }
    facts(&mut page, message);
    for section in &message.sections {
        let _ = writeln!(
            page,
            "<h2 style=\"font-size:16px;margin:16px 0 4px\">{}</h2>\n<p style=\"margin:0\">{}</p>",
            escape_html(&section.heading),
            escape_html(&section.text).replace('\n', "<br>"),
        );
    }
    actions(&mut page, message);
    page.push_str("</div>\n</body>\n</html>\n");
    page
}

fn facts(page: &mut String, message: &Message) {
    if message.facts.is_empty() {
        return;
    }
    page.push_str("<table style=\"border-collapse:collapse;margin:12px 0\">\n");
    for fact in &message.facts {
        let _ = writeln!(
            page,
            "<tr><th scope=\"row\" style=\"text-align:left;font-weight:600;padding:2px 16px 2px 0;\
             vertical-align:top\">{}</th><td style=\"padding:2px 0\">{}</td></tr>",
            escape_html(&fact.label),
            escape_html(&fact.value),
        );
    }
    page.push_str("</table>\n");
}

fn actions(page: &mut String, message: &Message) {
    if message.actions.is_empty() {
        return;
    }
    page.push_str("<p style=\"margin:20px 0 0\">\n");
    for action in &message.actions {
        let colours = match action.kind {
            ActionKind::Accept => "background:#0b57d0;color:#ffffff",
            ActionKind::Reject | ActionKind::Snooze | ActionKind::Open => {
                "background:#ffffff;color:#1b1f24"
            }
        };
        let _ = writeln!(
            page,
            "<a href=\"{}\" style=\"display:inline-block;margin:0 8px 8px 0;padding:8px 16px;\
             border:1px solid #c3c8cf;border-radius:6px;text-decoration:none;{colours}\">{}</a>",
            escape_html(web_address(&action.url)),
            escape_html(&action.label),
        );
    }
    page.push_str("</p>\n");
}

/// Nothing but `http` and `https` may be clicked.
fn web_address(url: &str) -> &str {
    match url.starts_with("https://") || url.starts_with("http://") {
        true => url,
        false => "#",
    }
}
