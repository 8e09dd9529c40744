//! Where an outcome belongs: its lead, its handoff, and the source that is credited for it.

use model::Timestamp;
use model::id::{HandoffId, LeadId};
use store::handoff::Handoff;
use store::lead::Lead;
use store::{Snapshot, StoreError};

use crate::Refusal;
use crate::engine::{Answer, WORKSPACE};
use crate::live::Live;

/// What an outcome belongs to.
#[derive(Debug, Default)]
pub(super) struct Placed {
    pub(super) lead: Option<i64>,
    pub(super) handoff: Option<i64>,
    /// The handoff reason.
    pub(super) reason: Option<String>,
}

/// What an outcome of this lead or handoff belongs to.
pub(super) fn place(
    db: &mut Snapshot<'_>,
    lead: Option<LeadId>,
    handoff: Option<HandoffId>,
    at: Timestamp,
) -> Answer<Placed> {
    if let Some(id) = handoff {
        let handoff = store::handoff::get(db, WORKSPACE, id.raw())?;
        let fits = |it: &Handoff| lead.is_none_or(|lead| lead.raw() == it.lead_id);
        return Ok(match handoff.filter(fits) {
            Some(handoff) => Ok(Placed::of(&handoff)),
            None => Err(Refusal::not_found("handoff of this lead", id)),
        });
    }
    let Some(id) = lead else { return Ok(Ok(Placed::default())) };
    let Some(lead) = store::lead::get(db, WORKSPACE, id.raw())? else {
        return Ok(Err(Refusal::not_found("lead", id)));
    };
    Ok(Ok(Placed::by_then(db, &lead, at.as_micros())?))
}

impl Placed {
    fn of(handoff: &Handoff) -> Self {
        let reason = Some(handoff.reason.clone());
        Self { lead: Some(handoff.lead_id), handoff: Some(handoff.id), reason }
    }

    /// Of a lead, by the instant of the outcome.
    pub(super) fn by_then(db: &mut Snapshot<'_>, lead: &Lead, at: i64) -> Result<Self, StoreError> {
        let handoffs = store::handoff::of_lead(db, WORKSPACE, lead.id)?;
        let placed = handoff_at(&handoffs, at).map(Self::of);
        let none = Self { lead: Some(lead.id), handoff: None, reason: Some(lead.reason.clone()) };
        Ok(placed.unwrap_or(none))
    }
}

/// The newest of a lead's handoffs that was made by then; where all were made later, the first.
fn handoff_at(handoffs: &[Handoff], at: i64) -> Option<&Handoff> {
    // Ids tell no age: handoffs of the past are imported late.
    let age = |it: &&Handoff| (it.created_at, it.id);
    let by_then = handoffs.iter().filter(|it| it.created_at <= at).max_by_key(age);
    by_then.or_else(|| handoffs.iter().min_by_key(age))
}

/// The source that the policy credits for a handoff reason.
pub(super) fn attributed(live: &Live, reason: Option<&str>) -> Option<String> {
    let mapped =
        live.setup.policy().attribution.iter().find(|it| Some(it.reason.as_str()) == reason);
    mapped.map(|it| it.lead_source.clone())
}
