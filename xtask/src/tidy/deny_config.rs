//! `deny.toml` says the same as the tables here, so that `cargo deny` adds advisories and sources
//! and contradicts nothing.

use std::collections::BTreeSet;

use super::{Fault, Tree, bans, licences, packages};

const PATH: &str = "deny.toml";

/// Licences, banned crates and platforms agree.
pub(super) fn check(tree: &Tree) -> Vec<Fault> {
    let text = tree.text(PATH).unwrap_or_default();
    let banned = bans::NOWHERE.map(|(name, _)| name);
    [
        differences(text, "[licenses]", "allow = [", &licences::ALLOWED),
        differences(text, "[bans]", "deny = [", &banned),
        differences(text, "[graph]", "targets = [", &packages::TARGETS),
    ]
    .concat()
}

fn differences(text: &str, section: &str, list: &str, wanted: &[&str]) -> Vec<Fault> {
    let found: BTreeSet<&str> = entries(text, section, list).into_iter().collect();
    let wanted: BTreeSet<&str> = wanted.iter().copied().collect();
    let fault = |entry: &&str| {
        Fault::new(PATH, 0, format!("{section} {list} differs from the table of tidy in `{entry}`"))
    };
    found.symmetric_difference(&wanted).map(fault).collect()
}

/// The first quoted text of each line of a list that is written one entry a line.
fn entries<'a>(text: &'a str, section: &str, list: &str) -> Vec<&'a str> {
    let section = text.lines().skip_while(|line| *line != section).skip(1);
    let section = section.take_while(|line| !line.starts_with('['));
    let list = section.skip_while(|line| *line != list).skip(1).take_while(|line| *line != "]");
    list.filter(|line| !line.trim_start().starts_with('#'))
        .filter_map(|line| line.split('"').nth(1))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "[graph]\nallow = [\n  \"other\",\n]\n[licenses]\nallow = [\n  \"MIT\",\n  \
                        # \"GPL-3.0\",\n  { id = \"ISC\", reason = \"x\" },\n]\n";

    #[test]
    fn lists_that_agree_pass_and_each_difference_is_a_fault() {
        assert!(differences(TEXT, "[licenses]", "allow = [", &["ISC", "MIT"]).is_empty());
        let found = differences(TEXT, "[licenses]", "allow = [", &["MIT", "Zlib"]);
        assert_eq!(found.len(), 2, "{found:?}");
    }

    #[test]
    fn a_missing_file_differs_in_everything() {
        assert!(licences::ALLOWED.len() < check(&Tree::of(&[])).len());
    }
}
