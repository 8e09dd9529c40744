//! What happened, as text: hashed whole, the end kept to be shown.

use std::collections::VecDeque;
use std::fmt;

use model::Timestamp;
use sha2::{Digest, Sha256};

/// Lines that are kept.
const KEPT: usize = 40;

/// The trace of a run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Trace {
    sum: Sha256,
    last: VecDeque<String>,
    /// Lines so far.
    pub(crate) lines: u64,
}

impl Trace {
    pub(crate) fn note(&mut self, at: Timestamp, what: fmt::Arguments<'_>) {
        // The line that is shown no longer is written over.
        let oldest = if KEPT <= self.last.len() { self.last.pop_front() } else { None };
        let mut line = oldest.unwrap_or_default();
        line.clear();
        // Writing to a string cannot fail.
        let _ = fmt::write(&mut line, format_args!("{} {what}\n", at.as_micros()));
        self.sum.update(&line);
        self.last.push_back(line);
        self.lines += 1;
    }

    /// SHA-256 over all lines.
    pub(crate) fn hash(&self) -> [u8; 32] {
        self.sum.clone().finalize().into()
    }

    /// The last lines, with readable instants.
    pub(crate) fn tail(&self) -> Vec<String> {
        let shown = |line: &String| {
            let (at, what) = line.trim_end().split_once(' ').unwrap_or_default();
            format!("{} {what}", Timestamp::from_micros(at.parse().unwrap_or(0)))
        };
        self.last.iter().map(shown).collect()
    }
}
