//! The least open work for its weight, without handing everything to who has just joined.
//!
//! A member who joins or returns has far less open work than the others and would get every
//! lead for a long time. So among `k` eligible members one sits out while it has its share of the
//! pool's last `k` picks: two, or twice what its weight asks for where that is more. With equal
//! weights nobody gets more than 2 of any `k + 1` picks in a row, and the one with the least work
//! still gets every lead until then, so it is not starved either.

use std::collections::VecDeque;

use model::RepIndex;
use policy::section::Strategy;

/// A member with its work.
#[derive(Clone, Copy, Debug)]
pub(super) struct Loaded {
    pub(super) rep: RepIndex,
    pub(super) weight: u32,
    /// Open handoffs or open value.
    pub(super) work: u64,
}

/// The work that counts.
pub(super) fn work(strategy: Strategy, state: &model::RepState) -> u64 {
    match strategy {
        Strategy::LeastValue => state.open_value,
        Strategy::LeastOpen | Strategy::RoundRobin | Strategy::Weighted => u64::from(state.open),
    }
}

/// The least `work / weight` among those who do not sit out, ties by id.
pub(super) fn next(members: &[Loaded], recent: &VecDeque<RepIndex>) -> Option<Loaded> {
    let all_sit_out = members.iter().all(|it| sits_out(it, members, recent));
    let mut best: Option<Loaded> = None;
    for member in members {
        if !all_sit_out && sits_out(member, members, recent) {
            continue;
        }
        let less = best.is_none_or(|best| {
            u128::from(member.work) * u128::from(best.weight)
                < u128::from(best.work) * u128::from(member.weight)
        });
        if less {
            best = Some(*member);
        }
    }
    best
}

/// Whether `member` has its share of the last picks.
pub(super) fn sits_out(member: &Loaded, members: &[Loaded], recent: &VecDeque<RepIndex>) -> bool {
    share(member, members) <= got(member.rep, members.len(), recent)
}

/// How many of the last `window` picks `rep` got.
pub(super) fn got(rep: RepIndex, window: usize, recent: &VecDeque<RepIndex>) -> u64 {
    recent.iter().rev().take(window).filter(|it| **it == rep).count() as u64
}

/// Twice the part of the window that the weight asks for, rounded up, at least 2.
fn share(member: &Loaded, members: &[Loaded]) -> u64 {
    let total: u64 = members.iter().map(|it| u64::from(it.weight)).sum();
    let asked = u64::from(member.weight).saturating_mul(2 * members.len() as u64);
    asked.div_ceil(total.max(1)).max(2)
}

/// Remembers a pick; no more of them than there are members.
pub(super) fn remember(recent: &mut VecDeque<RepIndex>, rep: RepIndex, members: usize) {
    recent.push_back(rep);
    while members.max(1) < recent.len() {
        recent.pop_front();
    }
}
