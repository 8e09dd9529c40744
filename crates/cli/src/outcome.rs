//! How a command ends: 0 done, 1 a check failed, 2 wrong usage or bad input.

use std::io::{self, Write};
use std::process::ExitCode;

/// A command that ran to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// All is well: exit code 0.
    Done,
    /// The command looked for faults and found some: exit code 1.
    CheckFailed,
}

/// Why a command could not run to its end: exit code 2.
#[derive(Debug)]
pub(crate) enum Failure {
    /// Input that cannot be used; one readable line.
    Input(String),
    /// Standard output cannot be written.
    Output(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// Reports a failure and gives the exit code.
pub(crate) fn exit_code(ended: Result<Outcome, Failure>) -> ExitCode {
    match ended {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::CheckFailed) => ExitCode::from(1),
        Err(Failure::Input(message)) => {
            say("error", &message);
            ExitCode::from(2)
        }
        Err(Failure::Output(error)) => {
            // The reader of a pipe may leave early, as `head` does; that needs no word.
            if error.kind() != io::ErrorKind::BrokenPipe {
                say("error", &format!("cannot write to standard output: {error}"));
            }
            ExitCode::from(2)
        }
    }
}

/// Writes one line to stderr, e.g. `warning: …`.
pub(crate) fn say(kind: &str, message: &str) {
    // With stderr gone there is nobody left to tell.
    let _ = writeln!(io::stderr(), "{kind}: {}", one_line(message));
}

/// The text on one line: line breaks and other control characters become spaces.
pub(crate) fn one_line(text: &str) -> String {
    text.chars().map(|it| if it.is_control() { ' ' } else { it }).collect()
}
