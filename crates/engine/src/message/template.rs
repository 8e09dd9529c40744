//! Templates: the words of a message, as data. Built in by language, replaced per workspace.
//!
//! A template is a text of parts, each begun by a line `# title`, `# summary`, `# next`,
//! `# playbook` or `# opener`. Parts name fields of the [`Package`] in double
//! braces; they can branch and loop over what is there, and neither call out nor take long.

use std::fmt;

use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior};
use serde::{Deserialize, Serialize};

use super::content::{reporting_facts, working_facts};
use super::{Content, Language, Package};

/// The words of one kind of message in one language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// One line.
    pub title: String,
    /// What happened.
    pub summary: String,
    /// What to do first.
    #[serde(default)]
    pub next: String,
    /// How to go about it.
    #[serde(default)]
    pub playbook: String,
    /// A first outreach to start from.
    #[serde(default)]
    pub opener: String,
}

/// A part of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the fields of `Template`, which documents them")]
pub enum Part {
    Title,
    Summary,
    Next,
    Playbook,
    Opener,
}

/// Every part, in the order shown.
pub const PARTS: [Part; 5] = [Part::Title, Part::Summary, Part::Next, Part::Playbook, Part::Opener];

/// A part that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    /// Which.
    pub part: Part,
    /// What is wrong with it.
    pub message: String,
}

/// Who reads a message; decides which facts stand beside the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// Somebody who works the lead.
    Rep,
    /// Somebody who brings leads.
    Marketing,
    /// The lead.
    Prospect,
}

/// Steps that the parts of one template may take: enough for loops over all there is.
const FUEL: u64 = 50_000;

/// The most characters of a part, before and after it is filled in.
pub const LENGTH_MAX: usize = 8_000;

/// The most characters of a title.
const TITLE_MAX: usize = 200;

macro_rules! built_in {
    ($name:literal) => {
        (
            $name,
            include_str!(concat!("templates/en/", $name, ".txt")),
            include_str!(concat!("templates/es/", $name, ".txt")),
        )
    };
}

/// Names of the built-in templates with their texts in each language.
const BUILT_IN: [(&str, &str, &str); 11] = [
    built_in!("assigned"),
    built_in!("queued"),
    built_in!("reminder"),
    built_in!("unacknowledged"),
    built_in!("breached"),
    built_in!("rejected"),
    built_in!("disqualified"),
    built_in!("converted"),
    built_in!("won"),
    built_in!("lost"),
    built_in!("who_will_call"),
];

impl Part {
    /// Its name in texts and bodies.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Next => "next",
            Self::Playbook => "playbook",
            Self::Opener => "opener",
        }
    }
}

impl Template {
    /// Names of the built-in templates.
    pub fn names() -> impl Iterator<Item = &'static str> {
        BUILT_IN.iter().map(|it| it.0)
    }

    /// The built-in template of this name.
    pub fn built_in(name: &str, language: Language) -> Option<Self> {
        let (_, english, spanish) = BUILT_IN.iter().find(|it| it.0 == name)?;
        Some(Self::of_text(match language {
            Language::English => english,
            Language::Spanish => spanish,
        }))
    }

    /// Reads a text of parts.
    fn of_text(text: &str) -> Self {
        let mut template = Self::default();
        let mut into = None;
        for line in text.lines() {
            let head = line.strip_prefix("# ");
            if let Some(part) = head.and_then(|it| PARTS.into_iter().find(|p| p.as_str() == it)) {
                into = Some(part);
                continue;
            }
            if let Some(part) = into {
                let text = template.part_mut(part);
                text.push_str(line);
                text.push('\n');
            }
        }
        template
    }

    /// The text of a part.
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.title,
            Part::Summary => &self.summary,
            Part::Next => &self.next,
            Part::Playbook => &self.playbook,
            Part::Opener => &self.opener,
        }
    }

    fn part_mut(&mut self, part: Part) -> &mut String {
        match part {
            Part::Title => &mut self.title,
            Part::Summary => &mut self.summary,
            Part::Next => &mut self.next,
            Part::Playbook => &mut self.playbook,
            Part::Opener => &mut self.opener,
        }
    }

    /// What is wrong with it, part by part: syntax, unknown fields, too long. Every field of a
    /// package is there, if empty, so a name that is not found is a slip.
    pub fn faults(&self) -> Vec<TemplateError> {
        let package = Package::default();
        let parts = PARTS.into_iter();
        parts
            .filter_map(|part| {
                let text = self.part(part);
                let message = match text.chars().count() {
                    0 if matches!(part, Part::Title | Part::Summary) => {
                        Some("must not be empty".to_owned())
                    }
                    length if LENGTH_MAX < length => {
                        Some(format!("has {length} characters, the most are {LENGTH_MAX}"))
                    }
                    _ => fill(text, &package, UndefinedBehavior::SemiStrict).err(),
                };
                message.map(|message| TemplateError { part, message })
            })
            .collect()
    }

    /// The message that this template and `package` make for `reader`. A part that cannot be
    /// filled in is left out: the facts are told all the same.
    pub fn write(&self, package: &Package, language: Language, reader: Reader) -> Content {
        let part = |it: Part| {
            let text = fill(self.part(it), package, UndefinedBehavior::Chainable);
            text.map(|it| tidied(&it)).unwrap_or_default()
        };
        let some = |text: String| (!text.is_empty()).then_some(text);
        let for_rep = reader == Reader::Rep;
        let title = part(Part::Title).replace('\n', " ");
        let facts = match reader {
            Reader::Rep => working_facts(package, language),
            Reader::Marketing => reporting_facts(package, language),
            Reader::Prospect => Vec::new(),
        };
        Content {
            language,
            title: title.chars().take(TITLE_MAX).collect(),
            summary: part(Part::Summary).lines().map(str::to_owned).collect(),
            facts,
            why: some(package.why.clone()).filter(|_| for_rep),
            next: some(part(Part::Next)),
            playbook: some(part(Part::Playbook)).filter(|_| for_rep),
            opener: some(part(Part::Opener)).filter(|_| for_rep),
        }
    }
}

