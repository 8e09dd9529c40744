//! The events of outcomes.

use model::Timestamp;
use model::id::{HandoffId, LeadId, OutcomeId};
use serde_json::json;
use store::chain::NewEvent;
use store::outcome::Outcome;

use crate::Actor;

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
