//! Timers: each fires once, and only while the duty it stands for is open.

use model::Timestamp;
use policy::section::NotifyOn;

use super::chain::OWNER_RULE;
use super::{BreachOf, HandoffState, Refusal, Step};
use crate::effect::{Effect, Timer, TimerKind};

impl Step<'_> {
    /// A timer is due. One whose duty is done, moved or paused is ignored.
    pub(super) fn fired(&mut self, timer: Timer) -> Result<bool, Refusal> {
        if self.now() < timer.due_at {
            return Ok(false);
        }
        Ok(match timer.kind {
            TimerKind::Acknowledge => self.acknowledge_missed(timer.due_at),
            TimerKind::Touch => self.touch_missed(timer.due_at),
            TimerKind::Disposition => self.verdict_missed(timer.due_at),
            TimerKind::Reminder(_) => self.remind(timer.due_at),
            TimerKind::Escalation { round, step } => self.escalate(round, step),
            TimerKind::Relax => self.repick(),
            TimerKind::Resume => match self.handoff.state {
                HandoffState::Paused(_) => return self.resume(),
                _ => false,
            },
        })
    }

    fn acknowledge_missed(&mut self, due_at: Timestamp) -> bool {
        let open = self.handoff.state == HandoffState::Assigned
            && self.handoff.deadlines.acknowledge == Some(due_at);
        if !open {
            return false;
        }
        self.handoff.deadlines.acknowledge = None;
        self.breach(BreachOf::Acknowledge, TimerKind::Acknowledge, due_at);
        self.tell(NotifyOn::Unacknowledged);
        self.start_chain();
        true
    }

    /// An accepted handoff without a touch starts the chain again, at its first step.
    fn touch_missed(&mut self, due_at: Timestamp) -> bool {
        let answered = self.handoff.touched_at.is_some_and(|it| it <= due_at);
        let open = match self.handoff.state {
            HandoffState::Queued
            | HandoffState::Waiting
            | HandoffState::Routing
            | HandoffState::Assigned
            | HandoffState::Accepted => !answered && self.handoff.deadlines.touch == Some(due_at),
            HandoffState::Paused(_) | HandoffState::Closed(_) => false,
        };
        if !open {
            return false;
        }
        self.handoff.deadlines.touch = None;
        self.breach(BreachOf::Touch, TimerKind::Touch, due_at);
        self.tell(NotifyOn::Breached);
        let owned = matches!(self.handoff.state, HandoffState::Assigned | HandoffState::Accepted);
        if owned && self.handoff.chain.is_none() {
            // Who accepted it is told too, whatever the policy's rules say of breaches.
            let accepter = self.owner().filter(|_| self.handoff.state == HandoffState::Accepted);
            if let Some(accepter) = accepter {
                self.warn(accepter, OWNER_RULE);
            }
            self.start_chain();
        }
        true
    }

    fn verdict_missed(&mut self, due_at: Timestamp) -> bool {
        let open = matches!(self.handoff.state, HandoffState::Assigned | HandoffState::Accepted)
            && self.handoff.deadlines.disposition == Some(due_at);
        if open {
            self.handoff.deadlines.disposition = None;
            self.breach(BreachOf::Disposition, TimerKind::Disposition, due_at);
            self.tell(NotifyOn::Breached);
        }
        open
    }

    fn remind(&mut self, due_at: Timestamp) -> bool {
        let open = matches!(
            self.handoff.state,
            HandoffState::Queued | HandoffState::Assigned | HandoffState::Accepted
        ) && self.handoff.touched_at.is_none()
            && self.handoff.deadlines.reminders.contains(&due_at);
        if open {
            self.handoff.deadlines.reminders.retain(|it| *it != due_at);
            self.tell(NotifyOn::Reminder);
        }
        open
    }

    /// A skill is given up, or somebody who has it can take the lead: it is picked again.
    pub(super) fn repick(&mut self) -> bool {
        let waits = self.handoff.state == HandoffState::Waiting;
        if waits {
            self.reroute();
        }
        waits
    }

    fn breach(&mut self, of: BreachOf, kind: TimerKind, due_at: Timestamp) {
        self.handoff.breaches.push((of, due_at));
        self.effects.push(Effect::Breach { kind, due_at });
    }
}
