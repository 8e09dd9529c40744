//! What a mail to a lead proves, computed from its words and not claimed: how much of it is a
//! template, and whether it names what qualified the lead.
//!
//! The words themselves are not kept. A sketch of 16 numbers is, which tells whether two mails are
//! nearly the same, but not what they say.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::message::Template;
use crate::message::language::LANGUAGES;

/// What was found out about a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailEvidence {
    /// Whether it names the deed that qualified the lead.
    pub names_action: bool,
    /// How much of it is the words of one template, percent.
    pub template_similarity: u8,
    /// Tells nearly equal mails.
    pub sketch: Sketch,
}

/// The least of each of 16 hashes over all runs of words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sketch(pub [u32; SKETCH]);

const SKETCH: usize = 16;
/// Words of a run.
const RUN: usize = 2;
/// Words that are looked at: more say nothing more.
const WORDS_MAX: usize = 2_000;
/// A mail this short proves nothing.
const WORDS_MIN: usize = 5;

impl MailEvidence {
    /// What `text` proves, where `deeds` are names of what qualified the lead and `templates` the
    /// words that are sent to everybody.
    pub fn of(text: &str, deeds: &[String], templates: &[Template]) -> Self {
        let words = words(text);
        let runs = runs(&words);
        let likeness = |template: &String| share(&runs, &self::runs(&self::words(template)));
        let bodies = templates.iter().flat_map(|it| [&it.opener, &it.summary]).map(|it| fixed(it));
        let template_similarity = match words.len() < WORDS_MIN {
            true => 100,
            false => bodies.map(|it| likeness(&it)).max().unwrap_or(0),
        };
        Self {
            names_action: deeds.iter().any(|it| names(&words, it)),
            template_similarity,
            sketch: Sketch::of(&runs),
        }
    }
}

impl Sketch {
    fn of(runs: &BTreeSet<Vec<&str>>) -> Self {
        let mut least = [u32::MAX; SKETCH];
        for run in runs {
            let mut hash = Sha256::new();
            for word in run {
                hash.update(word.as_bytes());
                hash.update(b" ");
            }
            let first = hash.finalize();
            let second = Sha256::digest(first);
            let numbers = first.chunks_exact(4).chain(second.chunks_exact(4));
            for (least, bytes) in least.iter_mut().zip(numbers) {
                let number = bytes.iter().fold(0_u32, |sum, it| (sum << 8) | u32::from(*it));
                *least = (*least).min(number);
            }
        }
        Self(least)
    }

    /// Puts it into the JSON of a touch.
    pub(crate) fn keep_in(&self, body: &mut String) {
        let mut kept: Value = serde_json::from_str(body).unwrap_or_default();
        if let Some(kept) = kept.as_object_mut() {
            kept.insert("sketch".to_owned(), json!(self.0));
        }
        *body = kept.to_string();
    }

    /// About how much two mails have in common, percent.
    pub fn likeness(&self, other: &Self) -> u8 {
        let same = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        u8::try_from(same * 100 / SKETCH).unwrap_or(100)
    }
}

/// Words of templates that every workspace has, in every language.
pub(crate) fn built_in() -> Vec<Template> {
    let names = Template::names();
    names
        .flat_map(|it| LANGUAGES.map(|language| Template::built_in(it, language)))
        .flatten()
        .collect()
}

/// A template without what is filled in.
fn fixed(text: &str) -> String {
    let mut fixed = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        fixed.push_str(before);
        fixed.push(' ');
        let end = match after.chars().next() {
            Some('%') => after.split_once("%}"),
            _ => after.split_once("}}"),
        };
        rest = end.map_or("", |it| it.1);
    }
    fixed.push_str(rest);
    fixed
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    words.take(WORDS_MAX).map(str::to_lowercase).collect()
}

fn runs(words: &[String]) -> BTreeSet<Vec<&str>> {
    words.windows(RUN).map(|it| it.iter().map(String::as_str).collect()).collect()
}

/// How much of `runs` stands in `other`, percent.
fn share(runs: &BTreeSet<Vec<&str>>, other: &BTreeSet<Vec<&str>>) -> u8 {
    let common = runs.intersection(other).count();
    (common * 100).checked_div(runs.len()).and_then(|it| u8::try_from(it).ok()).unwrap_or(0)
}

/// Whether the words name a deed: each telling word of its name is among them.
fn names(words: &[String], deed: &str) -> bool {
    let telling = self::words(deed);
    let mut telling = telling.iter().filter(|it| 4 <= it.chars().count()).peekable();
    telling.peek().is_some() && telling.all(|it| words.contains(it))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> MailEvidence {
        let deeds = ["demo_request".to_owned(), "the demo request".to_owned()];
        MailEvidence::of(text, &deeds, &built_in())
    }

    #[test]
    fn a_letter_that_names_the_deed_is_one() {
        let letter = "Hi Ana, thanks for your demo request on Friday. You lose calls at night, so \
                      I would show you how overflow routing rings a second desk. Tuesday at ten?";
        let found = of(letter);
        assert!(found.names_action);
        assert!(found.template_similarity < 30, "{}", found.template_similarity);
        assert!(!of("Hello, can we talk about our product next week some time?").names_action);
    }

    #[test]
    fn the_bare_template_is_a_template() {
        let bare = "I would like to hear what you have in mind. When does a short call suit you?";
        assert!(90 <= of(bare).template_similarity, "{}", of(bare).template_similarity);
        assert_eq!(of("ok").template_similarity, 100);
    }

    #[test]
    fn a_sketch_tells_nearly_equal_mails_and_not_others() {
        let mail = |name: &str| {
            of(&format!(
                "Hello {name}, we help companies like yours answer every call and would love \
                 fifteen minutes of your time this week to show you our platform in action. Teams \
                 that switched tell us that nobody waits in a line any more, that the night is \
                 covered, and that the people at the desk have time for whoever needs it most."
            ))
        };
        let (ana, bo) = (mail("Ana"), mail("Bo"));
        assert!(70 <= ana.sketch.likeness(&bo.sketch), "{}", ana.sketch.likeness(&bo.sketch));
        let other =
            of("The contract for the night desk is attached as agreed with your colleague.");
        assert!(ana.sketch.likeness(&other.sketch) < 20);
    }
}
