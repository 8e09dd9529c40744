//! Which rep gets a lead, stage by stage.

use decide::lead::{ExcludedBecause, ExcludedRep, PreviousOwner};
use model::Seconds;
use proptest::prelude::*;

use crate::desk::{Desk, POLICY, ROSTER, at, desk, desk_of, text};

fn turn(desk: &Desk) -> decide::LeadView {
    desk.lead(&[("pool", text("turn"))])
}

#[test]
fn weights_decide_the_order_and_everybody_is_in_the_trace_once() {
    let mut desk = desk();
    let lead = turn(&desk);
    assert_eq!(desk.verdicts(&lead), ["ana D0401", "bo D0119", "cy D0119"]);
    let order: Vec<String> = (0..4).map(|_| desk.next(&lead)).collect();
    assert_eq!(order, ["ana", "bo", "cy", "ana"]);
    assert_eq!(desk.state.pools.iter().map(|it| it.sequence).sum::<u64>(), 4);
}

#[test]
fn each_stage_passes_over_with_its_own_code() {
    let mut desk = desk();
    let mut lead = turn(&desk);
    lead.excluded.push(ExcludedRep { rep: "ana".parse().unwrap(), why: ExcludedBecause::Rejected });
    desk.state_of("bo").open = 5;
    desk.state_of("cy").assigned.day = 3;
    assert_eq!(desk.verdicts(&lead), ["ana D0104", "bo D0103", "cy D0108"]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "queue triage");
    desk.state_of("bo").open = 4;
    assert_eq!(desk.verdicts(&lead)[1], "bo D0114", "the target asks for a load under 80 %");
    desk.state_of("bo").present = false;
    assert_eq!(desk.verdicts(&lead)[1], "bo D0106");
    desk.state_of("cy").assigned.day = 0;
    desk.state_of("cy").open_value = 100_000;
    assert_eq!(desk.verdicts(&lead)[2], "cy D0111");
}

#[test]
fn nobody_gets_a_lead_outside_required_hours() {
    let mut desk = desk();
    desk.now = at("2026-11-20T22:00:00Z");
    let lead = turn(&desk);
    assert_eq!(desk.verdicts(&lead), ["ana D0107", "bo D0107", "cy D0107"]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "queue triage");
}

#[test]
fn preferred_hours_take_who_works_now_and_else_anyone() {
    let mut desk = desk();
    let lead = desk.lead(&[("pool", text("preferred"))]);
    assert_eq!(desk.verdicts(&lead), ["ana D0401", "dee D0117"]);
    desk.now = at("2026-11-21T12:00:00Z");
    assert_eq!(desk.verdicts(&lead), ["ana D0401", "dee D0119"]);
    desk.now = at("2026-11-23T10:00:00Z");
    assert_eq!(desk.verdicts(&lead), ["ana D0117", "dee D0401"]);
}

#[test]
fn absent_and_inactive_reps_get_nothing_even_by_name() {
    let roster = ROSTER.replace("ana: { team: west,", "ana: { team: west, active: false,").replace(
        "bo: { team: west,",
        "bo: { team: west, absences: [{ from: 2026-11-20T00:00:00Z, to: 2026-11-21T00:00:00Z }],",
    );
    let desk = desk_of(POLICY, &roster);
    let lead = desk.lead(&[("pool", text("filtered")), ("language", text("en"))]);
    assert_eq!(desk.verdicts(&lead), ["bo D0105", "cy D0115", "ana D0101"]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "queue triage");
}

#[test]
fn an_account_owner_gets_the_lead_unless_full() {
    let mut desk = desk();
    let mut lead = desk.lead(&[]);
    lead.history.account_owner = Some("cy".parse().unwrap());
    assert_eq!(desk.verdicts(&lead), ["cy D0405"]);
    desk.state_of("cy").open = 10;
    assert_eq!(desk.verdicts(&lead), ["cy D0103"]);
    lead.history.account_owner = Some("left".parse().unwrap());
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "queue triage");
}

#[test]
fn a_skill_is_waited_for_then_given_up() {
    let mut desk = desk();
    let french = desk.lead(&[("pool", text("skilled")), ("language", text("fr"))]);
    assert_eq!(desk.shown(desk.decide(&french).outcome), "ana");
    let japanese = desk.lead(&[("pool", text("skilled")), ("language", text("ja"))]);
    assert_eq!(desk.verdicts(&japanese), ["ana D0116", "bo D0116"]);
    assert_eq!(desk.shown(desk.decide(&japanese).outcome), "waits until 2026-11-20T21:00:00Z");
    desk.now = desk.now.plus(Seconds::from_minutes(30));
    assert_eq!(desk.shown(desk.decide(&japanese).outcome), "ana");
}

#[test]
fn a_skill_that_the_lead_does_not_ask_for_keeps_nobody_waiting() {
    let desk = desk();
    let lead = desk.lead(&[("pool", text("skilled"))]);
    assert_eq!(desk.verdicts(&lead), ["ana D0401", "bo D0119"]);
}

