//! What became of the messages about a handoff, one by one.

use model::Timestamp;
use model::id::{HandoffId, OutboxId};
use serde::{Deserialize, Serialize};
use store::delivery::Delivery;

use crate::Refusal;
use crate::engine::{Engine, WORKSPACE};
use crate::sight::Sight;

/// The progress of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the instants of each step, in the order of the life of a message")]
pub struct DeliveryView {
    /// The message.
    pub id: OutboxId,
    /// Who gets it: `rep:ID`, `prospect` or `marketing`.
    pub recipient: String,
    /// By which way, e.g. `email`.
    pub channel: String,
    /// What it is about, e.g. `assigned`.
    pub on: String,
    /// `waiting`, `held`, `sent`, `delivered`, `seen`, `failed`, `dead` or `cancelled`.
    pub state: String,
    /// Tries that reached for the outside.
    pub tries: i64,
    /// What went wrong last, or why it was cancelled.
    pub code: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
    pub queued_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub delivered_at: Option<Timestamp>,
    pub seen_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
}

impl Engine {
    /// The messages about a handoff, oldest first.
    ///
    /// # Errors
    /// `A0404` where the handoff is unknown or out of sight. Failures of the store.
    pub async fn deliveries(
        &self,
        sight: Sight,
        handoff: HandoffId,
    ) -> Result<Vec<DeliveryView>, Refusal> {
        self.handoff(sight, handoff).await?;
        self.read(move |db| {
            let rows = store::delivery::of_handoff(db, WORKSPACE, handoff.raw())?;
            Ok(Ok(rows.into_iter().map(view).collect()))
        })
        .await
    }
}

/// The progress as it is shown.
pub(crate) fn view(row: Delivery) -> DeliveryView {
    let at = |it: Option<i64>| it.map(Timestamp::from_micros);
    DeliveryView {
        id: OutboxId::from_raw(row.id),
        recipient: row.recipient,
        channel: row.channel,
        on: row.occasion,
        state: row.state,
        tries: row.tries,
        code: row.code,
        detail: row.detail,
        queued_at: Timestamp::from_micros(row.queued_at),
        sent_at: at(row.sent_at),
        delivered_at: at(row.delivered_at),
        seen_at: at(row.seen_at),
        ended_at: at(row.ended_at),
    }
}
