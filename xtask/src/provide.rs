//! What a fresh machine lacks, one file per thing: found where it is installed, installed where
//! that is possible, named with the command to type where it is not.
//!
//! Each function is called by the chore that needs the thing and by no other.

mod c_compiler;
mod chromium;
mod debian;
mod kubernetes_validate;
mod node;
mod npm;
mod peers;
mod postgres;
mod promtool;
mod python;
mod rust_components;

pub(crate) use c_compiler::c_compiler;
pub(crate) use chromium::chromium;
pub(crate) use kubernetes_validate::kubernetes_validate;
pub(crate) use node::node;
pub(crate) use npm::npm;
pub(crate) use peers::peers;
pub(crate) use postgres::postgres;
pub(crate) use promtool::promtool;
pub(crate) use rust_components::rust_components;

use std::path::{Path, PathBuf};

/// The folders of `PATH`.
fn search_path() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).collect()
}

/// The first file of that name in `folders`.
fn find(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    folders.iter().map(|folder| folder.join(name)).find(|path| is_file(path))
}

fn is_file(path: &Path) -> bool {
    path.metadata().is_ok_and(|it| it.is_file())
}
