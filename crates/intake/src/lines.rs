//! Sorted text tables, looked up by binary search in the embedded text itself.
//!
//! A table is one line per entry, `key` or `key<TAB>value`, sorted by the key's bytes. Lines that
//! start with `#` come first and are comments. Nothing is built at start: no allocation, no parsing.

/// A sorted table embedded in the binary.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SortedLines(&'static str);

/// Longest run of the binary search: more than any text has lines.
const STEPS_MAX: u32 = 48;

impl SortedLines {
    /// A table over `text`; see the module for its form, which a test checks for every table.
    pub(crate) const fn new(text: &'static str) -> Self {
        Self(text)
    }

    /// The value of `key`: the text after the tab, or the empty text for a line without a tab.
    pub(crate) fn get(self, key: &str) -> Option<&'static str> {
        self.search(key).0
    }

    /// The value of `phrase`, and whether longer phrases begin with it and a space.
    pub(crate) fn get_phrase(self, phrase: &str) -> (Option<&'static str>, bool) {
        let (value, next) = self.search(phrase);
        // A space sorts before all letters, so a longer phrase comes right behind.
        let rest = self.0.get(next..).and_then(|rest| rest.strip_prefix(phrase));
        (value, rest.is_some_and(|rest| rest.starts_with(' ')))
    }

    /// The value of `key`, and where the first line behind the place of `key` begins.
    fn search(self, key: &str) -> (Option<&'static str>, usize) {
        let bytes = self.0.as_bytes();
        let (mut low, mut high) = (0, bytes.len());
        // INVARIANT: the line of `key`, if any, begins in `low..high`; both are line starts.
        for _ in 0..STEPS_MAX {
            if high <= low {
                break;
            }
            let start = line_start(bytes, low, low + (high - low) / 2);
            let end = line_end(bytes, start);
            let Some(line) = self.0.get(start..end) else { break };
            let (found, value) = line.split_once('\t').unwrap_or((line, ""));
            match found.cmp(key) {
                std::cmp::Ordering::Equal => return (Some(value), end + 1),
                std::cmp::Ordering::Less => low = end + 1,
                std::cmp::Ordering::Greater => high = start,
            }
        }
        (None, low)
    }

    /// True when the table has `key`.
    pub(crate) fn has(self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// All entries in order, without comments.
    pub(crate) fn entries(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        self.0
            .lines()
            .filter(|line| !line.starts_with('#'))
            .map(|line| line.split_once('\t').unwrap_or((line, "")))
    }
}

fn line_start(bytes: &[u8], low: usize, at: usize) -> usize {
    let before = bytes.get(low..at).unwrap_or_default();
    before.iter().rposition(|&byte| byte == b'\n').map_or(low, |found| low + found + 1)
}

fn line_end(bytes: &[u8], start: usize) -> usize {
    let after = bytes.get(start..).unwrap_or_default();
    after.iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |found| start + found)
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
