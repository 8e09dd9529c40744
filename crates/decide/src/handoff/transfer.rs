//! From one holder to the next, and which clocks that starts anew.

use model::{RepIndex, Timestamp};
use policy::section::{Destination, NotifyOn};

use super::{HandoffState, Held, HeldBy, Refusal, Step, place, pool_id, queue_place};
use crate::deadline::{Holder, deadlines_of, lead_clock};
use crate::decision::Outcome;
use crate::effect::{Effect, Timer, TimerKind, arm};
use crate::lead::ExcludedBecause;

impl Step<'_> {
    /// Somebody entitled gives it to another; the rep clock starts anew, the lead clock goes on.
    pub(super) fn reassign(&mut self, to: &HeldBy) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Closed(_) | HandoffState::Paused(_) => return Err(self.wrong_state()),
            HandoffState::Routing
            | HandoffState::Queued
            | HandoffState::Waiting
            | HandoffState::Assigned
            | HandoffState::Accepted => {}
        }
        let setup = self.context.setup;
        match to {
            HeldBy::Rep(id) => {
                let rep = setup.find(id).filter(|it| setup.rep(*it).is_some_and(|it| it.0.active));
                let rep = rep.ok_or_else(|| Refusal::UnknownRep(id.clone()))?;
                self.release();
                self.give(rep);
                self.start_rep_clock();
            }
            HeldBy::Queue(id) => {
                let queue = queue_place(self.policy(), id);
                let queue = queue.ok_or_else(|| Refusal::UnknownQueue(id.clone()))?;
                self.release();
                self.enqueue(queue);
            }
        }
        Ok(true)
    }

    /// The route asked for came out.
    pub(super) fn routed(&mut self, outcome: Outcome) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Routing | HandoffState::Waiting => {}
            _ => return Err(self.wrong_state()),
        }
        let Some((state, by)) = place(self.context.setup, outcome) else {
            self.enqueue_fallback();
            return Ok(true);
        };
        // Who goes on waiting in the same queue has waited from the first day on.
        let waits_on = state == HandoffState::Waiting
            && self.handoff.held.last().is_some_and(|it| it.by == by);
        if !waits_on {
            self.handoff.held.push(Held { by, from: self.now() });
        }
        self.handoff.state = state;
        self.effects.push(Effect::Cancel { kind: None });
        match outcome {
            Outcome::Assigned { rep, pool, .. } => {
                self.handoff.pool = pool.and_then(|it| pool_id(self.policy(), it));
                self.effects.push(Effect::Assign { rep });
                self.start_rep_clock();
            }
            Outcome::Waiting { until, queue, .. } => {
                self.effects.push(Effect::Enqueue { queue });
                let kind = TimerKind::Relax;
                self.effects.push(Effect::Arm(Timer { kind, due_at: until }));
                self.reset_deadlines();
            }
            Outcome::Queued { queue } => {
                self.effects.push(Effect::Enqueue { queue });
                self.reset_deadlines();
                self.tell(NotifyOn::Queued);
            }
            Outcome::Nurture
            | Outcome::SelfService
            | Outcome::Disqualified { .. }
            | Outcome::Attached { .. } => {}
        }
        Ok(true)
    }

    /// The owner does not work here any more: another route at once.
    pub(super) fn owner_gone(&mut self) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Assigned | HandoffState::Accepted => {}
            HandoffState::Paused(_) if self.handoff.owner().is_some() => {}
            _ => return Ok(false),
        }
        if let Some(pause) = self.handoff.pauses.last_mut().filter(|it| it.to.is_none()) {
            pause.to = Some(self.context.now);
        }
        self.release();
        self.reroute();
        Ok(true)
    }

    /// A new route, without those excluded.
    pub(super) fn reroute(&mut self) {
        self.handoff.state = HandoffState::Routing;
        self.handoff.accepted_at = None;
        self.handoff.chain = None;
        self.effects.push(Effect::Reroute);
    }

    /// Into the queue in which the routing table ends.
    pub(super) fn enqueue_fallback(&mut self) {
        let fallback = self.policy().routing.fallback.iter();
        let queue = fallback.rev().find_map(|it| match it.to {
            Destination::Queue(queue) => Some(queue),
            _ => None,
        });
        self.enqueue(queue.unwrap_or_default());
    }

    /// Into a queue, by place; its keeper is told.
    pub(super) fn enqueue(&mut self, queue: u16) {
        let Some(id) = self.policy().queues.get(usize::from(queue)).map(|it| it.id.clone()) else {
            // A compiled policy has no such place; a new route still finds a holder.
            return self.reroute();
        };
        self.handoff.held.push(Held { by: HeldBy::Queue(id), from: self.now() });
        self.handoff.state = HandoffState::Queued;
        self.handoff.accepted_at = None;
        self.handoff.chain = None;
        self.effects.push(Effect::Enqueue { queue });
        self.reset_deadlines();
        self.tell(NotifyOn::Queued);
    }

    /// To a rep, by nobody's pool.
    pub(super) fn give(&mut self, rep: RepIndex) {
        let Some(id) = self.context.setup.roster().rep(rep).map(|it| it.id.clone()) else { return };
        self.handoff.held.push(Held { by: HeldBy::Rep(id), from: self.now() });
        self.handoff.state = HandoffState::Assigned;
        self.handoff.accepted_at = None;
        self.handoff.pool = None;
        self.effects.push(Effect::Assign { rep });
    }

    /// Takes it from its holder: timers end, a rep has one less and does not get it again.
    pub(super) fn release(&mut self) {
        self.effects.push(Effect::Cancel { kind: None });
        if let Some(owner) = self.handoff.owner().cloned() {
            self.effects.extend(self.owner().map(|rep| Effect::Release { rep }));
            self.handoff.exclude(&owner, ExcludedBecause::EarlierOwner);
        }
        self.handoff.chain = None;
    }

    /// All clocks of the new owner; the lead clock keeps what is used.
    pub(super) fn start_rep_clock(&mut self) {
        self.reset_deadlines();
        self.tell(NotifyOn::Assigned);
    }

    /// Computes the deadlines of the present holder and arms them.
    pub(super) fn reset_deadlines(&mut self) {
        self.refresh_deadlines();
        let deadlines = self.handoff.deadlines.clone();
        arm(&deadlines, &mut self.effects);
    }

    /// Computes the deadlines of the present holder with all pauses. What is answered, or counts
    /// as passed already, has none.
    pub(super) fn refresh_deadlines(&mut self) {
        let setup = self.context.setup;
        let holders = self.holders();
        let (Some(tier), Some((holder, from))) = (self.tier(), holders.last().copied()) else {
            self.handoff.deadlines = crate::deadline::Deadlines::default();
            return;
        };
        let pauses = &self.handoff.pauses;
        let started_at = self.handoff.started_at;
        let mut deadlines = deadlines_of(setup, tier, holder, from, pauses);
        deadlines.touch = lead_clock(setup, &tier.touch, &holders, started_at, pauses);
        let now = self.context.now;
        deadlines.reminders = tier
            .remind_before
            .iter()
            .filter_map(|before| deadlines.touch.map(|it| it.minus(*before)))
            .filter(|it| now < *it)
            .collect();
        deadlines.reminders.sort_unstable();
        deadlines.reminders.dedup();
        let breached = |kind| self.handoff.breaches.iter().any(|it| it.0 == kind);
        let touch_done = self.handoff.touched_at.is_some();
        if touch_done || breached(super::BreachOf::Touch) {
            deadlines.touch = None;
            deadlines.reminders.clear();
        }
        // The rep clock of this holder has run out already, or the chain has taken its place.
        let missed = |kind| self.handoff.breaches.iter().any(|it| it.0 == kind && from <= it.1);
        let waits = self.handoff.state == HandoffState::Assigned && self.handoff.chain.is_none();
        if !waits || missed(super::BreachOf::Acknowledge) {
            deadlines.acknowledge = None;
        }
        if missed(super::BreachOf::Disposition) {
            deadlines.disposition = None;
        }
        self.handoff.deadlines = deadlines;
    }

    pub(super) fn last_holder(&self) -> Option<(Holder, Timestamp)> {
        self.holders().last().copied()
    }
}
