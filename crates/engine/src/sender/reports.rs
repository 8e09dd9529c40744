//! What channels tell of a message after they took it: it arrived, was read, or was lost.

use connect::sms::{State, StatusError, verify};
use connect::{Code, Secret};
use model::id::OutboxId;
use store::{StoreError, Tx};

use super::settle::fail_over;
use crate::engine::{Engine, WORKSPACE};
use crate::links::Links;
use crate::notice::Notice;
use crate::{Refusal, RefusalKind, connections};

/// A request that proves nothing.
pub(crate) const UNSIGNED: &str = "A0421";

impl Engine {
    /// The provider of text messages reports on `message`, at the address that `links` gave it.
    ///
    /// # Errors
    /// `A0421` where it is not signed by the provider, `A0404` for an unknown message. Failures
    /// of the store.
    pub async fn sms_report(
        &self,
        links: &Links,
        message: OutboxId,
        signature: &str,
        body: &[u8],
    ) -> Result<(), Refusal> {
        let vault = self.vault();
        let open = self.read(move |db| Ok(Ok(connections::open(db, vault.as_deref(), "sms")?)));
        let token = open.await?.and_then(|it| it.get("token").map(Secret::new));
        let token = token.ok_or_else(unsigned)?;
        let url = format!("{}/{message}", links.sms_reports());
        let report = verify(&token, &url, signature, body).map_err(|error| match error {
            StatusError::Signature => unsigned(),
            StatusError::Form => Refusal::new(RefusalKind::Invalid, "A0411", error.to_string()),
        })?;
        let engine = self.clone();
        self.write(move |tx, now| {
            let (id, at) = (message.raw(), now.as_micros());
            let known = store::delivery::get(tx, WORKSPACE, id)?;
            let Some(row) = known.filter(|it| it.channel == "sms") else {
                return Ok(Err(Refusal::not_found("message", message)));
            };
            match report.state {
                State::UnderWay => {}
                State::Delivered => {
                    store::delivery::delivered(tx, WORKSPACE, id, at)?;
                }
                State::Read => {
                    store::delivery::delivered(tx, WORKSPACE, id, at)?;
                    store::delivery::seen(tx, WORKSPACE, id, at)?;
                }
                State::Failed => {
                    let detail = report.error.map(|it| format!("error {it}")).unwrap_or_default();
                    let why = (Code::TextLost.as_str(), detail.as_str());
                    if store::delivery::undelivered(tx, WORKSPACE, id, why, at)? {
                        take_next_way(&engine, tx, &row, now)?;
                    }
                }
            }
            Ok(Ok(()))
        })
        .await
    }
}

/// Queues the message on the next channel that the policy names.
pub(crate) fn take_next_way(
    engine: &Engine,
    tx: &mut Tx<'_>,
    row: &store::delivery::Delivery,
    now: model::Timestamp,
) -> Result<(), StoreError> {
    let of_event = store::outbox::of_event(tx, WORKSPACE, row.event_stream, row.event_seq)?;
    let Some(message) = of_event.into_iter().find(|it| it.id == row.id) else { return Ok(()) };
    let notice = Notice::read(&message.body).unwrap_or_default();
    fail_over(engine, tx, &message, &notice, now)
}

/// The refusal of a request that is not signed as agreed.
pub fn unsigned() -> Refusal {
    let message = "the request is not signed by who it claims to come from";
    Refusal::new(RefusalKind::Forbidden, UNSIGNED, message)
}
