//! A stored lead as the decision core sees it.

use std::sync::Arc;

use decide::handoff::HandoffState;
use decide::lead::{ExcludedBecause, ExcludedRep};
use decide::trace::NoTrace;
use decide::{LeadView, route};
use model::id::LeadId;
use model::{RepId, Timestamp};
use policy::expr::ActivityFact;
use policy::{Facts, Policy};
use store::activity::Activity;
use store::lead::Lead;
use store::{Snapshot, StoreError};

use super::attributes;
use crate::engine::WORKSPACE;
use crate::live::Live;
use crate::record_format;
use crate::respond::Stored;

/// How many activities of a lead a decision looks at: the newest ones.
const ACTIVITIES_MAX: i64 = 500;

/// Kind of the activity that keeps a later submission; it counts for nothing by itself.
pub(crate) const SUBMISSION: &str = "submission";

/// A stored lead with everything that is computed of it.
pub(crate) struct StoredView {
    pub(crate) view: LeadView,
    /// Contract, derived and system fields, as a decision would see them now.
    pub(crate) facts: Facts,
    /// Number of the last activity that counts.
    pub(crate) last_activity: Option<i64>,
}

/// Reads what a new decision on a lead needs that is with somebody.
pub(crate) fn stored_view(
    db: &mut Snapshot<'_>,
    live: &Live,
    Stored { lead, handoff, .. }: &Stored,
    now: Timestamp,
) -> Result<StoredView, StoreError> {
    let policy = live.setup.policy();
    let stored = attributes::read(&lead.attributes);
    let activities = activities(db, lead.id, None)?;
    let mut view =
        LeadView::new(LeadId::from_raw(lead.id), Timestamp::from_micros(lead.captured_at));
    view.version = u64::try_from(lead.version).unwrap_or(0);
    view.facts = attributes::facts(policy, &stored);
    view.activities = in_order(activity_facts(policy, &activities).collect());
    let last_activity = activities.iter().map(|it| it.id).max();
    view.channel = Some(Arc::from(lead.channel.as_str()));
    // What the sender's CRM knew stands with the last decision.
    let decision = store::decision::last(db, WORKSPACE, lead.id)?;
    if let Some((_, kept)) = decision.as_ref().and_then(record_format::read) {
        kept.restore(policy, &mut view, now);
    }
    let waits = handoff.held.last().filter(|_| handoff.state == HandoffState::Waiting);
    view.waiting_since = waits.map_or(now, |it| it.from);
    view.history.open_handoff = Some(false);
    view.excluded = rejecters(db, lead.id)?;
    view.excluded.retain(|it| handoff.excluded.iter().all(|other| other.rep != it.rep));
    view.excluded.extend(handoff.excluded.iter().cloned());
    let facts = route(&live.setup, &view, now, &mut NoTrace).facts;
    Ok(StoredView { view, facts, last_activity })
}

/// Reps who rejected this lead: they do not get it again.
pub(super) fn rejecters(db: &mut Snapshot<'_>, lead: i64) -> Result<Vec<ExcludedRep>, StoreError> {
    let stays = store::assignment::of_lead(db, WORKSPACE, lead)?;
    let mut reps: Vec<RepId> = stays
        .iter()
        .filter(|it| it.ended.as_deref() == Some("rejected"))
        .filter_map(|it| it.rep.as_ref()?.parse().ok())
        .collect();
    reps.sort();
    reps.dedup();
    let excluded = |rep| ExcludedRep { rep, why: ExcludedBecause::Rejected };
    Ok(reps.into_iter().map(excluded).collect())
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
    let counted = activities(db, lead.id, Some(last_activity.unwrap_or(i64::MIN)))?;
    let mut view =
        LeadView::new(LeadId::from_raw(lead.id), Timestamp::from_micros(lead.captured_at));
    view.version = u64::try_from(version).unwrap_or(0);
    view.facts = attributes::facts(policy, &stored);
    view.activities = in_order(activity_facts(policy, &counted).collect());
    view.channel = Some(Arc::from(lead.channel.as_str()));
    Ok(view)
}

/// The activities that a decision counts, oldest first; with numbers up to `last` where it is given.
pub(super) fn activities(
    db: &mut Snapshot<'_>,
    lead: i64,
    last: Option<i64>,
) -> Result<Vec<Activity>, StoreError> {
    store::activity::of_lead(db, WORKSPACE, lead, last.unwrap_or(i64::MAX), ACTIVITIES_MAX)
}

/// The activities that a decision counts of these.
pub(super) fn newest(mut activities: Vec<Activity>) -> Vec<Activity> {
    activities.sort_by_key(|it| (it.at, it.id));
    let surplus = activities.len().saturating_sub(ACTIVITIES_MAX as usize);
    activities.split_off(surplus)
}

/// Activities in one order, whatever order they were written in.
pub(super) fn in_order(mut activities: Vec<ActivityFact>) -> Vec<ActivityFact> {
    activities.sort_by_key(|it| (it.at, it.kind));
    activities
}

/// Stored activities as conditions count them; a kind the policy does not name counts nowhere.
pub(super) fn activity_facts<'a>(
    policy: &'a Policy,
    activities: &'a [Activity],
) -> impl Iterator<Item = ActivityFact> + 'a {
    let symbols = &policy.symbols;
    let counted = activities.iter().filter(|it| it.kind != SUBMISSION);
    counted.filter_map(|it| {
        let at = Timestamp::from_micros(it.at);
        symbols.find(&it.kind).map(|kind| ActivityFact { kind, at })
    })
}
