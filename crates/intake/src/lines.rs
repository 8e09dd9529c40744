//! Sorted text tables, looked up by binary search over the beginnings of their keys.
//!
//! A table is one line per entry, `key` or `key<TAB>value`, sorted by the key's bytes. Lines that
//! start with `#` come first and are comments. The text stays where it is; the first look-up notes
//! for each line where it begins and the first bytes of its key, so that a search touches the text
//! of few lines: every lead pays for about twenty.

use std::sync::OnceLock;

/// A sorted table embedded in the binary.
#[derive(Debug)]
pub(crate) struct SortedLines {
    text: &'static str,
    lines: OnceLock<Box<[Line]>>,
}

/// An entry of a table.
#[derive(Clone, Copy, Debug)]
struct Line {
    /// See [`head`].
    head: u64,
    key: &'static str,
    value: &'static str,
}

impl SortedLines {
    /// A table over `text`; see the module for its form, which a test checks for every table.
    pub(crate) const fn new(text: &'static str) -> Self {
        Self { text, lines: OnceLock::new() }
    }

    /// The value of `key`: the text after the tab, or the empty text for a line without a tab.
    pub(crate) fn get(&self, key: &str) -> Option<&'static str> {
        self.search(key).0
    }

    /// The value of `phrase`, and whether longer phrases begin with it and a space.
    pub(crate) fn get_phrase(&self, phrase: &str) -> (Option<&'static str>, bool) {
        let (value, next) = self.search(phrase);
        // A space sorts before all letters, so a longer phrase comes right behind.
        let rest = next.and_then(|line| line.key.strip_prefix(phrase));
        (value, rest.is_some_and(|rest| rest.starts_with(' ')))
    }

    /// The value of `key`, and the first line behind the place of `key`.
    fn search(&self, key: &str) -> (Option<&'static str>, Option<&Line>) {
        let lines = self.lines.get_or_init(|| self.entries().map(Line::new).collect());
        let wanted = (head(key), key);
        let at = lines.partition_point(|line| (line.head, line.key) < wanted);
        match lines.get(at) {
            Some(line) if line.key == key => (Some(line.value), lines.get(at + 1)),
            next => (None, next),
        }
    }

    /// True when the table has `key`.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// All entries in order, without comments.
    pub(crate) fn entries(&self) -> impl Iterator<Item = (&'static str, &'static str)> + use<> {
        self.text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split_once('\t').unwrap_or((line, "")))
    }
}

impl Line {
    fn new((key, value): (&'static str, &'static str)) -> Self {
        Self { head: head(key), key, value }
    }
}

/// The first eight bytes as a number: two keys with different heads sort as these do.
fn head(key: &str) -> u64 {
    let mut bytes = [0; 8];
    bytes.iter_mut().zip(key.bytes()).for_each(|(to, from)| *to = from);
    u64::from_be_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_and_nothing_else() {
        let table = SortedLines::new("# a comment\na\t1\nab\nb\t2\nz\t26\n");
        assert_eq!(table.get("a"), Some("1"));
        assert_eq!(table.get("ab"), Some(""));
        assert_eq!(table.get("b"), Some("2"));
        assert_eq!(table.get("z"), Some("26"));
        for absent in ["", "0", "aa", "abc", "c", "zz", "\n", "a\t1"] {
            assert_eq!(table.get(absent), None, "{absent:?}");
        }
        assert_eq!(table.entries().count(), 4);
    }

    #[test]
    fn phrases_say_whether_they_can_grow() {
        let table = SortedLines::new("# c\na b\t1\na b c\t2\nab\t3\nvice president\t4\n");
        assert_eq!(table.get_phrase("a"), (None, true));
        assert_eq!(table.get_phrase("a b"), (Some("1"), true));
        assert_eq!(table.get_phrase("a b c"), (Some("2"), false));
        assert_eq!(table.get_phrase("ab"), (Some("3"), false));
        assert_eq!(table.get_phrase("vice"), (None, true));
        assert_eq!(table.get_phrase("vic"), (None, false));
        assert_eq!(table.get_phrase("z"), (None, false));
    }

    #[test]
    fn an_empty_table_has_nothing() {
        assert!(!SortedLines::new("").has(""));
    }
}
