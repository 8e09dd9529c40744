//! `cargo xtask web`: the web app built into `web/dist`, where the next build of `baton` finds it.

use std::path::Path;
use std::process::ExitCode;

use crate::{Failure, Outcome, command, demo, provide};

/// Builds the app, or runs the script of `web/package.json` that is named.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    install()?;
    match command::after_dashes(arguments) {
        [] => build().map(|()| ExitCode::SUCCESS),
        [script] if script == "e2e" => journeys().map(|()| ExitCode::SUCCESS),
        [script, rest @ ..] => {
            let mut npm = provide::npm()?;
            npm.args(["run", "--silent", script, "--"]).args(rest);
            command::hand_over(&mut npm)
        }
    }
}

/// Builds the app; its packages must be there.
pub(crate) fn build() -> Outcome<()> {
    script("build")
}

/// All checks of the app that need no server, and its build.
pub(crate) fn check() -> Outcome<()> {
    install()?;
    script("check")
}

/// The journeys through the app in a browser, on a binary that holds it as it stands.
fn journeys() -> Outcome<()> {
    let chromium = provide::chromium()?;
    build()?;
    command::run(command::cargo().args(["build", "--bin", "baton"]))?;
    let baton = demo::target_folder()?.join("debug/baton");
    let mut npm = provide::npm()?;
    npm.args(["run", "--silent", "e2e"]);
    command::run(npm.env("BATON", baton).env("CHROMIUM", chromium))
}

fn script(name: &str) -> Outcome<()> {
    command::run(provide::npm()?.args(["run", "--silent", name]))
}

/// Gets the packages that the lock file names, where that has not been done since it changed.
pub(crate) fn install() -> Outcome<()> {
    let folder = command::root().join("web");
    let lock = folder.join("package-lock.json");
    // npm writes its own copy of the lock at the end of an installation.
    let done = folder.join("node_modules/.package-lock.json");
    let changed = |path: &Path| path.metadata().and_then(|it| it.modified());
    let wanted = changed(&lock).map_err(Failure::at(&lock))?;
    if changed(&done).is_ok_and(|it| wanted <= it) {
        return Ok(());
    }
    eprintln!("==> getting the packages of the web app");
    command::run(provide::npm()?.args(["ci", "--no-audit", "--no-fund"]))
}
