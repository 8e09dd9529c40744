//! The texts of the repository: what git tracks or would track.

use std::path::Path;

use crate::{Outcome, command};

/// All text files, by path.
pub(crate) struct Tree {
    files: Vec<File>,
}

/// One text file; the path is relative to the root, with slashes.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

impl Tree {
    /// Reads the checkout at `root`. Files that are not UTF-8 hold no text and are left out.
    pub(crate) fn load(root: &Path) -> Outcome<Self> {
        let mut git = command::at_root("git");
        git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let names = command::read(&mut git)?;
        let mut files: Vec<File> = names
            .split_terminator('\0')
            // A deleted file is still listed until the deletion is staged.
            .filter_map(|path| {
                let text = std::fs::read_to_string(root.join(path)).ok()?;
                Some(File { path: path.to_owned(), text })
            })
            .collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(Self { files })
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &File> {
        self.files.iter()
    }

    /// Rust sources: crates and xtask.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files().filter(|file| file.path.ends_with(".rs"))
    }

    /// Files whose path begins with `prefix`.
    pub(crate) fn under(&self, prefix: &str) -> impl Iterator<Item = &File> {
        self.files().filter(move |file| file.path.starts_with(prefix))
    }

    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files().find(|file| file.path == path).map(|file| file.text.as_str())
    }
}

impl File {
    /// The last part of the path, without its ending.
    pub(crate) fn stem(&self) -> &str {
        let name = self.path.rsplit('/').next().unwrap_or_default();
        name.split_once('.').map_or(name, |(stem, _)| stem)
    }

    /// Whether the whole file belongs to tests, benches or examples.
    pub(crate) fn is_test(&self) -> bool {
        self.stem() == "tests"
            || self.path.split('/').any(|part| matches!(part, "tests" | "benches" | "examples"))
    }

    /// Numbered lines without inline test modules; empty for test files.
    pub(crate) fn production_lines(&self) -> Vec<(usize, &str)> {
        if self.is_test() {
            return Vec::new();
        }
        let mut kept = Vec::new();
        let mut lines = self.text.lines().enumerate().peekable();
        while let Some((index, line)) = lines.next() {
            if line == "#[cfg(test)]" {
                // Attributes between the two; formatted code ends the module in column one.
                while lines.next_if(|(_, it)| it.starts_with("#[")).is_some() {}
                if lines.next_if(|(_, it)| it.starts_with("mod ") && it.ends_with('{')).is_some() {
                    for (_, skipped) in lines.by_ref() {
                        if skipped == "}" {
                            break;
                        }
                    }
                    continue;
                }
            }
            kept.push((index + 1, line));
        }
        kept
    }
}

#[cfg(test)]
impl Tree {
    /// A tree of `(path, text)`.
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let file = |&(path, text): &(&str, &str)| File { path: path.into(), text: text.into() };
        Self { files: files.iter().map(file).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inline_tests_are_cut_and_what_follows_them_is_kept() {
        let text =
            "fn a() {}\n#[cfg(test)]\n#[allow(x)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let tree = Tree::of(&[("crates/a/src/lib.rs", text)]);
        let lines = tree.files.first().map(File::production_lines).unwrap();
        assert_eq!(lines, [(1, "fn a() {}"), (7, "fn c() {}")]);
    }

    #[test]
    fn a_declared_test_module_cuts_nothing() {
        let tree = Tree::of(&[("crates/a/src/lib.rs", "#[cfg(test)]\nmod tests;\nfn a() {}\n")]);
        let lines = tree.files.first().map(File::production_lines).unwrap();
        assert_eq!(lines.last(), Some(&(3, "fn a() {}")));
    }

    #[test]
    fn this_repository_is_read() {
        let tree = Tree::load(&command::root()).unwrap();
        assert!(tree.text("Cargo.toml").is_some_and(|text| text.contains("[workspace]")));
    }
}
