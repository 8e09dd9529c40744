//! The logs of pools: numbers without gaps, caps kept, turns within the bound of the rotation.

use std::collections::{BTreeMap, BTreeSet};

use decide::reason::{How, Passed};
use decide::trace::{Step, Trace, Verdict};
use model::RepIndex;
use policy::section::{Destination, Strategy};

use super::{Committed, Found};
use crate::report::{Counts, Invariant};
use crate::rows::{DecisionRow, Stay};
use crate::tables::Tables;

/// What the picks of each pool were.
#[derive(Debug, Default)]
pub(super) struct PoolLogs {
    logs: BTreeMap<u16, Log>,
}

#[derive(Debug, Default)]
struct Log {
    last: u64,
    epoch: u64,
    /// Picks of the epoch, by member with its weight.
    turns: BTreeMap<RepIndex, (u64, u64)>,
    /// Whether everybody on duty could take every lead of the epoch so far: then the bound holds.
    is_whole: bool,
}

impl PoolLogs {
    /// Follows a decision: its pick is the next of its pool, within caps and within the bound.
    pub(super) fn pick(
        &mut self,
        it: &Committed<'_>,
        row: &DecisionRow,
        trace: &Trace,
        counts: &mut Counts,
    ) -> Found {
        let stay = it.stay(row.lead)?;
        let (pool, epoch, number) = stay.pick?;
        let log = self.logs.entry(pool).or_default();
        *counts.checks.entry(Invariant::PoolLog).or_default() += 1;
        if number != log.last + 1 {
            let detail = format!("pick {number} of pool {pool} follows {}", log.last);
            return Some((Invariant::PoolLog, detail));
        }
        log.last = number;
        let chosen = stay.rep.as_ref().and_then(|rep| it.live.setup.find(rep))?;
        let candidates = candidates(trace, pool);
        log.take(it, pool, epoch, (chosen, how(trace, pool)), &candidates);
        let found = log.beyond(counts).map(|detail| (Invariant::Fairness, detail));
        found.map(|(invariant, it)| (invariant, format!("pool {pool}: {it}")))
    }

    /// No pool is ahead of its log.
    pub(super) fn all(&self, tables: &Tables) -> Found {
        tables.pools.iter().find_map(|(pool, state)| {
            let last = self.logs.get(pool).map_or(0, |it| it.last);
            let detail = || format!("pool {pool} is at {}, its log at {last}", state.sequence);
            (state.sequence != last).then(|| (Invariant::PoolLog, detail()))
        })
    }
}

impl Log {
    fn take(
        &mut self,
        it: &Committed<'_>,
        pool: u16,
        epoch: u64,
        (chosen, how): (RepIndex, Option<How>),
        candidates: &BTreeSet<RepIndex>,
    ) {
        let of_policy = it.live.setup.policy().pools.get(usize::from(pool));
        let strategy = of_policy.map(|it| it.strategy);
        if epoch != self.epoch {
            let weight = |it: &decide::rotation::Turn| match strategy {
                Some(Strategy::Weighted) => u64::from(it.weight),
                _ => 1,
            };
            let members = it.live.setup.pool_members(pool);
            let members = members.filter(|it| candidates.contains(&it.rep));
            self.turns = members.map(|it| (it.rep, (weight(&it), 0))).collect();
            self.epoch = epoch;
            self.is_whole = true;
        }
        let in_turn = matches!(strategy, Some(Strategy::RoundRobin | Strategy::Weighted));
        let state = it.tables.pools.get(&pool);
        let places = state.map_or(0, |it| it.rotation.places.len());
        self.is_whole &= in_turn
            && how == Some(How::Turn)
            && places == candidates.len()
            && self.turns.keys().eq(candidates);
        if let Some((_, taken)) = self.turns.get_mut(&chosen) {
            *taken += 1;
        }
    }

    /// Who is further from its share than Tijdeman's rule allows.
    fn beyond(&self, counts: &mut Counts) -> Option<String> {
        if !self.is_whole {
            return None;
        }
        counts.bounded += 1;
        *counts.checks.entry(Invariant::Fairness).or_default() += 1;
        let members = self.turns.len() as i128;
        let total: i128 = self.turns.values().map(|(weight, _)| i128::from(*weight)).sum();
        let picks: i128 = self.turns.values().map(|(_, taken)| i128::from(*taken)).sum();
        // |x - n*w/W| <= 1 - 1/(2k-2), in integers; one member alone takes every turn.
        let (bound, scale) = match members {
            0 | 1 => (0, 1),
            k => (total * (2 * k - 3), 2 * k - 2),
        };
        self.turns.iter().find_map(|(rep, (weight, taken))| {
            let off = (i128::from(*taken) * total - picks * i128::from(*weight)).abs() * scale;
            let detail =
                || format!("rep {} has {taken} of {picks} picks at {weight} of {total}", rep.0);
            (bound < off).then(detail)
        })
    }
}

/// A pick keeps to what the rep may hold and get, counted apart from the tables.
pub(super) fn within_caps(it: &Committed<'_>, stay: &Stay, (open, got): (u32, u32)) -> Found {
    stay.pick?;
    let index = stay.rep.as_ref().and_then(|rep| it.live.setup.find(rep))?;
    let rep = it.live.setup.roster().rep(index)?;
    let beyond = |what: &str, has: u32, most: u32| {
        Some((Invariant::Caps, format!("{} had {has} {what}, may have {most}", rep.id)))
    };
    match (rep.capacity.open, rep.caps.day) {
        (Some(most), _) if most <= open => beyond("open", open, most),
        (_, Some(most)) if most <= got => beyond("today", got, most),
        _ => None,
    }
}

/// Those who could have taken the lead, as the trace says.
fn candidates(trace: &Trace, pool: u16) -> BTreeSet<RepIndex> {
    let could = |verdict: &Verdict| match verdict {
        Verdict::Chosen(_) => true,
        Verdict::Passed(passed) => matches!(
            passed,
            Passed::NotNext { .. }
                | Passed::OtherIsSticky { .. }
                | Passed::OtherHasCredit { .. }
                | Passed::MoreLoad { .. }
                | Passed::ShareOfRecent { .. }
        ),
    };
    let steps = target(trace, pool).map(|it| &it.reps);
    steps.into_iter().flatten().filter(|it| could(&it.verdict)).map(|it| it.rep).collect()
}

fn how(trace: &Trace, pool: u16) -> Option<How> {
    target(trace, pool)?.reps.iter().find_map(|it| match it.verdict {
        Verdict::Chosen(how) => Some(how),
        Verdict::Passed(_) => None,
    })
}

fn target(trace: &Trace, pool: u16) -> Option<&decide::trace::TargetStep> {
    trace.steps.iter().rev().find_map(|it| match it {
        Step::Target(target) if target.to == Destination::Pool(pool) => Some(target),
        _ => None,
    })
}
