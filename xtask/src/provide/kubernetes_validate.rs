//! kubernetes-validate, which holds manifests against the schemas of Kubernetes: a Python package,
//! put into `.tools/`.

use std::path::PathBuf;

use super::python;
use crate::{Outcome, command};

const PACKAGE: &str = "kubernetes-validate==1.37.0";

/// The folder to put on Python's path.
pub(crate) fn kubernetes_validate() -> Outcome<PathBuf> {
    let folder = command::root().join(".tools/kubernetes-validate");
    if !folder.join("kubernetes_validate").is_dir() {
        python::install(PACKAGE, &folder, python::With::Dependencies)?;
    }
    Ok(folder)
}
