//! The catalogue: every statement is understood by both engines.

use std::collections::BTreeSet;

use store::testing::for_each_engine;
use store::{StoreError, catalogue};

#[test]
fn every_statement_prepares() {
    for_each_engine(|store| {
        let prepared = store.read(catalogue::prepare_all).wait().unwrap();
        assert_eq!(prepared, catalogue::all().count());
    });
}

#[test]
fn names_are_unique() {
    let names: BTreeSet<_> = catalogue::all().map(store::sql::Entry::name).collect();
    assert_eq!(names.len(), catalogue::all().count());
}

#[test]
fn every_file_with_statements_is_in_the_catalogue() {
    let listed: BTreeSet<_> = catalogue::all()
        .filter_map(|it| it.name().rsplit_once("::").map(|(module, _)| module))
        .collect();
    let mut declared = BTreeSet::new();
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let mut folders = vec![std::path::PathBuf::from(root)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).unwrap().contains("statements! {") {
                let module = path.strip_prefix(root).unwrap().with_extension("");
                let module = module.to_str().unwrap().replace('/', "::");
                declared.insert(format!("store::{module}"));
            }
        }
    }
    assert_eq!(listed.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), declared);
}

#[test]
fn every_code_has_a_page_with_its_sections() {
    for code in StoreError::CODES {
        let path = format!("{}/../../docs/errors/{code}.md", env!("CARGO_MANIFEST_DIR"));
        let page = std::fs::read_to_string(&path).unwrap_or_else(|it| panic!("{path}: {it}"));
        assert!(page.starts_with(&format!("# {code}: ")), "{path}");
        for section in ["## What it means", "## Example", "## What to do"] {
            let body = page.split(section).nth(1).unwrap_or_else(|| panic!("{path}: {section}"));
            let body = body.split("\n## ").next().unwrap();
            assert!(20 < body.trim().len(), "{path}: {section} is empty");
        }
    }
}
