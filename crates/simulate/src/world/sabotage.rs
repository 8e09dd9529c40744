//! Planted faults: what a broken Baton would write.

use std::collections::BTreeSet;

use super::World;
use super::transact::{Job, Lock};
use crate::plan::Sabotage;
use crate::tables::Write;
use crate::work::Made;

impl World<'_> {
    /// Whether a task may go on though `tx` has a lock: of two captures into the same pools, where
    /// picks do not wait for each other.
    pub(super) fn disregards(&self, job: Job, pools: &BTreeSet<u16>, lock: Lock, tx: u64) -> bool {
        self.plan.sabotage == Some(Sabotage::PickWithoutLock)
            && matches!(lock, Lock::Pool(_) | Lock::Rep(_))
            && self.is_form(job)
            && self.open.get(&tx).is_some_and(|it| self.is_form(it.job()) && it.has_pools(pools))
    }

    /// How many times longer a transaction takes, so that two of them meet often enough.
    pub(super) fn slowness(&self) -> usize {
        match self.plan.sabotage {
            Some(Sabotage::PickWithoutLock) => 200,
            _ => 1,
        }
    }

    /// Spoils what is about to be written.
    pub(super) fn spoil(&mut self, made: &mut Made) {
        let writes = &mut made.writes;
        let drop_first = |writes: &mut Vec<Write>, which: fn(&Write) -> bool| {
            if let Some(at) = writes.iter().position(which) {
                writes.remove(at);
            }
        };
        match self.plan.sabotage {
            Some(Sabotage::ForgetCommit) if self.counts.commits % 7 == 6 => {
                writes.clear();
                made.told.clear();
            }
            Some(Sabotage::ForgetKey) => writes.retain(|it| !matches!(it, Write::Key(..))),
            Some(Sabotage::KeepOldOwner)
                if writes.iter().any(|it| matches!(it, Write::Stay(_))) =>
            {
                drop_first(writes, |it| matches!(it, Write::StayEnd { .. }));
            }
            Some(Sabotage::DropOwner) => drop_first(writes, |it| matches!(it, Write::Stay(_))),
            Some(Sabotage::DropTimer) => drop_first(writes, |it| matches!(it, Write::Timer(_))),
            Some(Sabotage::DropMessage) => {
                drop_first(writes, |it| matches!(it, Write::Message { .. }));
            }
            Some(Sabotage::FireTwice) => {
                let end = writes.iter().find(|it| matches!(it, Write::TimerEnd { .. })).cloned();
                writes.extend(end);
            }
            Some(Sabotage::WrongLoad) => {
                if let Some(Write::Load(_, load)) =
                    writes.iter_mut().find(|it| matches!(it, Write::Load(..)))
                {
                    load.open += 1;
                }
            }
            Some(Sabotage::SkipNumber) => {
                let found = writes.iter_mut().find_map(|it| match it {
                    Write::Stay(row) if row.pick.is_some() => row.pick.as_mut(),
                    _ => None,
                });
                if let Some((_, _, number)) = found {
                    *number += 1;
                }
            }
            Some(Sabotage::AlterDecision) => {
                let kept = writes.iter_mut().find_map(|it| match it {
                    Write::Decision(row) => row.record.reps.first_mut(),
                    _ => None,
                });
                if let Some(rep) = kept {
                    rep.open += 1;
                }
            }
            _ => {}
        }
    }

    /// Spoils what is written already.
    pub(super) fn spoil_rows(&mut self, stream: u16) {
        let tables = &mut self.tables;
        match self.plan.sabotage {
            Some(Sabotage::SplitPerson) => tables.by_person.clear(),
            Some(Sabotage::BreakChain) => {
                let chain = tables.chains.get_mut(&stream);
                if let Some(event) = chain.and_then(|it| it.events.last_mut()) {
                    event.what.version += 1;
                }
            }
            Some(Sabotage::BendRotation) => {
                for pool in tables.pools.values_mut() {
                    if let [first, .., last] = pool.rotation.places.as_mut_slice()
                        && 0 < first.taken
                    {
                        first.taken -= 1;
                        last.taken += 1;
                    }
                }
            }
            _ => {}
        }
    }
}
