//! What is to be done with a message now: sent, put into an inbox, held back, cancelled.

use model::Timestamp;
use store::handoff::Handoff;
use store::outbox::Outbox;
use store::{Snapshot, StoreError};

use super::Sender;
use super::outside::Parcel;
use super::reader::Who;
use crate::Refusal;
use crate::engine::WORKSPACE;
use crate::links::Links;
use crate::live::Live;
use crate::notice::Notice;
use crate::preferences::{INBOX, Preferences};

/// What to do with a message.
pub(super) enum Plan {
    /// Let it leave.
    Send(Box<Parcel>),
    /// The same, with others that were held back in it.
    Digest { parcel: Box<Parcel>, others: Vec<Outbox> },
    /// Put these words into the reader's inbox.
    Inbox(String),
    /// Ask for a task that says this.
    Task(String),
    /// Take it up again later.
    Hold { until: Timestamp, code: &'static str },
    /// It has been overtaken.
    Cancel { code: &'static str, detail: String },
    /// It cannot leave this way.
    Fail { code: &'static str, detail: String },
}

/// Nobody knows where the reader is reached on this channel.
const NO_ADDRESS: &str = "C0902";
/// The lead does not want to be written to.
const UNWANTED: &str = "C0903";
/// The handoff has moved on.
const OVERTAKEN: &str = "C0904";
/// Leads are written to with a way to end it only.
pub(super) const NO_WAY_OUT: &str = "C0905";
/// The reader is left alone until later.
pub(super) const QUIET: &str = "C0906";
/// The reader does not want this channel.
pub(super) const MUTED: &str = "C0907";

/// Kind of the activity of a lead that ends all mail to it.
pub(crate) const UNSUBSCRIBED: &str = "unsubscribed";

impl Sender {
    /// What is to be done with `row` now.
    pub(super) async fn plan(&self, row: Outbox) -> Result<Plan, Refusal> {
        let engine = self.engine.clone();
        let links = self.links.clone();
        self.engine
            .read(move |db| {
                let now = db.now()?;
                let live = match engine.live(db, now)? {
                    Ok(live) => live,
                    Err(refusal) => return Ok(Err(refusal)),
                };
                let planner = Planner { live: &live, links: links.as_deref(), row: &row, now };
                Ok(Ok(planner.plan(db)?))
            })
            .await
    }
}

pub(super) struct Planner<'a> {
    pub(super) live: &'a Live,
    pub(super) links: Option<&'a Links>,
    pub(super) row: &'a Outbox,
    pub(super) now: Timestamp,
}

impl Planner<'_> {
    fn plan(&self, db: &mut Snapshot<'_>) -> Result<Plan, StoreError> {
        let row = self.row;
        let Some(notice) = Notice::read(&row.body) else {
            return Ok(self.overtaken("it was written by another version"));
        };
        let handoff = match row.handoff_id {
            Some(id) => store::handoff::get(db, WORKSPACE, id)?,
            None => None,
        };
        if let Some(why) = stale(&notice.on, &row.recipient, handoff.as_ref()) {
            return Ok(self.overtaken(why));
        }
        let Some(who) = Who::of(self.live, &row.recipient) else {
            return Ok(self.overtaken("the reader does not work here any more"));
        };
        let Some(lead) = row.lead_id else { return Ok(self.overtaken("it is about no lead")) };
        if matches!(who, Who::Prospect) && unsubscribed(db, lead)? {
            let detail = "the lead ended all mail".to_owned();
            return Ok(Plan::Cancel { code: UNWANTED, detail });
        }
        let wanted = match &who {
            Who::Rep(rep) => crate::preferences::of(db, rep.id.as_str())?,
            Who::Prospect | Who::Marketing => Preferences::default(),
        };
        if wanted.muted.contains(&row.channel) {
            let detail = "the reader does not want this channel".to_owned();
            return Ok(Plan::Fail { code: MUTED, detail });
        }
        let wanted = wanted.under(self.live.setup.policy());
        if let Some(until) = self.quiet(&wanted, &who, &notice, handoff.as_ref()) {
            return Ok(Plan::Hold { until, code: QUIET });
        }
        match self.written(db, &who, &notice, lead)? {
            Plan::Send(parcel) if row.channel == "email" && !wanted.no_digest => {
                let digest = self.digest(db, &who, &parcel)?;
                Ok(digest.unwrap_or(Plan::Send(parcel)))
            }
            plan => Ok(plan),
        }
    }

    pub(super) fn overtaken(&self, why: &str) -> Plan {
        Plan::Cancel { code: OVERTAKEN, detail: why.to_owned() }
    }

    /// Until when the reader is left alone. What would be late by then is not held back.
    fn quiet(
        &self,
        wanted: &Preferences,
        who: &Who<'_>,
        notice: &Notice,
        handoff: Option<&Handoff>,
    ) -> Option<Timestamp> {
        let (Who::Rep(rep), false) = (who, notice.urgent || self.row.channel == INBOX) else {
            return None;
        };
        let until = wanted.quiet_until(self.now, &who.zone(self.live))?;
        let theirs = handoff.filter(|it| it.owner.as_deref() == Some(rep.id.as_str()));
        let at_risk = theirs.and_then(due).is_some_and(|it| it <= until);
        (!at_risk).then_some(until)
    }
}

/// When the owner must have done something next.
fn due(handoff: &Handoff) -> Option<Timestamp> {
    if handoff.closed_at.is_some() {
        return None;
    }
    let acknowledge = handoff.acknowledge_due.filter(|_| handoff.acknowledged_at.is_none());
    let touch = handoff.touch_due.filter(|_| handoff.first_touch_at.is_none());
    let first = acknowledge.into_iter().chain(touch).min()?;
    Some(Timestamp::from_micros(first))
}

/// Why a message is not worth sending any more.
pub(super) fn stale(on: &str, recipient: &str, handoff: Option<&Handoff>) -> Option<&'static str> {
    let handoff = handoff?;
    let rep = recipient.strip_prefix("rep:");
    let closed = handoff.closed_at.is_some();
    let touched = handoff.first_touch_at.is_some();
    match on {
        "assigned" | "reminder" if closed => Some("the handoff is closed"),
        "assigned" | "reminder" if rep.is_some() && handoff.owner.as_deref() != rep => {
            Some("somebody else has it now")
        }
        "assigned" if handoff.owner.is_none() => Some("nobody has it now"),
        "reminder" if touched => Some("the first touch has taken place"),
        "queued" if closed || handoff.queue.is_none() => Some("it has left the queue"),
        "unacknowledged" if closed || handoff.accepted_at.is_some() => Some("it was answered"),
        "unacknowledged" | "breached" if closed || touched => Some("the touch has taken place"),
        _ => None,
    }
}

pub(super) fn no_address(why: &str) -> Plan {
    Plan::Fail { code: NO_ADDRESS, detail: why.to_owned() }
}

fn unsubscribed(db: &mut Snapshot<'_>, lead: i64) -> Result<bool, StoreError> {
    let activities = store::activity::of_lead(db, WORKSPACE, lead, i64::MAX, 500)?;
    Ok(activities.iter().any(|it| it.kind == UNSUBSCRIBED))
}
