//! Nodes: they look for what is due, die, hang and come back.

use model::{Seconds, Timestamp};

use super::transact::{Job, Task};
use super::{Happening, World};
use crate::plan::{Fault, Sabotage};

/// A node of the system.
#[derive(Clone, Debug, Default)]
pub(super) struct Node {
    is_up: bool,
    /// Counts its lives: what an earlier one was about to do is forgotten.
    life: u32,
    hung_until: Option<Timestamp>,
    /// How far its clock is ahead, in seconds.
    skew: i64,
}

/// The most that a clock is wrong, in seconds.
const SKEW_MAX: usize = 600;

impl World<'_> {
    /// Whether this life of the node still lasts.
    pub(super) fn is_alive(&self, node: usize, life: u32) -> bool {
        self.life_of(node) == Some(life)
    }

    /// The life of a node that is up.
    pub(super) fn life_of(&self, node: usize) -> Option<u32> {
        self.nodes.get(node).filter(|it| it.is_up).map(|it| it.life)
    }

    /// Until when a node hangs, if it does.
    pub(super) fn hung_until(&self, node: usize) -> Option<Timestamp> {
        self.nodes.get(node).and_then(|it| it.hung_until).filter(|it| self.now < *it)
    }

    /// A node comes up and begins its rounds.
    pub(super) fn start_node(&mut self, node: usize) {
        let Some(it) = self.nodes.get_mut(node) else { return };
        it.is_up = true;
        it.hung_until = None;
        let life = it.life;
        let (look, post) = (self.random.delay.below(2_000), self.random.delay.below(2_000));
        self.after(look, Happening::Look { node, life });
        self.after(post, Happening::Post { node, life });
    }

    /// A node dies: what it had not committed is gone.
    pub(super) fn crash(&mut self, node: usize) {
        let Some(it) = self.nodes.get_mut(node).filter(|it| it.is_up) else { return };
        it.is_up = false;
        it.life += 1;
        self.note(format_args!("crash {node}"));
        self.met(Fault::Crash);
        for tx in self.open_of(node) {
            self.close(tx);
        }
        let down = [500, 5_000, 60_000, 600_000, 2_400_000];
        let down = self.random.faults.pick(&down).copied().unwrap_or(500);
        let down = if self.quiet { 0 } else { down };
        self.after(down, Happening::Restart(node));
        self.wake();
    }

    /// A node that died comes up.
    pub(super) fn restart(&mut self, node: usize) {
        if self.life_of(node).is_none() {
            self.note(format_args!("restart {node}"));
            self.start_node(node);
        }
    }

    /// A node hangs. The database may give up on it; then it comes back a zombie.
    pub(super) fn hang(&mut self, node: usize) {
        if self.quiet || self.life_of(node).is_none() {
            return;
        }
        let seconds = 1 + self.random.faults.below(240) as u32;
        let until = self.now.plus(Seconds::new(seconds));
        self.note(format_args!("hang {node} {seconds}"));
        self.met(Fault::Zombie);
        if let Some(it) = self.nodes.get_mut(node) {
            it.hung_until = Some(until);
        }
        for tx in self.open_of(node) {
            if self.random.faults.percent(50) {
                self.close(tx);
            }
        }
        self.wake();
    }

    /// The clock of a node is set wrong.
    pub(super) fn skew(&mut self, node: usize) {
        let skew = self.random.faults.below(2 * SKEW_MAX + 1) as i64 - SKEW_MAX as i64;
        if let Some(it) = self.nodes.get_mut(node).filter(|_| !self.quiet) {
            it.skew = skew;
            self.met(Fault::Skew);
            self.note(format_args!("skew {node} {skew}"));
        }
    }

    /// The node is up, with the right time.
    pub(super) fn mend(&mut self, node: usize) {
        if let Some(it) = self.nodes.get_mut(node) {
            (it.skew, it.hung_until) = (0, None);
        }
        self.restart(node);
    }

    /// A node fires what is due. By its own clock it decides when to look, and nothing else.
    pub(super) fn look(&mut self, node: usize, life: u32) {
        if !self.is_alive(node, life) {
            return;
        }
        if let Some(until) = self.hung_until(node) {
            return self.at(until, Happening::Look { node, life });
        }
        if self.plan.sabotage != Some(Sabotage::StopSweeper) {
            self.begin(Task { node, life, job: Job::Sweep });
        }
        self.clear_leavers(node, life);
        let skew = self.nodes.get(node).map_or(0, |it| it.skew);
        let local = self.now.as_seconds() + skew;
        let next = self.tables.armed.first().map(|(due, _)| due.as_seconds() - local);
        let wait = next.unwrap_or(i64::MAX).clamp(5, 30) as usize * 1000;
        let millis = wait + self.random.delay.below(1000);
        self.after(millis, Happening::Look { node, life });
    }

    /// What reps who left still hold is routed again, each in a transaction of its own.
    fn clear_leavers(&mut self, node: usize, life: u32) {
        if !self.plan.clears_leavers {
            return;
        }
        for rep in self.leavers.clone() {
            if self.tables.loads.get(&rep).is_none_or(|it| it.open == 0) {
                continue;
            }
            let name = self.live.rep_name(rep).to_owned();
            let left = self.tables.handoffs.values().filter(|it| {
                it.closed_at.is_none() && it.owner.as_ref().is_some_and(|it| it.as_str() == name)
            });
            let left: Vec<_> = left.map(|it| it.id).collect();
            for handoff in left {
                self.begin(Task { node, life, job: Job::Gone(handoff) });
            }
        }
    }

    /// A node sends what waits.
    pub(super) fn post(&mut self, node: usize, life: u32) {
        if !self.is_alive(node, life) {
            return;
        }
        if let Some(until) = self.hung_until(node) {
            return self.at(until, Happening::Post { node, life });
        }
        self.begin(Task { node, life, job: Job::Claim });
        let waits = self.tables.unsent.first().is_some_and(|(at, _)| *at <= self.now);
        let wait = if waits { 500 } else { 5_000 };
        let millis = wait + self.random.delay.below(wait);
        self.after(millis, Happening::Post { node, life });
    }
}
