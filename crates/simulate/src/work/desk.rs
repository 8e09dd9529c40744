//! The part of load and rotation that a transaction has locked.

use std::collections::BTreeSet;

use decide::RosterState;
use model::{RepIndex, Timestamp};

use crate::live::Live;
use crate::rows::Load;
use crate::tables::{Tables, Write};

/// Load and rotation as read under the locks, and as they are to be written.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) state: RosterState,
    before: RosterState,
    pools: BTreeSet<u16>,
    reps: BTreeSet<RepIndex>,
    /// Open work that a planted fault hides from the core.
    hidden: Vec<u32>,
}

impl Desk {
    /// Reads these pools with their members, and these reps. With `hide`, the core sees nothing of
    /// what is open: a planted fault.
    pub(crate) fn read(
        tables: &Tables,
        live: &Live,
        now: Timestamp,
        (pools, mut reps): (BTreeSet<u16>, BTreeSet<RepIndex>),
        hide: bool,
    ) -> Self {
        let setup = &live.setup;
        let mut state = RosterState::empty(setup);
        for pool in &pools {
            reps.extend(setup.pool_members(*pool).map(|it| it.rep));
            let stored = tables.pools.get(pool);
            if let (Some(slot), Some(stored)) = (state.pools.get_mut(usize::from(*pool)), stored) {
                slot.clone_from(stored);
            }
        }
        let mut hidden = Vec::new();
        for rep in &reps {
            let load = tables.loads.get(rep).copied().unwrap_or(Load::NONE);
            if let Some(slot) = state.reps.get_mut(rep.0 as usize) {
                *slot = load.on(live.day(*rep, now));
                if hide {
                    hidden.resize(hidden.len().max(rep.0 as usize + 1), 0);
                    if let Some(it) = hidden.get_mut(rep.0 as usize) {
                        *it = std::mem::take(&mut slot.open);
                    }
                }
            }
        }
        let before = state.clone();
        Self { state, before, pools, reps, hidden }
    }

    /// Writes what changed.
    pub(super) fn save(&self, day: impl Fn(RepIndex) -> i64, writes: &mut Vec<Write>) {
        for at in &self.pools {
            let place = usize::from(*at);
            let (now, before) = (self.state.pools.get(place), self.before.pools.get(place));
            if let Some(now) = now.filter(|_| now != before) {
                writes.push(Write::Pool(*at, Box::new(now.clone())));
            }
        }
        for rep in &self.reps {
            let place = rep.0 as usize;
            let (now, before) = (self.state.reps.get(place), self.before.reps.get(place));
            if let Some(now) = now.filter(|_| now != before) {
                let mut load = Load::of(now, day(*rep));
                load.open += self.hidden.get(place).copied().unwrap_or(0);
                writes.push(Write::Load(*rep, load));
            }
        }
    }
}
