//! One message for one reader, before any channel gives it a form.

use serde_json::json;

use super::language::plain;
use super::{Language, Package};

/// A message in words.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Content {
    /// The language it is written in.
    pub language: Language,
    /// One line.
    pub title: String,
    /// What happened, by lines.
    pub summary: Vec<String>,
    /// The context package: a label and a value each.
    pub facts: Vec<Fact>,
    /// Why it came to this reader.
    pub why: Option<String>,
    /// What to do first, by when.
    pub next: Option<String>,
    /// How to go about it.
    pub playbook: Option<String>,
    /// A first outreach to start from.
    pub opener: Option<String>,
}

/// A label with a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub label: String,
    /// The value.
    pub value: String,
}

impl Content {
    /// As an inbox keeps it: versioned JSON.
    pub fn to_json(&self) -> String {
        let facts = self.facts.iter().map(|it| json!({ "label": it.label, "value": it.value }));
        let body = json!({
            "v": 1,
            "language": self.language.as_str(),
            "title": self.title,
            "summary": self.summary,
            "facts": facts.collect::<Vec<_>>(),
            "why": self.why,
            "next": self.next,
            "playbook": self.playbook,
            "opener": self.opener,
        });
        body.to_string()
    }
}

/// The most behaviours, rules and values that are listed of each kind.
const LISTED_MAX: usize = 5;

/// The context package as facts, for those who work the lead.
pub(super) fn working_facts(package: &Package, language: Language) -> Vec<Fact> {
    let mut facts = Facts { language, all: Vec::new() };
    let lead = &package.lead;
    facts.add("source", package.source.clone());
    facts.add("person", joined([lead.name.as_str(), &lead.title], ", "));
    facts.add("company", lead.company.clone());
    facts.add("reach", joined([lead.phone.as_str(), &lead.email], ", "));
    let did = package.behaviours.iter().take(LISTED_MAX).map(|it| match it.count {
        1 => format!("{} ({})", it.name, it.last),
        count => format!("{} ({count}×, {})", it.name, it.last),
    });
    facts.add("did", joined(did, "; "));
    facts.add("score", score(package));
    let quiz = package.quiz_score.map(|it| format!("quiz {it}"));
    let answers = package.answers.iter().map(|it| format!("{}: {}", it.name, it.value));
    facts.add("answers", joined(answers.chain(quiz), "; "));
    facts.add("intent", package.intent.clone());
    facts.add("timeline", package.timeline.clone());
    facts.add("message", package.message.clone());
    let consent = package.consent.iter().map(|it| format!("{}: {}", it.name, it.value));
    facts.add("consent", joined(consent, "; "));
    let company = package.company.iter().map(|it| format!("{}: {}", it.name, it.value));
    facts.add("about", joined(company, "; "));
    facts.add("account", joined(package.account.iter(), "; "));
    facts.all
}

/// What marketing is told: where it came from and what it was, nothing to reach the person by.
pub(super) fn reporting_facts(package: &Package, language: Language) -> Vec<Fact> {
    let mut facts = Facts { language, all: Vec::new() };
    facts.add("source", package.source.clone());
    facts.add("company", package.lead.company.clone());
    facts.add("score", score(package));
    facts.all
}

struct Facts {
    language: Language,
    all: Vec<Fact>,
}

impl Facts {
    fn add(&mut self, label: &'static str, value: String) {
        if !value.is_empty() {
            self.all.push(Fact { label: self.language.label(label).to_owned(), value });
        }
    }
}

fn score(package: &Package) -> String {
    let Some(score) = &package.score else { return String::new() };
    let groups = score.groups.iter().map(|group| {
        let rules = group.rules.iter().take(LISTED_MAX);
        let rules = joined(rules.map(|it| format!("{} {:+}", plain(&it.name), it.points)), ", ");
        let name = plain(&group.name);
        match rules.is_empty() {
            true => format!("{name} {}", group.points),
            false => format!("{name} {} ({rules})", group.points),
        }
    });
    let groups = joined(groups, "; ");
    match groups.is_empty() {
        true => score.points.to_string(),
        false => format!("{}: {groups}", score.points),
    }
}

fn joined<T: AsRef<str>>(parts: impl IntoIterator<Item = T>, between: &str) -> String {
    let mut text = String::new();
    for part in parts {
        let part = part.as_ref();
        if part.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(part);
    }
    text
}
