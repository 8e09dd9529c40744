//! A naive router, obviously right, against the real one on random rosters, loads and leads; and
//! the promises that hold for every decision.

use std::collections::BTreeMap;

use decide::trace::{Step, Verdict};
use decide::{Outcome, decide_traced};
use model::{RepIndex, Seconds};
use policy::section::{Destination, Hours};
use proptest::prelude::*;

use crate::desk::{Desk, FRIDAY, at, desk, text};

/// Turns so far by pool and rep; who is on duty does not change within a run.
#[derive(Default)]
struct Naive {
    turns: BTreeMap<String, BTreeMap<String, u64>>,
    recent: BTreeMap<String, Vec<String>>,
}

/// Working hours of the fixture, by looking at the clock: New York is UTC-5, London UTC in
/// November.
fn works(desk: &Desk, id: &str) -> bool {
    let offset = if id == "dee" { 0 } else { -5 };
    let local = desk.now.as_seconds() + offset * 3600;
    let weekday = (local.div_euclid(86_400) + 3).rem_euclid(7);
    let hour = local.rem_euclid(86_400) / 3600;
    weekday < 5 && (9..17).contains(&hour)
}

fn languages(id: &str) -> &'static [&'static str] {
    match id {
        "ana" => &["en", "fr"],
        "bo" => &["en"],
        "cy" => &["de"],
        _ => &[],
    }
}

impl Naive {
    /// Who gets a lead of this pool and language, written down from the policy's text.
    fn next(&mut self, desk: &mut Desk, pool: &str, language: &str) -> String {
        let (members, weights): (&[&str], &[u64]) = match pool {
            "turn" => (&["ana", "bo", "cy"], &[2, 1, 1]),
            "load" => (&["ana", "bo", "cy", "dee"], &[1, 1, 1, 1]),
            "filtered" => (&["bo", "cy"], &[1, 1]),
            _ => (&[], &[]),
        };
        let (mut eligible, mut on_duty) = (Vec::new(), Vec::new());
        for (id, weight) in members.iter().zip(weights) {
            if desk.state_of(id).present && (pool != "turn" || works(desk, id)) {
                on_duty.push((*id, *weight));
            }
            if self.can_take(desk, pool, id, language) {
                eligible.push((*id, *weight));
            }
        }
        let chosen = match pool {
            "load" => self.least(desk, &eligible),
            _ => self.turn(pool, &on_duty, &eligible),
        };
        let chosen = match (chosen, pool) {
            (None, "filtered") => {
                Some("ana").filter(|it| self.is_available(desk, it) && works(desk, it))
            }
            (chosen, _) => chosen,
        };
        let Some(id) = chosen else { return "queue triage".to_owned() };
        let state = desk.state_of(id);
        state.open += 1;
        state.assigned.day += 1;
        state.assigned.week += 1;
        state.assigned.month += 1;
        id.to_owned()
    }

    fn is_available(&self, desk: &mut Desk, id: &str) -> bool {
        let limit = if id == "bo" { 5 } else { 10 };
        let state = *desk.state_of(id);
        let capped = id == "cy" && (3 <= state.assigned.day || 100_000 <= state.open_value);
        state.present && state.open < limit && !capped
    }

    fn can_take(&self, desk: &mut Desk, pool: &str, id: &str, language: &str) -> bool {
        let limit = if id == "bo" { 5 } else { 10 };
        let load = desk.state_of(id).open * 100 / limit;
        self.is_available(desk, id)
            && match pool {
                "turn" => works(desk, id) && load < 80,
                "load" => load < 80,
                _ => languages(id).contains(&language),
            }
    }

