//! `cargo xtask peers -- COMMAND`: a command with the programs of others that tests compare with.

use std::process::{Command, ExitCode};

use crate::{Failure, Outcome, command, provide};

/// Tests find the programs in the folder this variable names.
pub(crate) const VARIABLE: &str = "BATON_TEST_PEERS";

/// Installs them where they are missing and runs the command.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    let Some((program, rest)) = command::after_dashes(arguments).split_first() else {
        return Err(Failure::new("usage: cargo xtask peers -- COMMAND [ARGS]"));
    };
    let folder = provide::peers()?;
    command::hand_over(Command::new(program).args(rest).env(VARIABLE, folder))
}
