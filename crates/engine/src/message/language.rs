//! What messages call things, by language. A language is a folder of texts under `templates`.

use jiff::tz::TimeZone;
use model::Timestamp;

/// A language that messages are written in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

/// Every language.
pub const LANGUAGES: [Language; 2] = [Language::English, Language::Spanish];

const ENGLISH: &str = include_str!("templates/en/labels.txt");
const SPANISH: &str = include_str!("templates/es/labels.txt");

impl Language {
    /// ISO 639-1.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The language with this code.
    pub fn of(code: &str) -> Option<Self> {
        LANGUAGES.into_iter().find(|it| it.as_str() == code)
    }

    /// What `key` is called; the key itself where the language has no word for it.
    pub fn label(self, key: &'static str) -> &'static str {
        self.find(key).unwrap_or(key)
    }

    /// What `key` is called, if the language has a word for it.
    pub fn find(self, key: &str) -> Option<&'static str> {
        let texts = match self {
            Self::English => ENGLISH,
            Self::Spanish => SPANISH,
        };
        let mut entries = texts.lines().filter_map(|it| it.split_once(" = "));
        entries.find(|(known, _)| *known == key).map(|(_, text)| text)
    }

    /// What `key` is called, with `{0}` and `{1}` filled in.
    pub fn filled(self, key: &'static str, values: &[&str]) -> String {
        let mut text = self.label(key).to_owned();
        for (at, value) in values.iter().enumerate() {
            text = text.replace(&format!("{{{at}}}"), value);
        }
        text
    }

    /// What somebody did, as a noun: `the demo request`.
    pub fn deed(self, kind: &str) -> String {
        let known = self.find(&format!("did.{kind}"));
        known.map_or_else(|| plain(kind), str::to_owned)
    }

    /// The same, said to who did it: `your demo request`.
    pub fn deed_of_yours(self, kind: &str) -> &'static str {
        self.find(&format!("yours.{kind}")).unwrap_or_else(|| self.label("yours.other"))
    }

    /// An instant on the reader's clock, e.g. `Fri 20 Nov, 16:15 CET`.
    pub fn instant(self, at: Timestamp, zone: &TimeZone) -> String {
        let Ok(at) = jiff::Timestamp::from_microsecond(at.as_micros()) else {
            return String::new();
        };
        let at = at.to_zoned(zone.clone());
        let word = |list: &'static str, place: i8| {
            let place = usize::try_from(place).unwrap_or(0);
            self.label(list).split(' ').nth(place).unwrap_or_default()
        };
        let weekday = word("days", at.weekday().to_monday_zero_offset());
        let month = word("months", at.month() - 1);
        format!("{weekday} {} {month}, {}", at.day(), at.strftime("%H:%M %Z"))
    }
}

/// A name of the system for people: `demo_request` as `demo request`.
pub(super) fn plain(name: &str) -> String {
    name.replace(['_', '.'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_has_the_same_words() {
        let keys = |it: &'static str| -> Vec<&'static str> {
            it.lines().filter_map(|it| it.split_once(" = ")).map(|it| it.0).collect()
        };
        assert_eq!(keys(ENGLISH), keys(SPANISH));
        assert!(50 < keys(ENGLISH).len());
    }

    #[test]
    fn an_instant_is_told_on_the_readers_clock() {
        let at: Timestamp = "2026-11-20T15:15:00Z".parse().unwrap();
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        assert_eq!(Language::English.instant(at, &berlin), "Fri 20 Nov, 16:15 CET");
        assert_eq!(Language::Spanish.instant(at, &berlin), "vie 20 nov, 16:15 CET");
        let kolkata = TimeZone::get("Asia/Kolkata").unwrap();
        assert_eq!(Language::English.instant(at, &kolkata), "Fri 20 Nov, 20:45 IST");
    }

    #[test]
    fn a_deed_without_a_word_is_told_by_its_name() {
        assert_eq!(Language::English.deed("demo_request"), "the demo request");
        assert_eq!(Language::English.deed("booth_visit"), "booth visit");
        assert_eq!(Language::Spanish.deed_of_yours("booth_visit"), "tu interés");
    }
}
