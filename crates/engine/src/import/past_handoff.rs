//! A handoff of the past as a file has it, and the rows it becomes.

use intake::mapping::{CellFault, Record};
use model::Timestamp;
use model::id::{AssignmentId, HandoffId};
use serde_json::json;
use store::assignment::Assignment;
use store::chain::NewEvent;
use store::handoff::{Handoff, IMPORTED};
use store::lead::Lead;

use super::handoffs::Placed;
use super::table;
use crate::engine::WORKSPACE;
use crate::lead_names::LeadName;
use crate::refusal::FieldFault;
use crate::{Actor, Engine};

/// Verdicts with the state of a handoff that ended so.
const DISPOSITIONS: [(&str, &str); 5] = [
    ("submitted", "disposed"),
    ("pursue_account", "disposed"),
    ("bad_use_case", "disposed"),
    ("rejected", "rejected"),
    ("recycled", "recycled"),
];

/// The verdict of a handoff that its rep rejected.
const REJECTED: &str = "rejected";

/// A handoff of the past.
#[derive(Clone, Debug)]
pub(super) struct PastHandoff {
    pub(super) lead: LeadName,
    /// Id or e-mail address.
    pub(super) rep: String,
    pub(super) offered_at: Timestamp,
    accepted_at: Option<Timestamp>,
    rejected_at: Option<Timestamp>,
    /// Key or label.
    pub(super) reject_reason: Option<String>,
    reject_note: Option<String>,
    first_touch_at: Option<Timestamp>,
    /// Verdict and state.
    disposition: Option<(&'static str, &'static str)>,
    /// The last instant known of it where the file does not say.
    pub(super) closed_at: Timestamp,
    /// Whether the file says when it was closed.
    is_closed_told: bool,
    handoff_reason: Option<String>,
    tier: Option<i64>,
    value: Option<i64>,
}

impl PastHandoff {
    pub(super) fn read(mut record: Record<'_>, source: &str) -> Result<Self, Vec<CellFault>> {
        let (lead, rep) = (record.text("lead"), record.text("rep"));
        let offered_at = record.instant("offered_at");
        let [accepted_at, rejected_at, first_touch_at, closed_at] =
            ["accepted_at", "rejected_at", "first_touch_at", "closed_at"]
                .map(|it| record.instant(it));
        let disposition = disposition(&mut record);
        let later = [
            ("accepted_at", accepted_at),
            ("rejected_at", rejected_at),
            ("first_touch_at", first_touch_at),
            ("closed_at", closed_at),
        ];
        for (name, at) in later {
            if let (Some(at), Some(offered_at)) = (at, offered_at)
                && at < offered_at
            {
                record.fault(name, "I0605", "lies before `offered_at`");
            } else if let (Some(at), Some(closed_at)) = (at, closed_at)
                && closed_at < at
            {
                record.fault(name, "I0605", "lies behind `closed_at`");
            }
        }
        if let (Some(rejected), Some(accepted)) = (rejected_at, accepted_at)
            && rejected < accepted
        {
            record.fault("rejected_at", "I0605", "lies before `accepted_at`");
        }
        let (tier, value) = (within(&mut record, "tier", 1), within(&mut record, "value", 0));
        let (reject_reason, reject_note) =
            (record.text("reject_reason"), record.text("reject_note"));
        let handoff_reason = record.text("handoff_reason");
        let faults = record.faults();
        match (lead, rep, offered_at) {
            (Some(text), Some(rep), Some(offered_at)) if faults.is_empty() => {
                let last = later.iter().filter_map(|(_, at)| *at).max().unwrap_or(offered_at);
                Ok(Self {
                    lead: LeadName::Cell { source: source.to_owned(), text },
                    rep,
                    offered_at,
                    accepted_at,
                    rejected_at,
                    reject_reason,
                    reject_note,
                    first_touch_at,
                    disposition,
                    closed_at: last,
                    is_closed_told: closed_at.is_some(),
                    handoff_reason,
                    tier,
                    value,
                })
            }
            _ => Err(faults),
        }
    }

