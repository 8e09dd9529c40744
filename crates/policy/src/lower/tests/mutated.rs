//! Whatever is done to a policy's text, the compiler answers.

use proptest::prelude::*;

use super::*;

const REFERENCE: &str = include_str!("../../../../../examples/policies/reference.yaml");

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_policy_never_panics_and_never_comes_out_with_an_error(
        edits in prop::collection::vec((0..REFERENCE.len(), 0..40_usize, prop::sample::select(vec![
            "", "x", ": ", "- ", "\"", "{", "]", "\n", "  ", "0", "true", "and ", "ä", "#", "%", "\t",
        ])), 1..6)
    ) {
        let mut text = REFERENCE.to_owned();
        for (at, length, new) in edits {
            let start = (0..=at.min(text.len())).rev().find(|it| text.is_char_boundary(*it)).unwrap();
            let end = (start + length).min(text.len());
            let end = (end..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap();
            text.replace_range(start..end, new);
        }
        findings_of(&Sources::single("mutated.yaml", text));
    }
}
