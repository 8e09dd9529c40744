//! What becomes of a lead before a rep is picked.

use decide::lead::ActivityFact;
use decide::trace::{EarnedBy, Step};
use decide::{Outcome, decide_traced};
use model::{Number, Seconds, Timestamp};

use crate::desk::{desk, number, text};

#[test]
fn a_competitor_is_disqualified_with_its_rule() {
    let desk = desk();
    let lead = desk.lead(&[("email.domain", text("rival.example"))]);
    let decision = desk.decide(&lead);
    assert!(matches!(decision.outcome, Outcome::Disqualified { rule: 0, .. }));
    assert_eq!(decision.deadlines, decide::Deadlines::default());
    assert_eq!(decision.effects.len(), 1);
}

#[test]
fn an_exclusion_that_cannot_be_evaluated_holds_for_the_fallback_queue() {
    let desk = desk();
    let mut lead = desk.bare(&[("intent", text("trial")), ("pool", text("turn"))]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "queue triage");
    assert!(desk.decide(&lead).held.is_some());
    desk.set(&mut lead, &[("country", text("US"))]);
    assert!(desk.decide(&lead).held.is_none());
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "ana");
}

#[test]
fn a_certain_exclusion_wins_over_one_that_is_unknown() {
    let desk = desk();
    let mut lead = desk.bare(&[("intent", text("trial"))]);
    lead.history.open_handoff = Some(true);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "attached");
}

#[test]
fn a_lead_below_all_tiers_leaves_unless_its_source_is_trusted() {
    let desk = desk();
    let mut lead = desk.bare(&[("country", text("US")), ("pool", text("turn"))]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "nurture");
    desk.set(&mut lead, &[("handoff_reason", text("Portal"))]);
    let decision = desk.decide(&lead);
    assert_eq!(desk.shown(decision.outcome), "ana");
    assert_eq!(decision.tier, None);
}

#[test]
fn the_gateway_sends_small_leads_to_self_service_and_large_ones_straight_on() {
    let desk = desk();
    let mut lead = desk.bare(&[
        ("country", text("US")),
        ("handoff_reason", text("Contact")),
        ("product", text("voice")),
        ("employees", number(20)),
    ]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "self-service");
    desk.set(&mut lead, &[("employees", number(5000)), ("pool", text("turn"))]);
    assert_eq!(desk.shown(desk.decide(&lead).outcome), "ana");
}

#[test]
fn the_fast_track_needs_a_signal_and_a_potential_that_is_not_known_to_be_too_small() {
    let desk = desk();
    let mut lead = desk.bare(&[
        ("country", text("US")),
        ("message", text("We look for AI voice agents")),
        ("pool", text("turn")),
    ]);
    let fast = desk.decide(&lead);
    assert!(fast.fast_track.is_some_and(|it| !it.sponsor));
    assert_eq!(fast.sla, Some(0));
    desk.set(&mut lead, &[("potential", number(4999))]);
    assert_eq!(desk.decide(&lead).fast_track, None);
    desk.set(&mut lead, &[("potential", number(50_000))]);
    assert!(desk.decide(&lead).fast_track.is_some_and(|it| it.sponsor));
}

#[test]
fn points_decay_in_straight_lines_between_half_lives_and_stop_at_the_caps() {
    let desk = desk();
    let mut lead = desk.lead(&[("employees", number(5000))]);
    let kind = desk.setup.policy().symbols.find("pricing_page_view").unwrap();
    let ago = |days: u32| ActivityFact { kind, at: desk.now.minus(Seconds::from_days(days)) };
    // 10 + 7.5 + 5 + 3.75 = 26.25, and one that is too old.
    lead.activities = vec![ago(0), ago(5), ago(10), ago(15), ago(30)];
    lead.quiz_score = Number::new(85.0);
    let (decision, trace) = decide_traced(&desk.input(&lead));
    let earned = trace.steps.iter().find_map(|it| match it {
        Step::Points { earned, .. } if matches!(earned.why, EarnedBy::Activities { .. }) => {
            Some(earned.clone())
        }
        _ => None,
    });
    let earned = earned.unwrap();
    assert_eq!(earned.points, 25);
    let expected = EarnedBy::Activities { counted: 4, too_old: 1, undecayed: 40, decayed: 26 };
    assert_eq!(earned.why, expected);
    // Fit is held at 50; 25 and 25.5, rounded to 26, are held at 50.
    assert_eq!(decision.score, Some(100));
}

#[test]
fn the_earliest_clock_counts_on_the_hours_of_who_has_the_lead() {
    let desk = desk();
    let lead = desk.lead(&[("pool", text("turn"))]);
    let due = desk.decide(&lead).deadlines;
    assert_eq!(due.acknowledge, Some("2026-11-20T20:45:00Z".parse().unwrap()));
    assert_eq!(due.touch, Some("2026-11-20T21:30:00Z".parse().unwrap()));
    assert_eq!(due.reminders, ["2026-11-20T21:25:00Z".parse::<Timestamp>().unwrap()]);
    let queued = desk.decide(&desk.lead(&[])).deadlines;
    assert_eq!((queued.acknowledge, queued.touch), (None, due.touch));
}

#[test]
fn effects_name_recipient_channel_and_deadline() {
    let desk = desk();
    let decision = desk.decide(&desk.lead(&[("pool", text("turn"))]));
    let notified = decision.effects.iter().filter(|it| matches!(it, decide::Effect::Notify(_)));
    assert_eq!(notified.count(), 2);
    let armed = decision.effects.iter().filter(|it| matches!(it, decide::Effect::Arm(_)));
    assert_eq!(armed.count(), 4);
    assert!(matches!(decision.effects[0], decide::Effect::Assign { .. }));
}
