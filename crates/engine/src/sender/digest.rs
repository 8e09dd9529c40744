//! What was held back in a rep's quiet hours, as one mail.
//!
//! Of the messages that were held for one reader the oldest that is due becomes the digest; the
//! others wait for it and end with it. Where it fails for good the next oldest takes its place.

use connect::{Message, Section, SectionKind};
use model::id::HandoffId;
use model::{Seconds, Timestamp};
use store::outbox::{Outbox, OutboxEnd};
use store::{Snapshot, StoreError, Tx};

use super::LEASE;
use super::outside::Parcel;
use super::plan::{Plan, Planner, QUIET, stale};
use super::reader::Who;
use crate::engine::WORKSPACE;
use crate::notice::Notice;

/// Messages in one digest; the rest makes another.
const DIGEST_MAX: i64 = 50;

/// How soon a message looks again whether the digest has left.
const LOOK_AGAIN: Seconds = Seconds::new(2);

impl Planner<'_> {
    /// What is to be done with a message that was held where others were too: the digest, or
    /// waiting for it. `None` where it leaves by itself.
    pub(super) fn digest(
        &self,
        db: &mut Snapshot<'_>,
        who: &Who<'_>,
        parcel: &Parcel,
    ) -> Result<Option<Plan>, StoreError> {
        let (row, language) = (self.row, who.language(None));
        let held = store::delivery::held(db, WORKSPACE, &row.recipient, &row.channel, DIGEST_MAX)?;
        if held.len() < 2 || !held.iter().any(|it| it.id == row.id) {
            return Ok(None);
        }
        let soon = self.now.plus(LEASE).as_micros();
        let (mut others, mut sections) = (Vec::new(), Vec::new());
        for delivery in held {
            let of_event = (delivery.event_stream, delivery.event_seq);
            let rows = store::outbox::of_event(db, WORKSPACE, of_event.0, of_event.1)?;
            let queued = |it: &Outbox| it.id == delivery.id && it.state == "queued";
            let Some(other) = rows.into_iter().find(queued) else { continue };
            if other.id < row.id && other.next_at <= soon {
                let until = self.now.plus(LOOK_AGAIN);
                return Ok(Some(Plan::Hold { until, code: QUIET }));
            }
            let Some(section) = self.part(db, who, &other)? else { continue };
            sections.push(section);
            if other.id != row.id {
                others.push(other);
            }
        }
        if others.is_empty() {
            return Ok(None);
        }
        let count = sections.len().to_string();
        let message = Message {
            title: language.filled("digest.title", &[&count]),
            summary: vec![language.label("digest.summary").to_owned()],
            facts: Vec::new(),
            sections,
            actions: Vec::new(),
            // It is about many handoffs, so it stands alone.
            thread: parcel.message.id.clone(),
            ..parcel.message.clone()
        };
        let parcel = Box::new(Parcel { to: parcel.to.clone(), message });
        Ok(Some(Plan::Digest { parcel, others }))
    }

    /// What one message says, with its link; `None` where it has been overtaken.
    fn part(
        &self,
        db: &mut Snapshot<'_>,
        who: &Who<'_>,
        row: &Outbox,
    ) -> Result<Option<Section>, StoreError> {
        let handoff = match row.handoff_id {
            Some(id) => store::handoff::get(db, WORKSPACE, id)?,
            None => None,
        };
        let Some(notice) = Notice::read(&row.body) else { return Ok(None) };
        if stale(&notice.on, &row.recipient, handoff.as_ref()).is_some() {
            return Ok(None);
        }
        let Some(lead) = row.lead_id else { return Ok(None) };
        let planner = Planner { row, ..*self };
        let Some((_, content)) = planner.content(db, who, &notice, lead)? else {
            return Ok(None);
        };
        let link = self.links.zip(row.handoff_id);
        let link = link.map(|(links, id)| links.handoff(HandoffId::from_raw(id)));
        let text: Vec<String> =
            content.summary.into_iter().chain(content.next).chain(link).collect();
        let (kind, heading) = (SectionKind::Held, content.title);
        Ok(Some(Section { kind, heading, text: text.join("\n") }))
    }
}

/// The digest has left: what is in it has too.
pub(super) fn gathered(
    tx: &mut Tx<'_>,
    others: &[Outbox],
    receipt: Option<&String>,
    now: Timestamp,
) -> Result<(), StoreError> {
    for other in others {
        if !store::outbox::end_waiting(tx, other, OutboxEnd::Sent, now.as_micros())? {
            continue;
        }
        let Some(mut progress) = store::delivery::get(tx, WORKSPACE, other.id)? else { continue };
        let at = Some(now.as_micros());
        "sent".clone_into(&mut progress.state);
        (progress.tried_at, progress.sent_at) = (at, at);
        (progress.code, progress.detail) = (None, None);
        progress.receipt = receipt.cloned();
        let unseen = Notice::read(&other.body).and_then(|it| it.unseen_after);
        progress.unseen_due = unseen.map(|it| now.plus(Seconds::new(it)).as_micros());
        store::delivery::put(tx, &progress)?;
    }
    Ok(())
}
