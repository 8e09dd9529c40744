//! The columns that reports work on, visited row by row without keeping the rows.

use crate::{Snapshot, StoreError};

/// What a report needs of a handoff. Instants are microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the columns of `Handoff`, and `captured_at` of its `Lead`")]
pub struct HandoffFact<'a> {
    pub id: i64,
    pub lead_id: i64,
    pub number: i64,
    pub captured_at: i64,
    pub queue: Option<&'a str>,
    pub closed_at: Option<i64>,
    pub first_attempt_at: Option<i64>,
    pub reason: &'a str,
    pub tier: Option<&'a str>,
    pub sla: Option<&'a str>,
    pub owner: Option<&'a str>,
    pub state: &'a str,
    pub disposition: Option<&'a str>,
    pub reject_reason: Option<&'a str>,
    pub created_at: i64,
    pub acknowledge_due: Option<i64>,
    pub touch_due: Option<i64>,
    pub disposition_due: Option<i64>,
    pub accepted_at: Option<i64>,
    pub rejected_at: Option<i64>,
    pub first_touch_at: Option<i64>,
    pub disposed_at: Option<i64>,
    pub breached_at: Option<i64>,
    pub value: Option<i64>,
}

/// What a report needs of an outcome.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(missing_docs, reason = "the columns of `Outcome`, where they are explained")]
pub struct OutcomeFact<'a> {
    pub id: i64,
    pub lead_id: Option<i64>,
    pub handoff_id: Option<i64>,
    pub kind: &'a str,
    pub at: i64,
    pub value: Option<i64>,
    pub lead_source: Option<&'a str>,
    pub attributed_source: Option<&'a str>,
}

crate::statements! {
    Statement HANDOFFS = "select h.id, h.lead_id, h.reason, h.tier, h.sla, h.owner, h.state,
        h.disposition, h.reject_reason, h.created_at, h.acknowledge_due, h.touch_due,
        h.disposition_due, h.accepted_at, h.rejected_at, h.first_touch_at, h.disposed_at,
        h.breached_at, h.value, h.number, l.captured_at, h.queue, h.closed_at, h.first_attempt_at
        from handoff h join lead l on l.workspace_id = h.workspace_id and l.id = h.lead_id
        where h.workspace_id = ?1 and ?2 < h.id order by h.id";
    Statement FIRST_IMPORTED = "select lead_id, min(created_at) from handoff
        where workspace_id = ?1 and number = 0 group by lead_id";
    Statement OUTCOMES = "select id, lead_id, handoff_id, kind, at, value, lead_source,
        attributed_source from outcome where workspace_id = ?1 and ?2 < id order by id";
}

/// Visits the handoffs after the id `after`, by id.
pub fn handoffs(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    after: i64,
    mut visit: impl FnMut(&HandoffFact<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    db.for_each(&HANDOFFS, &[workspace_id.into(), after.into()], |row| {
        visit(&HandoffFact {
            id: row.get(0)?,
            lead_id: row.get(1)?,
            reason: row.text(2)?,
            tier: row.opt_text(3)?,
            sla: row.opt_text(4)?,
            owner: row.opt_text(5)?,
            state: row.text(6)?,
            disposition: row.opt_text(7)?,
            reject_reason: row.opt_text(8)?,
            created_at: row.get(9)?,
            acknowledge_due: row.get(10)?,
            touch_due: row.get(11)?,
            disposition_due: row.get(12)?,
            accepted_at: row.get(13)?,
            rejected_at: row.get(14)?,
            first_touch_at: row.get(15)?,
            disposed_at: row.get(16)?,
            breached_at: row.get(17)?,
            value: row.get(18)?,
            number: row.get(19)?,
            captured_at: row.get(20)?,
            queue: row.opt_text(21)?,
            closed_at: row.get(22)?,
            first_attempt_at: row.get(23)?,
        })
    })
}

/// When the first of the imported handoffs of each lead was made, by lead.
pub fn first_imported(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
) -> Result<Vec<(i64, i64)>, StoreError> {
    db.query(&FIRST_IMPORTED, &[workspace_id.into()], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Visits the outcomes after the id `after`, by id.
pub fn outcomes(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    after: i64,
    mut visit: impl FnMut(&OutcomeFact<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    db.for_each(&OUTCOMES, &[workspace_id.into(), after.into()], |row| {
        visit(&OutcomeFact {
            id: row.get(0)?,
            lead_id: row.get(1)?,
            handoff_id: row.get(2)?,
            kind: row.text(3)?,
            at: row.get(4)?,
            value: row.get(5)?,
            lead_source: row.opt_text(6)?,
            attributed_source: row.opt_text(7)?,
        })
    })
}