    /// With what is known of it already where the file leaves a cell empty.
    pub(super) fn over(&self, earlier: &Handoff) -> Self {
        let at = |it: Option<i64>| it.map(Timestamp::from_micros);
        let of = |it: &str| DISPOSITIONS.into_iter().find(|(verdict, _)| *verdict == it);
        let is_rejected = |it: Option<(&str, &str)>| it.is_some_and(|(it, _)| it == REJECTED);
        let known = earlier.disposition.as_deref().and_then(of);
        let disposition = self.disposition.or(known);
        let mut merged = Self {
            accepted_at: self.accepted_at.or(at(earlier.accepted_at)),
            first_touch_at: self.first_touch_at.or(at(earlier.first_touch_at)),
            disposition,
            handoff_reason: self.handoff_reason.clone().or(Some(earlier.reason.clone())),
            tier: self.tier.or(earlier.tier.as_deref().and_then(|it| it.parse().ok())),
            value: self.value.or(earlier.value),
            ..self.clone()
        };
        // A verdict that is told anew takes away what was noted on the one before.
        let is_overturned = disposition != known && !is_rejected(disposition);
        merged.reject_note =
            self.reject_note.clone().or(earlier.reject_note.clone().filter(|_| !is_overturned));
        // Another verdict takes the rejection away.
        if is_rejected(disposition) {
            merged.rejected_at = self.rejected_at.or(at(earlier.rejected_at));
        }
        if let (false, Some(closed_at)) = (self.is_closed_told, at(earlier.closed_at)) {
            merged.closed_at = self.closed_at.max(closed_at);
        }
        merged
    }

    /// Why what is told cannot be, taken together.
    pub(super) fn fault(&self) -> Option<FieldFault> {
        let late = [
            ("accepted_at", self.accepted_at),
            ("rejected_at", self.rejected_at),
            ("first_touch_at", self.first_touch_at),
        ];
        let late = late.into_iter().find(|(_, at)| at.is_some_and(|it| self.closed_at < it));
        let late = late.map(|(name, _)| (name, "lies behind `closed_at`"));
        let early = self.rejected_at.zip(self.accepted_at).filter(|(no, yes)| no < yes);
        let early = early.map(|_| ("rejected_at", "lies before `accepted_at`"));
        late.or(early).map(|(name, message)| table::fault(name, ("I0605", message)))
    }

    pub(super) fn handoff(
        &self,
        engine: &Engine,
        lead: &Lead,
        placed: Placed,
        now: Timestamp,
    ) -> Handoff {
        let id: HandoffId = engine.next_id(now);
        let at = |it: Option<Timestamp>| it.map(Timestamp::as_micros);
        let closed_at = self.closed_at.as_micros();
        let disposition = self.disposition.map(|(verdict, _)| verdict);
        let rejected_at = match disposition {
            Some(REJECTED) => at(self.rejected_at).or(Some(closed_at)),
            _ => None,
        };
        let answered = [at(self.accepted_at), rejected_at].into_iter().flatten().min();
        Handoff {
            workspace_id: WORKSPACE,
            id: id.raw(),
            lead_id: lead.id,
            number: IMPORTED,
            reason: self.handoff_reason.clone().unwrap_or_else(|| lead.reason.clone()),
            tier: self.tier.map(|it| it.to_string()),
            sla: None,
            score: None,
            state: self.disposition.map_or("closed", |(_, state)| state).to_owned(),
            version: 1,
            owner: Some(placed.rep),
            queue: None,
            pool: None,
            value: self.value,
            created_at: self.offered_at.as_micros(),
            acknowledge_due: None,
            touch_due: None,
            disposition_due: None,
            acknowledged_at: answered,
            accepted_at: at(self.accepted_at),
            rejected_at,
            reject_reason: placed.reject_reason,
            reject_note: self.reject_note.clone(),
            first_touch_at: at(self.first_touch_at),
            first_attempt_at: at(self.first_touch_at),
            disposed_at: disposition.map(|_| rejected_at.unwrap_or(closed_at)),
            disposition: disposition.map(str::to_owned),
            breached_at: None,
            closed_at: Some(closed_at),
        }
    }

