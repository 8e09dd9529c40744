//! npm, which gets the packages of the web app and runs its scripts.
//!
//! Where the machine has none, it comes with the Node.js in `.tools/`.

use std::path::PathBuf;
use std::process::Command;

use super::{find, node, search_path};
use crate::{Outcome, command};

/// A command that runs npm in the folder `web`.
pub(crate) fn npm() -> Outcome<Command> {
    let program = node::node()?;
    let mut path: Vec<PathBuf> = program.parent().map(PathBuf::from).into_iter().collect();
    path.extend(search_path());
    let mut npm = match find("npm", &search_path()) {
        Some(npm) => Command::new(npm),
        None => {
            let mut npm = Command::new(&program);
            npm.arg(node::npm_script()?);
            npm
        }
    };
    npm.current_dir(command::root().join("web"));
    if let Ok(path) = std::env::join_paths(path) {
        npm.env("PATH", path);
    }
    Ok(npm)
}
