//! One step of a handoff: what is stored, an event, and the rows that come of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::{Advance, Context, Effect, Event, Handoff, advance};
use model::id::{HandoffId, LeadId};
use policy::Facts;
use store::{Snapshot, StoreError, Tx};

use super::apply::{Applied, Site};
use super::life_format::{self, Life};
use super::undo::Undo;
use crate::capture::stored_view;
use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::state::Desk;
use crate::writes::Writes;

/// A handoff as it stands in the database, with its lead.
pub(crate) struct Stored {
    pub(crate) row: store::handoff::Handoff,
    /// Number of the decision it goes by: the last, where it was routed again.
    pub(crate) decided: i64,
    pub(crate) lead: store::lead::Lead,
    pub(crate) handoff: Handoff,
    /// What the last answer can be taken back to.
    pub(crate) undo: Option<Undo>,
    /// The policy it goes by: that of its last decision, whatever was published since.
    pub(crate) own: Arc<Live>,
}

/// What came of an event, with the row as it is now.
pub(crate) enum Stepped {
    Moved(store::handoff::Handoff),
    Ignored(store::handoff::Handoff),
    Refused(decide::Refusal),
}

/// Reads a handoff and locks its lead.
pub(crate) fn load(
    tx: &mut Tx<'_>,
    engine: &Engine,
    live: &Arc<Live>,
    id: HandoffId,
) -> Result<Option<Stored>, StoreError> {
    let Some(found) = store::handoff::get(tx, WORKSPACE, id.raw())? else { return Ok(None) };
    let lead = store::lead::lock(tx, WORKSPACE, &[found.lead_id])?.into_iter().next();
    // Read again under the lock: it may have moved while it was waited for.
    let row = store::handoff::get(tx, WORKSPACE, id.raw())?;
    let (Some(lead), Some(row)) = (lead, row) else { return Ok(None) };
    let stored = store::life::get(tx, WORKSPACE, row.id)?;
    let read = read(&row, stored.as_ref())?;
    let decided = number(&row, read.as_ref());
    let hash = store::decision::policies(tx, WORKSPACE, &[(row.lead_id, decided)])?;
    let own = match hash.first() {
        Some((_, hash)) => engine.inner.live.under(tx, hash, live)?,
        None => Arc::clone(live),
    };
    Ok(Some(Stored::new(row, lead, read, own)))
}

/// The open handoffs of leads that are locked already, by handoff.
pub(crate) fn load_many(
    db: &mut Snapshot<'_>,
    engine: &Engine,
    live: &Arc<Live>,
    leads: &[i64],
) -> Result<BTreeMap<i64, Stored>, StoreError> {
    let rows = store::handoff::open_of_leads(db, WORKSPACE, leads)?;
    let ids: Vec<i64> = rows.iter().map(|it| it.id).collect();
    let lives = store::life::get_many(db, WORKSPACE, &ids)?;
    let lives: BTreeMap<i64, _> = lives.into_iter().map(|it| (it.handoff_id, it)).collect();
    let leads = store::lead::get_many(db, WORKSPACE, leads)?;
    let mut leads: BTreeMap<i64, _> = leads.into_iter().map(|it| (it.id, it)).collect();
    let mut read_lives = Vec::new();
    for row in &rows {
        read_lives.push(read(row, lives.get(&row.id))?);
    }
    let both = rows.iter().zip(&read_lives);
    let numbers: Vec<(i64, i64)> =
        both.map(|(it, life)| (it.lead_id, number(it, life.as_ref()))).collect();
    let hashes = store::decision::policies(db, WORKSPACE, &numbers)?;
    let hashes: BTreeMap<i64, String> = hashes.into_iter().collect();
    let mut stored = BTreeMap::new();
    for (row, read) in rows.into_iter().zip(read_lives) {
        let Some(lead) = leads.remove(&row.lead_id) else { continue };
        let own = match hashes.get(&row.lead_id) {
            Some(hash) => engine.inner.live.under(db, hash, live)?,
            None => Arc::clone(live),
        };
        stored.insert(row.id, Stored::new(row, lead, read, own));
    }
    Ok(stored)
}

impl Stored {
    /// A handoff with what is read of its way; one without is at its beginning.
    fn new(
        row: store::handoff::Handoff,
        lead: store::lead::Lead,
        read: Option<Life>,
        own: Arc<Live>,
    ) -> Self {
        let decided = number(&row, read.as_ref());
        let (handoff, undo) = match read {
            Some(it) => (it.handoff, it.undo),
            None => (life_format::begin(&row, own.setup.policy()), None),
        };
        Self { row, decided, lead, handoff, undo, own }
    }
}

/// The number of the decision that a handoff goes by.
fn number(row: &store::handoff::Handoff, read: Option<&Life>) -> i64 {
    read.and_then(|it| it.decided).unwrap_or(row.number)
}

/// How far a handoff has come.
fn read(
    row: &store::handoff::Handoff,
    stored: Option<&store::life::Life>,
) -> Result<Option<Life>, StoreError> {
    let read = stored.map(|it| life_format::read(LeadId::from_raw(row.lead_id), &it.body));
    read.transpose().map_err(|error| StoreError::unreadable("handoff_life.body", &error))
}

/// Takes one step. The caller has locked the lead and the desk, and writes what is collected.
pub(crate) fn step(
    tx: &mut Tx<'_>,
    site: Site<'_>,
    stored: &Stored,
    (event, version): (&Event, Option<u64>),
    desk: &mut Desk,
    writes: &mut Writes,
) -> Result<Stepped, StoreError> {
    let Site { live, now, .. } = site;
    let setup = &stored.own.setup;
    // Only conditions of notifications look at the lead, and few policies have any.
    let facts = match setup.policy().notifications.iter().any(|it| it.when.is_some()) {
        true => stored_view(tx, &stored.own, stored, now)?.facts,
        false => Facts::default(),
    };
    let context = Context { setup, state: &desk.state, facts: &facts, now, version };
    let advanced = advance(&stored.handoff, event, &context);
    // A new route is a new decision: by the policy that is live now.
    let view = match &advanced {
        Advance::Moved { effects, .. } if effects.contains(&Effect::Reroute) => {
            Some(stored_view(tx, live, stored, now)?)
        }
        _ => None,
    };
    let mut applied = Applied::new(site, stored, view, writes);
    match advanced {
        Advance::Refused(refusal) => Ok(Stepped::Refused(refusal)),
        Advance::Ignored => {
            applied.touch_only(event);
            Ok(Stepped::Ignored(applied.finish(tx)?))
        }
        Advance::Moved { handoff, effects } => {
            applied.moved(event, *handoff, effects, desk);
            Ok(Stepped::Moved(applied.finish(tx)?))
        }
    }
}