    /// The stay with its rep, long over.
    pub(super) fn assignment(
        &self,
        engine: &Engine,
        handoff: &Handoff,
        now: Timestamp,
    ) -> Assignment {
        let id: AssignmentId = engine.next_id(now);
        let ended = match handoff.disposition.as_deref() {
            Some(REJECTED) => "rejected",
            Some(_) => "disposed",
            None => "moved",
        };
        Assignment {
            workspace_id: WORKSPACE,
            id: id.raw(),
            handoff_id: handoff.id,
            lead_id: handoff.lead_id,
            rep: handoff.owner.clone(),
            queue: None,
            pool: None,
            epoch: None,
            pool_seq: None,
            credit: 0,
            active: 0,
            from_at: handoff.created_at,
            until_at: handoff.closed_at,
            ended: Some(ended.to_owned()),
        }
    }

    /// The event of a change: what was known before stays known by it.
    pub(super) fn changed(
        actor: &Actor,
        earlier: &Handoff,
        handoff: &Handoff,
        now: Timestamp,
    ) -> NewEvent {
        let at = |it: Option<i64>| it.map(Timestamp::from_micros);
        let told = |it: &Handoff| {
            json!({
                "reason": it.reason, "tier": it.tier, "value": it.value,
                "accepted_at": at(it.accepted_at), "rejected_at": at(it.rejected_at),
                "reject_reason": it.reject_reason, "first_touch_at": at(it.first_touch_at),
                "disposition": it.disposition, "closed_at": at(it.closed_at),
            })
        };
        NewEvent {
            at: now.as_micros(),
            kind: "handoff.updated".to_owned(),
            lead_id: Some(handoff.lead_id),
            handoff_id: Some(handoff.id),
            actor: actor.to_string(),
            body: json!({ "v": 1, "before": told(earlier), "now": told(handoff) }).to_string(),
        }
    }

    pub(super) fn event(&self, actor: &Actor, handoff: &Handoff, now: Timestamp) -> NewEvent {
        let body = json!({
            "v": 1,
            "owner": handoff.owner,
            "offered_at": self.offered_at,
            "closed_at": self.closed_at,
            "disposition": handoff.disposition,
        });
        NewEvent {
            at: now.as_micros(),
            kind: "handoff.imported".to_owned(),
            lead_id: Some(handoff.lead_id),
            handoff_id: Some(handoff.id),
            actor: actor.to_string(),
            body: body.to_string(),
        }
    }
}

/// The verdict: the one named, or that of a rejection.
fn disposition(record: &mut Record<'_>) -> Option<(&'static str, &'static str)> {
    let of = |word: &str| DISPOSITIONS.into_iter().find(|(it, _)| *it == word);
    let is_rejected = ["rejected_at", "reject_reason"].iter().any(|it| record.text(it).is_some());
    let Some(word) = record.text("disposition") else {
        return if is_rejected { of(REJECTED) } else { None };
    };
    let found = of(&word.to_lowercase());
    if found.is_none() {
        let words = DISPOSITIONS.map(|(it, _)| it).join(", ");
        let shown: String = word.chars().take(40).collect();
        let message = format!("`{shown}` is none of {words}: translate it");
        record.fault("disposition", "I0511", message);
    } else if is_rejected && found != of(REJECTED) {
        let message = "does not go together with a rejection in the same row";
        record.fault("disposition", "I0607", message);
    }
    found
}

/// A whole number that is not below `least`.
fn within(record: &mut Record<'_>, name: &str, least: i64) -> Option<i64> {
    let value = record.whole(name)?;
    if value < least {
        record.fault(name, "I0608", format!("is below {least}"));
    }
    Some(value)
}
