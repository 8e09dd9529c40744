//! Why a chore stopped, as one message for the person at the terminal.

use std::fmt;
use std::io;
use std::path::Path;

/// Result of a chore.
pub(crate) type Outcome<T> = Result<T, Failure>;

/// A message that says what failed and, where there is one, what to do.
#[derive(Debug)]
pub(crate) struct Failure {
    message: String,
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }

    /// Turns an IO error on `path` into a failure that names the path.
    pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::new(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}
