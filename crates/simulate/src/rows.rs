//! The rows that the model keeps: those of Baton, with the columns that something depends on.

use decide::effect::TimerKind;
use decide::replay::DecisionRecord;
use decide::{Effect, Handoff, LeadView, Outcome};
use model::id::{AssignmentId, HandoffId, LeadId, OutboxId, TimerId};
use model::roster::Assigned;
use model::{PoolId, QueueId, RepId, RepState, Timestamp};

/// A lead.
#[derive(Clone, Debug)]
pub(crate) struct Lead {
    pub(crate) id: LeadId,
    pub(crate) person: u32,
    pub(crate) version: u64,
    pub(crate) state: &'static str,
    pub(crate) owner: Option<RepId>,
    pub(crate) queue: Option<QueueId>,
    pub(crate) captured_at: Timestamp,
    pub(crate) closed_reason: Option<String>,
    pub(crate) updated_at: Timestamp,
}

/// A handoff: how far it has come, and what stands beside it for reports.
#[derive(Clone, Debug)]
pub(crate) struct HandoffRow {
    pub(crate) id: HandoffId,
    pub(crate) number: u32,
    pub(crate) life: Handoff,
    pub(crate) state: &'static str,
    pub(crate) owner: Option<RepId>,
    pub(crate) queue: Option<QueueId>,
    pub(crate) pool: Option<PoolId>,
    pub(crate) value: u64,
    pub(crate) acknowledge_due: Option<Timestamp>,
    pub(crate) touch_due: Option<Timestamp>,
    pub(crate) disposition_due: Option<Timestamp>,
    pub(crate) acknowledged_at: Option<Timestamp>,
    pub(crate) accepted_at: Option<Timestamp>,
    pub(crate) reject_reason: Option<String>,
    pub(crate) first_attempt_at: Option<Timestamp>,
    pub(crate) disposition: Option<&'static str>,
    pub(crate) breached_at: Option<Timestamp>,
    pub(crate) closed_at: Option<Timestamp>,
}

/// A stay of a handoff with a rep or in a queue.
#[derive(Clone, Debug)]
pub(crate) struct Stay {
    pub(crate) id: AssignmentId,
    pub(crate) handoff: HandoffId,
    pub(crate) lead: LeadId,
    pub(crate) rep: Option<RepId>,
    pub(crate) queue: Option<QueueId>,
    /// Pool by place, epoch and number of the pick, where a pool picked.
    pub(crate) pick: Option<(u16, u64, u64)>,
    pub(crate) credit: bool,
    pub(crate) active: bool,
    pub(crate) from: Timestamp,
    pub(crate) until: Option<Timestamp>,
    pub(crate) ended: Option<&'static str>,
}

/// How a timer stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimerState {
    Armed,
    Fired,
    Cancelled,
}

/// A timer.
#[derive(Clone, Debug)]
pub(crate) struct TimerRow {
    pub(crate) id: TimerId,
    pub(crate) handoff: HandoffId,
    pub(crate) lead: LeadId,
    pub(crate) kind: TimerKind,
    pub(crate) due_at: Timestamp,
    pub(crate) state: TimerState,
    pub(crate) chain_run: u64,
    pub(crate) armed_at: Timestamp,
    pub(crate) ended_at: Option<Timestamp>,
    /// How often it was ended: what an outside log of its ends would say.
    pub(crate) ends: u32,
}

/// A message of the outbox.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    pub(crate) id: OutboxId,
    /// Stream and number of the event that caused it.
    pub(crate) event: (u16, u64),
    pub(crate) lead: LeadId,
    pub(crate) handoff: Option<HandoffId>,
    pub(crate) recipient: String,
    pub(crate) channel: &'static str,
    pub(crate) template: String,
    pub(crate) sent: bool,
    pub(crate) attempt: u32,
    pub(crate) next_at: Timestamp,
    pub(crate) created_at: Timestamp,
}

/// A decision with all that makes it again.
#[derive(Clone, Debug)]
pub(crate) struct DecisionRow {
    pub(crate) lead: LeadId,
    pub(crate) number: u32,
    pub(crate) outcome: &'static str,
    pub(crate) record: DecisionRecord,
    pub(crate) view: LeadView,
    pub(crate) effects: Vec<Effect>,
    pub(crate) result: Outcome,
}

/// An event before the chain has numbered it.
#[derive(Clone, Debug)]
pub(crate) struct NewEvent {
    pub(crate) at: Timestamp,
    pub(crate) kind: &'static str,
    pub(crate) lead: LeadId,
    pub(crate) handoff: Option<HandoffId>,
    pub(crate) version: u64,
}

/// An event in its chain.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) seq: u64,
    pub(crate) what: NewEvent,
    pub(crate) previous: [u8; 32],
    pub(crate) hash: [u8; 32],
}

/// What a rep holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Load {
    pub(crate) present: bool,
    pub(crate) open: u32,
    pub(crate) open_value: u64,
    /// The local day that `assigned.day` counts.
    pub(crate) day: i64,
    pub(crate) assigned: Assigned,
}

impl Load {
    pub(crate) const NONE: Self = Self {
        present: true,
        open: 0,
        open_value: 0,
        day: 0,
        assigned: Assigned { day: 0, week: 0, month: 0 },
    };

    /// As the decision core sees it on `day`.
    pub(crate) const fn on(&self, day: i64) -> RepState {
        let Self { present, open, open_value, assigned, .. } = *self;
        let today = if self.day == day { assigned.day } else { 0 };
        RepState { present, open, open_value, assigned: Assigned { day: today, ..assigned } }
    }

    /// The row of what the decision core says on `day`.
    pub(crate) const fn of(state: &RepState, day: i64) -> Self {
        let RepState { present, open, open_value, assigned } = *state;
        Self { present, open, open_value, day, assigned }
    }
}

/// What a caller is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The lead, whether it was new, and what became of it.
    Captured {
        /// The lead.
        lead: LeadId,
        /// Whether nothing was known of the person before.
        is_new: bool,
        /// Its handoff, if it was handed off.
        handoff: Option<HandoffId>,
        /// What became of it.
        outcome: &'static str,
        /// Who has it.
        owner: Option<RepId>,
    },
    /// The handoff after an action.
    Moved {
        /// Its version.
        version: u64,
        /// Where it stands.
        state: &'static str,
    },
    /// The action is not allowed, with the code of the reason.
    Refused(&'static str),
}
