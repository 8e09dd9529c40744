//! A stored lead as the decision core sees it.

use std::sync::Arc;

use decide::lead::History;
use decide::trace::NoTrace;
use decide::{LeadView, route};
use model::Timestamp;
use model::id::LeadId;
use policy::Facts;
use policy::expr::ActivityFact;
use store::lead::Lead;
use store::{Snapshot, StoreError};

use super::attributes;
use crate::engine::WORKSPACE;
use crate::live::Live;

/// How many activities of a lead a decision looks at, oldest first.
pub(super) const ACTIVITIES_MAX: i64 = 500;

/// A stored lead with everything that is computed of it.
pub(crate) struct StoredView {
    pub(crate) view: LeadView,
    /// Contract, derived and system fields, as a decision would see them now.
    pub(crate) facts: Facts,
}

/// Reads what a decision on `lead` needs.
pub(crate) fn stored_view(
    db: &mut Snapshot<'_>,
    live: &Live,
    lead: &Lead,
    now: Timestamp,
) -> Result<StoredView, StoreError> {
    let policy = live.setup.policy();
    let stored = attributes::read(&lead.attributes);
    let activities = store::activity::of_lead(db, WORKSPACE, lead.id, i64::MIN, ACTIVITIES_MAX)?;
    let mut view =
        LeadView::new(LeadId::from_raw(lead.id), Timestamp::from_micros(lead.captured_at));
    view.version = u64::try_from(lead.version).unwrap_or(0);
    view.facts = attributes::facts(policy, &stored);
    view.activities = activity_facts(live, &activities).collect();
    view.waiting_since = now;
    view.channel = Some(Arc::from(lead.channel.as_str()));
    view.history = History { open_handoff: Some(false), ..History::default() };
    let facts = route(&live.setup, &view, now, &mut NoTrace).facts;
    Ok(StoredView { view, facts })
}

/// Stored activities as conditions count them; a kind the policy does not name counts nowhere.
pub(super) fn activity_facts<'a>(
    live: &'a Live,
    activities: &'a [store::activity::Activity],
) -> impl Iterator<Item = ActivityFact> + 'a {
    let symbols = &live.setup.policy().symbols;
    activities.iter().filter_map(|it| {
        let at = Timestamp::from_micros(it.at);
        symbols.find(&it.kind).map(|kind| ActivityFact { kind, at })
    })
}