fn fill(text: &str, package: &Package, undefined: UndefinedBehavior) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(FUEL));
    environment.set_undefined_behavior(undefined);
    environment.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let context = minijinja::Value::from(Serde(package));
    let filled = environment.render_str(text, context).map_err(|error| {
        let place = error.line().map(|it| format!(" in line {it}")).unwrap_or_default();
        format!("{error}{place}")
    })?;
    Ok(filled.chars().take(LENGTH_MAX).collect())
}

/// Without control characters, spaces at the ends of lines, and runs of empty lines.
fn tidied(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        let line: String = line.chars().filter(|it| !it.is_control()).collect();
        let line = line.trim_end();
        let doubled = line.is_empty() && lines.last().is_none_or(String::is_empty);
        if !doubled {
            lines.push(line.to_owned());
        }
    }
    lines.join("\n").trim_end().to_owned()
}

impl fmt::Display for TemplateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` {}", self.part.as_str(), self.message)
    }
}

impl std::error::Error for TemplateError {}

#[cfg(test)]
mod tests {
    use super::super::language::LANGUAGES;
    use super::*;

    #[test]
    fn every_built_in_template_can_be_used_in_every_language() {
        for name in Template::names() {
            for language in LANGUAGES {
                let template = Template::built_in(name, language).unwrap();
                assert_eq!(template.faults(), Vec::new(), "{name} {language:?}");
            }
        }
    }

    #[test]
    fn a_slip_is_named_with_its_part() {
        let mut template = Template::built_in("won", Language::English).unwrap();
        template.summary = "{{ leed.name }}".to_owned();
        template.next = "{% if %}".to_owned();
        let faults = template.faults();
        let parts: Vec<_> = faults.iter().map(|it| it.part).collect();
        assert_eq!(parts, [Part::Summary, Part::Next], "{faults:?}");
    }

    #[test]
    fn a_template_cannot_run_for_long() {
        let text = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let template = Template { summary: text.to_owned(), ..Template::default() };
        let summary = |it: &TemplateError| it.part == Part::Summary;
        assert!(template.faults().iter().any(summary));
        let content = template.write(&Package::default(), Language::English, Reader::Rep);
        assert!(content.summary.is_empty());
    }

    #[test]
    fn what_a_lead_wrote_is_shown_and_not_obeyed() {
        let message = "{{ lead.email }}{% raw %}\u{7}<b>".to_owned();
        let package = Package { message, ..Package::default() };
        let template = Template { summary: "{{ message }}".to_owned(), ..Template::default() };
        let content = template.write(&package, Language::English, Reader::Rep);
        assert_eq!(content.summary, ["{{ lead.email }}{% raw %}<b>"]);
    }

    #[test]
    fn a_prospect_is_told_nothing_about_points() {
        let package = Package { why: "turn".to_owned(), ..Package::default() };
        let template = Template::built_in("who_will_call", Language::English).unwrap();
        let content = template.write(&package, Language::English, Reader::Prospect);
        assert_eq!((content.facts.len(), content.why), (0, None));
    }
}
