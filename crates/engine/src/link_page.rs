//! What the page behind a link shows, and the deeds behind it that nothing else does.

use model::Timestamp;
use model::id::{ActivityId, HandoffId, LeadId, OutboxId};
use model::{RepId, Seconds};
use policy::section::{NotifyOn, Recipient};
use serde_json::json;
use store::activity::Activity;
use store::chain::NewEvent;
use store::outbox::Outbox;

use crate::engine::{Engine, WORKSPACE};
use crate::explain::Replayer;
use crate::links::Ticket;
use crate::message::{Language, Subject, package};
use crate::notice::Notice;
use crate::sender::UNSUBSCRIBED;
use crate::sender::reader::Who;
use crate::{Actor, Refusal, RefusalKind, words};

/// What the page of a ticket shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkPage {
    /// The rep's language.
    pub language: Language,
    /// Whom it is about.
    pub who: String,
    /// The deed that qualified them.
    pub qualifying: String,
    /// By when the first touch is due.
    pub touch_by: String,
    /// Who has it now, if that is somebody else.
    pub elsewhere: Option<String>,
    /// Whether it is over.
    pub closed: bool,
    /// Reasons to reject: key, label, whether a note is needed.
    pub reasons: Vec<(String, String, bool)>,
}

impl LinkPage {
    /// What is said of a handoff that is over or has gone to somebody else; `None` where the rep
    /// still has it.
    pub fn moved_on(&self) -> Option<String> {
        match (&self.elsewhere, self.closed) {
            (_, true) => Some(self.language.label("page.closed").to_owned()),
            (Some(holder), false) => Some(self.language.filled("page.elsewhere", &[holder])),
            (None, false) => None,
        }
    }
}

/// How long a snooze lasts.
pub const SNOOZE: Seconds = Seconds::from_minutes(15);

impl Engine {
    /// What the page of `ticket` shows.
    ///
    /// # Errors
    /// `A0404` where the handoff is unknown. Failures of the store.
    pub async fn link_page(&self, ticket: Ticket) -> Result<LinkPage, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let unknown = || Refusal::not_found("handoff", ticket.handoff);
            let Some(row) = store::handoff::get(db, WORKSPACE, ticket.handoff.raw())? else {
                return Ok(Err(unknown()));
            };
            let recipient = format!("rep:{}", ticket.rep);
            let Some(who) = Who::of(&live, &recipient) else { return Ok(Err(unknown())) };
            let (language, zone) = (who.language(None), who.zone(&live));
            let subject =
                Subject { lead: row.lead_id, handoff: Some(row.id), language, zone: &zone };
            let mut replayer = Replayer::knowing(&live);
            let Some(package) = package(db, &live, &mut replayer, &subject)? else {
                return Ok(Err(unknown()));
            };
            let reasons = live.setup.policy().dispositions.reject_reasons.iter();
            let reasons = reasons.map(|it| (it.key.clone(), it.label.clone(), it.note_required));
            let mine = row.owner.as_deref() == Some(ticket.rep.as_str());
            let holder = Some(package.rep.name).filter(|it| !it.is_empty());
            let holder = holder.or_else(|| row.queue.clone()).unwrap_or_default();
            Ok(Ok(LinkPage {
                language,
                who: package.lead.who,
                qualifying: package.qualifying,
                touch_by: package.handoff.touch_by,
                elsewhere: (!mine).then_some(holder),
                closed: row.closed_at.is_some(),
                reasons: reasons.collect(),
            }))
        })
        .await
    }

    /// Reminds the owner of a handoff in a while; no clock stands still for it.
    ///
    /// # Errors
    /// `A0404` where the handoff is unknown, `D0506` where it is over or somebody else
    /// has it. Failures of the store.
    pub async fn snooze(&self, rep: RepId, handoff: HandoffId) -> Result<Timestamp, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let Some(row) = store::handoff::get(tx, WORKSPACE, handoff.raw())? else {
                return Ok(Err(Refusal::not_found("handoff", handoff)));
            };
            if row.closed_at.is_some() || row.owner.as_deref() != Some(rep.as_str()) {
                let holder = row.owner.clone().or(row.queue).unwrap_or_default();
                let message = format!("this is another's handoff: `{holder}` has it now");
                return Ok(Err(Refusal::new(RefusalKind::Conflict, "D0506", message)));
            }
            let until = now.plus(SNOOZE);
            let event = NewEvent {
                at: now.as_micros(),
                kind: "handoff.snoozed".to_owned(),
                lead_id: Some(row.lead_id),
                handoff_id: Some(row.id),
                actor: Actor::Rep(rep.clone()).to_string(),
                body: json!({ "v": 1, "until": until }).to_string(),
            };
            let stream = engine.stream();
            let seq = store::chain::append_events(tx, WORKSPACE, stream, &[event])?;
            let rules = live.setup.policy().notifications.iter();
            let told = rules.filter(|it| it.on == NotifyOn::Assigned && it.to == Recipient::Owner);
            let mut channels: Vec<&str> =
                told.flat_map(|it| it.channels.iter().map(|it| words::channel(*it))).collect();
            channels.push("in_app");
            channels.sort_unstable();
            channels.dedup();
            let notice = Notice { urgent: true, ..Notice::of(NotifyOn::Reminder, None) };
            let messages = channels.into_iter().map(|channel| {
                let id: OutboxId = engine.next_id(now);
                Outbox {
                    workspace_id: WORKSPACE,
                    id: id.raw(),
                    event_stream: stream,
                    event_seq: seq,
                    lead_id: Some(row.lead_id),
                    handoff_id: Some(row.id),
                    recipient: format!("rep:{rep}"),
                    channel: channel.to_owned(),
                    template: "reminder".to_owned(),
                    body: notice.write(),
                    state: "queued".to_owned(),
                    attempt: 0,
                    next_at: until.as_micros(),
                    created_at: now.as_micros(),
                    done_at: None,
                }
            });
            store::outbox::insert(tx, &messages.collect::<Vec<_>>())?;
            Ok(Ok(until))
        })
        .await
    }

    /// A lead ends all mail to it; ending it again changes nothing.
    ///
    /// # Errors
    /// `A0404` where the lead is unknown. Failures of the store.
    pub async fn unsubscribe(&self, lead: LeadId) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            if store::lead::lock(tx, WORKSPACE, &[lead.raw()])?.is_empty() {
                return Ok(Err(Refusal::not_found("lead", lead)));
            }
            let known = store::activity::of_lead(tx, WORKSPACE, lead.raw(), i64::MAX, 500)?;
            if known.iter().any(|it| it.kind == UNSUBSCRIBED) {
                return Ok(Ok(()));
            }
            let id: ActivityId = engine.next_id(now);
            let activity = Activity {
                workspace_id: WORKSPACE,
                id: id.raw(),
                lead_id: lead.raw(),
                kind: UNSUBSCRIBED.to_owned(),
                at: now.as_micros(),
                body: json!({ "v": 1 }).to_string(),
            };
            store::activity::insert(tx, &[activity])?;
            let event = NewEvent {
                at: now.as_micros(),
                kind: "lead.unsubscribed".to_owned(),
                lead_id: Some(lead.raw()),
                handoff_id: None,
                actor: Actor::System.to_string(),
                body: json!({ "v": 1 }).to_string(),
            };
            store::chain::append_events(tx, WORKSPACE, engine.stream(), &[event])?;
            Ok(Ok(()))
        })
        .await
    }
}
