//! Two leads that are one person: one handoff goes on, from the earlier start.

use model::Timestamp;

use super::{Closing, HandoffState, Refusal, Step};
use crate::effect::Effect;

impl Step<'_> {
    /// Ends for the handoff of the other lead.
    pub(super) fn absorbed(&mut self) -> Result<bool, Refusal> {
        if let HandoffState::Closed(_) = self.handoff.state {
            return Err(self.wrong_state());
        }
        if let Some(pause) = self.handoff.pauses.last_mut().filter(|it| it.to.is_none()) {
            pause.to = Some(self.context.now);
        }
        self.effects.push(Effect::Cancel { kind: None });
        self.effects.extend(self.owner().map(|rep| Effect::Release { rep }));
        self.handoff.chain = None;
        self.handoff.state = HandoffState::Closed(Closing::Merged);
        Ok(true)
    }

    /// The promise to the lead counts from the first of the two on.
    pub(super) fn absorbs(&mut self, started_at: Timestamp) -> Result<bool, Refusal> {
        match self.handoff.state {
            HandoffState::Closed(_) => return Err(self.wrong_state()),
            _ if self.handoff.started_at <= started_at => return Ok(false),
            HandoffState::Paused(_) | HandoffState::Routing => {
                self.handoff.started_at = started_at;
            }
            HandoffState::Queued
            | HandoffState::Waiting
            | HandoffState::Assigned
            | HandoffState::Accepted => {
                self.handoff.started_at = started_at;
                self.rearm();
            }
        }
        Ok(true)
    }
}
