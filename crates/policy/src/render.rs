//! Findings as text for terminals, in the manner of rustc, and as JSON for editors and the API.

use annotate_snippets::{AnnotationKind, Element, Level, Renderer, Snippet};
use serde_json::{Value, json};

use crate::diagnostic::{Diagnostic, Severity};
use crate::span::{SourceFile, Sources, Span};

/// Whether the text carries colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Color {
    /// ANSI escape sequences.
    Always,
    /// Plain text.
    Never,
}

/// All findings, in the order given, with the lines they speak of; nothing for none. Ends in a
/// line break.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: Color) -> String {
    let renderer = match color {
        Color::Always => Renderer::styled(),
        Color::Never => Renderer::plain(),
    };
    let mut text = String::new();
    for it in diagnostics {
        text.push_str(&one(it, sources, &renderer));
        text.push_str("\n\n");
    }
    text.pop();
    text
}

/// All findings as an array of objects: `code`, `severity`, `message`, `file`, `line`, `column`,
/// `end`, `label`, `others`, `help` and `fix`. Lines and columns count from 1, columns in
/// characters; `fix` is absent where none is offered.
pub fn render_json(diagnostics: &[Diagnostic], sources: &Sources) -> Value {
    diagnostics.iter().map(|it| as_json(it, sources)).collect()
}

fn one(found: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match found.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Hint => Level::INFO.with_name("hint"),
    };
    let mut files: Vec<u16> = vec![found.primary.file];
    for (span, _) in &found.others {
        if !files.contains(&span.file) {
            files.push(span.file);
        }
    }
    let mut elements: Vec<Element<'_>> = Vec::new();
    for file in files {
        if let Some(source) = sources.files.get(usize::from(file)) {
            elements.push(snippet(found, file, source).into());
        }
    }
    for help in &found.help {
        elements.push(Level::HELP.message(help.as_str()).into());
    }
    if let Some(fix) = &found.fix
        && !fix.text.is_empty()
        && !found.help.iter().any(|it| it.contains(&fix.text))
    {
        let written = format!("write `{}`", fix.text);
        elements.push(Level::HELP.message(written).into());
    }
    let more = format!("baton explain {}", found.code);
    elements.push(Level::NOTE.with_name("more").message(more).into());
    let group = level.primary_title(found.message.as_str()).id(found.code).elements(elements);
    renderer.render(&[group])
}

/// The lines of one file that a finding speaks of.
fn snippet<'a>(
    found: &'a Diagnostic,
    file: u16,
    source: &'a SourceFile,
) -> Snippet<'a, annotate_snippets::Annotation<'a>> {
    let primary = Some((found.primary, found.label.as_str(), AnnotationKind::Primary));
    let others = found.others.iter().map(|it| (it.0, it.1.as_str(), AnnotationKind::Context));
    let places: Vec<_> = primary
        .into_iter()
        .chain(others)
        .filter(|it| it.0.file == file)
        .map(|(span, label, kind)| (first_line(&source.text, span), label, kind))
        .collect();
    let first = places.iter().map(|it| it.0.0).min().unwrap_or_default();
    let last = places.iter().map(|it| it.0.1).max().unwrap_or_default();
    // Only the lines from the first place to the last, so that a long file costs nothing.
    let start = before(&source.text, first).rfind('\n').map_or(0, |it| it + 1);
    let rest = source.text.get(last..).unwrap_or_default();
    let line_end = rest.split('\n').next().unwrap_or_default().trim_end_matches('\r').len();
    let end = last + line_end;
    let lines = source.text.get(start..end).unwrap_or_default();
    let line = before(&source.text, start).bytes().filter(|it| *it == b'\n').count() + 1;
    let annotations = places.into_iter().map(|((from, to), label, kind)| {
        let annotation = kind.span(from - start..to - start);
        if label.is_empty() { annotation } else { annotation.label(label) }
    });
    Snippet::source(lines).line_start(line).path(source.path.as_str()).annotations(annotations)
}

/// The part of `span` on its first line, in bytes of `text` and between characters.
fn first_line(text: &str, span: Span) -> (usize, usize) {
    let start = text.floor_char_boundary(span.start as usize);
    let end = text.ceil_char_boundary(span.end as usize).max(start);
    let part = text.get(start..end).unwrap_or_default();
    let line = part.split(['\n', '\r']).next().unwrap_or_default().trim_end();
    (start, start + line.len())
}

fn before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

fn as_json(found: &Diagnostic, sources: &Sources) -> Value {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Hint => "hint",
    };
    let others: Vec<Value> = found
        .others
        .iter()
        .map(|(span, label)| with(place(*span, sources), "label", json!(label)))
        .collect();
    let mut value = with(place(found.primary, sources), "code", json!(found.code));
    value = with(value, "severity", json!(severity));
    value = with(value, "message", json!(found.message));
    value = with(value, "label", json!(found.label));
    value = with(value, "others", json!(others));
    value = with(value, "help", json!(found.help));
    if let Some(fix) = &found.fix {
        let fix = with(place(fix.span, sources), "text", json!(fix.text));
        value = with(value, "fix", fix);
    }
    value
}

fn place(span: Span, sources: &Sources) -> Value {
    let start = sources.position(span);
    let end = sources.position(Span { start: span.end.max(span.start), ..span });
    json!({
        "file": sources.file(span).map(|it| it.path.as_str()),
        "line": start.line,
        "column": start.column,
        "end": { "line": end.line, "column": end.column },
    })
}

fn with(mut object: Value, key: &str, value: Value) -> Value {
    if let Some(fields) = object.as_object_mut() {
        fields.insert(key.to_owned(), value);
    }
    object
}

#[cfg(test)]
mod tests;
