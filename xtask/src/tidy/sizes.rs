//! Sizes of files. The sizes of functions are clippy's (`too_many_lines`).

use super::{Fault, Tree};

/// Lines of production code; test modules and test files do not count.
const LINES_MAX: usize = 400;
/// No reason excuses more than this.
const LINES_MAX_WITH_REASON: usize = 600;

/// Lines of a file of the web app, tests and generated files apart.
const WEB_LINES_MAX: usize = 300;
const WEB_CODE: [&str; 4] = [".ts", ".tsx", ".mjs", ".css"];

/// Files that may pass the first limit: `(path, why it is one topic)`.
const REASONS: &[(&str, &str)] = &[];

/// No file is over its limit and no reason outlives its need.
pub(super) fn check(tree: &Tree) -> Vec<Fault> {
    check_against(tree, REASONS)
}

fn check_against(tree: &Tree, reasons: &[(&str, &str)]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.rust() {
        let lines = file.production_lines().len();
        let excused = reasons.iter().any(|(path, _)| *path == file.path);
        let limit = if excused { LINES_MAX_WITH_REASON } else { LINES_MAX };
        if limit < lines {
            let message = format!("{lines} lines of production code, the limit is {limit}");
            faults.push(Fault::new(&file.path, 0, message));
        }
        if excused && lines <= LINES_MAX {
            faults.push(Fault::new(&file.path, 0, "has a reason for its size, but is small"));
        }
    }
    let web = tree.under("web/").filter(|file| {
        !file.path.contains(".test.") && WEB_CODE.iter().any(|end| file.path.ends_with(end))
    });
    for (file, lines) in web.map(|it| (it, it.text.lines().count())) {
        if WEB_LINES_MAX < lines {
            let message = format!("{lines} lines, the limit is {WEB_LINES_MAX}");
            faults.push(Fault::new(&file.path, 0, message));
        }
    }
    let gone = reasons.iter().filter(|(path, _)| tree.text(path).is_none());
    faults.extend(
        gone.map(|(path, _)| Fault::new(path, 0, "has a reason for its size, but is gone")),
    );
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "crates/a/src/lib.rs";

    fn faults(lines: usize, reasons: &[(&str, &str)]) -> usize {
        let text = "fn a() {}\n".repeat(lines);
        let text = format!("{text}#[cfg(test)]\nmod tests {{\n{}}}\n", "    // test\n".repeat(900));
        check_against(&Tree::of(&[(PATH, &text)]), reasons).len()
    }

    #[test]
    fn a_long_file_needs_a_reason_and_a_huge_one_has_none() {
        assert_eq!(faults(400, &[]), 0);
        assert_eq!(faults(401, &[]), 1);
        assert_eq!(faults(600, &[(PATH, "one table")]), 0);
        assert_eq!(faults(601, &[(PATH, "one table")]), 1);
    }

    #[test]
    fn files_of_the_web_app_are_short_and_their_tests_may_be_long() {
        let text = "const a = 1;\n".repeat(301);
        let count = |path| check_against(&Tree::of(&[(path, &text)]), &[]).len();
        assert_eq!(count("web/src/a.tsx"), 1);
        assert_eq!(count("web/src/a.test.tsx"), 0);
        assert_eq!(count("web/package-lock.json"), 0);
    }

    #[test]
    fn a_reason_that_is_not_needed_goes() {
        assert_eq!(faults(10, &[(PATH, "one table")]), 1);
        assert_eq!(faults(10, &[("crates/a/src/gone.rs", "one table")]), 1);
    }
}