    /// The definition of the rule, and the least served where not all on duty can take the lead.
    fn turn<'a>(
        &mut self,
        pool: &str,
        on_duty: &[(&'a str, u64)],
        eligible: &[(&'a str, u64)],
    ) -> Option<&'a str> {
        if eligible.is_empty() {
            return None;
        }
        let taken = self.turns.entry(pool.to_owned()).or_default();
        let got = |id: &str| taken.get(id).copied().unwrap_or(0);
        let total: i128 = on_duty.iter().map(|it| i128::from(it.1)).sum();
        let k = on_duty.len() as i128;
        let n = on_duty.iter().map(|it| i128::from(got(it.0))).sum::<i128>() + 1;
        let mut best: Option<(i128, i128, &str)> = None;
        for (id, weight) in eligible {
            let weight = i128::from(*weight);
            let taken = i128::from(got(id));
            let lag = (weight * n - taken * total) * (2 * k - 2);
            let (key, may) = match on_duty == eligible {
                true => ((2 * k - 3) * total - lag, k == 1 || total <= lag),
                // Ties of the least served go to the greater weight: a little more than `taken`.
                false => (taken * 1000 + 1, true),
            };
            if may && best.is_none_or(|(k, w, _)| key * w < k * weight) {
                best = Some((key, weight, id));
            }
        }
        let (_, _, id) = best?;
        *taken.entry(id.to_owned()).or_default() += 1;
        Some(eligible.iter().find(|it| it.0 == id)?.0)
    }

    fn least<'a>(&mut self, desk: &mut Desk, eligible: &[(&'a str, u64)]) -> Option<&'a str> {
        let recent = self.recent.entry("load".to_owned()).or_default();
        let last: Vec<String> = recent.iter().rev().take(eligible.len()).cloned().collect();
        let full = |id: &str| 2 <= last.iter().filter(|it| *it == id).count();
        let all_full = eligible.iter().all(|it| full(it.0));
        let mut best: Option<(u32, &str)> = None;
        for (id, _) in eligible.iter().filter(|it| all_full || !full(it.0)) {
            let open = desk.state_of(id).open;
            if best.is_none_or(|it| open < it.0) {
                best = Some((open, id));
            }
        }
        let (_, id) = best?;
        recent.push(id.to_owned());
        Some(id)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(120))]

    /// Runs are short, so that no claim of a member left out lapses.
    #[test]
    fn the_naive_router_agrees(
        present in prop::collection::vec(prop::bool::weighted(0.8), 4),
        opens in prop::collection::vec(0_u32..4, 4),
        leads in prop::collection::vec(
            (prop::sample::select(vec!["turn", "load", "filtered"]), 0_u8..3),
            1..4,
        ),
        hour in 0_u32..96,
    ) {
        let mut real = desk();
        real.now = at(FRIDAY).plus(Seconds::from_hours(hour));
        let mut naive_desk = desk();
        naive_desk.now = real.now;
        for (at, id) in ["ana", "bo", "cy", "dee"].into_iter().enumerate() {
            for desk in [&mut real, &mut naive_desk] {
                desk.state_of(id).present = present[at];
                desk.state_of(id).open = opens[at];
            }
        }
        let mut naive = Naive::default();
        for (pool, language) in leads {
            let language = ["en", "fr", "de"][usize::from(language)];
            let lead = real.lead(&[("pool", text(pool)), ("language", text(language))]);
            let got = real.next(&lead);
            let expected = naive.next(&mut naive_desk, pool, language);
            prop_assert_eq!(got, expected, "pool {} at {}", pool, real.now);
        }
    }

    #[test]
    fn no_decision_breaks_a_promise(
        present in prop::collection::vec(any::<bool>(), 5),
        opens in prop::collection::vec(0_u32..12, 5),
        days in prop::collection::vec(0_u32..5, 5),
        pool in prop::sample::select(
            vec!["turn", "load", "skilled", "sticky", "preferred", "filtered", "any"]
        ),
        language in prop::option::of(prop::sample::select(vec!["en", "fr", "de", "ja"])),
        country in prop::option::of(Just("US")),
        hour in 0_u32..120,
        leads in 1_usize..12,
    ) {
        let mut desk = desk();
        desk.now = desk.now.plus(Seconds::from_hours(hour));
        for (at, id) in ["ana", "bo", "cy", "dee", "kim"].into_iter().enumerate() {
            desk.state_of(id).present = present[at];
            desk.state_of(id).open = opens[at];
            desk.state_of(id).assigned.day = days[at];
        }
        let mut lead = desk.bare(&[("pool", text(pool)), ("intent", text("trial"))]);
        if let Some(language) = language {
            desk.set(&mut lead, &[("language", text(language))]);
        }
        if let Some(country) = country {
            desk.set(&mut lead, &[("country", text(country))]);
        }
        for _ in 0..leads {
            let before = desk.state.clone();
            let (decision, trace) = decide_traced(&desk.input(&lead));
            prop_assert_eq!(&decision, &decide::decide(&desk.input(&lead)));
            let owned = matches!(
                decision.outcome,
                Outcome::Assigned { .. } | Outcome::Queued { .. } | Outcome::Waiting { .. }
            );
            prop_assert!(owned, "a lead with a tier is never unowned: {:?}", decision.outcome);
            prop_assert!(decision.deadlines.touch.is_some(), "whoever has it has a clock");
            check_targets(&desk, &trace, &decision);
            if let Outcome::Assigned { rep, pool, .. } = decision.outcome {
                check_assigned(&desk, rep, pool, &decision);
            }
            if let Some(change) = &decision.change {
                desk.state.apply(change);
            }
            for (at, state) in before.pools.iter().enumerate() {
                let after = desk.state.pools[at].sequence;
                let picked = matches!(
                    decision.outcome,
                    Outcome::Assigned { pool: Some(it), .. } if usize::from(it) == at
                );
                prop_assert_eq!(after, state.sequence + u64::from(picked), "a gapless log");
            }
        }
    }
}

/// Every rep of every pool entered is there once, chosen or passed over.
fn check_targets(desk: &Desk, trace: &decide::trace::Trace, decision: &decide::Decision) {
    let mut chosen = Vec::new();
    for step in &trace.steps {
        let Step::Target(target) = step else { continue };
        if let Destination::Pool(pool) = target.to {
            let members: Vec<RepIndex> = desk.setup.pool_members(pool).map(|it| it.rep).collect();
            let seen: Vec<RepIndex> = target.reps.iter().map(|it| it.rep).collect();
            assert_eq!(members, seen, "each member once, in order of ids");
        }
        for rep in &target.reps {
            if let Verdict::Chosen(_) = rep.verdict {
                chosen.push(rep.rep);
            }
        }
    }
    match decision.outcome {
        Outcome::Assigned { rep, .. } => assert_eq!(chosen, [rep]),
        _ => assert!(chosen.is_empty()),
    }
}

/// Nobody above a cap, nobody off duty, nobody outside required hours.
fn check_assigned(desk: &Desk, rep: RepIndex, pool: Option<u16>, decision: &decide::Decision) {
    let who = desk.setup.roster().rep(rep).unwrap();
    let before = desk.state.rep(rep);
    let (changed, after) = decision.change.as_ref().unwrap().rep;
    assert_eq!((changed, after.open), (rep, before.open + 1));
    assert!(who.active && before.present);
    assert!(who.capacity.open.is_none_or(|it| after.open <= it));
    assert!(who.caps.day.is_none_or(|it| after.assigned.day <= it));
    let required =
        pool.is_none_or(|it| desk.setup.policy().pools[usize::from(it)].hours == Hours::Required);
    assert!(!required || works(desk, who.id.as_str()), "{} at {}", who.id, desk.now);
}
