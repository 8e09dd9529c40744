//! `cargo xtask demo`: the product with the reference month, from a fresh checkout.

use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::{Failure, Outcome, command, provide, web};

/// Built quickly and still pleasant to use; `Cargo.toml` has the figures.
const PROFILE: &str = "demo";

/// Builds `baton` and becomes `baton demo` with `arguments`.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    provide::c_compiler()?;
    web::install()?;
    eprintln!("==> building the web app");
    web::build()?;
    eprintln!("==> building baton; the first time takes some minutes");
    command::run(command::cargo().args(["build", "--profile", PROFILE, "--bin", "baton"]))?;
    let baton = target_folder()?.join(PROFILE).join("baton");
    let error = Command::new(&baton).arg("demo").args(command::after_dashes(arguments)).exec();
    Err(Failure::new(format!("cannot start {}: {error}", baton.display())))
}

pub(crate) fn target_folder() -> Outcome<std::path::PathBuf> {
    let text =
        command::read(command::cargo().args(["metadata", "--no-deps", "--format-version=1"]))?;
    let metadata: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Failure::new(format!("cargo metadata: {error}")))?;
    let folder = metadata.get("target_directory").and_then(|it| it.as_str());
    folder.map(Into::into).ok_or_else(|| Failure::new("cargo metadata names no target folder"))
}
