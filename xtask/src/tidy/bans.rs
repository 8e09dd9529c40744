//! Foreign crates that must not come in, must stay behind one of ours, or must come only once.

use std::collections::BTreeMap;

use super::Fault;
use super::packages::Packages;

/// Nowhere below us: `(crate, why)`. `deny.toml` holds the same list.
pub(super) const NOWHERE: [(&str, &str); 10] = [
    ("aws-lc-rs", "TLS is rustls with ring, once for all"),
    ("aws-lc-sys", "TLS is rustls with ring, once for all"),
    ("native-tls", "TLS is rustls"),
    ("openssl", "TLS is rustls"),
    ("openssl-sys", "TLS is rustls; nothing is linked from the system"),
    ("sqlx", "its SQLite pin conflicts with rusqlite; SQL goes through `store`"),
    ("sqlx-core", "its SQLite pin conflicts with rusqlite; SQL goes through `store`"),
    ("diesel", "SQL is written by hand in `store`"),
    ("sea-orm", "SQL is written by hand in `store`"),
    ("serde_yaml", "no longer maintained, and gives no spans for values"),
];

/// Not as a direct dependency of ours: `(crate, why)`.
const NOT_DIRECTLY: [(&str, &str); 6] = [
    ("chrono", "time is jiff"),
    ("time", "time is jiff"),
    ("lazy_static", "std has LazyLock"),
    ("once_cell", "std has OnceLock and LazyLock"),
    ("cel", "conditions are Baton's own expression language"),
    ("rhai", "policies hold no scripts"),
];

/// Only these crates of ours may use them directly: `(crate, ours)`; tests are free.
const BEHIND: [(&str, &[&str]); 10] = [
    ("rusqlite", &["store"]),
    ("libsqlite3-sys", &["store"]),
    ("postgres", &["store"]),
    ("postgres-types", &["store"]),
    ("tokio-postgres", &["store"]),
    ("axum", &["server"]),
    ("hyper", &["server"]),
    ("reqwest", &["connect"]),
    ("lettre", &["connect"]),
    ("clap", &["cli"]),
];

/// Too heavy to be built and shipped in two versions. Not `syn`: it is not shipped, and half of the
/// derive macros below us still ask for its version 2.
const ONCE: [&str; 12] = [
    "axum",
    "hyper",
    "jiff",
    "libsqlite3-sys",
    "postgres-protocol",
    "regex-automata",
    "regex-syntax",
    "rusqlite",
    "rustls",
    "serde_core",
    "serde_json",
    "tokio",
];

/// No banned crate, no crate past its wall, no heavy crate twice.
pub(super) fn check(packages: &Packages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for package in packages.all() {
        if let Some((name, why)) = NOWHERE.iter().find(|(name, _)| *name == package.name) {
            faults.push(Fault::new("Cargo.lock", 0, format!("`{name}` is banned: {why}")));
        }
    }
    for package in packages.members() {
        for dependency in &package.dependencies {
            let found = NOT_DIRECTLY.iter().find(|(name, _)| *name == dependency.name);
            if let Some((name, why)) = found {
                let message = format!("`{name}` is banned here: {why}");
                faults.push(Fault::new(&package.manifest(), 0, message));
            }
            let wall = BEHIND.iter().find(|(name, _)| *name == dependency.name);
            if let Some((name, ours)) = wall
                && !dependency.dev
                && !ours.contains(&package.name.as_str())
            {
                let message = format!("`{name}` may be used by {} only", ours.join(", "));
                faults.push(Fault::new(&package.manifest(), 0, message));
            }
        }
    }
    faults.extend(twice(packages));
    faults
}

fn twice(packages: &Packages) -> Vec<Fault> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in packages.all().filter(|it| ONCE.contains(&it.name.as_str())) {
        versions.entry(&package.name).or_default().push(&package.version);
    }
    let several = versions.into_iter().filter(|(_, versions)| 1 < versions.len());
    several
        .map(|(name, versions)| {
            let message = format!("`{name}` comes in versions {}", versions.join(" and "));
            Fault::new("Cargo.lock", 0, message)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::packages::Package;
    use super::*;

    fn messages(packages: Vec<Package>) -> Vec<String> {
        check(&Packages::of(packages)).into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn a_banned_crate_is_found_at_any_depth() {
        let found = messages(vec![Package::foreign("openssl", "0.10.0", None)]);
        assert_eq!(found, ["`openssl` is banned: TLS is rustls"]);
    }

    #[test]
    fn some_crates_are_banned_only_as_our_own_choice() {
        assert!(messages(vec![Package::foreign("chrono", "0.4.0", None)]).is_empty());
        let found = messages(vec![Package::ours("intake", &["chrono"])]);
        assert_eq!(found, ["`chrono` is banned here: time is jiff"]);
    }

    #[test]
    fn a_database_driver_stays_behind_the_store() {
        assert!(messages(vec![Package::ours("store", &["rusqlite"])]).is_empty());
        assert!(messages(vec![Package::ours("cli", &[]).with_dev("rusqlite")]).is_empty());
        let found = messages(vec![Package::ours("engine", &["rusqlite"])]);
        assert_eq!(found, ["`rusqlite` may be used by store only"]);
    }

    #[test]
    fn a_heavy_crate_comes_once() {
        let two = ["1.0.0", "2.0.0"].map(|version| Package::foreign("tokio", version, None));
        assert_eq!(messages(two.into()), ["`tokio` comes in versions 1.0.0 and 2.0.0"]);
        let light = ["1.0.0", "2.0.0"].map(|version| Package::foreign("itoa", version, None));
        assert!(messages(light.into()).is_empty());
    }
}
