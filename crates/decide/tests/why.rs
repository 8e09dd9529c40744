//! Why, and why not: the smallest change, made again.

use decide::lead::{ExcludedBecause, ExcludedRep};
use decide::{Flip, WhyNot, why, why_not};
use proptest::prelude::*;

use crate::desk::{Desk, POLICY, ROSTER, at, desk, desk_of, text};

fn ask(desk: &Desk, lead: &decide::LeadView, rep: &str) -> WhyNot {
    why_not(&desk.input(lead), desk.rep(rep))
}

#[test]
fn the_chosen_rep_is_told_so_and_why() {
    let desk = desk();
    let lead = desk.lead(&[("pool", text("turn"))]);
    assert_eq!(ask(&desk, &lead, "ana"), WhyNot::Chosen);
    let explanation = why(&desk.input(&lead));
    assert_eq!(explanation.how, Some(decide::reason::How::Turn));
    assert_eq!(explanation.targets[0].reps.len(), 3);
}

#[test]
fn only_the_turn_stood_between() {
    let desk = desk();
    let lead = desk.lead(&[("pool", text("turn"))]);
    assert_eq!(ask(&desk, &lead, "bo"), WhyNot::Change(vec![Flip::Turn]));
}

#[test]
fn presence_load_and_turn_are_named_together() {
    let mut desk = desk();
    desk.state_of("bo").present = false;
    desk.state_of("bo").open = 5;
    let lead = desk.lead(&[("pool", text("turn"))]);
    let expected = WhyNot::Change(vec![Flip::Present, Flip::NoOpenWork, Flip::Turn]);
    assert_eq!(ask(&desk, &lead, "bo"), expected);
}

#[test]
fn flips_that_turn_out_not_to_be_needed_are_left_out() {
    let mut desk = desk();
    desk.state_of("ana").present = false;
    desk.state_of("cy").present = false;
    desk.state_of("bo").open = 5;
    let lead = desk.lead(&[("pool", text("turn"))]);
    assert_eq!(ask(&desk, &lead, "bo"), WhyNot::Change(vec![Flip::NoOpenWork]));
}

#[test]
fn hours_absence_and_exclusion_are_flipped() {
    let roster = ROSTER.replace(
        "bo: { team: west,",
        "bo: { team: west, absences: [{ from: 2026-11-20T00:00:00Z, to: 2026-11-22T00:00:00Z }],",
    );
    let mut desk = desk_of(POLICY, &roster);
    desk.now = at("2026-11-20T23:00:00Z");
    let mut lead = desk.lead(&[("pool", text("turn"))]);
    let rep = "bo".parse().unwrap();
    lead.excluded.push(ExcludedRep { rep, why: ExcludedBecause::EarlierOwner });
    let expected = WhyNot::Change(vec![Flip::NotExcluded, Flip::NotAbsent, Flip::InHours]);
    assert_eq!(ask(&desk, &lead, "bo"), expected);
}

#[test]
fn a_field_of_the_rep_is_named_with_the_value_it_needs() {
    let desk = desk();
    let lead = desk.lead(&[("pool", text("filtered")), ("language", text("fr"))]);
    let languages = desk.setup.policy().fields.find("rep.languages").unwrap();
    let WhyNot::Change(flips) = ask(&desk, &lead, "bo") else { panic!("no change found") };
    let french = model::Value::List(vec!["fr".into()]);
    assert_eq!(flips, [Flip::RepField(languages, french)]);
}

#[test]
fn a_field_of_the_lead_leads_to_another_rule() {
    let desk = desk();
    let lead = desk.lead(&[("pool", text("turn"))]);
    let WhyNot::Change(flips) = ask(&desk, &lead, "dee") else { panic!("no change found") };
    assert!(flips.iter().any(|it| matches!(it, Flip::LeadField(..))), "{flips:?}");
}

#[test]
fn a_lead_that_is_not_for_sales_has_no_such_change() {
    let desk = desk();
    let lead = desk.lead(&[("email.domain", text("rival.example"))]);
    assert_eq!(ask(&desk, &lead, "bo"), WhyNot::NotWithin(Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn every_member_of_the_pool_learns_what_stood_in_its_way(
        present in prop::collection::vec(any::<bool>(), 5),
        opens in prop::collection::vec(0_u32..12, 5),
        pool in prop::sample::select(vec!["turn", "load", "skilled", "sticky"]),
        language in prop::sample::select(vec!["en", "fr", "de"]),
        hour in 0_u32..72,
    ) {
        let mut desk = desk();
        desk.now = desk.now.plus(model::Seconds::from_hours(hour));
        for (at, id) in ["ana", "bo", "cy", "dee", "kim"].into_iter().enumerate() {
            desk.state_of(id).present = present[at];
            desk.state_of(id).open = opens[at];
        }
        let lead = desk.lead(&[("pool", text(pool)), ("language", text(language))]);
        for id in ["ana", "bo"] {
            let answer = ask(&desk, &lead, id);
            prop_assert!(!matches!(answer, WhyNot::NotWithin(_)), "{id}: {answer:?}");
        }
    }
}
