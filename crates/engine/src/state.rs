//! Load and rotation between the database and the decision core.
//!
//! Locks are taken in the one order of ADR 7.

use std::collections::{BTreeMap, BTreeSet};

use decide::state::RosterState;
use model::roster::Assigned;
use model::{RepIndex, RepState, Timestamp};
use policy::section::Destination;
use store::rep::RepLoad;
use store::{StoreError, Tx};

use crate::engine::WORKSPACE;
use crate::live::Live;
use crate::period::{Counted, Periods};
use crate::pool_format;

/// The part of load and rotation that a transaction has locked.
#[derive(Debug)]
pub(crate) struct Desk {
    pub(crate) state: RosterState,
    pools: BTreeSet<u16>,
    reps: BTreeSet<RepIndex>,
    /// Rows as read, by rep; `None` for a rep without one.
    loads: Vec<Option<RepLoad>>,
    /// Offers in a row that each rep let pass, where that changed.
    silent: BTreeMap<RepIndex, i64>,
    before: RosterState,
}

impl Desk {
    /// Locks all pools and reps.
    pub(crate) fn lock_all(
        tx: &mut Tx<'_>,
        live: &Live,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let pools = live.setup.policy().pools.iter().zip(0_u16..).map(|(_, at)| at);
        let reps = live.setup.roster().reps().iter().filter_map(|it| live.setup.find(&it.id));
        Self::lock(tx, live, pools.collect(), reps.collect(), now)
    }

    /// Locks the pools (by place) with their members, and the reps named beside them.
    pub(crate) fn lock(
        tx: &mut Tx<'_>,
        live: &Live,
        pools: BTreeSet<u16>,
        mut reps: BTreeSet<RepIndex>,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let setup = &live.setup;
        let mut state = RosterState::empty(setup);
        for pool in &pools {
            reps.extend(setup.pool_members(*pool).map(|it| it.rep));
        }
        let policy_pools = &setup.policy().pools;
        let name = |place: &u16| policy_pools.get(usize::from(*place)).map(|it| it.id.as_str());
        let names: Vec<&str> = pools.iter().filter_map(name).collect();
        ensure_pools(tx, &names)?;
        for row in store::pool::lock(tx, WORKSPACE, &names)? {
            let place = policy_pools.iter().position(|it| it.id.as_str() == row.pool);
            let read = pool_format::read(&row.body, setup.roster());
            // To begin its log anew would break the promise that it has no gap.
            let read = read.map_err(|error| StoreError::unreadable("pool_state.body", &error))?;
            if let Some(slot) = place.and_then(|it| state.pools.get_mut(it)) {
                *slot = read;
            }
        }
        let ids: Vec<&str> =
            reps.iter().filter_map(|it| setup.roster().rep(*it)).map(|it| it.id.as_str()).collect();
        let mut loads: Vec<Option<RepLoad>> = vec![None; setup.roster().reps().len()];
        for row in store::rep::lock(tx, WORKSPACE, &ids)? {
            let index = row.rep.parse().ok().and_then(|id| setup.find(&id));
            let Some(index) = index else { continue };
            let at = index.0 as usize;
            if let Some(slot) = state.reps.get_mut(at) {
                *slot = of_row(&row, Periods::of(now, &live.zone(index)));
            }
            if let Some(slot) = loads.get_mut(at) {
                *slot = Some(row);
            }
        }
        let before = state.clone();
        Ok(Self { state, pools, reps, loads, silent: BTreeMap::new(), before })
    }

    /// A rep let an offer pass; how many in a row by now.
    pub(crate) fn missed(&mut self, rep: RepIndex) -> i64 {
        let count = self.silent_of(rep) + 1;
        self.silent.insert(rep, count);
        count
    }

    /// A rep has answered.
    pub(crate) fn answered(&mut self, rep: RepIndex) {
        if self.silent_of(rep) != 0 {
            self.silent.insert(rep, 0);
        }
    }

    fn silent_of(&self, rep: RepIndex) -> i64 {
        let stored = || self.loads.get(rep.0 as usize)?.as_ref().map(|it| it.silent);
        self.silent.get(&rep).copied().or_else(stored).unwrap_or(0)
    }

