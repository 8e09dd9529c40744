//! Licences of everything we link: permissive ones only.

use super::Fault;
use super::packages::{Package, Packages};
use super::spdx;

/// Licences that ask for no more than a notice (MPL-2.0: the changed files of that crate).
/// `deny.toml` holds the same list.
pub(super) const ALLOWED: [&str; 12] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "Zlib",
];

/// Every package states a licence and the list permits it.
pub(super) fn check(packages: &Packages) -> Vec<Fault> {
    packages.all().filter_map(fault_of).collect()
}

fn fault_of(package: &Package) -> Option<Fault> {
    let Package { name, version, .. } = package;
    let message = match package.license.as_deref() {
        None => format!("{name} {version} states no licence"),
        Some(text) => match spdx::permits(text, &|name| ALLOWED.contains(&name)) {
            Some(true) => return None,
            Some(false) => format!("licence of {name} {version} is not in the list: {text}"),
            None => format!("licence of {name} {version} cannot be read: {text}"),
        },
    };
    Some(Fault::new(&package.manifest(), 0, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_outside_the_list_or_none_at_all_is_a_fault() {
        let packages = Packages::of(vec![
            Package::foreign("good", "1.0.0", Some("MIT OR Apache-2.0")),
            Package::foreign("viral", "1.0.0", Some("GPL-3.0-only")),
            Package::foreign("silent", "1.0.0", None),
            Package::foreign("garbled", "1.0.0", Some("MIT OR")),
        ]);
        let paths_and_messages: Vec<String> =
            check(&packages).iter().map(ToString::to_string).collect();
        assert_eq!(
            paths_and_messages,
            [
                "Cargo.lock: licence of viral 1.0.0 is not in the list: GPL-3.0-only",
                "Cargo.lock: silent 1.0.0 states no licence",
                "Cargo.lock: licence of garbled 1.0.0 cannot be read: MIT OR",
            ]
        );
    }
}
