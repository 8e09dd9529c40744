//! Other working hours, or other time-zone data: what was used of a clock stays used, the rest runs
//! by the new ones.

use model::Timestamp;

use super::{BreachOf, HandoffState, Step};
use crate::deadline::{deadlines_of, lead_clock};
use crate::effect::{Effect, TimerKind, arm};

/// Timers whose due time rests on working hours.
const KINDS: [TimerKind; 5] = [
    TimerKind::Acknowledge,
    TimerKind::Touch,
    TimerKind::Disposition,
    TimerKind::Reminder(0),
    TimerKind::Escalation { round: 0, step: 0 },
];

impl Step<'_> {
    /// Computes every deadline anew. One that lies in the past now is armed all the same and fires
    /// at once. A pause computes them when it ends.
    pub(super) fn hours_changed(&mut self, retroactive: bool) -> bool {
        match self.handoff.state {
            HandoffState::Routing | HandoffState::Paused(_) | HandoffState::Closed(_) => {
                return false;
            }
            HandoffState::Queued
            | HandoffState::Waiting
            | HandoffState::Assigned
            | HandoffState::Accepted => {}
        }
        if retroactive {
            self.void_by_hours();
        }
        self.rearm();
        true
    }

    /// Computes every deadline anew, and the step of the chain under way.
    pub(super) fn rearm(&mut self) {
        self.refresh_deadlines();
        for kind in KINDS {
            self.effects.push(Effect::Cancel { kind: Some(kind) });
        }
        let deadlines = self.handoff.deadlines.clone();
        arm(&deadlines, &mut self.effects);
        if let Some(run) = self.handoff.chain {
            self.arm_step(run);
        }
    }

    /// Voids breaches of deadlines that lie later by the hours of now, where the answer came
    /// before them or may still come.
    fn void_by_hours(&mut self) {
        let now = self.context.now;
        let mut voided = Vec::new();
        for (kind, due_at) in &self.handoff.breaches {
            let answer = match kind {
                BreachOf::Touch => self.handoff.touched_at,
                BreachOf::Acknowledge => self.handoff.accepted_at,
                BreachOf::Disposition => None,
            };
            let in_time = |due: Timestamp| answer.unwrap_or(now) <= due;
            if self.deadline_by_hours(*kind).is_some_and(|it| *due_at < it && in_time(it)) {
                voided.push((*kind, *due_at));
            }
        }
        for (_, due_at) in &voided {
            self.effects.push(Effect::VoidBreach { due_at: *due_at });
        }
        self.handoff.breaches.retain(|it| !voided.contains(it));
    }

    /// A deadline as it would be if nothing had been missed.
    fn deadline_by_hours(&self, kind: BreachOf) -> Option<Timestamp> {
        let setup = self.context.setup;
        let holders = self.holders();
        let (tier, (holder, from)) = (self.tier()?, holders.last().copied()?);
        let pauses = &self.handoff.pauses;
        let own = deadlines_of(setup, tier, holder, from, pauses);
        match kind {
            BreachOf::Touch => {
                lead_clock(setup, &tier.touch, &holders, self.handoff.started_at, pauses)
            }
            BreachOf::Acknowledge => own.acknowledge,
            BreachOf::Disposition => own.disposition,
        }
    }
}
