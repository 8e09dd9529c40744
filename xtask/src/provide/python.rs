//! Packages of Python, into a folder of their own.

use std::path::Path;
use std::process::Command;

use super::debian;
use crate::{Outcome, command};

/// What comes with a package.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum With {
    /// Nothing.
    Nothing,
    /// What it needs.
    Dependencies,
}

/// Installs `package` into `folder`.
pub(super) fn install(package: &str, folder: &Path, with: With) -> Outcome<()> {
    if !command::works(pip().arg("--version")) {
        debian::install("Python with pip", &["python3", "python3-pip"])?;
    }
    eprintln!("==> provide: installing {package} into {}", folder.display());
    let mut install = pip();
    install.args(["install", "--quiet", "--target"]).arg(folder).arg(package);
    match with {
        With::Nothing => command::run(install.arg("--no-deps")),
        With::Dependencies => command::run(&mut install),
    }
}

fn pip() -> Command {
    let mut command = command::at_root("python3");
    command.args(["-m", "pip", "--disable-pip-version-check", "--no-input"]);
    command
}
