//! Migrations: the same numbered steps for both database engines.

use std::collections::BTreeSet;

use super::{Fault, Tree};

const FOLDER: &str = "crates/store/migrations/";
const ENGINES: [&str; 2] = ["sqlite", "postgres"];

/// Both folders hold the same names, `0001_words.sql` upwards without a gap.
pub(super) fn check(tree: &Tree) -> Vec<Fault> {
    let [sqlite, postgres] = ENGINES.map(|engine| names(tree, engine));
    let mut faults = Vec::new();
    for name in sqlite.symmetric_difference(&postgres) {
        let message = format!("`{name}` is there for one engine only");
        faults.push(Fault::new(FOLDER, 0, message));
    }
    for (index, name) in sqlite.union(&postgres).enumerate() {
        let number = format!("{:04}_", index + 1);
        let words = name.strip_prefix(&number).and_then(|rest| rest.strip_suffix(".sql"));
        let good = words.is_some_and(|words| {
            !words.is_empty() && words.chars().all(|it| it.is_ascii_lowercase() || it == '_')
        });
        if !good {
            let message = format!("`{name}` should be `{number}words_in_lower_case.sql`");
            faults.push(Fault::new(FOLDER, 0, message));
        }
    }
    faults
}

fn names<'a>(tree: &'a Tree, engine: &str) -> BTreeSet<&'a str> {
    let folder = format!("{FOLDER}{engine}/");
    tree.files().filter_map(|file| file.path.strip_prefix(&folder)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn faults(sqlite: &[&str], postgres: &[&str]) -> usize {
        let path = |engine: &str, name: &&str| format!("{FOLDER}{engine}/{name}");
        let paths: Vec<String> = sqlite
            .iter()
            .map(|name| path("sqlite", name))
            .chain(postgres.iter().map(|name| path("postgres", name)))
            .collect();
        let files: Vec<(&str, &str)> = paths.iter().map(|path| (path.as_str(), "")).collect();
        check(&Tree::of(&files)).len()
    }

    #[test]
    fn both_engines_take_the_same_steps() {
        assert_eq!(faults(&["0001_begin.sql"], &["0001_begin.sql"]), 0);
        assert_eq!(faults(&["0001_begin.sql", "0002_add_pools.sql"], &["0001_begin.sql"]), 1);
    }

    #[test]
    fn numbers_have_no_gap_and_no_double() {
        assert_eq!(faults(&["0002_begin.sql"], &["0002_begin.sql"]), 1);
        let double = ["0001_begin.sql", "0001_leads.sql"];
        assert_eq!(faults(&double, &double), 1);
        assert_eq!(faults(&["0001_Begin.sql"], &["0001_Begin.sql"]), 1);
    }
}
