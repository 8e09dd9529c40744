//! `cargo xtask test`: everything a change must pass, in one command.
//!
//! A step that fails does not hold up the next one, so that one run reports every fault; the
//! command fails when any step did. Nothing is skipped silently: a thing that is missing and
//! cannot be provided is a failure, and `cargo deny`, which repeats checks of `tidy`, says when
//! it is left out. All steps share one target folder and the dev profile.

mod step;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::postgres::{self, Postgres};
use crate::{Failure, Outcome, command, deploy, peers, provide, tidy, web};
use step::Steps;

/// Where real lists lie that are too large or not ours to ship; see `crates/cli/tests/real_lists.rs`.
const REAL_LISTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data");

/// Runs all steps; takes no arguments.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    if !arguments.is_empty() {
        return Err(Failure::new("`cargo xtask test` takes no arguments; use cargo for one crate"));
    }
    let mut steps = Steps::default();
    let Some(programs) = steps.run("provide what is missing", provide_all) else {
        return Ok(steps.finish());
    };
    // Before anything is compiled: the binary holds what is built here.
    steps.run("web: check and build", web::check);
    steps.run("cargo fmt --check", || cargo(&["fmt", "--all", "--check"]));
    steps.run("cargo clippy", || {
        cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"])
    });
    steps.run("tidy", tidy::check);
    steps.run("deploy", deploy::check);
    steps.run("tests", || tests(&programs));
    // FIXME(#4): the journeys (`cargo xtask web -- e2e`) belong here once all of them pass.
    steps.run("doc tests", || cargo(&["test", "--workspace", "--doc"]));
    steps.run("cargo doc", || {
        let mut doc = command::cargo();
        command::run(
            doc.args(["doc", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"),
        )
    });
    if command::works(command::cargo().args(["deny", "--version"])) {
        steps.run("cargo deny", || cargo(&["deny", "check"]));
    } else {
        eprintln!("==> cargo deny: left out, it is not installed");
    }
    Ok(steps.finish())
}

/// What tests run beside.
struct Programs {
    postgres: PathBuf,
    peers: PathBuf,
}

/// The programs of others, after all that building and testing needs.
fn provide_all() -> Outcome<Programs> {
    provide::c_compiler()?;
    provide::rust_components()?;
    provide::promtool()?;
    Ok(Programs { postgres: provide::postgres()?, peers: provide::peers()? })
}

fn cargo(arguments: &[&str]) -> Outcome<()> {
    command::run(command::cargo().args(arguments))
}

fn tests(programs: &Programs) -> Outcome<()> {
    // A test runner shows nothing of a test that passes, so it is said here.
    if !Path::new(REAL_LISTS).is_dir() {
        eprintln!("==> SKIPPED: what is tested on real lists, since there is no {REAL_LISTS}");
    }
    let postgres = Postgres::start(&programs.postgres)?;
    let mut runner = command::cargo();
    if command::works(command::cargo().args(["nextest", "--version"])) {
        runner.args(["nextest", "run", "--workspace", "--no-fail-fast", "--no-tests=fail"]);
    } else {
        runner.args(["test", "--workspace", "--tests", "--examples", "--no-fail-fast"]);
    }
    // CI: a test that lacks something fails instead of passing over it, snapshots are not written.
    runner.env(postgres::VARIABLE, postgres.url()).env(peers::VARIABLE, &programs.peers);
    command::run(runner.env("CI", "true"))
}
