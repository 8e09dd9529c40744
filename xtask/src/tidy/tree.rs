//! The texts of the repository: what git tracks or would track.

use std::path::Path;
use std::process::Command;

use crate::{Failure, Outcome, command};

/// Folders that hold no source, wherever they are.
const BUILT: [&str; 5] = [".git", ".tools", "dist", "node_modules", "target"];

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
        let paths = match listed_by_git(root) {
            Ok(paths) => paths,
            Err(failure) => {
                eprintln!("note: reading all files below {}: {failure}", root.display());
                found_below(root)?
            }
        };
        let mut files: Vec<File> = paths
            .into_iter()
            // A deleted file is still listed until the deletion is staged.
            .filter_map(|path| {
                let text = std::fs::read_to_string(root.join(&path)).ok()?;
                Some(File { path, text })
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

fn listed_by_git(root: &Path) -> Outcome<Vec<String>> {
    let mut git = Command::new("git");
    // Whoever runs this builds the checkout too, so its owner is trusted already.
    git.current_dir(root).args(["-c", "safe.directory=*", "ls-files", "-z"]);
    git.args(["--cached", "--others", "--exclude-standard"]);
    Ok(command::read(&mut git)?.split_terminator('\0').map(str::to_owned).collect())
}

/// All files of a copy without git, apart from what is built or installed there.
fn found_below(root: &Path) -> Outcome<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![root.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in folder.read_dir().map_err(Failure::at(&folder))? {
            let entry = entry.map_err(Failure::at(&folder))?;
            let kind = entry.file_type().map_err(Failure::at(&entry.path()))?;
            let built = BUILT.iter().any(|name| entry.file_name() == *name);
            if kind.is_dir() && !built {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path();
                let inside = path.strip_prefix(root).ok().and_then(Path::to_str);
                paths.extend(inside.map(str::to_owned));
            }
        }
    }
    Ok(paths)
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

    #[test]
    fn a_copy_without_git_is_read_apart_from_what_was_built() {
        let scratch = crate::scratch::Scratch::new("tree");
        for folder in ["crates/a/src", "target/debug"] {
            std::fs::create_dir_all(scratch.path().join(folder)).unwrap();
        }
        for path in ["crates/a/src/lib.rs", "target/debug/generated.rs"] {
            std::fs::write(scratch.path().join(path), "//! A.\n").unwrap();
        }
        assert_eq!(found_below(scratch.path()).unwrap(), ["crates/a/src/lib.rs"]);
        assert!(Tree::load(scratch.path()).unwrap().text("crates/a/src/lib.rs").is_some());
    }
}
