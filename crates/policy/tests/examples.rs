//! Every example compiles, with exactly the findings that are meant.
#![allow(clippy::unwrap_used, reason = "test code")]

use policy::{Sources, compile};

const REFERENCE: &str = include_str!("../../../examples/policies/reference.yaml");

/// Code and underlined text of each finding.
fn findings(text: &str) -> Vec<(&'static str, String)> {
    let sources = Sources::single("policy.yaml", text);
    let (policy, found) = compile(&sources);
    assert!(policy.is_some(), "{found:#?}");
    found.iter().map(|it| (it.code, sources.text(it.primary).to_owned())).collect()
}

#[test]
fn the_reference_policy_warns_only_of_what_its_documents_contradict() {
    let late = |text: &str| ("P0306", text.to_owned());
    assert_eq!(findings(REFERENCE), [late("15m"), late("2h")]);
}
