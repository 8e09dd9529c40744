//! Where something stands in the policy text.

/// A piece of one source file: bytes `start..end` of file number `file`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// Place in [`Sources::files`].
    pub file: u16,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// One file of a policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user named it; only shown.
    pub path: String,
    /// The whole text.
    pub text: String,
}

/// The files a policy was read from, in the order given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources {
    /// At most 65,535 files.
    pub files: Vec<SourceFile>,
}

/// A place as people count it: both start at 1, columns in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Span {
    /// The smallest span that covers both; `self` where they stand in different files.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        if self.file != other.file {
            return self;
        }
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl Sources {
    /// One file.
    pub fn single(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { files: vec![SourceFile { path: path.into(), text: text.into() }] }
    }

    /// The file `span` lies in.
    pub fn file(&self, span: Span) -> Option<&SourceFile> {
        self.files.get(usize::from(span.file))
    }

    /// The text under `span`; empty where it does not lie in the sources.
    pub fn text(&self, span: Span) -> &str {
        self.file(span)
            .and_then(|file| file.text.get(span.start as usize..span.end as usize))
            .unwrap_or_default()
    }

    /// Line and column of the first byte of `span`.
    pub fn position(&self, span: Span) -> Position {
        let before = self
            .file(span)
            .and_then(|file| file.text.get(..span.start as usize))
            .unwrap_or_default();
        let line = before.bytes().filter(|it| *it == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Position { line: cap(line), column: cap(column) }
    }
}

fn cap(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
