//! Stored and sent formats: written once, they must be written the same and still be read.
//!
//! `UPDATE_GOLDEN=1 cargo test -p decide` writes the files anew; a changed file is a changed format.

use decide::lead::ActivityFact;
use decide::replay::{DecisionRecord, ReplayError, Sha, record, replay};
use decide::trace::format::to_json;
use decide::{LeadView, decide_traced};
use model::Seconds;
use proptest::prelude::*;

use crate::desk::{Desk, desk, number, text};

fn rich(desk: &Desk) -> LeadView {
    let mut lead = desk.lead(&[
        ("pool", text("turn")),
        ("employees", number(5000)),
        ("message", text("AI voice, please")),
        ("potential", number(60_000)),
        ("email.domain", text("acme.example")),
    ]);
    let kind = desk.setup.policy().symbols.find("pricing_page_view").unwrap();
    lead.activities = vec![ActivityFact { kind, at: desk.now.minus(Seconds::from_days(5)) }];
    lead.version = 3;
    lead
}

#[expect(clippy::disallowed_methods, reason = "golden files are read and written")]
fn check(name: &str, got: &str) {
    let path = format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, got).unwrap();
    }
    let wanted = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(got, wanted, "{name} is not what it was");
}

#[test]
fn the_format_of_a_decision_is_kept() {
    let mut desk = desk();
    desk.state_of("bo").open = 5;
    let lead = rich(&desk);
    let input = desk.input(&lead);
    let (decision, trace) = decide_traced(&input);
    let mut document = to_json(&input, &decision, &trace);
    // The hash follows the text of the fixture, not the format.
    document["policy"] = serde_json::json!("(hash)");
    check("decision_1.json", &format!("{document:#}\n"));
    check("decision_1.txt", &decide::render::text(&desk.setup, &decision, &trace));
}

#[test]
fn a_stored_record_of_format_1_still_loads_and_replays() {
    let mut desk = desk();
    let lead = rich(&desk);
    desk.next(&lead);
    let cy = desk.rep("cy");
    let pool = desk.state.pools.iter().position(|it| it.sequence == 1).unwrap();
    desk.state.pools[pool].add_credit(cy);
    let input = desk.input(&lead);
    let (decision, trace) = decide_traced(&input);
    let stored = record(&input, &decision, 12);
    check("record_1.json", &format!("{}\n", serde_json::to_string_pretty(&stored).unwrap()));
    let loaded: DecisionRecord =
        serde_json::from_str(include_str!("golden/record_1.json")).unwrap();
    // Another state now: the record brings its own.
    desk.state_of("ana").open = 9;
    assert_eq!(replay(&loaded, &desk.setup, &lead).unwrap(), (decision, trace));
}

#[test]
fn a_record_that_was_changed_is_noticed() {
    let desk = desk();
    let lead = rich(&desk);
    let input = desk.input(&lead);
    let decision = decide::decide(&input);
    let stored = record(&input, &decision, 1);
    let mut other = stored.clone();
    other.reps[0].open += 1;
    assert_eq!(replay(&other, &desk.setup, &lead).unwrap_err(), ReplayError::InputDiffers);
    let mut other = stored.clone();
    other.output = Sha([0; 32]);
    assert_eq!(replay(&other, &desk.setup, &lead).unwrap_err(), ReplayError::OutputDiffers);
    let mut other = stored.clone();
    other.policy = Sha([0; 32]);
    assert_eq!(replay(&other, &desk.setup, &lead).unwrap_err(), ReplayError::Policy);
    let mut newer = lead.clone();
    newer.version += 1;
    assert_eq!(replay(&stored, &desk.setup, &newer).unwrap_err(), ReplayError::Lead);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_same_input_gives_the_same_bytes_and_replays(
        pool in prop::sample::select(vec!["turn", "load", "skilled", "sticky", "filtered", "any"]),
        language in prop::sample::select(vec!["en", "fr", "de", "ja"]),
        opens in prop::collection::vec(0_u32..12, 5),
        before in 0_usize..6,
        hours in 0_u32..48,
    ) {
        let mut desk = desk();
        desk.now = desk.now.plus(Seconds::from_hours(hours));
        for (id, open) in ["ana", "bo", "cy", "dee", "kim"].into_iter().zip(opens) {
            desk.state_of(id).open = open;
        }
        let lead = desk.lead(&[("pool", text(pool)), ("language", text(language))]);
        for _ in 0..before {
            desk.next(&lead);
        }
        let input = desk.input(&lead);
        let (decision, trace) = decide_traced(&input);
        let (again, trace_again) = decide_traced(&desk.input(&lead));
        let bytes = to_json(&input, &decision, &trace).to_string();
        prop_assert_eq!(&bytes, &to_json(&input, &again, &trace_again).to_string());
        let stored = serde_json::to_string(&record(&input, &decision, 1)).unwrap();
        let loaded: DecisionRecord = serde_json::from_str(&stored).unwrap();
        let (replayed, replayed_trace) = replay(&loaded, &desk.setup, &lead).unwrap();
        prop_assert_eq!(bytes, to_json(&input, &replayed, &replayed_trace).to_string());
    }
}
