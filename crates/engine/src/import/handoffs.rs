//! Files of handoffs of the past, as the system before Baton exports them.
//!
//! They are history: each is closed, wakes nobody, takes no capacity and leaves its lead as it is.
//! Reports count them, and a rep who rejected a lead then does not get it now. No decision of
//! Baton made them, so their number is 0.
//!
//! A handoff is known by its lead, its rep and the instant it was offered. A later row about it adds
//! and corrects; empty cells take nothing away.

use std::collections::{BTreeMap, BTreeSet};

use intake::mapping::{Bound, CellFault, MappingKind};
use model::Timestamp;
use store::assignment::Assignment;
use store::chain::NewEvent;
use store::handoff::Handoff;
use store::lead::Lead;
use store::{StoreError, Tx};

use super::ImportError;
use super::cells::NamedCells;
use super::file::FileImport;
use super::past_handoff::PastHandoff;
use super::rehearsal::Touched;
use super::summary::{Progress, Summary};
use super::table::{self, Table, Taken};
use crate::ahead::{IN_THE_FUTURE, lies_ahead};
use crate::engine::WORKSPACE;
use crate::lead_names::NamedLeads;
use crate::live::Live;
use crate::outcomes::Recorded;
use crate::refusal::FieldFault;
use crate::{Actor, Engine};

struct Handoffs {
    source: String,
}

impl Engine {
    /// Imports a file of past handoffs. `watch` is told after each group.
    ///
    /// # Errors
    /// A file or mapping that cannot be used, a file of rejected rows that cannot be written, a
    /// refusal of the store.
    pub fn import_handoffs(
        &self,
        actor: &Actor,
        ask: &FileImport<'_>,
        watch: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        table::import(self, actor, ask, &Handoffs { source: ask.source() }, watch)
    }
}

impl Table for Handoffs {
    type Row = PastHandoff;
    const KIND: MappingKind = MappingKind::Handoffs;

    fn read(
        &self,
        bound: &Bound<'_>,
        cells: &NamedCells<'_>,
        _natural_id: String,
    ) -> Result<PastHandoff, Vec<CellFault>> {
        PastHandoff::read(bound.record(cells), &self.source)
    }

    fn touched(rows: &[PastHandoff]) -> Touched {
        Touched::of(rows.iter().map(|it| it.lead.clone()))
    }

    fn take(
        engine: &Engine,
        tx: &mut Tx<'_>,
        live: &Live,
        actor: &Actor,
        rows: &[PastHandoff],
        now: Timestamp,
    ) -> Result<Vec<Taken>, StoreError> {
        let leads = NamedLeads::read(tx, rows.iter().map(|it| &it.lead))?;
        let found: Vec<_> = rows.iter().map(|it| leads.find(&it.lead)).collect();
        let ids: BTreeSet<i64> = found.iter().flatten().map(|it| it.id).collect();
        let ids: Vec<i64> = ids.into_iter().collect();
        store::lead::lock(tx, WORKSPACE, &ids)?;
        let mut known = known(tx, &ids)?;
        let mut written = Written::default();
        let mut taken = Vec::with_capacity(rows.len());
        for (row, lead) in rows.iter().zip(found) {
            let Some(lead) = lead else {
                taken.push(Taken::Refused(vec![table::unknown_lead()]));
                continue;
            };
            let placed = match placed(row, live, now) {
                Ok(placed) => placed,
                Err(fault) => {
                    taken.push(Taken::Refused(vec![fault]));
                    continue;
                }
            };
            let key = (lead.id, row.offered_at.as_micros(), placed.rep.clone());
            let Some(earlier) = known.get(&key) else {
                let handoff = row.handoff(engine, lead, placed, now);
                written.assignments.push(row.assignment(engine, &handoff, now));
                written.events.push(row.event(actor, &handoff, now));
                written.handoffs.push(handoff.clone());
                known.insert(key, handoff);
                taken.push(Taken::In(Recorded::New));
                continue;
            };
            let merged = row.over(earlier);
            if let Some(fault) = merged.fault() {
                taken.push(Taken::Refused(vec![fault]));
                continue;
            }
            let handoff = amended(engine, lead, &merged, placed, earlier, now);
            if handoff == *earlier {
                taken.push(Taken::In(Recorded::Unchanged));
                continue;
            }
            written.events.push(PastHandoff::changed(actor, earlier, &handoff, now));
            written.amend(merged.assignment(engine, &handoff, now), &handoff);
            known.insert(key, handoff);
            taken.push(Taken::In(Recorded::Updated));
        }
        store::handoff::insert(tx, &written.handoffs)?;
        store::assignment::insert(tx, &written.assignments)?;
        let (handoffs, ends): (Vec<_>, Vec<_>) = written.amended.into_values().unzip();
        if store::handoff::update(tx, &handoffs)? < handoffs.len() as u64 {
            return Err(StoreError::Missing {
                statement: "a past handoff as it was read".to_owned(),
            });
        }
        store::assignment::amend(tx, &ends)?;
        store::chain::append_events(tx, WORKSPACE, engine.stream(), &written.events)?;
        Ok(taken)
    }
}

