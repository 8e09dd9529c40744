//! Any facts give the numbers of the naive reference.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use model::Timestamp;
use proptest::collection::vec;
use proptest::option::{self, of};
use proptest::prelude::*;
use report::{Dimension, Disposition, OutcomeKind, Period, Settings, report};

use crate::naive::{Data, Handoff, Outcome, check};

const SECOND: i64 = 1_000_000;
const DAY: i64 = 86_400 * SECOND;
/// 2026-10-01T00:00:00Z.
const START: i64 = 1_790_812_800 * SECOND;

fn text(names: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    option::weighted(0.8, proptest::sample::select(names).prop_map(str::to_owned))
}

/// Delays on and beside every boundary, small ones and anything up to twenty days, before and after.
fn delay() -> impl Strategy<Value = i64> {
    let edges = [0, 1, 15, 16, 300, 900, 3_600, 86_400].map(|it| it * SECOND);
    prop_oneof![
        (proptest::sample::select(edges.to_vec()), -1..=1_i64).prop_map(|(edge, by)| edge + by),
        0..20 * DAY,
        0..600 * SECOND,
        -DAY..0,
    ]
}

fn disposition() -> impl Strategy<Value = Option<Disposition>> {
    of(proptest::sample::select(vec![
        Disposition::Submitted,
        Disposition::Rejected,
        Disposition::PursueAccount,
        Disposition::BadUseCase,
        Disposition::Recycled,
    ]))
}

fn names() -> impl Strategy<Value = [Option<String>; 9]> {
    let reasons = &["Product - Voice", "Quinn - Reply Received", "Marketing - Events"];
    (
        text(reasons),
        text(&["1", "2", "3"]),
        text(&["fast", "slow"]),
        text(&["ana", "bo", "cyd", "dee"]),
        text(&["east", "west"]),
        text(&["inbox"]),
        text(&["web", "ads"]),
        text(&["spring", "autumn", "winter"]),
        text(&["no budget", "spam"]),
    )
        .prop_map(|(a, b, c, d, e, f, g, h, i)| [a, b, c, d, e, f, g, h, i])
}

fn handoff() -> impl Strategy<Value = Handoff> {
    let duties = vec((of(delay()), of(delay())), 3);
    let times = (0..40 * DAY, 0..DAY, 0..100 * DAY, of(delay()), of(delay()));
    (times, names(), disposition(), duties).prop_map(|(times, text, disposition, duties)| {
        let (created, captured_before, known_before, closed, attempted) = times;
        let created_at = START + created;
        let captured_at = created_at - captured_before;
        let duty = |index: usize, from: i64| {
            let (due, met): (Option<i64>, Option<i64>) = duties[index];
            (due.map(|it| created_at + it), met.map(|it| from + it))
        };
        Handoff {
            created_at,
            captured_at,
            lead_since: captured_at - known_before,
            closed_at: closed.map(|it| created_at + it),
            text,
            disposition,
            duties: [duty(0, created_at), duty(1, captured_at), duty(2, created_at)],
            first_attempt_at: attempted.map(|it| captured_at + it),
        }
    })
}

fn outcome(handoffs: usize) -> impl Strategy<Value = Outcome> {
    let kinds =
        vec![OutcomeKind::Meeting, OutcomeKind::Opportunity, OutcomeKind::Won, OutcomeKind::Lost];
    // An index beyond the end is "no handoff", so an empty list needs no case of its own.
    let handoff = (0..handoffs + 2).prop_map(move |it| (it < handoffs).then_some(it));
    (
        handoff,
        proptest::sample::select(kinds),
        0..60 * DAY,
        of(-9..90_000_i64),
        text(&["Web", "Ads"]),
    )
        .prop_map(|(handoff, kind, at, value, lead_source)| Outcome {
            handoff,
            kind,
            at: START + at,
            value,
            lead_source,
        })
}

fn data() -> impl Strategy<Value = Data> {
    vec(handoff(), 0..120).prop_flat_map(|handoffs| {
        let outcomes = vec(outcome(handoffs.len()), 0..40);
        outcomes.prop_map(move |outcomes| Data { handoffs: handoffs.clone(), outcomes })
    })
}

fn settings(from_day: i64, days: i64, as_of_day: i64) -> Settings {
    let at = |day: i64| Timestamp::from_micros(START + day * DAY);
    let mut settings =
        Settings::monthly(Period::new(at(from_day), at(from_day + days)).unwrap(), at(as_of_day));
    settings.horizon_seconds = 10 * 86_400;
    settings.dimensions = vec![
        Dimension::Reason,
        Dimension::Tier,
        Dimension::Sla,
        Dimension::Rep,
        Dimension::Team,
        Dimension::Queue,
        Dimension::Source,
        Dimension::Campaign,
    ];
    settings
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn a_report_has_the_numbers_of_the_naive_reference(
        data in data(), from in 0..20_i64, days in 1..40_i64, as_of in 20..60_i64,
    ) {
        let report = report(&data.facts(), settings(from, days, as_of));
        check(&data, &report);
    }

    #[test]
    fn every_table_shows_each_handoff_once(data in data()) {
        let report = report(&data.facts(), settings(0, 40, 40));
        for table in &report.tables {
            let sum: u64 = table.groups.iter().map(|it| it.tally.handoffs).sum();
            prop_assert_eq!(sum, data.handoffs.len() as u64);
        }
    }
}

#[test]
fn facts_of_several_chunks_have_the_numbers_of_the_naive_reference() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let handoffs = vec(handoff(), 3_500).new_tree(&mut runner).unwrap().current();
    let outcomes = vec(outcome(handoffs.len()), 300).new_tree(&mut runner).unwrap().current();
    let data = Data { handoffs, outcomes };
    let mut settings = settings(3, 33, 41);
    settings.dimensions.truncate(3);
    // Above 1,000 values the interval of the median uses the normal limit, one rank off the exact one at most.
    let mut report = report(&data.facts(), settings);
    assert!(report.total.speed.unwrap().n > 1000);
    crate::naive::check_but_large_intervals(&data, &mut report);
}
