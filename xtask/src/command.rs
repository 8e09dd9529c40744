//! Child processes: built from the root of the repository, run to their end, never with a
//! silent failure.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};

use crate::{Failure, Outcome};

/// Root of the checkout that this program was built from.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// A command that starts in the root of the repository.
pub(crate) fn at_root(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this program, with an environment like that of a cargo typed by hand.
pub(crate) fn cargo() -> Command {
    let mut command = at_root(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // `cargo run` describes *this* package to its child. Build scripts that look at these
    // variables would be built again for each change of hands.
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs `command` with the output of this program and without input; an exit code other than
/// zero is a failure.
pub(crate) fn run(command: &mut Command) -> Outcome<()> {
    let status = command.stdin(Stdio::null()).status();
    let status = status.map_err(|error| cannot_start(command, &error))?;
    if status.success() { Ok(()) } else { Err(ended_badly(command, status)) }
}

/// Runs `command` and gives its standard output; its error output is part of the failure.
pub(crate) fn read(command: &mut Command) -> Outcome<String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|error| cannot_start(command, &error))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    let failure = ended_badly(command, output.status);
    Err(Failure::new(format!("{failure}\n{text}{complaint}")))
}

/// Whether `command` starts and ends well; says nothing.
pub(crate) fn works(command: &mut Command) -> bool {
    read(command).is_ok()
}

/// Runs what a person asked for, with their terminal, and passes its exit code on.
pub(crate) fn hand_over(command: &mut Command) -> Outcome<ExitCode> {
    let status = command.status().map_err(|error| cannot_start(command, &error))?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The words after an optional `--`.
pub(crate) fn after_dashes(arguments: &[String]) -> &[String] {
    match arguments.split_first() {
        Some((first, rest)) if first == "--" => rest,
        Some(_) | None => arguments,
    }
}

/// `command` as a person would type it.
pub(crate) fn text(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    std::iter::once(program)
        .chain(command.get_args())
        .map(OsStr::to_string_lossy)
        .collect::<Vec<_>>()
        .join(" ")
}

fn cannot_start(command: &Command, error: &std::io::Error) -> Failure {
    Failure::new(format!("cannot start `{}`: {error}", text(command)))
}

fn ended_badly(command: &Command, status: ExitStatus) -> Failure {
    Failure::new(format!("`{}` ended with {status}", text(command)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_failing_child_is_a_failure_with_its_own_words() {
        assert!(run(&mut shell("exit 3")).is_err());
        let failure = read(&mut shell("echo broken >&2; exit 3")).unwrap_err().to_string();
        assert!(failure.contains("broken") && failure.contains('3'), "{failure}");
    }

    #[test]
    fn a_child_sees_the_end_of_its_input_at_once() {
        assert_eq!(read(&mut shell("cat; echo done")).unwrap(), "done\n");
    }

    #[test]
    fn a_missing_program_is_named() {
        let failure = run(&mut Command::new("no-such-program")).unwrap_err().to_string();
        assert!(failure.contains("no-such-program"), "{failure}");
    }
}
