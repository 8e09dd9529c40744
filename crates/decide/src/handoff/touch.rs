//! Outreach to the lead: what counts as a touch, and what it stops.
//!
//! A valid touch is a personal e-mail that names what qualified the lead, a call that was
//! answered or left a voicemail, a LinkedIn request with a note of its own, or a meeting. An
//! automatic answer or a changed status is recorded by the caller and stops nothing.

use model::{RepId, Seconds, Timestamp};

use super::{BreachOf, HandoffState, HeldBy, Refusal, Step};
use crate::effect::{Effect, TimerKind};

/// A call this long was answered.
const CALL_ANSWERED_SECONDS: u32 = 30;
/// From this likeness on an e-mail is the template, not a letter; percent.
const TEMPLATE_SIMILARITY_MAX: u8 = 90;
/// A touch may be reported so much later.
const LATE_REPORT_MAX: Seconds = Seconds::from_hours(24);

/// What is known of an outreach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A call.
    Call {
        /// How long it lasted.
        seconds: u32,
        /// Whether a voicemail was left.
        voicemail: bool,
    },
    /// An e-mail.
    Email {
        /// Whether it names the action that qualified the lead.
        names_action: bool,
        /// How much of it is the template, percent.
        template_similarity: u8,
    },
    /// A LinkedIn request.
    LinkedIn {
        /// Whether it has a note of its own.
        note: bool,
    },
    /// A meeting.
    Meeting,
    /// A generic automatic answer.
    AutoResponse,
    /// A status was changed and nothing else.
    StatusFlip,
}

/// What is wrong with the time of a touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TouchFault {
    /// After now.
    InFuture,
    /// Before the lead was handed off.
    BeforeHandoff,
    /// Reported too late.
    TooOld,
}

/// Whether an outreach counts for the SLA.
pub const fn is_valid_touch(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::Call { seconds, voicemail } => *voicemail || CALL_ANSWERED_SECONDS <= *seconds,
        Evidence::Email { names_action, template_similarity } => {
            *names_action && *template_similarity < TEMPLATE_SIMILARITY_MAX
        }
        Evidence::LinkedIn { note } => *note,
        Evidence::Meeting => true,
        Evidence::AutoResponse | Evidence::StatusFlip => false,
    }
}

impl Step<'_> {
    /// The first valid touch ends the lead clock, at the time it took place. It may be reported
    /// late: a breach it lies before is voided, ownership does not move back.
    pub(super) fn touch(
        &mut self,
        by: &RepId,
        at: Timestamp,
        evidence: &Evidence,
    ) -> Result<bool, Refusal> {
        if let HandoffState::Closed(_) = self.handoff.state {
            return Err(self.wrong_state());
        }
        let held = HeldBy::Rep(by.clone());
        if self.handoff.held.iter().all(|it| it.by != held) {
            return Err(Refusal::NotTheOwner(self.handoff.holder().cloned()));
        }
        if let Some(fault) = self.touch_fault(at) {
            return Err(Refusal::TouchTime(fault));
        }
        let first = self.handoff.touched_at.is_none_or(|it| at < it);
        if !is_valid_touch(evidence) || !first {
            return Ok(false);
        }
        self.handoff.touched_at = Some(at);
        self.void_breaches(at);
        self.effects.push(Effect::Cancel { kind: Some(TimerKind::Touch) });
        self.effects.push(Effect::Cancel { kind: Some(TimerKind::Reminder(0)) });
        if self.handoff.owner() == Some(by) {
            self.stop_rep_clock();
            if self.handoff.state == HandoffState::Assigned {
                self.handoff.state = HandoffState::Accepted;
                self.handoff.accepted_at = Some(self.now());
            }
        }
        Ok(true)
    }

    fn touch_fault(&self, at: Timestamp) -> Option<TouchFault> {
        match () {
            () if self.now() < at => Some(TouchFault::InFuture),
            () if at < self.handoff.started_at => Some(TouchFault::BeforeHandoff),
            () if at.plus(LATE_REPORT_MAX) < self.now() => Some(TouchFault::TooOld),
            () => None,
        }
    }

    fn void_breaches(&mut self, at: Timestamp) {
        let in_time =
            |(kind, due_at): &(BreachOf, Timestamp)| *kind == BreachOf::Touch && at <= *due_at;
        for (_, due_at) in self.handoff.breaches.iter().filter(|it| in_time(it)) {
            self.effects.push(Effect::VoidBreach { due_at: *due_at });
        }
        self.handoff.breaches.retain(|it| !in_time(it));
    }
}
