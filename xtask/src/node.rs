//! `cargo xtask node`: Node.js for the programs Baton is compared with.

use std::process::{Command, ExitCode};

use crate::{Outcome, command, provide};

/// Runs Node.js with `arguments` in the current folder, installed first where it is missing.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    let node = provide::node()?;
    command::hand_over(Command::new(node).args(command::after_dashes(arguments)))
}
