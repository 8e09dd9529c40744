//! Cutting and cleaning of texts, and a message as plain lines.

use crate::message::{Message, SectionKind};

/// At most `chars` characters, with a sign where something is missing.
pub(crate) fn cut(text: &str, chars: usize) -> String {
    if text.chars().count() <= chars {
        return text.to_owned();
    }
    let mut kept: String = text.chars().take(chars.saturating_sub(1)).collect();
    if chars > 0 {
        kept.push('…');
    }
    kept
}

/// Without line breaks and other control characters.
pub(crate) fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect();
    spaced.split(' ').filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Words that look like addresses of people are left out.
pub(crate) fn without_addresses(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    for word in text.split_inclusive(char::is_whitespace) {
        match word.contains('@') {
            false => kept.push_str(word),
            true => {
                kept.push_str("(address)");
                kept.extend(
                    word.chars()
                        .rev()
                        .take_while(|it| it.is_whitespace() || *it == ':')
                        .collect::<Vec<_>>()
                        .into_iter()
                        .rev(),
                );
            }
        }
    }
    kept
}

/// For HTML text and attribute values.
pub(crate) fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for it in text.chars() {
        match it {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// Everything below the title, as lines for people who read text.
pub(crate) fn plain_body(message: &Message) -> String {
    let mut blocks: Vec<String> = Vec::new();
    if !message.summary.is_empty() {
        blocks.push(message.summary.join("\n"));
    }
    if !message.facts.is_empty() {
        let facts = message.facts.iter().map(|it| format!("{}: {}", it.label, it.value));
        blocks.push(facts.collect::<Vec<_>>().join("\n"));
    }
    for section in &message.sections {
        blocks.push(format!("{}\n{}", section.heading, section.text));
    }
    if !message.actions.is_empty() {
        let links = message.actions.iter().map(|it| format!("{}: {}", it.label, it.url));
        blocks.push(links.collect::<Vec<_>>().join("\n"));
    }
    blocks.join("\n\n")
}

/// What to do next, or the first line of the summary: the one line below a title.
pub(crate) fn second_line(message: &Message) -> &str {
    let next = message.section(SectionKind::NextAction).map(|it| it.text.as_str());
    next.or(message.summary.first().map(String::as_str)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_counts_characters_and_shows() {
        assert_eq!(cut("Jürgen", 6), "Jürgen");
        assert_eq!(cut("Jürgens", 6), "Jürge…");
        assert_eq!(cut("x", 0), "");
    }

    #[test]
    fn control_characters_become_one_space() {
        assert_eq!(one_line("a\r\nBcc: b\t\u{0}c"), "a Bcc: b c");
    }

    #[test]
    fn addresses_go_and_what_stands_around_them_stays() {
        assert_eq!(without_addresses("to <a@b.example>: no, a@b"), "to (address): no, (address)");
    }

    #[test]
    fn html_cannot_be_broken_out_of() {
        assert_eq!(
            escape_html(r#"<a b="c" d='e'>&"#),
            "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;"
        );
    }
}
