//! Programs of others that the channels of `connect` are tested against: a Python environment in
//! `.tools/peers` with Node.js beside it, and what the lists in `crates/connect/tests/peers` name.

use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{debian, find, is_file, node, search_path};
use crate::{Failure, Outcome, command};

const LISTS: &str = "crates/connect/tests/peers";
const PYTHON: &str = "requirements.txt";
const JAVASCRIPT: &str = "package.json";

/// A folder whose `bin/python` and `bin/node` know them all.
pub(crate) fn peers() -> Outcome<PathBuf> {
    let folder = command::root().join(".tools/peers");
    let mut wanted = String::new();
    for list in [PYTHON, JAVASCRIPT] {
        let path = command::root().join(LISTS).join(list);
        wanted.push_str(&std::fs::read_to_string(&path).map_err(Failure::at(&path))?);
    }
    // Written last, so that an environment that was broken off is made again.
    let installed = folder.join("installed");
    if std::fs::read_to_string(&installed).is_ok_and(|it| it == wanted) {
        return Ok(folder);
    }
    eprintln!("==> provide: installing what {LISTS} lists into {}", folder.display());
    install_python(&folder)?;
    install_javascript(&folder)?;
    std::fs::write(&installed, wanted).map_err(Failure::at(&installed))?;
    Ok(folder)
}

fn install_python(folder: &Path) -> Outcome<()> {
    if !command::works(command::at_root("python3").args(["-c", "import ensurepip, venv"])) {
        debian::install("Python with venv", &["python3", "python3-venv"])?;
    }
    command::run(command::at_root("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
    let mut pip = command::at_root(folder.join("bin/python"));
    pip.args(["-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]);
    // `--no-deps`: the list is whole, and nothing comes that it does not name.
    command::run(pip.args(["--no-deps", "--requirement"]).arg(Path::new(LISTS).join(PYTHON)))
}

fn install_javascript(folder: &Path) -> Outcome<()> {
    let node = node()?;
    let list = command::root().join(LISTS).join(JAVASCRIPT);
    std::fs::copy(&list, folder.join(JAVASCRIPT)).map_err(Failure::at(&list))?;
    let mut npm = npm(&node)?;
    npm.args(["install", "--silent", "--no-audit", "--no-fund", "--no-package-lock"]);
    command::run(npm.arg("--prefix").arg(folder))?;
    let link = folder.join("bin/node");
    symlink(&node, &link).map_err(Failure::at(&link))
}

/// The machine's npm, else the one that came with `node`.
fn npm(node: &Path) -> Outcome<Command> {
    if let Some(npm) = find("npm", &search_path()) {
        return Ok(command::at_root(npm));
    }
    let program = Path::new("lib/node_modules/npm/bin/npm-cli.js");
    let beside = node.ancestors().nth(2).map(|it| it.join(program));
    let Some(beside) = beside.filter(|it| is_file(it)) else {
        return Err(Failure::new("npm is missing; install it: apt-get install npm"));
    };
    let mut npm = command::at_root(node);
    npm.arg(beside);
    Ok(npm)
}
