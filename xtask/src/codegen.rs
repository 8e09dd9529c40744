//! `cargo xtask codegen`: writes the files that follow from others. They are committed, and
//! `tidy` fails when one is stale.

use std::process::ExitCode;

use crate::tidy::{self, Tree};
use crate::{Failure, Outcome, command};

/// Writes every generated file.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    if !arguments.is_empty() {
        return Err(Failure::new("`cargo xtask codegen` takes no arguments"));
    }
    let root = command::root();
    let tree = Tree::load(&root)?;
    for (path, text) in tidy::generated(&tree) {
        if tree.text(path) != Some(&text) {
            let path = root.join(path);
            std::fs::write(&path, text).map_err(Failure::at(&path))?;
            eprintln!("==> wrote {}", path.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}
