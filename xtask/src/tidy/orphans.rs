//! Files and crates that nobody would miss: sources that no module names are never compiled, and
//! their tests never run; a crate without tests passes every run.

use super::packages::Packages;
use super::tree::File;
use super::{Fault, Tree};

/// A crate with fewer lines than this is a beginning and may lack tests.
const LINES_WITHOUT_TESTS_MAX: usize = 50;

/// Every source is part of a module tree; every crate of some size has a test.
pub(super) fn check(tree: &Tree, packages: &Packages) -> Vec<Fault> {
    let mut faults = Vec::new();
    for folder in packages.members().filter_map(|package| package.member.as_deref()) {
        let prefix = format!("{folder}/");
        let sources = || tree.under(&prefix).filter(|file| file.path.ends_with(".rs"));
        for file in sources().filter(|file| is_orphan(tree, &prefix, file)) {
            faults.push(Fault::new(&file.path, 0, "no module names this file: it is not compiled"));
        }
        let lines: usize = sources().map(|file| file.production_lines().len()).sum();
        let tested = sources().any(|file| file.text.lines().any(|line| line.trim() == "#[test]"));
        if !tested && LINES_WITHOUT_TESTS_MAX < lines {
            faults.push(Fault::new(folder, 0, format!("{lines} lines and not one test")));
        }
    }
    faults
}

fn is_orphan(tree: &Tree, prefix: &str, file: &File) -> bool {
    let Some(inside) = file.path.strip_prefix(prefix) else {
        return false;
    };
    let declares = |path: &str| {
        let text = tree.text(path);
        text.map(|text| text.lines().any(|line| declared(line) == Some(file.stem())))
    };
    let folder = match inside.rsplit_once('/') {
        // Beside the manifest: a build script.
        None => return false,
        Some(("src" | "tests", _)) if matches!(file.stem(), "lib" | "main") => return false,
        Some((folder, "main.rs")) if folder.starts_with("tests/") => return false,
        // Each file here is a program of its own.
        Some(("src/bin" | "benches" | "examples", _)) => return false,
        Some((folder, _)) => folder,
    };
    let parents = match folder {
        "src" => vec![format!("{prefix}src/lib.rs"), format!("{prefix}src/main.rs")],
        "tests" => vec![format!("{prefix}tests/main.rs")],
        deeper => vec![format!("{prefix}{deeper}.rs"), format!("{prefix}{deeper}/main.rs")],
    };
    let answers: Vec<bool> = parents.iter().filter_map(|path| declares(path)).collect();
    // Without `tests/main.rs` each file of that folder is a program.
    let program = folder == "tests" && answers.is_empty();
    !program && !answers.contains(&true)
}

/// `pub(crate) mod name;` as `name`.
fn declared(line: &str) -> Option<&str> {
    let mut words = line.trim().strip_suffix(';')?.rsplit(' ');
    let name = words.next();
    if words.next() == Some("mod") { name } else { None }
}

#[cfg(test)]
mod tests {
    use super::super::packages::Package;
    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        let found = check(&Tree::of(files), &Packages::of(vec![Package::ours("a", &[])]));
        found.into_iter().map(|fault| fault.path).collect()
    }

    #[test]
    fn declared_modules_and_programs_pass() {
        let files = [
            ("crates/a/build.rs", ""),
            ("crates/a/src/lib.rs", "pub(crate) mod pool;\n#[cfg(test)]\nmod tests;\n"),
            ("crates/a/src/tests.rs", ""),
            ("crates/a/src/pool.rs", "mod rotation;\n"),
            ("crates/a/src/pool/rotation.rs", ""),
            ("crates/a/tests/main.rs", "mod rules;\n"),
            ("crates/a/tests/rules.rs", ""),
            ("crates/a/tests/attack/main.rs", "mod matrix;\n"),
            ("crates/a/tests/attack/matrix.rs", ""),
            ("crates/a/benches/due.rs", ""),
        ];
        assert!(faults(&files).is_empty());
        assert!(faults(&[("crates/a/src/lib.rs", ""), ("crates/a/tests/alone.rs", "")]).is_empty());
    }

    #[test]
    fn a_file_that_no_module_names_is_a_fault() {
        let files = [
            ("crates/a/src/lib.rs", "mod pool;\nmod no_rotation;\n"),
            ("crates/a/src/pool.rs", ""),
            ("crates/a/src/pool/rotation.rs", ""),
            ("crates/a/src/tests.rs", ""),
            ("crates/a/tests/main.rs", ""),
            ("crates/a/tests/rules.rs", ""),
        ];
        let lost =
            ["crates/a/src/pool/rotation.rs", "crates/a/src/tests.rs", "crates/a/tests/rules.rs"];
        assert_eq!(faults(&files), lost);
    }

    #[test]
    fn a_grown_crate_without_a_test_is_a_fault() {
        let lines = "fn a() {}\n".repeat(LINES_WITHOUT_TESTS_MAX + 1);
        assert_eq!(faults(&[("crates/a/src/lib.rs", &lines)]), ["crates/a"]);
        let tested =
            format!("{lines}#[cfg(test)]\nmod tests {{\n    #[test]\n    fn b() {{}}\n}}\n");
        assert!(faults(&[("crates/a/src/lib.rs", &tested)]).is_empty());
    }
}
