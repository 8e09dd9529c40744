//! Every example compiles, with exactly the findings that are meant.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use policy::{Severity, Sources, compile, lint_roster, roster};

macro_rules! example {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../examples/", $path)))
    };
}

type File = (&'static str, &'static str);

const THREE_OFFICES: File = example!("rosters/three_offices.yaml");
const DEFAULT: File = example!("policies/default.yaml");
const REFERENCE: File = example!("policies/reference.yaml");

/// Policies with the roster each is made for.
const PAIRS: [(File, File); 5] = [
    (DEFAULT, THREE_OFFICES),
    (REFERENCE, THREE_OFFICES),
    (example!("demo/policy.yaml"), example!("demo/roster.yaml")),
    (example!("imports/olist/policy.yaml"), example!("imports/olist/roster.yaml")),
    (example!("imports/x_education/policy.yaml"), example!("imports/x_education/roster.yaml")),
];

/// Code and underlined text of each finding of a policy that is sound.
fn findings((path, text): File) -> Vec<(&'static str, String)> {
    let sources = Sources::single(path, text);
    let (policy, found) = compile(&sources);
    assert!(policy.is_some(), "{found:#?}");
    found.iter().map(|it| (it.code, sources.text(it.primary).to_owned())).collect()
}

#[test]
fn the_reference_policy_warns_only_of_what_its_documents_contradict() {
    let late = |text: &str| ("P0306", text.to_owned());
    assert_eq!(findings(REFERENCE), [late("15m"), late("2h")]);
}

#[test]
fn the_default_policy_has_no_findings() {
    assert_eq!(findings(DEFAULT), []);
}

#[test]
fn every_policy_fits_its_roster() {
    for (policy, people) in PAIRS {
        let (policy, found) = compile(&Sources::single(policy.0, policy.1));
        let policy = policy.unwrap_or_else(|| panic!("{found:#?}"));
        let (people, found) = roster::read(&Sources::single(people.0, people.1));
        let (people, states) = people.unwrap_or_else(|| panic!("{found:#?}"));
        assert_eq!(found, []);
        assert_eq!(states.len(), people.reps().len());
        let found = lint_roster(&policy, &people);
        assert!(found.iter().all(|it| it.severity == Severity::Hint), "{found:#?}");
    }
}

const GUIDE: &str = include_str!("../../../docs/policy.md");

/// The blocks of the guide, one after another.
fn policy_of_the_guide() -> String {
    let blocks = GUIDE.split("```yaml\n").skip(1);
    blocks.filter_map(|it| it.split("```").next()).collect()
}

#[test]
fn the_blocks_of_the_guide_are_one_sound_policy() {
    assert_eq!(findings(("docs/policy.md", policy_of_the_guide().leak())), []);
}

#[test]
fn every_condition_of_the_guide_compiles() {
    let text = policy_of_the_guide();
    let rows = GUIDE.split("| condition | holds where |").nth(1).unwrap().lines().skip(2);
    let conditions: Vec<&str> =
        rows.take_while(|it| it.starts_with('|')).map(|it| it.split('`').nth(1).unwrap()).collect();
    assert_eq!(conditions.len(), 18);
    for condition in conditions {
        let rule =
            format!("    - {{ id: new, when: '{condition}', to: [{{ pool: everyone }}] }}\n");
        let last = "    - { id: rest, when: true";
        assert!(text.contains(last));
        let sources = Sources::single("guide.yaml", text.replace(last, &(rule + last)));
        let (policy, found) = compile(&sources);
        assert!(policy.is_some(), "{condition}: {found:#?}");
    }
}

#[test]
fn every_section_stands_in_the_guide() {
    let schema = policy::schema();
    for section in schema["properties"].as_object().unwrap().keys() {
        let stands = section == "$schema" || GUIDE.contains(&format!("\n{section}:"));
        assert!(stands, "{section}");
    }
}
