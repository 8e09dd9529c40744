//! Runs the binary under test.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use store::testing::TestDatabase;

/// What a run of `baton` left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Run {
    /// The last line of standard output.
    pub(crate) fn last_line(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

/// Runs `baton` with arguments.
pub(crate) fn baton(args: &[&str]) -> Run {
    finished(Command::new(env!("CARGO_BIN_EXE_baton")).args(args))
}

/// Runs a program to its end.
pub(crate) fn finished(command: &mut Command) -> Run {
    run_of(command.output().unwrap())
}

fn run_of(output: Output) -> Run {
    Run {
        code: output.status.code(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The path of a file under `tests/fixtures`.
pub(crate) fn fixture(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    folder.join(name).display().to_string()
}

/// Runs `baton` on a database, with one line on standard input.
pub(crate) fn baton_told(database: &TestDatabase, line: &str, args: &[&str]) -> Run {
    baton_told_at(&database.address(), line, args)
}

/// As [`baton_told`], for a database by its address.
pub(crate) fn baton_told_at(address: &str, line: &str, args: &[&str]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(args)
        .args(["--database", address])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Commands that ask for nothing may be gone before they are told.
    let _ = writeln!(child.stdin.take().unwrap(), "{line}");
    run_of(child.wait_with_output().unwrap())
}

/// Runs `baton AREA check` on golden cases that lie beside the repository; where there are none it
/// says so and nothing is checked; where the folder they belong to is there, it fails under CI.
pub(crate) fn golden_cases_pass(area: &str, file: &str) {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/golden");
    let golden = folder.join(file);
    if !golden.exists() {
        let shared = folder.join("..");
        let is_expected = std::env::var_os("CI").is_some() && shared.is_dir();
        assert!(!is_expected, "{} is missing", golden.display());
        eprintln!("SKIPPED: no golden cases beside the repository at {}", golden.display());
        return;
    }
    let run = baton(&[area, "check", &golden.display().to_string()]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.last_line().ends_with(" passed, 0 failed"), "{run:?}");
    assert_ne!(run.last_line(), "0 passed, 0 failed");
}
