//! What was committed, in order: to be done again on a real database.

use model::Timestamp;
use model::id::{HandoffId, OutboxId};

use crate::rows::Answer;
use crate::scenario::Person;
use crate::work::Action;

/// One committed transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Done {
    /// By the clock of the database.
    pub now: Timestamp,
    /// What was done.
    pub what: Deed,
}

/// What was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// A form arrived.
    Capture {
        /// Whose.
        person: Person,
        /// The caller's key.
        key: u64,
        /// What the caller is told.
        answer: Answer,
    },
    /// Somebody did something with a handoff.
    Respond {
        /// Which.
        handoff: HandoffId,
        /// In which version it was looked at.
        version: Option<u64>,
        /// The rep who acts.
        by: model::RepId,
        /// What.
        action: Action,
        /// The caller's key.
        key: u64,
        /// What the caller is told.
        answer: Answer,
    },
    /// A batch of timers fired.
    Sweep {
        /// Timers whose duty was open.
        fired: usize,
        /// Timers whose duty was done.
        ended: usize,
    },
    /// Messages were claimed.
    Claim {
        /// Which, with the attempt of each.
        claimed: Vec<(OutboxId, u32)>,
        /// How many at most.
        limit: usize,
    },
    /// A claimed message was sent.
    Sent {
        /// Which.
        message: OutboxId,
        /// The attempt that says so.
        attempt: u32,
        /// Whether it still had the claim.
        taken: bool,
    },
    /// A claimed message is to be tried again.
    Retry {
        /// Which.
        message: OutboxId,
        /// The attempt that says so.
        attempt: u32,
        /// When.
        next_at: Timestamp,
        /// Whether it still had the claim.
        taken: bool,
    },
    /// A rep switched itself on or off.
    Presence {
        /// Who.
        rep: model::RepId,
        /// On or off.
        present: bool,
    },
    /// A roster was put in place.
    Roster {
        /// Its text.
        text: String,
    },
    /// A policy of the library went live.
    Publish {
        /// Which.
        variant: usize,
    },
    /// A handoff was routed again because its owner left.
    Gone {
        /// Which.
        handoff: HandoffId,
    },
}