/// Rows of one group.
#[derive(Default)]
struct Written {
    handoffs: Vec<Handoff>,
    assignments: Vec<Assignment>,
    /// Handoffs that were known, as they are now, with their only stay; by their ids.
    amended: BTreeMap<i64, (Handoff, Assignment)>,
    events: Vec<NewEvent>,
}

impl Written {
    /// Takes a handoff as it is after another row; one that this group brought is not written yet.
    fn amend(&mut self, stay: Assignment, handoff: &Handoff) {
        let own = self.handoffs.iter().position(|it| it.id == handoff.id);
        let own =
            own.and_then(|at| Some((self.handoffs.get_mut(at)?, self.assignments.get_mut(at)?)));
        match own {
            Some((new, assignment)) => {
                *assignment = Assignment { id: assignment.id, ..stay };
                *new = handoff.clone();
            }
            None => {
                // Of several rows the group writes one version.
                let next = Handoff { version: handoff.version + 1, ..handoff.clone() };
                self.amended.insert(handoff.id, (next, stay));
            }
        }
    }
}

/// The handoff after another row about it, in the version that was read.
fn amended(
    engine: &Engine,
    lead: &Lead,
    merged: &PastHandoff,
    placed: Placed,
    earlier: &Handoff,
    now: Timestamp,
) -> Handoff {
    let handoff = merged.handoff(engine, lead, placed, now);
    let is_rejected = handoff.rejected_at.is_some();
    let reason = handoff.reject_reason.clone().or_else(|| earlier.reject_reason.clone());
    Handoff {
        id: earlier.id,
        version: earlier.version,
        reject_reason: reason.filter(|_| is_rejected),
        ..handoff
    }
}

/// The names of a handoff as roster and policy have them.
pub(super) struct Placed {
    /// Id of the rep.
    pub(super) rep: String,
    /// Key of the reject reason.
    pub(super) reject_reason: Option<String>,
}

fn placed(row: &PastHandoff, live: &Live, now: Timestamp) -> Result<Placed, FieldFault> {
    if lies_ahead(row.closed_at, now) {
        return Err(table::fault("closed_at", IN_THE_FUTURE));
    }
    let reps = live.setup.roster().reps();
    let named = |it: &&model::Rep| {
        let email = it.email.as_deref().is_some_and(|it| it.eq_ignore_ascii_case(&row.rep));
        email || it.id.as_str() == row.rep
    };
    let rep = reps.iter().find(named).map(|it| it.id.to_string()).ok_or_else(|| {
        let message = "the roster has no rep of this id or e-mail address; import the reps first";
        table::fault("rep", ("I0604", message))
    })?;
    let reasons = &live.setup.policy().dispositions.reject_reasons;
    let Some(word) = &row.reject_reason else { return Ok(Placed { rep, reject_reason: None }) };
    let reason = reasons.iter().find(|it| it.key == *word || it.label.eq_ignore_ascii_case(word));
    let reason = reason.ok_or_else(|| {
        let keys: Vec<&str> = reasons.iter().map(|it| it.key.as_str()).collect();
        let shown: String = word.chars().take(40).collect();
        FieldFault {
            at: "reject_reason".to_owned(),
            code: "I0606".to_owned(),
            message: format!("`{shown}` is none of {}: translate it", keys.join(", ")),
        }
    })?;
    Ok(Placed { rep, reject_reason: Some(reason.key.clone()) })
}

/// The past handoffs of these leads, by lead, instant and rep.
fn known(
    tx: &mut Tx<'_>,
    leads: &[i64],
) -> Result<BTreeMap<(i64, i64, String), Handoff>, StoreError> {
    let mut known = BTreeMap::new();
    for lead in leads {
        let handoffs = store::handoff::of_lead(tx, WORKSPACE, *lead)?.into_iter();
        let past = handoffs.filter(|it| it.number == store::handoff::IMPORTED);
        let keyed =
            past.filter_map(|it| Some(((it.lead_id, it.created_at, it.owner.clone()?), it)));
        known.extend(keyed);
    }
    Ok(known)
}
