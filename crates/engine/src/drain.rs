//! The drainer: leads that wait for a rep with the right skills get one as soon as one can take
//! them, because somebody came on duty, got room, or joined.
//!
//! And handoffs of reps who do not work here any more find another owner.
//!
//! A lead leaves the queue only for a rep; when the time to give up a skill has come is a timer's
//! matter. Pools are locked from the pick to the commit, so however many nodes drain, one does at a
//! time for each pool.

use std::time::Duration;

use decide::trace::NoTrace;
use decide::{Event, Picked, Waiting, pick, route};
use model::Timestamp;
use model::id::HandoffId;
use store::{StoreError, Tx};

use crate::capture::stored_view;
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::respond::{Site, Stepped, Stored, load, load_many, reach, step};
use crate::state::Desk;
use crate::writes::Writes;
use crate::{Actor, Refusal, RefusalKind};

/// How often waiting leads are looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The most leads of one transaction.
const BATCH_MAX: i64 = 64;

/// Places waiting leads.
#[derive(Debug)]
pub struct Drainer {
    engine: Engine,
    /// The last lead looked at; those after it come next.
    after: i64,
}

impl Drainer {
    /// A drainer of `engine`'s waiting leads.
    pub fn new(engine: Engine) -> Self {
        Self { engine, after: 0 }
    }

    /// Looks once; how long to rest.
    pub(crate) fn turn(&mut self) -> Result<Duration, Refusal> {
        // Trouble with one of the two does not hold up the other.
        let (drained, released) = (self.round(), self.release_leavers());
        drained.and(released)?;
        Ok(LOOK_EVERY)
    }

    /// Routes the open handoffs of reps who do not work here any more again, each in a transaction
    /// of its own; how many.
    ///
    /// # Errors
    /// Failures of the store.
    pub fn release_leavers(&self) -> Result<usize, Refusal> {
        let engine = self.engine.clone();
        let left = self.engine.read_blocking(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let mut left = Vec::new();
            for load in store::rep::list(db, WORKSPACE)? {
                if 0 < load.open_count && !works(&live, &load.rep) {
                    left.extend(store::handoff::open_of_owner(
                        db, WORKSPACE, &load.rep, BATCH_MAX,
                    )?);
                }
            }
            Ok(Ok(left))
        })?;
        each(&left, |handoff| {
            let (engine, id) = (self.engine.clone(), HandoffId::from_raw(handoff.id));
            self.engine.write_blocking(move |tx, now| release(&engine, tx, id, now)).map(|()| 1)
        })
    }

    /// Looks at a batch of waiting leads, oldest first; how many got a rep. Where the batch fails each
    /// lead is tried alone, so that one that cannot be advanced holds up no other.
    ///
    /// # Errors
    /// Failures of the store; those of a single lead after the others were tried.
    pub fn round(&mut self) -> Result<usize, Refusal> {
        let after = self.after;
        let waiting = self.engine.read_blocking(move |db| {
            Ok(Ok(store::lead::waiting(db, WORKSPACE, after, BATCH_MAX)?))
        })?;
        // From the first again after the last.
        let full = waiting.len() as i64 == BATCH_MAX;
        self.after = waiting.last().copied().filter(|_| full).unwrap_or(0);
        if waiting.is_empty() {
            return Ok(0);
        }
        match self.place(after, BATCH_MAX) {
            Err(refusal) if refusal.kind == RefusalKind::Internal => {
                each(&waiting, |lead| self.place(lead - 1, 1))
            }
            done => done,
        }
    }

    /// Places up to `most` of the waiting leads after `after`; how many got a rep.
    fn place(&self, after: i64, most: i64) -> Result<usize, Refusal> {
        let engine = self.engine.clone();
        self.engine.write_blocking(move |tx, now| drain(&engine, tx, after, most, now))
    }
}

/// Does something to each, whatever becomes of the others; the sum, or the first failure.
fn each<T>(all: &[T], mut act: impl FnMut(&T) -> Result<usize, Refusal>) -> Result<usize, Refusal> {
    let (mut sum, mut failed) = (0, None);
    for one in all {
        match act(one) {
            Ok(done) => sum += done,
            Err(refusal) => failed = failed.or(Some(refusal)),
        }
    }
    failed.map_or(Ok(sum), Err)
}

fn works(live: &Live, rep: &str) -> bool {
    let roster = live.setup.roster();
    let found = rep.parse().ok().and_then(|it| roster.find(&it)).and_then(|it| roster.rep(it));
    found.is_some_and(|it| it.active)
}

/// Takes a handoff from an owner who does not work here any more.
fn release(engine: &Engine, tx: &mut Tx<'_>, id: HandoffId, now: Timestamp) -> Answer<()> {
    let live = match engine.live(tx, now)? {
        Ok(live) => live,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Some(stored) = load(tx, engine, &live, id)? else { return Ok(Ok(())) };
    let Some(owner) = stored.row.owner.clone().filter(|it| !works(&live, it)) else {
        return Ok(Ok(()));
    };
    let (pools, reps) = reach(&live, &stored, &Event::OwnerGone);
    let mut desk = Desk::lock(tx, &live, pools, reps, now)?;
    let mut writes = Writes::default();
    let site = Site { engine, live: &live, actor: &Actor::System, now };
    let stepped = step(tx, site, &stored, (&Event::OwnerGone, None), &mut desk, &mut writes)?;
    desk.save(tx, &live, now)?;
    // Whoever is not even in the roster is on no desk.
    let known = owner.parse().ok().and_then(|it| live.setup.find(&it)).is_some();
    if matches!(stepped, Stepped::Moved(_)) && !known {
        let mut loads = store::rep::lock(tx, WORKSPACE, &[&owner])?;
        for load in &mut loads {
            load.open_count = load.open_count.saturating_sub(1).max(0);
            load.open_value = load.open_value.saturating_sub(stored.row.value.unwrap_or(0)).max(0);
        }
        store::rep::update(tx, &loads)?;
    }
    writes.flush(tx, engine.stream(), now)?;
    Ok(Ok(()))
}

fn drain(engine: &Engine, tx: &mut Tx<'_>, after: i64, most: i64, now: Timestamp) -> Answer<usize> {
    let live = match engine.live(tx, now)? {
        Ok(live) => live,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let leads = store::lead::claim_waiting(tx, WORKSPACE, after, most)?;
    let handoffs = load_many(tx, engine, &live, &leads)?;
    if handoffs.is_empty() {
        return Ok(Ok(0));
    }
    let mut desk = Desk::lock_all(tx, &live, now)?;
    let mut writes = Writes::default();
    let site = Site { engine, live: &live, actor: &Actor::System, now };
    let mut placed = 0;
    for stored in handoffs.values() {
        if can_be_placed(tx, site, stored, &desk)? {
            step(tx, site, stored, (&Event::Repick, None), &mut desk, &mut writes)?;
            placed += 1;
        }
    }
    desk.save(tx, &live, now)?;
    writes.flush(tx, engine.stream(), now)?;
    Ok(Ok(placed))
}

/// Whether a rep would get it now.
fn can_be_placed(
    tx: &mut Tx<'_>,
    site: Site<'_>,
    stored: &Stored,
    desk: &Desk,
) -> Result<bool, StoreError> {
    let Site { live, now, .. } = site;
    let view = stored_view(tx, live, stored, now)?.view;
    let routed = route(&live.setup, &view, now, &mut NoTrace);
    let waiting = Waiting { route: &routed, lead: &view };
    let picked = pick(&live.setup, &desk.state, waiting, now, 0, &mut NoTrace);
    Ok(matches!(picked.to, Picked::Rep { .. }))
}
