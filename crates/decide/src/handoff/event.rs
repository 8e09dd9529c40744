//! What may happen to a handoff, and why it may not.

use model::{QueueId, RepId, Timestamp};

use super::{Closing, Evidence, HandoffState, HeldBy, TouchFault};
use crate::decision::Outcome;
use crate::effect::Timer;
use crate::reason::Code;

/// Something that happens to a handoff.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A rep takes it on; from a queue this claims it.
    Accept {
        /// Who.
        by: RepId,
    },
    /// The owner does not want it.
    Reject {
        /// Who.
        by: RepId,
        /// A key of the policy's reject reasons.
        reason: Option<String>,
        /// In the rep's words.
        note: Option<String>,
    },
    /// The owner's verdict.
    Dispose {
        /// Who.
        by: RepId,
        /// What.
        verdict: Closing,
    },
    /// An outreach to the lead.
    Touch {
        /// Who.
        by: RepId,
        /// When it took place.
        at: Timestamp,
        /// What is known of it.
        evidence: Evidence,
    },
    /// Somebody entitled gives it to another rep or queue.
    Reassign {
        /// To whom.
        to: HeldBy,
    },
    /// The route that was asked for came out so. The decision's change of load and pool is taken
    /// over beside this; of effects only those of this step count, because the lead clock goes on.
    Routed {
        /// What the decision said.
        outcome: Outcome,
    },
    /// The clocks stop.
    Pause {
        /// Why.
        reason: String,
        /// Until then at most.
        until: Timestamp,
    },
    /// The clocks go on.
    Resume,
    /// The owner does not work here any more.
    OwnerGone,
    /// Working hours or time-zone data are others now: what is left of each clock runs by them.
    HoursChanged {
        /// Whether they count for the past too: breaches that were none by them are voided.
        retroactive: bool,
    },
    /// Its lead turned out to be another's double: the handoff of that one goes on.
    Absorbed,
    /// Its lead turned out to have a double that was handed off then.
    Absorbs {
        /// Start of the lead clock of the double.
        started_at: Timestamp,
    },
    /// It waits for a rep, and one can take it now.
    Repick,
    /// A timer is due.
    Fired(Timer),
}

/// Why an event is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The handoff changed since it was read.
    Stale {
        /// The version now.
        version: u64,
        /// Who has it now.
        holder: Option<HeldBy>,
    },
    /// The state does not allow it.
    WrongState(HandoffState),
    /// A reason must be given.
    ReasonMissing,
    /// The policy does not know the reason.
    ReasonUnknown(String),
    /// This reason needs a note.
    NoteMissing,
    /// Only the owner may, and this one.
    NotTheOwner(Option<HeldBy>),
    /// The longest pause allowed.
    PauseTooLong(model::Seconds),
    /// Nobody of that name, or not working here.
    UnknownRep(RepId),
    /// No such queue.
    UnknownQueue(QueueId),
    /// The touch lies before the handoff, in the future or is reported too late.
    TouchTime(TouchFault),
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Stale { .. } => Code::StaleVersion,
            Self::WrongState(_) => Code::WrongState,
            Self::ReasonMissing => Code::ReasonMissing,
            Self::ReasonUnknown(_) => Code::ReasonUnknown,
            Self::NoteMissing => Code::NoteMissing,
            Self::NotTheOwner(_) => Code::NotTheOwner,
            Self::PauseTooLong(_) => Code::PauseTooLong,
            Self::UnknownRep(_) => Code::UnknownRep,
            Self::UnknownQueue(_) => Code::UnknownQueue,
            Self::TouchTime(_) => Code::TouchTime,
        }
    }
}
