//! Names of files and modules: each says what it holds.

use super::{Fault, Tree};

/// Names under which anything can be hidden.
const EMPTY_NAMES: [&str; 10] = [
    "util", "utils", "helper", "helpers", "common", "manager", "service", "services", "misc", "mod",
];

/// No module bears an empty name; `foo.rs` beside `foo/` instead of `foo/mod.rs`.
pub(super) fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust() {
        let folder = file.path.split('/').find(|part| EMPTY_NAMES.contains(part));
        let stem = Some(file.stem()).filter(|stem| EMPTY_NAMES.contains(stem));
        if let Some(name) = folder.or(stem) {
            faults.push(Fault::new(&file.path, 0, format!("`{name}` does not say what is in it")));
        }
        for (index, line) in file.text.lines().enumerate() {
            if let Some(name) = inline_module(line).filter(|name| EMPTY_NAMES.contains(name)) {
                let message = format!("`mod {name}` does not say what is in it");
                faults.push(Fault::new(&file.path, index + 1, message));
            }
        }
    }
    faults
}

/// `pub(crate) mod name {` as `name`. A module in a file of its own is judged by that file.
fn inline_module(line: &str) -> Option<&str> {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words.as_slice() {
        ["mod", name, "{"] => Some(name),
        [visibility, "mod", name, "{"] if visibility.starts_with("pub") => Some(name),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn empty_names_of_files_folders_and_modules_are_faults() {
        assert_eq!(faults("crates/a/src/utils.rs", ""), 1);
        assert_eq!(faults("crates/a/tests/common/login.rs", ""), 1);
        assert_eq!(faults("crates/a/src/pool/mod.rs", ""), 1);
        assert_eq!(faults("crates/a/src/pool.rs", "pub(crate) mod helpers {\n}\n"), 1);
    }

    #[test]
    fn names_that_say_something_pass() {
        assert_eq!(faults("crates/a/src/pool.rs", "mod rotation {\n}\n"), 0);
        assert_eq!(faults("crates/a/src/service_level.rs", "mod tests {\n}\n"), 0);
    }
}
