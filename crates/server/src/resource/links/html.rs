//! A small page: no script, nothing from elsewhere, readable on a phone in light and dark.

use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use engine::message::Language;
use sha2::{Digest, Sha256};

/// A page to show.
#[derive(Clone, Debug, Default)]
pub(super) struct Page {
    language: Language,
    title: String,
    lead: String,
    lines: Vec<String>,
    warning: String,
    fields: String,
    button: String,
}

const STYLE: &str = "\
:root{color-scheme:light dark;font:1.1rem/1.5 system-ui,sans-serif}\
body{margin:0 auto;max-width:32rem;padding:1.5rem}\
h1{font-size:1.4rem;overflow-wrap:anywhere}\
p{overflow-wrap:anywhere}\
label{display:block;margin:.6rem 0}\
select,textarea,button{font:inherit;width:100%;box-sizing:border-box;padding:.6rem;margin-top:.2rem}\
button{margin-top:1rem;border:0;border-radius:.4rem;color:#fff;background:#1a56b0;cursor:pointer}\
button.no{background:#a3262a}\
button:focus-visible{outline:3px solid #f5a623;outline-offset:2px}\
[role=alert]{border-left:.3rem solid #a3262a;padding-left:.6rem}";

impl Page {
    /// A page about `title` that says `lead`.
    pub(super) fn new(language: Language, title: &str, lead: &str) -> Self {
        let title = if title.is_empty() { "Baton" } else { title };
        Self { language, title: title.to_owned(), lead: lead.to_owned(), ..Self::default() }
    }

    /// With one more line, if there is anything in it.
    pub(super) fn line(mut self, text: &str) -> Self {
        if !text.is_empty() {
            self.lines.push(text.to_owned());
        }
        self
    }

    /// With a complaint about what was sent.
    pub(super) fn saying(mut self, text: &str) -> Self {
        text.clone_into(&mut self.warning);
        self
    }

    /// Asking for a reason and a note.
    pub(super) fn reasons(mut self, reasons: &[(String, String, bool)]) -> Self {
        let options: String = reasons
            .iter()
            .map(|(key, label, note)| {
                let mark = if *note { " *" } else { "" };
                format!("<option value=\"{}\">{}{mark}</option>", escaped(key), escaped(label))
            })
            .collect();
        let (reason, note) = (self.language.label("page.reason"), self.language.label("page.note"));
        self.fields = format!(
            "<label>{}<select name=\"reason\" required>{options}</select></label>\
             <label>{}<textarea name=\"note\" rows=\"3\" maxlength=\"1000\"></textarea></label>",
            escaped(reason),
            escaped(note)
        );
        self
    }

    /// With the button that acts.
    pub(super) fn button(mut self, label: &str, negative: bool) -> Self {
        let class = if negative { " class=\"no\"" } else { "" };
        self.button = format!("<button{class}>{}</button>", escaped(label));
        self
    }

    fn text(&self) -> String {
        let lines: String = self.lines.iter().map(|it| format!("<p>{}</p>", escaped(it))).collect();
        let warning = match self.warning.is_empty() {
            true => String::new(),
            false => format!("<p role=\"alert\">{}</p>", escaped(&self.warning)),
        };
        let form = match self.button.is_empty() {
            true => String::new(),
            false => format!("<form method=\"post\">{}{}</form>", self.fields, self.button),
        };
        format!(
            "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"robots\" content=\"noindex\"><title>{title}</title>\
             <style>{STYLE}</style></head><body><main><h1>{title}</h1>\
             <p>{}</p>{warning}{lines}{form}</main></body></html>",
            self.language.as_str(),
            escaped(&self.lead),
            title = escaped(&self.title),
        )
    }
}

/// The page as an answer that may load and run nothing.
pub(super) fn answer(status: StatusCode, page: Page) -> Response {
    let mut response = (status, page.text()).into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let style = STANDARD.encode(Sha256::digest(STYLE.as_bytes()));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_is_text_and_never_markup() {
        let hostile = "<script>alert(1)</script>\"'&";
        let reasons = [(hostile.to_owned(), hostile.to_owned(), true)];
        let page = Page::new(Language::English, hostile, hostile)
            .line(hostile)
            .saying(hostile)
            .reasons(&reasons)
            .button(hostile, true);
        let text = page.text();
        assert!(!text.contains("<script"), "{text}");
        assert_eq!(text.matches("&lt;script&gt;").count(), 8, "{text}");
    }
}
