//! Pauses: no clock runs. A deadline that is due already wins over the pause.

use model::Timestamp;

use super::{HandoffPause, HandoffState, PausedFrom, Refusal, Step};
use crate::effect::{Effect, Timer, TimerKind, arm};

impl Step<'_> {
    pub(super) fn pause(&mut self, reason: &str, until: Timestamp) -> Result<bool, Refusal> {
        let from = match self.handoff.state {
            HandoffState::Queued => PausedFrom::Queued,
            HandoffState::Assigned => PausedFrom::Assigned,
            HandoffState::Accepted => PausedFrom::Accepted,
            HandoffState::Routing
            | HandoffState::Waiting
            | HandoffState::Paused(_)
            | HandoffState::Closed(_) => return Err(self.wrong_state()),
        };
        if reason.trim().is_empty() {
            return Err(Refusal::ReasonMissing);
        }
        let now = self.now();
        let longest = self.policy().dispositions.pause_max;
        if now.plus(longest) < until || until <= now {
            return Err(Refusal::PauseTooLong(longest));
        }
        if self.is_due(now) {
            return Err(self.wrong_state());
        }
        self.handoff.state = HandoffState::Paused(from);
        let reason = reason.to_owned();
        self.handoff.pauses.push(HandoffPause { from: now, to: None, reason });
        self.effects.push(Effect::Cancel { kind: None });
        self.effects.push(Effect::Arm(Timer { kind: TimerKind::Resume, due_at: until }));
        Ok(true)
    }

    pub(super) fn resume(&mut self) -> Result<bool, Refusal> {
        let HandoffState::Paused(from) = self.handoff.state else {
            return Err(self.wrong_state());
        };
        let now = self.now();
        if let Some(pause) = self.handoff.pauses.last_mut() {
            pause.to = Some(now);
        }
        self.handoff.state = match from {
            PausedFrom::Queued => HandoffState::Queued,
            PausedFrom::Assigned => HandoffState::Assigned,
            PausedFrom::Accepted => HandoffState::Accepted,
        };
        self.effects.push(Effect::Cancel { kind: Some(TimerKind::Resume) });
        self.refresh_deadlines();
        let deadlines = self.handoff.deadlines.clone();
        arm(&deadlines, &mut self.effects);
        self.rearm_chain();
        Ok(true)
    }

    /// Whether a deadline that still counts has come.
    fn is_due(&self, now: Timestamp) -> bool {
        let deadlines = &self.handoff.deadlines;
        let due = |at: Option<Timestamp>| at.is_some_and(|it| it <= now);
        let waits = self.handoff.state == HandoffState::Assigned;
        let breached = |kind| self.handoff.breaches.iter().any(|it| it.0 == kind);
        (waits && due(deadlines.acknowledge) && !breached(super::BreachOf::Acknowledge))
            || (self.handoff.touched_at.is_none()
                && due(deadlines.touch)
                && !breached(super::BreachOf::Touch))
    }
}
