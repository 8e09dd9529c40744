//! What people change while the system runs: who is there, what the policy says; and when nodes
//! are in trouble.

use std::sync::Arc;

use model::{RepIndex, Seconds};

use super::transact::Lock;
use super::{Happening, World};
use crate::live::Live;
use crate::plan::Fault;
use crate::random::Random;
use crate::scenario::{POLICIES, name};
use crate::script::Deed;

/// Something that somebody changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// The rep switches itself on or off.
    Presence(u16),
    /// The rep is away for so many minutes.
    Absence(u16, u32),
    /// The rep leaves the company.
    Leave(u16),
    /// Another policy goes live.
    Publish(usize),
}

/// The most changes of one kind in a run.
const CHANGES_MAX: usize = 12;

impl World<'_> {
    /// Lays out what will go wrong by itself.
    pub(super) fn troubles(&mut self) {
        let reps = usize::from(self.library.reps());
        let nodes = self.nodes.len();
        let rep = |random: &mut Random| u16::try_from(random.below(reps)).unwrap_or(0);
        for fault in Fault::ALL {
            let most = self.rates.of(fault) as usize * CHANGES_MAX / 125;
            for _ in 0..self.random.admin.below(most + 1) {
                let random = &mut self.random.admin;
                let what = match fault {
                    Fault::Crash => Happening::Crash(random.below(nodes)),
                    Fault::Zombie => Happening::Hang(random.below(nodes)),
                    Fault::Skew => Happening::Skew(random.below(nodes)),
                    Fault::Publication => {
                        Happening::Change(Change::Publish(random.below(POLICIES)))
                    }
                    Fault::Absence => {
                        let minutes = 10 + random.below(600) as u32;
                        Happening::Change(Change::Absence(rep(random), minutes))
                    }
                    Fault::Leaver if random.percent(25) => {
                        Happening::Change(Change::Leave(rep(random)))
                    }
                    Fault::Presence => Happening::Change(Change::Presence(rep(random))),
                    Fault::Leaver
                    | Fault::Lost
                    | Fault::Duplicated
                    | Fault::Late
                    | Fault::Aborted
                    | Fault::Unknown
                    | Fault::DuplicateForm => continue,
                };
                let span = self.plan.hours as usize * 3_600_000;
                let millis = self.random.admin.below(span.max(1));
                self.after(millis, what);
            }
        }
    }

    /// Somebody changes something: a short transaction of its own.
    pub(super) fn change(&mut self, change: Change) {
        if self.quiet {
            return;
        }
        self.note(format_args!("change {change:?}"));
        match change {
            Change::Presence(rep) => self.switch(rep, change),
            Change::Absence(rep, minutes) => {
                let (from, to) = (self.now, self.now.plus(Seconds::from_minutes(minutes)));
                if let Some(plan) = self.staff.rep_mut(rep) {
                    plan.absences.push((from, to));
                    self.met(Fault::Absence);
                    self.put_roster();
                }
            }
            Change::Leave(rep) => {
                if let Some(plan) = self.staff.rep_mut(rep) {
                    plan.active = false;
                    self.met(Fault::Leaver);
                    self.put_roster();
                    self.leavers.extend(self.index(rep));
                }
            }
            Change::Publish(variant) if self.plan.publishes && variant != self.live.variant => {
                let (text, version) = (self.staff.text(), self.live.roster_version);
                let live = Live::new(self.library, variant, &text, version);
                // A policy whose leads would wait for nobody is refused.
                if let Some(live) = live.filter(Live::is_sound) {
                    self.live = Arc::new(live);
                    self.met(Fault::Publication);
                    self.did(Deed::Publish { variant });
                }
            }
            Change::Publish(_) => {}
        }
    }

    fn switch(&mut self, rep: u16, change: Change) {
        let Some(index) = self.index(rep) else { return };
        if self.locks.contains_key(&Lock::Rep(index)) {
            return self.after(100, Happening::Change(change));
        }
        if let Some(load) = self.tables.loads.get_mut(&index) {
            load.present = !load.present;
            let present = load.present;
            self.met(Fault::Presence);
            let found = self.live.setup.roster().rep(index).map(|it| it.id.clone());
            if let Some(rep) = found {
                self.did(Deed::Presence { rep, present });
            }
        }
    }

    fn put_roster(&mut self) {
        let (text, version) = (self.staff.text(), self.live.roster_version + 1);
        if text == self.roster {
            return;
        }
        self.roster.clone_from(&text);
        if let Some(live) = Live::new(self.library, self.live.variant, &text, version) {
            self.live = Arc::new(live);
            self.did(Deed::Roster { text });
        }
    }

    fn index(&self, rep: u16) -> Option<RepIndex> {
        name(rep).parse().ok().and_then(|it| self.live.setup.find(&it))
    }
}