#[test]
fn leads_of_one_company_stay_with_one_rep_while_it_can_take_them() {
    let mut desk = desk();
    let mut lead = desk.lead(&[("pool", text("sticky"))]);
    let by = desk.setup.policy().fields.find("company.key").unwrap();
    lead.previous_owners.push(PreviousOwner { by, rep: "cy".parse().unwrap(), at: desk.now });
    assert_eq!(desk.verdicts(&lead), ["ana D0118", "bo D0118", "cy D0403"]);
    desk.state_of("cy").present = false;
    assert_eq!(desk.verdicts(&lead), ["ana D0401", "bo D0119", "cy D0106"]);
    desk.state_of("cy").present = true;
    lead.previous_owners[0].at = desk.now.minus(Seconds::from_days(90));
    assert_eq!(desk.verdicts(&lead)[2], "cy D0119");
}

#[test]
fn a_replacement_is_the_next_lead_the_rep_can_take_and_moves_nobody_else() {
    let mut desk = desk();
    let lead = turn(&desk);
    let pool = desk.setup.policy().pools.iter().position(|it| it.id.as_str() == "turn").unwrap();
    assert_eq!(desk.next(&lead), "ana");
    let cy = desk.rep("cy");
    desk.state.pools[pool].add_credit(cy);
    let before = desk.state.pools[pool].rotation.clone();
    desk.state_of("cy").present = false;
    assert_eq!(desk.next(&lead), "bo");
    desk.state_of("cy").present = true;
    assert_eq!(desk.verdicts(&lead), ["ana D0121", "bo D0121", "cy D0404"]);
    let taken = desk.state.pools[pool].rotation.n;
    assert_eq!(desk.next(&lead), "cy");
    assert_eq!(desk.state.pools[pool].rotation.n, taken);
    assert!(desk.state.pools[pool].credits.is_empty());
    assert_eq!(before.n, 1);
}

#[test]
fn the_least_loaded_gets_the_lead_but_a_joiner_does_not_get_all() {
    let mut desk = desk();
    let lead = desk.lead(&[("pool", text("load"))]);
    for id in ["ana", "cy", "dee"] {
        desk.state_of(id).open = 6;
    }
    let order: Vec<String> = (0..5).map(|_| desk.next(&lead)).collect();
    assert_eq!(order.iter().filter(|it| *it == "bo").count(), 2, "{order:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_joiner_gets_at_most_two_of_k_plus_one_picks_and_is_not_starved(
        loads in prop::collection::vec(0_u32..50, 4),
        joiner in 0_usize..4,
    ) {
        let policy = POLICY.replace(", hours: ignored, load_max: 80% }", ", hours: ignored }");
        let mut desk = desk_of(&policy, &ROSTER.replace("capacity: { open: 10 }", "skills: [a]")
            .replace("capacity: { open: 5 }", "skills: [a]")
            .replace("capacity: { open: 10, value: 100000 }, caps: { day: 3 }", "skills: [a]"));
        let ids = ["ana", "bo", "cy", "dee"];
        for (id, load) in ids.iter().zip(&loads) {
            desk.state_of(id).open = *load + 100;
        }
        desk.state_of(ids[joiner]).open = 0;
        let lead = desk.lead(&[("pool", text("load"))]);
        let picks: Vec<String> = (0..40).map(|_| desk.next(&lead)).collect();
        for window in picks.windows(5) {
            for id in ids {
                let got = window.iter().filter(|it| *it == id).count();
                prop_assert!(got <= 2, "{id} got {got} of {window:?}");
            }
            let got = window.iter().filter(|it| *it == ids[joiner]).count();
            prop_assert!(1 <= got, "the joiner got nothing of {window:?}");
        }
    }

    #[test]
    fn a_batch_is_the_same_as_one_after_another(count in 1_usize..20) {
        let mut one_by_one = desk();
        let lead = turn(&one_by_one);
        let mut batch_state = one_by_one.state.clone();
        let route = decide::route(&one_by_one.setup, &lead, one_by_one.now, &mut decide::trace::NoTrace);
        let waiting: Vec<decide::Waiting<'_>> =
            (0..count).map(|_| decide::Waiting { route: &route, lead: &lead }).collect();
        let picks = decide::pick_batch(&one_by_one.setup, &mut batch_state, &waiting, one_by_one.now, 0);
        prop_assert_eq!(picks.len(), count);
        for _ in 0..count {
            one_by_one.next(&lead);
        }
        prop_assert_eq!(&batch_state, &one_by_one.state);
        let over = one_by_one.setup.roster().reps().iter().zip(&batch_state.reps).enumerate();
        for (at, (rep, state)) in over {
            if let Some(limit) = rep.capacity.open {
                prop_assert!(state.open <= limit, "{at}");
            }
        }
    }
}
