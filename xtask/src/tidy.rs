//! `cargo xtask tidy`: what the compiler and clippy cannot see. One check, one file.
//!
//! A check is a function from the texts of the repository (and the packages that cargo knows) to
//! faults; it reads nothing itself, so each one is tested on a planted fault. Tables that a change
//! may extend stand at the top of their file, with a reason where one is asked for.

mod bans;
mod codes;
mod crate_docs;
mod deny_config;
mod edges;
mod leftovers;
mod licences;
mod manifests;
mod migrations;
mod names;
mod orphans;
mod packages;
mod purity;
mod sizes;
mod spdx;
mod tree;

use std::fmt;
use std::process::ExitCode;

use crate::{Failure, Outcome, command};
pub(crate) use codes::generated;
use packages::Packages;
pub(crate) use tree::Tree;

/// Something that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    path: String,
    /// Counted from 1; 0 speaks of the whole file.
    line: usize,
    message: String,
}

/// Runs all checks as a command of its own.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    if !arguments.is_empty() {
        return Err(Failure::new("`cargo xtask tidy` takes no arguments"));
    }
    check().map(|()| ExitCode::SUCCESS)
}

/// Runs all checks, prints every fault, fails when there is one.
pub(crate) fn check() -> Outcome<()> {
    let tree = Tree::load(&command::root())?;
    let packages = Packages::load()?;
    let mut faults = [
        edges::check(&packages),
        purity::check(&tree, &packages),
        licences::check(&packages),
        bans::check(&packages),
        deny_config::check(&tree),
        sizes::check(&tree),
        names::check(&tree),
        codes::check(&tree),
        crate_docs::check(&tree, &packages),
        manifests::check(&tree, &packages),
        leftovers::check(&tree),
        migrations::check(&tree),
        orphans::check(&tree, &packages),
    ]
    .concat();
    faults.sort();
    for fault in &faults {
        eprintln!("{fault}");
    }
    match faults.len() {
        0 => Ok(()),
        count => Err(Failure::new(format!("tidy found {count} faults"))),
    }
}

impl Fault {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}
