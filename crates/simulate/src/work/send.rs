//! The sender: claims messages of the outbox, and says what became of them.

use model::Seconds;
use model::id::OutboxId;

use super::Work;
use crate::script::Deed;
use crate::tables::Write;

/// How long a claim holds.
const LEASE: Seconds = Seconds::new(60);

/// The most messages of one claim.
const CLAIM_MAX: usize = 32;

/// A message that a node has claimed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Claimed {
    pub(crate) id: OutboxId,
    /// The attempt that speaks about it: fences off a sender that was thought dead.
    pub(crate) attempt: u32,
}

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClaimEnd {
    Sent,
    Retry(Seconds),
}

impl Work<'_> {
    /// Claims messages that are due, without those that somebody else has; how many at most.
    pub(crate) fn claim(&mut self, is_taken: impl Fn(OutboxId) -> bool) -> (Vec<Claimed>, usize) {
        let due = self.tables.unsent.iter().take_while(|(at, _)| *at <= self.now);
        let due = due.map(|(_, id)| *id).filter(|it| !is_taken(*it)).take(CLAIM_MAX);
        let rows = due.filter_map(|id| self.tables.messages.get(&id));
        let claimed: Vec<Claimed> =
            rows.map(|it| Claimed { id: it.id, attempt: it.attempt + 1 }).collect();
        let lease_until = self.now.plus(LEASE);
        let claims = claimed.iter().map(|it| Write::Claim { id: it.id, lease_until });
        self.made.writes.extend(claims);
        (claimed, CLAIM_MAX)
    }

    /// Says what became of a try; nothing where another attempt has taken over.
    pub(crate) fn end_claim(&mut self, claimed: Claimed, end: ClaimEnd) -> Deed {
        let Claimed { id, attempt } = claimed;
        let row = self.tables.messages.get(&id);
        let taken = row.is_some_and(|it| it.attempt == attempt && !it.sent);
        let (write, deed) = match end {
            ClaimEnd::Sent => {
                (Write::Sent { id, attempt }, Deed::Sent { message: id, attempt, taken })
            }
            ClaimEnd::Retry(after) => {
                let next_at = self.now.plus(after);
                let deed = Deed::Retry { message: id, attempt, next_at, taken };
                (Write::Retry { id, attempt, next_at }, deed)
            }
        };
        self.made.writes.push(write);
        deed
    }
}