    /// Writes what changed.
    pub(crate) fn save(
        &self,
        tx: &mut Tx<'_>,
        live: &Live,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let setup = &live.setup;
        let mut pools = Vec::new();
        for place in &self.pools {
            let at = usize::from(*place);
            let (Some(now), Some(before)) = (self.state.pools.get(at), self.before.pools.get(at))
            else {
                continue;
            };
            let pool = setup.policy().pools.get(at);
            if now == before {
                continue;
            }
            let (Some(pool), Ok(body)) = (pool, pool_format::write(now, setup.roster())) else {
                continue;
            };
            pools.push(store::pool::PoolState {
                workspace_id: WORKSPACE,
                pool: pool.id.to_string(),
                sequence: i64::try_from(now.sequence).unwrap_or(i64::MAX),
                body,
            });
        }
        store::pool::update(tx, &pools)?;
        let (mut new, mut changed) = (Vec::new(), Vec::new());
        for index in &self.reps {
            let at = index.0 as usize;
            let (Some(rep), Some(state)) = (setup.roster().rep(*index), self.state.reps.get(at))
            else {
                continue;
            };
            if self.before.reps.get(at) == Some(state) && !self.silent.contains_key(index) {
                continue;
            }
            let periods = Periods::of(now, &live.zone(*index));
            let row = to_row(rep, state, periods, self.silent_of(*index));
            match self.loads.get(at) {
                Some(Some(_)) => changed.push(row),
                _ => new.push(row),
            }
        }
        store::rep::insert_new(tx, &new)?;
        store::rep::update(tx, &changed)?;
        Ok(())
    }
}

/// The pools that a chain of targets may pick from, and the reps it names.
pub(crate) fn reach<'a>(
    live: &Live,
    targets: impl Iterator<Item = &'a Destination>,
    account_owner: Option<RepIndex>,
) -> (BTreeSet<u16>, BTreeSet<RepIndex>) {
    let (mut pools, mut reps) = (BTreeSet::new(), BTreeSet::new());
    for target in targets {
        match target {
            Destination::Pool(pool) => {
                pools.insert(*pool);
            }
            Destination::Rep(id) => reps.extend(live.setup.find(id)),
            Destination::AccountOwner => reps.extend(account_owner),
            Destination::Queue(_) | Destination::Exit(_) => {}
        }
    }
    (pools, reps)
}

fn ensure_pools(tx: &mut Tx<'_>, names: &[&str]) -> Result<(), StoreError> {
    let known = store::pool::list(tx, WORKSPACE)?;
    let missing: Vec<_> = names
        .iter()
        .filter(|name| !known.iter().any(|it| it.pool == **name))
        .map(|name| store::pool::PoolState {
            workspace_id: WORKSPACE,
            pool: (*name).to_owned(),
            sequence: 0,
            body: pool_format::EMPTY.to_owned(),
        })
        .collect();
    if !missing.is_empty() {
        store::pool::insert_new(tx, &missing)?;
    }
    Ok(())
}

fn of_row(row: &RepLoad, periods: Periods) -> RepState {
    let count = |it: i64| u32::try_from(it).unwrap_or(0);
    let counted = Counted {
        periods: Periods { day: row.day_key, week: row.week_key, month: row.month_key },
        assigned: Assigned {
            day: count(row.day_count),
            week: count(row.week_count),
            month: count(row.month_count),
        },
    };
    RepState {
        present: row.present != 0,
        open: count(row.open_count),
        open_value: u64::try_from(row.open_value).unwrap_or(0),
        assigned: counted.in_periods(periods),
    }
}

pub(crate) fn to_row(rep: &model::Rep, state: &RepState, periods: Periods, silent: i64) -> RepLoad {
    let cap = rep.capacity.open;
    let over = cap.is_some_and(|it| it < state.open);
    RepLoad {
        workspace_id: WORKSPACE,
        rep: rep.id.to_string(),
        present: i64::from(state.present),
        open_count: i64::from(state.open),
        open_value: i64::try_from(state.open_value).unwrap_or(i64::MAX),
        cap: cap.map(i64::from),
        // The core never picks a full rep: above the cap only people put somebody.
        over_cap_reason: over.then(|| "manual".to_owned()),
        day_key: periods.day,
        day_count: i64::from(state.assigned.day),
        week_key: periods.week,
        week_count: i64::from(state.assigned.week),
        month_key: periods.month,
        month_count: i64::from(state.assigned.month),
        silent,
    }
}
