//! What changes while leads are assigned: load of reps, rotation of pools. State in, state out.

use std::collections::VecDeque;

use model::{RepIndex, RepState};

use crate::rotation::Rotation;
use crate::setup::Setup;

/// Load and rotation, beside a [`Setup`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RosterState {
    /// Beside `Roster::reps`; a rep without an entry has nothing open.
    pub reps: Vec<RepState>,
    /// Beside `Policy::pools`; a pool without an entry is new.
    pub pools: Vec<PoolState>,
}

/// Where a pool stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolState {
    /// The number of the last pick: the pool's log has no gaps.
    pub sequence: u64,
    /// Whose turn it is.
    pub rotation: Rotation,
    /// Leads owed as a replacement after a justified reject, oldest first.
    pub credits: Vec<Credit>,
    /// The last picks by load, oldest first, at most one for each member: what keeps a joiner
    /// with little open work from getting everything.
    pub recent: VecDeque<RepIndex>,
}

/// Leads owed to a rep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Credit {
    /// To whom.
    pub rep: RepIndex,
    /// How many, never 0.
    pub leads: u32,
}

/// How the states change by one pick.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Who got the lead, and the load it has now.
    pub rep: (RepIndex, RepState),
    /// The pool it came from, and where that pool stands now.
    pub pool: Option<(u16, PoolState)>,
}

impl RosterState {
    /// Nobody has anything open, every pool is new.
    pub fn empty(setup: &Setup) -> Self {
        Self {
            reps: vec![RepState::default(); setup.roster().reps().len()],
            pools: vec![PoolState::default(); setup.policy().pools.len()],
        }
    }

    /// The load of a rep.
    pub fn rep(&self, rep: RepIndex) -> RepState {
        self.reps.get(rep.0 as usize).copied().unwrap_or_default()
    }

    /// The state of a pool, if it has one yet.
    pub fn pool(&self, pool: u16) -> Option<&PoolState> {
        self.pools.get(usize::from(pool))
    }

    /// Takes over what a pick changed.
    pub fn apply(&mut self, change: &Change) {
        let (rep, state) = change.rep;
        let at = rep.0 as usize;
        if self.reps.len() <= at {
            self.reps.resize(at + 1, RepState::default());
        }
        if let Some(slot) = self.reps.get_mut(at) {
            *slot = state;
        }
        if let Some((pool, state)) = &change.pool {
            let at = usize::from(*pool);
            if self.pools.len() <= at {
                self.pools.resize(at + 1, PoolState::default());
            }
            if let Some(slot) = self.pools.get_mut(at) {
                slot.clone_from(state);
            }
        }
    }
}

impl PoolState {
    /// Owes `rep` one lead more.
    pub fn add_credit(&mut self, rep: RepIndex) {
        match self.credits.iter_mut().find(|it| it.rep == rep) {
            Some(credit) => credit.leads = credit.leads.saturating_add(1),
            None => self.credits.push(Credit { rep, leads: 1 }),
        }
    }

    /// Takes one lead owed off the account of `rep`.
    pub fn use_credit(&mut self, rep: RepIndex) {
        for credit in self.credits.iter_mut().filter(|it| it.rep == rep) {
            credit.leads = credit.leads.saturating_sub(1);
        }
        self.credits.retain(|it| 0 < it.leads);
    }

    /// The rep among `eligible` (sorted) that is owed a lead the longest.
    pub(crate) fn owed(&self, eligible: &[RepIndex]) -> Option<RepIndex> {
        self.credits.iter().map(|it| it.rep).find(|it| eligible.binary_search(it).is_ok())
    }
}
