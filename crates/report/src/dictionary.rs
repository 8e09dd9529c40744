//! Dictionaries that turn repeated text into small codes.
//!
//! Code 0 always means "not given". A dictionary that is full maps every further value to one last, visible code, so
//! memory stays bounded and the sum over codes stays complete.

use std::collections::BTreeMap;

/// What a code stands for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Label {
    /// A value that was given.
    Known(String),
    /// All values that came after the dictionary was full.
    Other,
    /// No value was given: the bucket that keeps parts and whole equal.
    Unknown,
}

impl Label {
    /// The text people see.
    pub fn text(&self) -> &str {
        match self {
            Self::Known(name) => name,
            Self::Other => "(other values)",
            Self::Unknown => "(unknown)",
        }
    }

    /// The value itself, `None` for the two collecting buckets.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Other | Self::Unknown => None,
        }
    }
}

/// Text values and their codes, in order of first appearance.
#[derive(Clone, Debug)]
pub struct Dictionary {
    names: Vec<Box<str>>,
    codes: BTreeMap<Box<str>, u16>,
    limit: u16,
}

impl Dictionary {
    /// An empty dictionary whose codes stay at or below `limit`; code `limit` itself collects what no longer fits.
    pub fn new(limit: u16) -> Self {
        Self { names: Vec::new(), codes: BTreeMap::new(), limit }
    }

    /// The code of `value`, new if it was never seen; blank text counts as not given.
    pub fn code(&mut self, value: Option<&str>) -> u16 {
        let Some(value) = value.map(str::trim).filter(|it| !it.is_empty()) else {
            return 0;
        };
        if let Some(&code) = self.codes.get(value) {
            return code;
        }
        let next = u16::try_from(self.names.len() + 1).unwrap_or(u16::MAX);
        if next >= self.limit {
            return self.limit;
        }
        self.names.push(value.into());
        self.codes.insert(value.into(), next);
        next
    }

    /// The code of `value` if it was seen.
    pub fn find(&self, value: &str) -> Option<u16> {
        self.codes.get(value.trim()).copied()
    }

    /// What `code` stands for.
    pub fn label(&self, code: u16) -> Label {
        match code {
            0 => Label::Unknown,
            code => match self.names.get(usize::from(code) - 1) {
                Some(name) => Label::Known(name.to_string()),
                None => Label::Other,
            },
        }
    }

    /// One more than the largest code that [`Self::group`] gives, the collecting code included.
    pub fn span(&self) -> usize {
        self.names.len() + 2
    }

    /// The code under which `code` is counted: itself, or the collecting code for one this dictionary does not know.
    pub fn group(&self, code: u16) -> usize {
        usize::from(code).min(self.names.len() + 1)
    }
}

/// Pairs of codes that occur together (rep and team, tier and SLA), under one code each.
///
/// A pair costs one column instead of two, and counting by pair once gives both groupings.
#[derive(Clone, Debug)]
pub struct Pairs {
    pairs: Vec<(u16, u16)>,
    codes: BTreeMap<(u16, u16), u16>,
    limit: u16,
}

/// Stands for "not one of the known codes" in a pair that no longer fitted.
const COLLECTED: u16 = u16::MAX;

impl Pairs {
    /// No pairs but the one of two missing values, which has code 0; codes stay at or below `limit`.
    pub fn new(limit: u16) -> Self {
        Self { pairs: vec![(0, 0)], codes: BTreeMap::from([((0, 0), 0)]), limit }
    }

    /// The code of the pair, new if it was never seen.
    pub fn code(&mut self, first: u16, second: u16) -> u16 {
        if let Some(&code) = self.codes.get(&(first, second)) {
            return code;
        }
        let next = u16::try_from(self.pairs.len()).unwrap_or(u16::MAX);
        if next >= self.limit {
            return self.limit;
        }
        self.pairs.push((first, second));
        self.codes.insert((first, second), next);
        next
    }

    /// The two codes behind `code`; a collected pair has codes that every dictionary labels "other values".
    pub fn get(&self, code: u16) -> (u16, u16) {
        self.pairs.get(usize::from(code)).copied().unwrap_or((COLLECTED, COLLECTED))
    }

    /// One more than the largest code, the collecting code included.
    pub fn span(&self) -> usize {
        self.pairs.len() + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_code_and_blank_text_is_unknown() {
        let mut names = Dictionary::new(100);
        assert_eq!(names.code(Some("Events")), 1);
        assert_eq!(names.code(Some("Portal")), 2);
        assert_eq!(names.code(Some(" Events ")), 1);
        assert_eq!(names.code(Some("  ")), 0);
        assert_eq!(names.code(None), 0);
        assert_eq!(names.label(2), Label::Known("Portal".into()));
        assert_eq!(names.label(0).text(), "(unknown)");
        assert_eq!(names.span(), 4);
    }

    #[test]
    fn a_full_dictionary_collects_the_rest_under_one_code() {
        let mut names = Dictionary::new(3);
        let codes: Vec<u16> = ["a", "b", "c", "d", "a"].map(|it| names.code(Some(it))).to_vec();
        assert_eq!(codes, [1, 2, 3, 3, 1]);
        assert_eq!(names.label(3), Label::Other);
        assert_eq!((names.group(3), names.span()), (3, 4));
    }

    #[test]
    fn full_pairs_are_collected_and_labelled_other() {
        let mut pairs = Pairs::new(2);
        assert_eq!(pairs.code(1, 1), 1);
        assert_eq!(pairs.code(1, 2), 2);
        assert_eq!(pairs.code(9, 9), 2);
        let (first, _) = pairs.get(2);
        assert_eq!(Dictionary::new(u16::MAX).label(first), Label::Other);
        assert_eq!(pairs.span(), 3);
    }
}
