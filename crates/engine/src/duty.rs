//! Who is there right now: members of pools on duty, and keepers of queues.

use std::collections::{BTreeMap, BTreeSet};

use model::{Rep, RepId, Timestamp};
use policy::Policy;
use store::{Snapshot, StoreError};

use crate::engine::WORKSPACE;
use crate::live::Live;

/// How a pool is staffed at an instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolDuty {
    /// The pool.
    pub pool: String,
    /// Members who work here, have switched themselves on and are not away.
    pub available: usize,
    /// Those of them who are inside their working hours.
    pub on_duty: usize,
    /// When the next of those available starts work; absent where one is on duty or nobody will.
    pub next: Option<Timestamp>,
}

/// How each pool of the live policy is staffed at `now`, in the policy's order. Capacity and caps
/// do not count: they are about how much, not about whether somebody is there.
///
/// # Errors
/// Failures of the store.
pub fn pools(
    db: &mut Snapshot<'_>,
    live: &Live,
    now: Timestamp,
) -> Result<Vec<PoolDuty>, StoreError> {
    let rows = store::rep::list(db, WORKSPACE)?;
    let away: BTreeSet<String> =
        rows.into_iter().filter(|it| it.present == 0).map(|it| it.rep).collect();
    let (policy, roster) = (live.setup.policy(), live.setup.roster());
    let mut reps: BTreeMap<&RepId, Option<Timestamp>> = BTreeMap::new();
    for rep in roster.reps() {
        let off = rep.absences.iter().any(|it| it.from <= now && now < it.to);
        if rep.active && !off && !away.contains(rep.id.as_str()) {
            reps.insert(&rep.id, starts(policy, roster.calendar_of(rep), now));
        }
    }
    let pools = policy.pools.iter().zip(0_u16..).map(|(pool, place)| {
        let members = live.setup.pool_members(place).filter_map(|it| roster.rep(it.rep));
        let starts: Vec<Option<Timestamp>> =
            members.filter_map(|it: &Rep| reps.get(&it.id).copied()).collect();
        let on_duty = starts.iter().filter(|it| **it == Some(now)).count();
        let next = starts.iter().flatten().min().copied().filter(|_| on_duty == 0);
        PoolDuty { pool: pool.id.to_string(), available: starts.len(), on_duty, next }
    });
    Ok(pools.collect())
}

/// When working hours are on: `now` where they are on already, absent where they never are again.
fn starts(
    policy: &Policy,
    calendar: Option<&model::CalendarId>,
    now: Timestamp,
) -> Option<Timestamp> {
    match calendar.and_then(|it| policy.calendars.get(it)) {
        Some(calendar) if !calendar.is_open(now) => calendar.next_open(now),
        Some(_) | None => Some(now),
    }
}

/// Queues whose keeper does not work here, with that keeper.
pub fn queues_without_keeper(live: &Live) -> Vec<(String, RepId)> {
    let roster = live.setup.roster();
    let works = |keeper: &RepId| {
        let found = roster.find(keeper).and_then(|it| roster.rep(it));
        found.is_some_and(|it| it.active)
    };
    let queues = live.setup.policy().queues.iter();
    let bad = queues.filter(|it| !works(&it.keeper));
    bad.map(|it| (it.id.to_string(), it.keeper.clone())).collect()
}
