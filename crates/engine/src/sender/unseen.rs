//! Messages that were sent and not seen in time: an event, and the next way.

use model::Timestamp;
use model::id::OutboxId;
use serde_json::json;
use store::chain::NewEvent;
use store::delivery::Delivery;
use store::{StoreError, Tx};

use super::Sender;
use super::reports::take_next_way;
use crate::engine::{Engine, WORKSPACE};
use crate::{Actor, Refusal};

/// Messages noted in one transaction.
const NOTED_MAX: i64 = 100;

impl Sender {
    /// Notes the messages that should have been seen by now; how many.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn note_unseen(&self) -> Result<usize, Refusal> {
        let due = self.engine.read(|db| {
            let now = db.now()?.as_micros();
            Ok(Ok(store::delivery::next_unseen(db)?.is_some_and(|it| it <= now)))
        });
        if !due.await? {
            return Ok(0);
        }
        let engine = self.engine.clone();
        self.engine
            .write(move |tx, now| {
                let rows = store::delivery::unseen(tx, now.as_micros(), NOTED_MAX)?;
                let mut noted = 0;
                for row in &rows {
                    noted += usize::from(note(&engine, tx, row, now)?);
                }
                Ok(Ok(noted))
            })
            .await
    }
}

fn note(
    engine: &Engine,
    tx: &mut Tx<'_>,
    row: &Delivery,
    now: Timestamp,
) -> Result<bool, StoreError> {
    store::delivery::noted_unseen(tx, row.workspace_id, row.id)?;
    let handoff = match row.handoff_id {
        Some(id) => store::handoff::get(tx, WORKSPACE, id)?,
        None => None,
    };
    // Whoever has answered has seen it, by whichever way.
    let answered = handoff.is_some_and(|it| {
        it.closed_at.is_some() || it.acknowledged_at.is_some() || it.first_touch_at.is_some()
    });
    if answered || row.seen_at.is_some() {
        return Ok(false);
    }
    let event = NewEvent {
        at: now.as_micros(),
        kind: "notification.unseen".to_owned(),
        lead_id: row.lead_id,
        handoff_id: row.handoff_id,
        actor: Actor::System.to_string(),
        body: json!({
            "v": 1,
            "message": OutboxId::from_raw(row.id),
            "recipient": row.recipient,
            "channel": row.channel,
            "on": row.occasion,
        })
        .to_string(),
    };
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &[event])?;
    take_next_way(engine, tx, row, now)?;
    Ok(true)
}
