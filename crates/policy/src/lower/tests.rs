#![allow(clippy::unwrap_used, reason = "test code")]

use expect_test::{Expect, expect};

use crate::shown::shown_all;
use crate::span::{SourceFile, Sources};
use crate::{FieldOrigin, compile};

mod mutated;
mod names;
mod sections;
mod structure;

/// A sound policy with every section.
pub(crate) const SMALL: &str = include_str!("../../tests/fixtures/small.yaml");

/// The findings of the small policy after putting each second text in place of the first.
pub(crate) fn findings(edits: &[(&str, &str)]) -> String {
    let mut text = SMALL.to_owned();
    for (old, new) in edits {
        assert!(text.contains(old), "the policy has no `{old}`");
        text = text.replacen(old, new, 1);
    }
    findings_of(&Sources::single("small.yaml", text))
}

/// The findings of any sources; a policy comes out exactly where none of them is an error.
pub(crate) fn findings_of(sources: &Sources) -> String {
    let (policy, found) = compile(sources);
    let broken = found.iter().any(|it| it.severity == crate::Severity::Error);
    assert_eq!(policy.is_none(), broken);
    shown_all(sources, &found)
}

fn check(edits: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&findings(edits));
}

#[test]
fn a_sound_policy_has_no_findings() {
    check(&[], expect![[""]]);
}

#[test]
fn the_same_text_gives_the_same_policy_whatever_its_line_ends() {
    let (unix, _) = compile(&Sources::single("a.yaml", SMALL));
    let (windows, _) = compile(&Sources::single("b.yaml", SMALL.replace('\n', "\r\n")));
    let (unix, windows) = (unix.unwrap(), windows.unwrap());
    assert_eq!(unix.hash, windows.hash);
    let (other, _) = compile(&Sources::single("a.yaml", SMALL.replace("15m", "20m")));
    assert_ne!(unix.hash, other.unwrap().hash);
}

#[test]
fn fields_are_numbered_in_the_order_of_the_text() {
    let policy = compile(&Sources::single("a.yaml", SMALL)).0.unwrap();
    let names: Vec<&str> = policy.fields.iter().map(|(_, it)| it.name.as_str()).collect();
    assert_eq!(names[..5], ["email", "email.domain", "email.class", "country", "country.groups"]);
    let derived = policy.fields.iter().filter(|(_, it)| it.origin == FieldOrigin::Derived);
    assert_eq!(derived.map(|(_, it)| it.name.as_str()).collect::<Vec<_>>(), ["area", "size"]);
    assert_eq!(policy.name, "Small");
}

#[test]
fn files_of_a_folder_are_one_policy() {
    let (head, tail) = SMALL.split_once("routing:").unwrap();
    let file = |path: &str, text: String| SourceFile { path: path.to_owned(), text };
    let table = "area,country\ndach,DE\nworld,*\n".to_owned();
    let head = head.replace("rows: [[DE, dach], [\"*\", world]]", "file: areas.csv");
    let sources = Sources {
        files: vec![
            file("p/base.yaml", head),
            file("p/routing.yaml", format!("schema: 1\nrouting:{tail}")),
            file("p/areas.csv", table),
        ],
    };
    assert_eq!(findings_of(&sources), "");
    let policy = compile(&sources).0.unwrap();
    assert_eq!(policy.tables[0].columns, ["country", "area"]);
    assert_eq!(policy.tables[0].rows.len(), 2);
}
