//! A stored lead as the decision core sees it.

use std::sync::Arc;

use decide::lead::History;
use decide::trace::NoTrace;
use decide::{LeadView, route};
use model::Timestamp;
use model::id::LeadId;
use policy::expr::ActivityFact;
use policy::{Facts, Policy};
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
    /// Number of the last activity that counts.
    pub(crate) last_activity: Option<i64>,
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
    view.activities = in_order(activity_facts(policy, &activities).collect());
    let last_activity = activities.iter().map(|it| it.id).max();
    view.waiting_since = now;
    view.channel = Some(Arc::from(lead.channel.as_str()));
    view.history = History { open_handoff: Some(false), ..History::default() };
    let facts = route(&live.setup, &view, now, &mut NoTrace).facts;
    Ok(StoredView { view, facts, last_activity })
}

/// A stored lead as it was at `version`, with its activities up to number `last_activity`. What is
/// kept of its history is put in by the caller.
pub(crate) fn view_at(
    db: &mut Snapshot<'_>,
    policy: &Policy,
    lead: &Lead,
    version: i64,
    last_activity: Option<i64>,
) -> Result<LeadView, StoreError> {
    // A version is kept when the fields change; the next one kept still has the fields of this.
    let kept = store::lead::version(db, WORKSPACE, lead.id, version)?;
    let stored = kept.map_or_else(|| lead.attributes.clone(), |it| it.attributes);
    let stored = attributes::read(&stored);
    let activities = store::activity::of_lead(db, WORKSPACE, lead.id, i64::MIN, ACTIVITIES_MAX)?;
    let counted: Vec<_> = activities
        .into_iter()
        .filter(|it| last_activity.is_some_and(|last| it.id <= last))
        .collect();
    let mut view =
        LeadView::new(LeadId::from_raw(lead.id), Timestamp::from_micros(lead.captured_at));
    view.version = u64::try_from(version).unwrap_or(0);
    view.facts = attributes::facts(policy, &stored);
    view.activities = in_order(activity_facts(policy, &counted).collect());
    view.channel = Some(Arc::from(lead.channel.as_str()));
    Ok(view)
}

/// Activities in one order, whatever order they were written in.
pub(super) fn in_order(mut activities: Vec<ActivityFact>) -> Vec<ActivityFact> {
    activities.sort_by_key(|it| (it.at, it.kind));
    activities
}

/// Stored activities as conditions count them; a kind the policy does not name counts nowhere.
pub(super) fn activity_facts<'a>(
    policy: &'a Policy,
    activities: &'a [store::activity::Activity],
) -> impl Iterator<Item = ActivityFact> + 'a {
    let symbols = &policy.symbols;
    activities.iter().filter_map(|it| {
        let at = Timestamp::from_micros(it.at);
        symbols.find(&it.kind).map(|kind| ActivityFact { kind, at })
    })
}
