//! Traces of a workplace: paths of one machine, chores without an issue, tests switched off.

use super::tree::File;
use super::{Fault, Tree};

// Written in two parts, so that this file does not find itself.
const PLACES: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/tm", "p/bash"),
];
const CHORES: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];
const SWITCHED_OFF: &str = concat!("#[ig", "nore");
const CODE: [&str; 9] = [".rs", ".sql", ".toml", ".sh", ".ts", ".tsx", ".js", ".yaml", ".ci/run"];

/// Texts hold no machine paths; code holds no chore without an issue and no ignored test.
pub(super) fn check(tree: &Tree) -> Vec<Fault> {
    let mut faults = Vec::new();
    for file in tree.files() {
        let is_code = CODE.iter().any(|ending| file.path.ends_with(ending));
        for (index, line) in file.text.lines().enumerate() {
            let complaint =
                machine_path(line).map(|it| format!("`{it}…` is a path of one machine"));
            let complaint = complaint.or_else(|| is_code.then(|| code_fault(file, line)).flatten());
            faults.extend(complaint.map(|message| Fault::new(&file.path, index + 1, message)));
        }
    }
    faults
}

fn code_fault(file: &File, line: &str) -> Option<String> {
    if file.path.ends_with(".rs") && line.trim_start().starts_with(SWITCHED_OFF) {
        return Some("a test is switched off; assert what it does today instead".to_owned());
    }
    let chore = CHORES.iter().find(|chore| is_chore_without_issue(line, chore))?;
    Some(format!("`{chore}` names no issue; write `{chore}(#123)`"))
}

/// A place at the start of an absolute path; the path of an address on the web is not one.
fn machine_path(line: &str) -> Option<&'static str> {
    PLACES.into_iter().find(|place| {
        line.match_indices(place).any(|(at, _)| {
            let before = line.get(..at).and_then(|it| it.chars().next_back());
            !before.is_some_and(|it| it.is_alphanumeric() || "./-_}~*".contains(it))
        })
    })
}

fn is_chore_without_issue(line: &str, chore: &str) -> bool {
    line.match_indices(chore).any(|(at, _)| {
        let before = line.get(..at).and_then(|it| it.chars().next_back());
        let after = line.get(at + chore.len()..).unwrap_or_default();
        let is_word = |it: char| it.is_alphanumeric() || it == '_';
        let is_whole = !before.is_some_and(is_word) && !after.starts_with(is_word);
        let issue =
            after.strip_prefix("(#").is_some_and(|it| it.starts_with(|c: char| c.is_ascii_digit()));
        is_whole && !issue
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(path: &str, text: &str) -> usize {
        check(&Tree::of(&[(path, text)])).len()
    }

    #[test]
    fn paths_of_one_machine_are_faults_in_every_text() {
        for place in PLACES {
            assert_eq!(faults("docs/guide.md", &format!("see {place}ana/notes\n")), 1, "{place}");
            assert_eq!(faults("a.rs", &format!("open(\"{place}ana\")\n")), 1, "{place}");
        }
        assert_eq!(faults("a.rs", &format!("https://example.com{}x\n", PLACES[0])), 0);
        assert_eq!(faults("a.rs", &format!("api{}x\n", PLACES[3])), 0);
    }

    #[test]
    fn a_chore_names_its_issue() {
        let chore = CHORES[0];
        assert_eq!(faults("a.rs", &format!("// {chore}: later\n")), 1);
        assert_eq!(faults("a.rs", &format!("// {chore}(#12): later\n")), 0);
        assert_eq!(faults("a.rs", &format!("const A{chore}: u8 = 1;\n")), 0);
        assert_eq!(faults("CONTRIBUTING.md", &format!("A {chore} names an issue.\n")), 0);
    }

    #[test]
    fn a_test_that_is_switched_off_is_a_fault() {
        assert_eq!(faults("a.rs", &format!("    {SWITCHED_OFF}]\n")), 1);
        assert_eq!(faults("a.rs", &format!("    {SWITCHED_OFF} = \"slow\"]\n")), 1);
    }
}
