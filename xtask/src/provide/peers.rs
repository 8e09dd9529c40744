//! Programs of others that the channels of `connect` are tested against: a Python environment in
//! `.tools/peers` with the versions of `crates/connect/tests/peers/requirements.txt`.

use std::path::{Path, PathBuf};

use super::debian;
use crate::{Failure, Outcome, command};

const WANTED: &str = "crates/connect/tests/peers/requirements.txt";

/// A folder whose `bin/python` knows them all.
pub(crate) fn peers() -> Outcome<PathBuf> {
    let folder = command::root().join(".tools/peers");
    let wanted = command::root().join(WANTED);
    let wanted_text = std::fs::read_to_string(&wanted).map_err(Failure::at(&wanted))?;
    // Written last, so that an environment that was broken off is made again.
    let installed = folder.join("requirements.txt");
    if std::fs::read_to_string(&installed).is_ok_and(|it| it == wanted_text) {
        return Ok(folder);
    }
    install(&folder, &wanted)?;
    std::fs::write(&installed, wanted_text).map_err(Failure::at(&installed))?;
    Ok(folder)
}

fn install(folder: &Path, wanted: &Path) -> Outcome<()> {
    if !command::works(command::at_root("python3").args(["-c", "import ensurepip, venv"])) {
        debian::install("Python with venv", &["python3", "python3-venv"])?;
    }
    eprintln!("==> provide: installing {WANTED} into {}", folder.display());
    command::run(command::at_root("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let mut pip = command::at_root(folder.join("bin/python"));
    pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]);
    // `--no-deps`: the list is whole, and nothing comes that it does not name.
    command::run(pip.args(["--no-deps", "--requirement"]).arg(wanted))
}
