//! Where an outcome belongs: its lead, its handoff, and the source that is credited for it.

use store::handoff::Handoff;
use store::lead::Lead;
use store::outcome::Outcome;
use store::{Snapshot, StoreError};

use super::said::Details;
use crate::engine::WORKSPACE;
use crate::live::Live;

/// The outcome with the handoff it belongs to and the source that is credited for it, each as its
/// sender said or, where nothing was said, as its lead and the policy have it. Without a live policy
/// there is nothing to credit by, and the outcome still counts.
///
/// It belongs to the newest handoff of its lead that was made by then; where all were made later (a
/// list of the past), to the first.
pub(super) fn placed(
    db: &mut Snapshot<'_>,
    live: Option<&Live>,
    row: Outcome,
    lead: Option<&Lead>,
) -> Result<Outcome, StoreError> {
    let Some(lead_id) = row.lead_id else { return Ok(row) };
    let details = Details::of(&row);
    let handoffs = store::handoff::of_lead(db, WORKSPACE, lead_id)?;
    let handoff = match details.handoff_told {
        true => handoffs.iter().find(|it| Some(it.id) == row.handoff_id),
        false => handoff_at(&handoffs, row.at),
    };
    let attributed_source = match (details.credit_told, handoff, lead) {
        (true, _, _) => row.attributed_source,
        (false, Some(handoff), _) => attributed(live, &handoff.reason),
        (false, None, Some(lead)) => attributed(live, &lead.reason),
        (false, None, None) => {
            let lead = store::lead::get(db, WORKSPACE, lead_id)?;
            lead.and_then(|it| attributed(live, &it.reason))
        }
    };
    Ok(Outcome { handoff_id: handoff.map(|it| it.id), attributed_source, ..row })
}

/// The newest of a lead's handoffs that was made by then; where all were made later, the first.
fn handoff_at(handoffs: &[Handoff], at: i64) -> Option<&Handoff> {
    // Ids tell no age: handoffs of the past are imported late.
    let age = |it: &&Handoff| (it.created_at, it.id);
    let by_then = handoffs.iter().filter(|it| it.created_at <= at).max_by_key(age);
    by_then.or_else(|| handoffs.iter().min_by_key(age))
}

/// The source that the policy credits for a handoff reason.
fn attributed(live: Option<&Live>, reason: &str) -> Option<String> {
    let mapped = live?.setup.policy().attribution.iter().find(|it| it.reason.as_str() == reason);
    mapped.map(|it| it.lead_source.clone())
}
