//! What became of each event on its way to a webhook, and sending it once more.

use model::Timestamp;
use model::id::{WebhookDeliveryId, WebhookId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::webhook::WebhookDelivery;

use crate::engine::{Engine, WORKSPACE};
use crate::{Actor, Refusal, RefusalKind, audit};

/// An event on its way to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookDeliveryView {
    /// The delivery.
    pub id: WebhookDeliveryId,
    /// The idempotency key the receiver sees.
    pub event: String,
    /// What happened, e.g. `handoff.accepted`.
    pub kind: String,
    /// `queued`, `sent`, `failed` or `dead`.
    pub state: String,
    /// Tries so far.
    pub tries: i64,
    /// What went wrong last.
    pub code: Option<String>,
    /// The same in words.
    pub detail: Option<String>,
    /// When it was queued.
    pub created_at: Timestamp,
    /// When it is tried next.
    pub next_at: Option<Timestamp>,
    /// When it was taken or given up.
    pub done_at: Option<Timestamp>,
}

impl Engine {
    /// Up to `limit` deliveries of a webhook before the delivery `before`, newest first.
    ///
    /// # Errors
    /// `A0404` for an unknown webhook. Failures of the store.
    pub async fn webhook_log(
        &self,
        id: WebhookId,
        before: i64,
        limit: i64,
    ) -> Result<Vec<WebhookDeliveryView>, Refusal> {
        self.read(move |db| {
            if store::webhook::get(db, WORKSPACE, id.raw())?.is_none() {
                return Ok(Err(Refusal::not_found("webhook", id)));
            }
            let rows = store::webhook::log(db, WORKSPACE, id.raw(), before, limit)?;
            Ok(Ok(rows.iter().map(view).collect()))
        })
        .await
    }

    /// Queues a delivery that has ended once more, under the same key.
    ///
    /// # Errors
    /// `A0404` for an unknown webhook or delivery, `A0612` where it is still queued. Failures of
    /// the store.
    pub async fn replay_webhook(
        &self,
        actor: Actor,
        id: WebhookId,
        delivery: WebhookDeliveryId,
    ) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let at = now.as_micros();
            let before = delivery.raw().saturating_add(1);
            let known = store::webhook::log(tx, WORKSPACE, id.raw(), before, 1)?;
            if !known.iter().any(|it| it.id == delivery.raw()) {
                return Ok(Err(Refusal::not_found("delivery of this webhook", delivery)));
            }
            if !store::webhook::replay(tx, WORKSPACE, id.raw(), delivery.raw(), at)? {
                let message = "the delivery is still queued; it is tried by itself";
                return Ok(Err(Refusal::new(RefusalKind::Conflict, "A0612", message)));
            }
            let body = json!({ "v": 1, "delivery": delivery });
            audit::note(tx, &engine, now, &actor, "webhook.replay", &id.to_string(), &body)?;
            Ok(Ok(()))
        })
        .await
    }

    /// Queues once more what failed of the deliveries queued from `from` until before `to`; how
    /// many.
    ///
    /// # Errors
    /// `A0404` for an unknown webhook. Failures of the store.
    pub async fn replay_failed(
        &self,
        actor: Actor,
        id: WebhookId,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<u64, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            if let Err(refusal) = super::locked(tx, id)? {
                return Ok(Err(refusal));
            }
            let (from, to) = (from.as_micros(), to.as_micros());
            let at = now.as_micros();
            let n = store::webhook::replay_failed(tx, WORKSPACE, id.raw(), from, to, at)?;
            let body = json!({ "v": 1, "deliveries": n });
            audit::note(tx, &engine, now, &actor, "webhook.replay", &id.to_string(), &body)?;
            Ok(Ok(n))
        })
        .await
    }
}

/// The idempotency key of an event, the same for every webhook and at every try.
pub(crate) fn event_key(row: &WebhookDelivery) -> String {
    format!("evt_{}_{}", row.event_stream, row.event_seq)
}

fn view(row: &WebhookDelivery) -> WebhookDeliveryView {
    let queued = row.state == "queued";
    WebhookDeliveryView {
        id: WebhookDeliveryId::from_raw(row.id),
        event: event_key(row),
        kind: row.kind.clone(),
        state: row.state.clone(),
        tries: row.tries,
        code: row.code.clone(),
        detail: row.detail.clone(),
        created_at: Timestamp::from_micros(row.created_at),
        next_at: queued.then(|| Timestamp::from_micros(row.next_at)),
        done_at: row.done_at.map(Timestamp::from_micros),
    }
}
