//! Telling those whom the policy names what came of a lead.

use decide::trace::NoTrace;
use model::id::{HandoffId, LeadId};
use policy::section::NotifyOn;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use crate::capture::view_at;
use crate::engine::WORKSPACE;
use crate::record::{Duty, Recorder};

/// The messages that the event of a new outcome causes.
pub(super) fn tell(
    recorder: &mut Recorder<'_>,
    tx: &mut Tx<'_>,
    row: &Outcome,
    event: usize,
) -> Result<(), StoreError> {
    let on = match row.kind.as_str() {
        "opportunity" => NotifyOn::Converted,
        "won" => NotifyOn::Won,
        "lost" => NotifyOn::Lost,
        _ => return Ok(()),
    };
    let Some(lead) = row.lead_id else { return Ok(()) };
    let Some(lead) = store::lead::get(tx, WORKSPACE, lead)? else { return Ok(()) };
    let handoff = match row.handoff_id {
        Some(id) => store::handoff::get(tx, WORKSPACE, id)?,
        None => None,
    };
    let setup = &recorder.live.setup;
    let owner = handoff.as_ref().and_then(|it| it.owner.as_ref()?.parse().ok());
    let owner = owner.and_then(|it| setup.find(&it));
    let view = view_at(tx, setup.policy(), &lead, lead.version, Some(i64::MAX))?;
    let now = recorder.now;
    let facts = decide::route(setup, &view, now, &mut NoTrace).facts;
    let effects = decide::effect::outcome_effects(setup, &view, &facts, owner, on, now);
    let duty = Duty {
        lead: LeadId::from_raw(lead.id),
        handoff: row.handoff_id.map(HandoffId::from_raw),
        assignment: None,
        version: handoff.map_or(0, |it| it.version),
        may_be_undone: false,
    };
    recorder.effects(duty, event, &effects);
    Ok(())
}
