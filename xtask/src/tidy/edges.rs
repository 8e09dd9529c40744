//! Edges between our crates: who may use whom. A new edge is a decision with its own record.

use super::Fault;
use super::packages::Packages;

/// What a crate may use.
enum Allowed {
    /// These crates of ours.
    Only(&'static [&'static str]),
    /// Every crate of ours.
    All,
}

/// The house, from the ground up; see `ARCHITECTURE.md`.
const EDGES: [(&str, Allowed); 13] = [
    ("model", Allowed::Only(&[])),
    ("calendar", Allowed::Only(&["model"])),
    ("policy", Allowed::Only(&["model", "calendar"])),
    ("intake", Allowed::Only(&["model", "policy"])),
    ("decide", Allowed::Only(&["model", "calendar", "policy"])),
    ("report", Allowed::Only(&["model", "calendar", "policy", "decide"])),
    ("simulate", Allowed::Only(&["model", "calendar", "policy", "decide"])),
    ("store", Allowed::Only(&["model"])),
    ("connect", Allowed::Only(&["model"])),
    (
        "engine",
        Allowed::Only(&[
            "model", "calendar", "policy", "intake", "decide", "report", "store", "connect",
        ]),
    ),
    (
        "server",
        Allowed::Only(&["model", "calendar", "policy", "intake", "decide", "report", "engine"]),
    ),
    ("cli", Allowed::All),
    ("xtask", Allowed::Only(&[])),
];

/// Edges that tests and benches may add: `(from, to, why)`.
const DEV_EDGES: [(&str, &str, &str); 2] = [
    ("server", "store", "tests of the API open a database of their own"),
    ("server", "connect", "tests of the API stand in for the receivers of webhooks"),
];

/// Every edge stands in the table and every crate has a row.
pub(super) fn check(packages: &Packages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in packages.members() {
        let Some((_, allowed)) = EDGES.iter().find(|(name, _)| *name == package.name) else {
            let message = format!("crate `{}` has no row in the table of edges", package.name);
            faults.push(Fault::new(&package.manifest(), 0, message));
            continue;
        };
        for dependency in &package.dependencies {
            let to = dependency.name.as_str();
            // A crate names itself to switch on a feature for its own tests.
            let dev = dependency.dev && (to == package.name || is_dev_edge(&package.name, to));
            if packages.is_member(to) && !allows(allowed, to) && !dev {
                let message = format!("`{}` must not use `{to}`", package.name);
                faults.push(Fault::new(&package.manifest(), 0, message));
            }
        }
    }
    faults
}

fn allows(allowed: &Allowed, to: &str) -> bool {
    match allowed {
        Allowed::Only(names) => names.contains(&to),
        Allowed::All => true,
    }
}

fn is_dev_edge(from: &str, to: &str) -> bool {
    DEV_EDGES.iter().any(|(a, b, _)| *a == from && *b == to)
}

#[cfg(test)]
mod tests {
    use super::super::packages::Package;
    use super::*;

    fn messages(package: Package) -> Vec<String> {
        let others = ["model", "store", "xtask"].map(|name| Package::ours(name, &[]));
        let packages = Packages::of(others.into_iter().chain([package]).collect());
        check(&packages).into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn an_edge_against_the_table_is_a_fault() {
        assert_eq!(
            messages(Package::ours("decide", &["store"])),
            ["`decide` must not use `store`"]
        );
        assert_eq!(
            messages(Package::ours("server", &["store"])),
            ["`server` must not use `store`"]
        );
    }

    #[test]
    fn edges_of_the_table_and_crates_of_others_pass() {
        assert!(messages(Package::ours("decide", &["model", "serde"])).is_empty());
        assert!(messages(Package::ours("cli", &["store", "model"])).is_empty());
    }

    #[test]
    fn a_test_may_add_only_a_listed_edge() {
        assert!(messages(Package::ours("server", &[]).with_dev("store")).is_empty());
        assert!(messages(Package::ours("engine", &[]).with_dev("engine")).is_empty());
        assert_eq!(messages(Package::ours("decide", &[]).with_dev("store")).len(), 1);
    }

    #[test]
    fn a_crate_without_a_row_is_a_fault() {
        assert_eq!(messages(Package::ours("sidecar", &[])).len(), 1);
    }
}
