//! Cargo manifests: lints and versions are set once, at the root; `unsafe` is forbidden there.

use super::packages::Packages;
use super::{Fault, Tree};

/// Lints of the root that no change may weaken.
const ROOT_LINTS: [&str; 9] = [
    "unsafe_code = \"forbid\"",
    "unwrap_used = \"deny\"",
    "expect_used = \"deny\"",
    "panic = \"deny\"",
    "todo = \"deny\"",
    "indexing_slicing = \"deny\"",
    "string_slice = \"deny\"",
    "iter_over_hash_type = \"deny\"",
    "too_many_lines = \"deny\"",
];

/// The root keeps its lints; every crate inherits them, and its versions too.
pub(super) fn check(tree: &Tree, packages: &Packages) -> Vec<Fault> {
    let root = tree.text("Cargo.toml").unwrap_or_default();
    let lost = ROOT_LINTS.iter().filter(|lint| !root.lines().any(|line| line == **lint));
    let mut faults: Vec<Fault> =
        lost.map(|lint| Fault::new("Cargo.toml", 0, format!("`{lint}` is missing"))).collect();
    for package in packages.members() {
        let path = package.manifest();
        let lines: Vec<&str> = tree.text(&path).unwrap_or_default().lines().collect();
        if !lines.windows(2).any(|pair| pair == ["[lints]", "workspace = true"]) {
            faults.push(Fault::new(&path, 0, "the lints of the workspace are not inherited"));
        }
        faults.extend(own_versions(&path, &lines));
    }
    faults
}

fn own_versions(path: &str, lines: &[&str]) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut in_dependencies = false;
    for (index, line) in lines.iter().enumerate() {
        if line.starts_with('[') {
            in_dependencies = line.ends_with("dependencies]");
            if line.contains("dependencies.") {
                faults.push(Fault::new(path, index + 1, "a dependency is written on one line"));
            }
        } else if in_dependencies
            && line.contains('=')
            && !line.starts_with('#')
            && !line.contains("workspace = true")
        {
            let message = "a dependency takes its version from the workspace";
            faults.push(Fault::new(path, index + 1, message));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::packages::Package;
    use super::*;

    fn faults(root: &str, own: &str) -> usize {
        let tree = Tree::of(&[("Cargo.toml", root), ("crates/a/Cargo.toml", own)]);
        check(&tree, &Packages::of(vec![Package::ours("a", &[])])).len()
    }

    #[test]
    fn lints_and_versions_come_from_the_root() {
        let root = ROOT_LINTS.join("\n");
        let own = "[lints]\nworkspace = true\n\n[dependencies]\nserde.workspace = true\n\
                   jiff = { workspace = true, features = [\"std\"] }\n";
        assert_eq!(faults(&root, own), 0);
        assert_eq!(faults(&root.replace("\"forbid\"", "\"warn\""), own), 1);
        assert_eq!(faults(&root, &own.replace("[lints]\nworkspace = true", "")), 1);
        assert_eq!(faults(&root, &own.replace("serde.workspace = true", "serde = \"1\"")), 1);
        assert_eq!(faults(&root, &format!("{own}[dependencies.tokio]\nversion = \"1\"\n")), 1);
    }
}
