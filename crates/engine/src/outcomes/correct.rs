//! Corrections: what is reported again, of one outcome or in a group, and the events of both.

use std::slice;

use model::Timestamp;
use model::id::{HandoffId, LeadId, OutcomeId};
use serde_json::json;
use store::chain::NewEvent;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use super::place::place;
use super::said::Said;
use super::{OutcomeRequest, OutcomeView, Recorded, credited, group, view};
use crate::Actor;
use crate::engine::{Answer, Engine, WORKSPACE};

/// The outcome that a request tells of again, locked.
pub(super) fn earlier(
    tx: &mut Tx<'_>,
    request: &OutcomeRequest,
) -> Result<Option<Outcome>, StoreError> {
    let Some(id) = &request.external_id else { return Ok(None) };
    let known = group::known(tx, &[(request.kind.clone(), id.to_string())])?;
    let Some(known) = known.into_values().next() else { return Ok(None) };
    Ok(store::outcome::lock(tx, WORKSPACE, &[known.id])?.into_iter().next())
}

/// Puts a request over the outcome that it tells of again.
pub(super) fn correct(
    engine: &Engine,
    tx: &mut Tx<'_>,
    actor: &Actor,
    request: &OutcomeRequest,
    lead: Option<LeadId>,
    earlier: &Outcome,
    now: Timestamp,
) -> Answer<(Recorded, OutcomeView)> {
    let said = Said {
        kind: &request.kind,
        lead: lead.map(LeadId::raw),
        handoff: request.handoff.map(HandoffId::raw),
        at: request.at,
        value: request.value,
        lead_source: request.lead_source.as_deref(),
        attributed_source: request.attributed_source.as_deref(),
    };
    if said.is_superseded(earlier, now) {
        return Ok(Ok((Recorded::Superseded, view(earlier))));
    }
    let moved = match said.moves(earlier, now) {
        false => None,
        true => {
            let at = Timestamp::from_micros(said.at(earlier, now));
            let lead = lead.or(match request.handoff {
                Some(_) => None,
                None => earlier.lead_id.map(LeadId::from_raw),
            });
            let placed = match place(tx, lead, request.handoff, at)? {
                Ok(placed) => placed,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let credited = credited(engine, tx, placed.reason.as_deref(), now)?;
            Some((placed, credited))
        }
    };
    let row = said.over(earlier, now, moved);
    if row == *earlier {
        return Ok(Ok((Recorded::Unchanged, view(earlier))));
    }
    store::outcome::update(tx, slice::from_ref(&row))?;
    let event = corrected(actor, earlier, &row, now);
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &[event])?;
    Ok(Ok((Recorded::Updated, view(&row))))
}

/// The event of an outcome.
pub(super) fn event(actor: &Actor, row: &Outcome, now: Timestamp) -> NewEvent {
    let body = json!({
        "v": 1, "outcome": OutcomeId::from_raw(row.id), "at": Timestamp::from_micros(row.at),
        "lead_source": row.lead_source, "attributed_source": row.attributed_source,
    });
    NewEvent {
        at: now.as_micros(),
        kind: format!("outcome.{}", row.kind),
        lead_id: row.lead_id,
        handoff_id: row.handoff_id,
        actor: actor.to_string(),
        body: body.to_string(),
    }
}

/// The event of a correction: what was known before stays known by it.
pub(super) fn corrected(
    actor: &Actor,
    earlier: &Outcome,
    row: &Outcome,
    now: Timestamp,
) -> NewEvent {
    let told = |it: &Outcome| {
        json!({
            "kind": it.kind, "at": Timestamp::from_micros(it.at), "value": it.value,
            "lead": it.lead_id.map(LeadId::from_raw),
            "handoff": it.handoff_id.map(HandoffId::from_raw),
            "lead_source": it.lead_source, "attributed_source": it.attributed_source,
        })
    };
    let body = json!({
        "v": 1, "outcome": OutcomeId::from_raw(row.id), "before": told(earlier), "now": told(row),
    });
    let kind = "outcome.updated".to_owned();
    NewEvent { kind, body: body.to_string(), ..event(actor, row, now) }
}
