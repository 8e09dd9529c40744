//! Every crate opens with what it is for.

use super::packages::Packages;
use super::{Fault, Tree};

/// `lib.rs` or `main.rs` of each of our crates begins with `//!`.
pub(super) fn check(tree: &Tree, packages: &Packages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for folder in packages.members().filter_map(|package| package.member.as_deref()) {
        let roots = ["lib.rs", "main.rs"].map(|name| format!("{folder}/src/{name}"));
        let texts: Vec<_> =
            roots.iter().filter_map(|path| Some((path, tree.text(path)?))).collect();
        if texts.is_empty() {
            faults.push(Fault::new(folder, 0, "neither src/lib.rs nor src/main.rs is here"));
        }
        for (path, _) in texts.iter().filter(|(_, text)| !text.starts_with("//! ")) {
            faults.push(Fault::new(path, 1, "a crate begins with `//!` and its purpose"));
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::packages::Package;
    use super::*;

    fn faults(files: &[(&str, &str)]) -> usize {
        check(&Tree::of(files), &Packages::of(vec![Package::ours("a", &[])])).len()
    }

    #[test]
    fn a_crate_without_its_purpose_is_a_fault() {
        assert_eq!(faults(&[("crates/a/src/lib.rs", "//! Plain values.\n")]), 0);
        assert_eq!(faults(&[("crates/a/src/lib.rs", "mod pool;\n")]), 1);
        assert_eq!(faults(&[]), 1);
        let two = [("crates/a/src/lib.rs", "//! A.\n"), ("crates/a/src/main.rs", "fn main() {}\n")];
        assert_eq!(faults(&two), 1);
    }
}
