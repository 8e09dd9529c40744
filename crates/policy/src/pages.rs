//! The examples of the pages on file and condition mistakes show the mistake they explain.

use crate::diagnostic::Diagnostics;
use crate::expr::sample::sample;
use crate::expr::{RepFields, compile_condition};
use crate::parse::parse;
use crate::tree::NodeKind;

#[path = "../../../docs/errors/index.rs"]
mod index;

/// Pages whose mistake cannot stand in a page.
const WITHOUT_EXAMPLE: [&str; 5] = ["P0007", "P0008", "P0009", "P0010", "P0221"];

/// Codes of this crate's `parse` and `expr`.
const OWN: [std::ops::RangeInclusive<&str>; 3] =
    ["P0001"..="P0012", "P0201"..="P0206", "P0208"..="P0224"];

/// The codes that a file with conditions under `when` brings.
fn codes(file: &str) -> Vec<&'static str> {
    let mut found = Diagnostics::default();
    let tree = parse(0, file, &mut found);
    let mut sample = sample();
    let mut symbols = std::mem::take(&mut sample.symbols);
    let scope = sample.scope(RepFields::Refused);
    let entries = tree.iter().flat_map(|it| it.entries()).filter(|it| it.key == "when");
    for entry in entries {
        if let NodeKind::Scalar(text) = &entry.value.kind {
            compile_condition(text, entry.value.span, &scope, &mut symbols, &mut found);
        }
    }
    found.iter().map(|it| it.code).collect()
}

#[test]
fn the_example_of_a_page_makes_the_mistake_of_the_page() {
    let own = index::PAGES.iter().filter(|(code, _)| OWN.iter().any(|it| it.contains(code)));
    let mut without = Vec::new();
    for (code, page) in own {
        let example = page.split("```yaml\n").nth(1).and_then(|it| it.split("```").next());
        match example {
            Some(example) => assert!(codes(example).contains(code), "{code}: {:?}", codes(example)),
            None => without.push(*code),
        }
    }
    assert_eq!(without, WITHOUT_EXAMPLE);
}
