//! What callers see of a handoff.

use model::Timestamp;
use model::id::{HandoffId, LeadId};
use serde::{Deserialize, Serialize};
use store::handoff::Handoff;

use crate::live::Live;

/// A handoff as callers see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the words of ARCHITECTURE.md; instants are RFC 3339")]
pub struct HandoffView {
    pub id: HandoffId,
    pub lead: LeadId,
    /// Grows with every change; sent back with an action, it makes stale ones fail.
    pub version: i64,
    /// `offered`, `accepted`, `queued`, `waiting`, `paused`, `disposed`, `recycled` or `closed`.
    pub state: String,
    /// The handoff reason: what brought the lead here.
    pub reason: String,
    pub owner: Option<String>,
    pub owner_name: Option<String>,
    pub queue: Option<String>,
    pub pool: Option<String>,
    pub tier: Option<String>,
    pub sla: Option<String>,
    pub score: Option<f64>,
    /// Potential in whole units of the workspace's currency.
    pub value: Option<i64>,
    pub created_at: Timestamp,
    pub acknowledge_due: Option<Timestamp>,
    pub touch_due: Option<Timestamp>,
    pub disposition_due: Option<Timestamp>,
    pub accepted_at: Option<Timestamp>,
    pub rejected_at: Option<Timestamp>,
    pub reject_reason: Option<String>,
    pub reject_note: Option<String>,
    /// The first outreach of any kind.
    pub first_attempt_at: Option<Timestamp>,
    /// The first valid touch.
    pub first_touch_at: Option<Timestamp>,
    /// The verdict: `submitted`, `rejected`, `pursue_account`, `bad_use_case` or `recycled`.
    pub disposition: Option<String>,
    pub disposed_at: Option<Timestamp>,
    /// When the first deadline passed unanswered.
    pub breached_at: Option<Timestamp>,
    pub closed_at: Option<Timestamp>,
}

impl HandoffView {
    /// The view of a stored handoff.
    pub fn of_row(live: &Live, row: &Handoff) -> Self {
        let at = |it: Option<i64>| it.map(Timestamp::from_micros);
        let rep = row.owner.as_ref().and_then(|it| it.parse().ok());
        let rep = rep.and_then(|it| live.setup.find(&it));
        let name = rep.and_then(|it| live.setup.roster().rep(it)).map(|it| it.name.clone());
        Self {
            id: HandoffId::from_raw(row.id),
            lead: LeadId::from_raw(row.lead_id),
            version: row.version,
            state: row.state.clone(),
            reason: row.reason.clone(),
            owner: row.owner.clone(),
            owner_name: name,
            queue: row.queue.clone(),
            pool: row.pool.clone(),
            tier: row.tier.clone(),
            sla: row.sla.clone(),
            score: row.score,
            value: row.value,
            created_at: Timestamp::from_micros(row.created_at),
            acknowledge_due: at(row.acknowledge_due),
            touch_due: at(row.touch_due),
            disposition_due: at(row.disposition_due),
            accepted_at: at(row.accepted_at),
            rejected_at: at(row.rejected_at),
            reject_reason: row.reject_reason.clone(),
            reject_note: row.reject_note.clone(),
            first_attempt_at: at(row.first_attempt_at),
            first_touch_at: at(row.first_touch_at),
            disposition: row.disposition.clone(),
            disposed_at: at(row.disposed_at),
            breached_at: at(row.breached_at),
            closed_at: at(row.closed_at),
        }
    }
}
