//! The inbox of a person: what Baton told them, and what they have seen.

use model::Timestamp;
use model::id::{HandoffId, LeadId, OutboxId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::notification::Notification;

use crate::Refusal;
use crate::access::Role;
use crate::engine::{Engine, WORKSPACE};
use crate::identity::Identity;

/// A message in an inbox.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotificationView {
    /// The message.
    pub id: OutboxId,
    /// What it is about, e.g. `assigned`.
    pub on: String,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The handoff.
    pub handoff: Option<HandoffId>,
    /// When it arrived.
    pub at: Timestamp,
    /// When it was seen.
    pub seen_at: Option<Timestamp>,
    /// Its words: title, summary, facts, next action.
    pub content: Value,
}

/// One page of an inbox, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Inbox {
    /// The messages.
    pub items: Vec<NotificationView>,
    /// How many nobody has seen, on all pages.
    pub unseen: i64,
}

impl Engine {
    /// Up to `limit` messages of the caller's inbox before the message `before`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn inbox(
        &self,
        identity: &Identity,
        before: i64,
        limit: i64,
    ) -> Result<Inbox, Refusal> {
        let mine = inboxes(identity);
        self.read(move |db| {
            let (mut rows, mut unseen) = (Vec::new(), 0);
            for recipient in &mine {
                let inbox = store::notification::inbox(db, WORKSPACE, recipient, before, limit)?;
                rows.extend(inbox);
                unseen += store::notification::count_unseen(db, WORKSPACE, recipient)?;
            }
            rows.sort_by_key(|it| std::cmp::Reverse(it.id));
            rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(Ok(Inbox { items: rows.into_iter().map(view).collect(), unseen }))
        })
        .await
    }

    /// The caller has seen a message; seeing it again changes nothing.
    ///
    /// # Errors
    /// `A0404` where it is not in the caller's inbox. Failures of the store.
    pub async fn see(
        &self,
        identity: &Identity,
        id: OutboxId,
    ) -> Result<NotificationView, Refusal> {
        let mine = inboxes(identity);
        self.write_once(move |tx, now| {
            for recipient in &mine {
                let (raw, at) = (id.raw(), now.as_micros());
                if store::notification::seen(tx, WORKSPACE, recipient, raw, at)? {
                    store::delivery::seen(tx, WORKSPACE, raw, at)?;
                }
                if let Some(row) = store::notification::get(tx, WORKSPACE, recipient, raw)? {
                    return Ok(Ok(view(row)));
                }
            }
            Ok(Err(Refusal::not_found("notification", id)))
        })
        .await
    }
}

/// The inboxes that a caller reads: their own as a rep, and marketing's for those who are.
pub(crate) fn inboxes(identity: &Identity) -> Vec<String> {
    let own = identity.rep().map(|it| format!("rep:{it}"));
    let marketing = matches!(identity.role, Role::MarketingOps | Role::Admin);
    own.into_iter().chain(marketing.then(|| "marketing".to_owned())).collect()
}

fn view(row: Notification) -> NotificationView {
    NotificationView {
        id: OutboxId::from_raw(row.id),
        on: row.occasion,
        lead: row.lead_id.map(LeadId::from_raw),
        handoff: row.handoff_id.map(HandoffId::from_raw),
        at: Timestamp::from_micros(row.at),
        seen_at: row.seen_at.map(Timestamp::from_micros),
        content: serde_json::from_str(&row.body).unwrap_or_default(),
    }
}
