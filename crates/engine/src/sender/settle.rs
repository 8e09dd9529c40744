//! How a try ended, written down: in the outbox, in the message's progress, and as the next way
//! where this one is closed.

use connect::retry::Schedule;
use model::Timestamp;
use model::id::OutboxId;
use store::delivery::Delivery;
use store::notification::Notification;
use store::outbox::{Outbox, OutboxEnd};
use store::{StoreError, Tx};

use super::Sender;
use super::digest::gathered;
use super::outside::End;
use super::plan::MUTED;
use crate::Refusal;
use crate::engine::{Engine, WORKSPACE};
use crate::notice::Notice;
use crate::preferences::INBOX;

/// How a try ended.
pub(super) enum Ending {
    /// The outside was asked, or it was clear what it would say.
    Tried(End),
    /// It lies in the reader's inbox, with these words.
    Inbox(String),
    /// A task is asked for, which says this.
    Task(String),
    /// It is taken up again later.
    Hold { until: Timestamp, code: &'static str },
    /// It is not worth sending any more.
    Cancelled { code: &'static str, detail: String },
}

impl Sender {
    /// Writes how the try of `row` ended. Nothing is written where another attempt has taken over.
    /// Where it was sent, `others` that were in it have been sent too.
    pub(super) async fn settle(
        &self,
        row: Outbox,
        ending: Ending,
        others: Vec<Outbox>,
    ) -> Result<(), Refusal> {
        let engine = self.engine.clone();
        self.engine
            .write(move |tx, now| {
                let sent = settle(&engine, tx, &row, &ending, now)?;
                if let Some(progress) = sent {
                    gathered(tx, &others, progress.receipt.as_ref(), now)?;
                }
                Ok(Ok(()))
            })
            .await
    }
}

/// Writes the end; the progress of what was sent.
fn settle(
    engine: &Engine,
    tx: &mut Tx<'_>,
    row: &Outbox,
    ending: &Ending,
    now: Timestamp,
) -> Result<Option<Delivery>, StoreError> {
    let mut notice = Notice::read(&row.body).unwrap_or_default();
    let at = now.as_micros();
    let known = store::delivery::get(tx, WORKSPACE, row.id)?;
    let mut progress = known.unwrap_or_else(|| begun(row, &notice));
    let (code, detail) = said(ending);
    (progress.code, progress.detail) = (code, detail);
    let ours = match ending {
        Ending::Tried(End::Sent(_)) | Ending::Inbox(_) | Ending::Task(_) => {
            progress.tries += 1;
            progress.tried_at = Some(at);
            progress.sent_at = Some(at);
            progress.state = "sent".to_owned();
            progress.receipt = receipt(ending);
            let unseen = notice.unseen_after.map(model::Seconds::new);
            progress.unseen_due = unseen.map(|it| now.plus(it).as_micros());
            store::outbox::end(tx, row, OutboxEnd::Sent, at)?
        }
        Ending::Tried(End::Refused { .. }) => {
            progress.tries += 1;
            give_up(&mut progress, "failed", at);
            store::outbox::end(tx, row, OutboxEnd::Failed, at)?
        }
        Ending::Tried(End::Later { after, counts, .. }) => {
            progress.tries += i64::from(*counts);
            progress.tried_at = Some(at);
            match next_try(row, progress.tries, *after, *counts, now) {
                Some(next) => {
                    progress.state = "waiting".to_owned();
                    store::outbox::retry(tx, row, next.as_micros())?
                }
                None => {
                    give_up(&mut progress, "dead", at);
                    store::outbox::end(tx, row, OutboxEnd::Dead, at)?
                }
            }
        }
        Ending::Hold { until, .. } => {
            progress.state = "held".to_owned();
            store::outbox::retry(tx, row, until.as_micros())?
        }
        Ending::Cancelled { .. } => {
            give_up(&mut progress, "cancelled", at);
            store::outbox::end(tx, row, OutboxEnd::Failed, at)?
        }
    };
    if !ours {
        return Ok(None);
    }
    if let Ending::Inbox(body) = ending {
        put_into_inbox(tx, row, &notice, body, at)?;
    }
    if let Ending::Task(body) = ending {
        crate::tasks::ask(engine, tx, row, body, now)?;
    }
    store::delivery::put(tx, &progress)?;
    if progress.code.as_deref() == Some(MUTED) && !notice.fallback.iter().any(|it| it == INBOX) {
        // Whoever mutes everything else still finds it there.
        notice.fallback.push(INBOX.to_owned());
    }
    if matches!(progress.state.as_str(), "failed" | "dead") {
        fail_over(engine, tx, row, &notice, now)?;
    }
    Ok((progress.state == "sent").then_some(progress))
}

/// Queues the message on the next channel that the policy names and that was not taken yet.
pub(super) fn fail_over(
    engine: &Engine,
    tx: &mut Tx<'_>,
    row: &Outbox,
    notice: &Notice,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut left = notice.fallback.iter();
    while let Some(channel) = left.next() {
        let rest = Notice { fallback: left.clone().cloned().collect(), ..notice.clone() };
        let id: OutboxId = engine.next_id(now);
        let next = Outbox {
            id: id.raw(),
            channel: channel.clone(),
            body: rest.write(),
            state: "queued".to_owned(),
            attempt: 0,
            next_at: now.as_micros(),
            created_at: now.as_micros(),
            done_at: None,
            ..row.clone()
        };
        // A message that is there already went this way before.
        if store::outbox::insert(tx, &[next])? == 1 {
            return Ok(());
        }
    }
    Ok(())
}

/// When to try again. A target that was not reached for costs no try.
fn next_try(
    row: &Outbox,
    tries: i64,
    after: Option<model::Seconds>,
    counts: bool,
    now: Timestamp,
) -> Option<Timestamp> {
    let key = OutboxId::from_raw(row.id).to_string().parse().ok()?;
    let tries = u32::try_from(tries).unwrap_or(u32::MAX);
    let tries = if counts { tries } else { tries.saturating_add(1) };
    let last = u32::try_from(Schedule::ALERT.tries()).unwrap_or(u32::MAX);
    // While it rests, the last step is repeated rather than the message given up.
    let step = if counts { tries } else { tries.min(last.saturating_sub(1)) };
    Schedule::ALERT.wait(step, &key, after).map(|wait| now.plus(wait))
}

fn begun(row: &Outbox, notice: &Notice) -> Delivery {
    Delivery {
        workspace_id: row.workspace_id,
        id: row.id,
        event_stream: row.event_stream,
        event_seq: row.event_seq,
        lead_id: row.lead_id,
        handoff_id: row.handoff_id,
        recipient: row.recipient.clone(),
        channel: row.channel.clone(),
        occasion: notice.on.clone(),
        state: "waiting".to_owned(),
        tries: 0,
        code: None,
        detail: None,
        receipt: None,
        queued_at: row.created_at,
        tried_at: None,
        sent_at: None,
        delivered_at: None,
        seen_at: None,
        ended_at: None,
        unseen_due: None,
    }
}

fn give_up(progress: &mut Delivery, state: &str, at: i64) {
    state.clone_into(&mut progress.state);
    progress.ended_at = Some(at);
}

/// Code and words of what went wrong or was decided.
fn said(ending: &Ending) -> (Option<String>, Option<String>) {
    match ending {
        Ending::Tried(End::Sent(_)) | Ending::Inbox(_) | Ending::Task(_) => (None, None),
        Ending::Tried(End::Refused { code, detail } | End::Later { code, detail, .. }) => {
            (Some(code.clone()), Some(detail.clone()))
        }
        Ending::Hold { code, .. } => (Some((*code).to_owned()), None),
        Ending::Cancelled { code, detail } => (Some((*code).to_owned()), Some(detail.clone())),
    }
}

fn receipt(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Tried(End::Sent(receipt)) => Some(receipt.clone()).filter(|it| !it.is_empty()),
        _ => None,
    }
}

fn put_into_inbox(
    tx: &mut Tx<'_>,
    row: &Outbox,
    notice: &Notice,
    body: &str,
    at: i64,
) -> Result<(), StoreError> {
    let notification = Notification {
        workspace_id: row.workspace_id,
        id: row.id,
        recipient: row.recipient.clone(),
        occasion: notice.on.clone(),
        lead_id: row.lead_id,
        handoff_id: row.handoff_id,
        at,
        body: body.to_owned(),
        seen_at: None,
    };
    store::notification::insert(tx, &[notification])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row() -> Outbox {
        Outbox {
            workspace_id: 1,
            id: 7,
            event_stream: 1,
            event_seq: 1,
            lead_id: None,
            handoff_id: None,
            recipient: "rep:olga".to_owned(),
            channel: "email".to_owned(),
            template: "assigned".to_owned(),
            body: String::new(),
            state: "queued".to_owned(),
            attempt: 1,
            next_at: 0,
            created_at: 0,
            done_at: None,
        }
    }

    #[test]
    fn tries_end_and_rest_does_not_spend_them() {
        let now = Timestamp::from_seconds(1_000);
        let last = i64::try_from(Schedule::ALERT.tries()).unwrap();
        assert!(next_try(&row(), 1, None, true, now).is_some());
        assert!(next_try(&row(), last - 1, None, true, now).is_some());
        assert_eq!(next_try(&row(), last, None, true, now), None);
        assert!(next_try(&row(), 0, None, false, now).is_some());
        assert!(next_try(&row(), last - 1, None, false, now).is_some());
    }

    #[test]
    fn a_wait_that_was_asked_for_is_kept() {
        let now = Timestamp::from_seconds(1_000);
        let asked = Some(model::Seconds::new(400));
        let next = next_try(&row(), 1, asked, true, now).unwrap();
        assert!(Timestamp::from_seconds(1_400) <= next);
    }
}
