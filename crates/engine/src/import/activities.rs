//! Files of activities: what leads did, as a web or mail system exports it.
//!
//! Each finds its lead by our id, by the id that the mapping's source gave it, or by e-mail
//! address; one whose lead is not known is rejected, to be imported once the lead is there. An
//! activity that comes by import decides nothing by itself: it counts when the lead is next
//! decided on.
//!
//! An activity is known by its id at the sender, else by lead, instant, kind and subject.

use std::collections::{BTreeMap, BTreeSet};

use intake::mapping::{Bound, CellFault, MappingKind};
use model::Timestamp;
use model::id::ActivityId;
use policy::Symbols;
use serde_json::{Value, json};
use store::activity::Activity;
use store::chain::NewEvent;
use store::{StoreError, Tx};

use super::ImportError;
use super::cells::NamedCells;
use super::file::FileImport;
use super::leads::live;
use super::rehearsal::Touched;
use super::summary::{Progress, Summary};
use super::table::{self, Table, Taken};
use crate::act::pass_activities;
use crate::ahead::IN_THE_FUTURE;
use crate::engine::WORKSPACE;
use crate::lead_names::{LeadName, NamedLeads};
use crate::live::Live;
use crate::outcomes::Recorded;
use crate::{Actor, Engine};

/// Kinds that the policy does not name and that are told by name, at most.
const UNNAMED_MAX: usize = 50;

struct Activities {
    source: String,
    symbols: Symbols,
}

/// An activity as a file has it.
#[derive(Clone, Debug)]
pub(super) struct Did {
    lead: LeadName,
    at: Timestamp,
    kind: String,
    subject: Option<String>,
    /// The id that the sender gave it.
    id: Option<String>,
}

/// What an activity is known by, beside its lead and instant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Id(String),
    Said(String, Option<String>),
}

impl Engine {
    /// Imports a file of activities. `watch` is told after each group.
    ///
    /// # Errors
    /// A file or mapping that cannot be used, a file of rejected rows that cannot be written, a
    /// refusal of the store.
    pub fn import_activities(
        &self,
        actor: &Actor,
        ask: &FileImport<'_>,
        watch: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        let (live, _) = live(self)?;
        let symbols = live.setup.policy().symbols.clone();
        table::import(self, actor, ask, &Activities { source: ask.source(), symbols }, watch)
    }
}

impl Table for Activities {
    type Row = Did;
    const KIND: MappingKind = MappingKind::Activities;

    fn read(
        &self,
        bound: &Bound<'_>,
        cells: &NamedCells<'_>,
        _natural_id: String,
    ) -> Result<Did, Vec<CellFault>> {
        let mut record = bound.record(cells);
        let at = record.instant("at");
        let (lead, kind) = (record.text("lead"), record.text("kind"));
        let subject = record.text("subject");
        let id = record.text("external_id").map(|it| format!("{}:{it}", self.source));
        let faults = record.faults();
        match (lead, at, kind) {
            (Some(text), Some(at), Some(kind)) if faults.is_empty() => {
                let lead = LeadName::Cell { source: self.source.clone(), text };
                Ok(Did { lead, at, kind, subject, id })
            }
            _ => Err(faults),
        }
    }

    fn touched(rows: &[Did]) -> Touched {
        Touched::of(rows.iter().map(|it| it.lead.clone()))
    }

    fn take(
        engine: &Engine,
        tx: &mut Tx<'_>,
        _live: &Live,
        actor: &Actor,
        rows: &[Did],
        _now: Timestamp,
    ) -> Result<Vec<Taken>, StoreError> {
        let leads = NamedLeads::read(tx, rows.iter().map(|it| &it.lead))?;
        let found: Vec<Option<i64>> =
            rows.iter().map(|it| leads.find(&it.lead).map(|it| it.id)).collect();
        let ids: Vec<i64> = found.iter().flatten().copied().collect();
        store::lead::lock(tx, WORKSPACE, &ids)?;
        for lead in &ids {
            pass_activities(engine, tx, *lead)?;
        }
        let now = tx.now()?;
        let mut known = known(tx, rows, &found)?;
        let (mut new, mut counts) = (Vec::new(), BTreeMap::<i64, u64>::new());
        let mut taken = Vec::with_capacity(rows.len());
        for (row, lead) in rows.iter().zip(found) {
            let Some(lead) = lead else {
                taken.push(Taken::Refused(vec![table::unknown_lead()]));
                continue;
            };
            if now < row.at {
                taken.push(Taken::Refused(vec![table::fault("at", IN_THE_FUTURE)]));
                continue;
            }
            if !known.insert((lead, row.at.as_micros(), row.mark())) {
                taken.push(Taken::In(Recorded::Unchanged));
                continue;
            }
            let id: ActivityId = engine.next_id(now);
            *counts.entry(lead).or_default() += 1;
            new.push(row.stored(id, lead));
            taken.push(Taken::In(Recorded::New));
        }
        store::activity::insert(tx, &new)?;
        let events: Vec<NewEvent> = counts
            .into_iter()
            .map(|(lead, count)| NewEvent {
                at: now.as_micros(),
                kind: "lead.activities_imported".to_owned(),
                lead_id: Some(lead),
                handoff_id: None,
                actor: actor.to_string(),
                body: json!({ "v": 1, "count": count }).to_string(),
            })
            .collect();
        store::chain::append_events(tx, WORKSPACE, engine.stream(), &events)?;
        Ok(taken)
    }

    fn note(&self, row: &Did, summary: &mut Summary) {
        let is_told =
            summary.unnamed.contains_key(&row.kind) || summary.unnamed.len() < UNNAMED_MAX;
        if self.symbols.find(&row.kind).is_none() && is_told {
            *summary.unnamed.entry(row.kind.clone()).or_default() += 1;
        }
    }
}

impl Did {
    fn mark(&self) -> Mark {
        match &self.id {
            Some(id) => Mark::Id(id.clone()),
            None => Mark::Said(self.kind.clone(), self.subject.clone()),
        }
    }

    fn stored(&self, id: ActivityId, lead: i64) -> Activity {
        let mut body = json!({ "subject": self.subject });
        if let (Some(body), Some(id)) = (body.as_object_mut(), &self.id) {
            body.insert("id".to_owned(), id.as_str().into());
        }
        Activity {
            workspace_id: WORKSPACE,
            id: id.raw(),
            lead_id: lead,
            kind: self.kind.clone(),
            at: self.at.as_micros(),
            body: body.to_string(),
        }
    }
}

/// What these leads are known to have done at these instants.
fn known(
    tx: &mut Tx<'_>,
    rows: &[Did],
    leads: &[Option<i64>],
) -> Result<BTreeSet<(i64, i64, Mark)>, StoreError> {
    let places =
        rows.iter().zip(leads).filter_map(|(it, lead)| Some(((*lead)?, it.at.as_micros())));
    let places: BTreeSet<(i64, i64)> = places.collect();
    let places: Vec<(i64, i64)> = places.into_iter().collect();
    let mut known = BTreeSet::new();
    for it in store::activity::at(tx, WORKSPACE, &places)? {
        let body: Value = serde_json::from_str(&it.body).unwrap_or_default();
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
        known.extend(text("id").map(|id| (it.lead_id, it.at, Mark::Id(id))));
        known.insert((it.lead_id, it.at, Mark::Said(it.kind, text("subject"))));
    }
    Ok(known)
}
