//! Trying an import: the very code of the import, on a scratch database that is thrown away.
//!
//! The scratch database begins with the workspace, policy, roster, loads and rotation of the
//! original. Before each group, the rows that the group may meet are copied too. So the counts are
//! those of an import at this moment, on either engine, while the original is only read.

use std::collections::BTreeSet;

use store::activity::Activity;
use store::assignment::Assignment;
use store::decision::Decision;
use store::handoff::Handoff;
use store::lead::{Lead, LeadKey};
use store::outcome::Outcome;
use store::{Snapshot, StoreError, Tx};

use super::file::Purpose;
use crate::engine::WORKSPACE;
use crate::lead_names::LeadName;
use crate::{Engine, Refusal};

/// What the rows of a group may meet.
#[derive(Clone, Debug, Default)]
pub(super) struct Touched {
    /// Hashes of match keys.
    pub(super) hashes: Vec<(i64, i64)>,
    /// Leads.
    pub(super) leads: Vec<i64>,
    /// Kinds and ids of outcomes.
    pub(super) outcomes: Vec<(String, String)>,
}

impl Touched {
    /// The leads of these names.
    pub(super) fn of(names: impl Iterator<Item = LeadName>) -> Self {
        let mut touched = Self::default();
        for (hashes, id) in names.map(|it| it.traces()) {
            touched.hashes.extend(hashes);
            touched.leads.extend(id);
        }
        touched
    }
}

/// The rows of leads and of what happened to them.
#[derive(Clone, Debug, Default)]
struct Rows {
    keys: Vec<LeadKey>,
    leads: Vec<Lead>,
    activities: Vec<Activity>,
    decisions: Vec<Decision>,
    handoffs: Vec<Handoff>,
    assignments: Vec<Assignment>,
    outcomes: Vec<Outcome>,
}

/// What decides at this moment.
#[derive(Clone, Debug)]
struct Setting {
    workspace: Option<store::workspace::Workspace>,
    publication: Option<(store::policy::PolicyLive, store::policy::Policy)>,
    roster: Option<store::roster::Roster>,
    pools: Vec<store::pool::PoolState>,
    loads: Vec<store::rep::RepLoad>,
}

/// How many publications are looked at for the one in force.
const PUBLICATIONS_MAX: i64 = 64;

impl Engine {
    /// Makes this empty database one on which imports into `original` can be tried.
    ///
    /// # Errors
    /// Failures of either store.
    pub fn rehearse_blocking(&self, original: &Engine) -> Result<(), Refusal> {
        let setting = original.read_blocking(|db| Ok(Ok(Setting::read(db)?)))?;
        self.write_blocking(move |tx, _| Ok(Ok(setting.write(tx)?)))
    }
}

impl Setting {
    fn read(db: &mut Snapshot<'_>) -> Result<Self, StoreError> {
        let now = db.now()?.as_micros();
        let live = store::policy::live(db, WORKSPACE, PUBLICATIONS_MAX)?;
        let publication = match live.into_iter().find(|it| it.from_at <= now) {
            Some(live) => store::policy::get(db, WORKSPACE, &live.hash)?.map(|it| (live, it)),
            None => None,
        };
        Ok(Self {
            workspace: store::workspace::get(db, WORKSPACE)?,
            publication,
            roster: store::roster::latest(db, WORKSPACE)?,
            pools: store::pool::list(db, WORKSPACE)?,
            loads: store::rep::list(db, WORKSPACE)?,
        })
    }

    fn write(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        store::workspace::insert(tx, self.workspace.as_slice())?;
        if let Some((live, policy)) = &self.publication {
            store::policy::insert_new(tx, std::slice::from_ref(policy))?;
            store::policy::publish(tx, live, None)?;
        }
        store::roster::insert(tx, self.roster.as_slice())?;
        store::pool::insert_new(tx, &self.pools)?;
        store::rep::insert_new(tx, &self.loads)?;
        Ok(())
    }
}

/// Copies what a group may meet from the original of a trial; nothing for an import that counts.
pub(super) fn bring(
    purpose: Purpose<'_>,
    scratch: &Engine,
    touched: impl FnOnce() -> Touched,
) -> Result<(), Refusal> {
    let Purpose::Trial(Some(original)) = purpose else { return Ok(()) };
    let touched = touched();
    let rows = original.read_blocking(move |db| Ok(Ok(Rows::read(db, &touched)?)))?;
    scratch.write_blocking(move |tx, _| Ok(Ok(rows.clone().write(tx)?)))
}

impl Rows {
    fn read(db: &mut Snapshot<'_>, touched: &Touched) -> Result<Self, StoreError> {
        let keys = store::lead::find_keys(db, WORKSPACE, &touched.hashes)?;
        let ids = keys.iter().map(|it| it.lead_id).chain(touched.leads.iter().copied());
        let ids: BTreeSet<i64> = ids.collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        let leads = store::lead::get_many(db, WORKSPACE, &ids)?;
        let outcomes = store::outcome::by_external_ids(db, WORKSPACE, &touched.outcomes)?;
        let mut rows = Self { keys, leads, outcomes, ..Self::default() };
        for id in ids {
            rows.activities.extend(store::activity::of_lead(
                db,
                WORKSPACE,
                id,
                i64::MAX,
                i64::MAX,
            )?);
            rows.decisions.extend(store::decision::last(db, WORKSPACE, id)?);
            rows.handoffs.extend(store::handoff::of_lead(db, WORKSPACE, id)?);
            rows.assignments.extend(store::assignment::of_lead(db, WORKSPACE, id)?);
        }
        Ok(rows)
    }

    /// Leads that an earlier group brought are there, perhaps changed by the trial: they stay.
    fn write(mut self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        let ids: Vec<i64> = self.leads.iter().map(|it| it.id).collect();
        let there = store::lead::get_many(tx, WORKSPACE, &ids)?;
        let there: BTreeSet<i64> = there.iter().map(|it| it.id).collect();
        self.leads.retain(|it| !there.contains(&it.id));
        self.activities.retain(|it| !there.contains(&it.lead_id));
        self.decisions.retain(|it| !there.contains(&it.lead_id));
        self.handoffs.retain(|it| !there.contains(&it.lead_id));
        self.assignments.retain(|it| !there.contains(&it.lead_id));
        store::lead::insert(tx, &self.leads)?;
        store::lead::insert_keys(tx, &self.keys)?;
        store::activity::insert(tx, &self.activities)?;
        store::decision::insert(tx, &self.decisions)?;
        store::handoff::insert(tx, &self.handoffs)?;
        store::assignment::insert(tx, &self.assignments)?;
        store::outcome::insert_new(tx, &self.outcomes)?;
        Ok(())
    }
}
