//! Two leads that are one person: one is merged into the other.
//!
//! What was known of either stays where it is; submissions of the person belong to the survivor from
//! then on. Of two open handoffs the survivor's goes on, its promise counted from the earlier start.
//! A merge can be taken back until one of the handoffs moves again.

use std::sync::Arc;

use model::Timestamp;
use model::id::LeadId;
use serde_json::{Value, json};
use store::chain::NewEvent;
use store::lead::Lead;
use store::{Snapshot, StoreError, Tx};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::respond::{Site, Stored, load_many, step, undo};
use crate::sight::Sight;
use crate::state::Desk;
use crate::writes::Writes;
use crate::{Actor, Refusal, RefusalKind, audit};
use decide::Event;

/// Before the name of the survivor in the reason of a merged lead.
const INTO: &str = "merged_into:";

/// The survivor of a lead that was merged.
pub(crate) fn survivor(lead: &Lead) -> Option<LeadId> {
    let reason = lead.closed_reason.as_deref().filter(|_| lead.state == "merged");
    reason.and_then(|it| it.strip_prefix(INTO)).and_then(|it| it.parse().ok())
}

/// Who `lead` is now: the one that goes on, through however many merges.
pub(crate) fn last_survivor(db: &mut Snapshot<'_>, lead: Lead) -> Result<Lead, StoreError> {
    let mut last = lead;
    while let Some(next) = survivor(&last) {
        // A merge names a lead that is there.
        let Some(row) = store::lead::get(db, WORKSPACE, next.raw())? else { break };
        last = row;
    }
    Ok(last)
}

impl Engine {
    /// Merges `lead` into another, which goes on.
    ///
    /// # Errors
    /// `A0404` for a lead out of sight; `A0634` where they cannot be merged. Failures of the store.
    pub async fn merge(
        &self,
        actor: Actor,
        sight: Sight,
        lead: LeadId,
        into: LeadId,
    ) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if lead == into && leads(tx, &live, &sight, &[lead])?.is_ok() {
                return Ok(Err(refused("a lead is merged into another one")));
            }
            let rows = match leads(tx, &live, &sight, &[lead, into])? {
                Ok(rows) => rows,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if rows.iter().any(|it| it.state == "merged") {
                return Ok(Err(refused("one of them is merged already")));
            }
            let site = Site { engine: &engine, live: &live, actor: &actor, now };
            let mut open = load_many(tx, &engine, &live, &[lead.raw(), into.raw()])?;
            let absorbed = take(&mut open, lead);
            let goes_on = take(&mut open, into);
            if absorbed.is_some() && goes_on.is_none() {
                let message = "the other one is not handed off: merge it into this one instead";
                return Ok(Err(refused(message)));
            }
            let mut writes = Writes::default();
            let mut desk = Desk::lock_all(tx, &live, now)?;
            let mut is_moved = false;
            if let Some(absorbed) = &absorbed {
                step(tx, site, absorbed, (&Event::Absorbed, None), &mut desk, &mut writes)?;
                if let Some(goes_on) = &goes_on {
                    let event = Event::Absorbs { started_at: absorbed.handoff.started_at };
                    is_moved = absorbed.handoff.started_at < goes_on.handoff.started_at;
                    step(tx, site, goes_on, (&event, None), &mut desk, &mut writes)?;
                }
            }
            let row = rows.into_iter().find(|it| it.id == lead.raw());
            let before =
                row.as_ref().map(|it| json!([it.state, it.owner, it.queue, it.closed_reason]));
            close(&mut writes, row, into, now);
            tell(
                &mut writes,
                site,
                "lead.merged",
                lead,
                json!({ "v": 1, "into": into, "before": before, "survivor_moved": is_moved }),
            );
            tell(&mut writes, site, "lead.absorbed", into, json!({ "v": 1, "lead": lead }));
            desk.save(tx, &live, now)?;
            writes.flush(tx, engine.stream(), now)?;
            let body = json!({ "v": 1, "into": into });
            audit::note(tx, &engine, now, &actor, "lead.merge", &lead.to_string(), &body)?;
            Ok(Ok(()))
        })
        .await
    }

    /// Takes a merge back: both are again what they were.
    ///
    /// # Errors
    /// `A0404` for a lead out of sight; `A0634` where it is not merged, or a handoff has moved since.
    /// Failures of the store.
    pub async fn unmerge(&self, actor: Actor, sight: Sight, lead: LeadId) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let into = match merged_into(tx, lead)? {
                Some(into) => into,
                None if leads(tx, &live, &sight, &[lead])?.is_ok() => {
                    return Ok(Err(refused("it is not merged")));
                }
                None => return Ok(Err(Refusal::not_found("lead", lead))),
            };
            let mut both = [lead.raw(), into.raw()];
            both.sort_unstable();
            store::lead::lock(tx, WORKSPACE, &both)?;
            // A merged lead is with nobody: whoever sees the survivor may take it back.
            if leads(tx, &live, &sight, &[into])?.is_err() {
                return Ok(Err(Refusal::not_found("lead", lead)));
            }
            // Somebody may have taken it back while this waited for the locks.
            if merged_into(tx, lead)? != Some(into) {
                return Ok(Err(refused("it is not merged")));
            }
            let site = Site { engine: &engine, live: &live, actor: &actor, now };
            take_back(tx, site, &live, lead, into)
        })
        .await
    }
}

fn merged_into(tx: &mut Tx<'_>, lead: LeadId) -> Result<Option<LeadId>, StoreError> {
    Ok(store::lead::get(tx, WORKSPACE, lead.raw())?.as_ref().and_then(survivor))
}

fn take_back(
    tx: &mut Tx<'_>,
    site: Site<'_>,
    shared: &Arc<Live>,
    lead: LeadId,
    into: LeadId,
) -> Answer<()> {
    let Site { engine, live, actor, now } = site;
    let events = store::event::of_lead(tx, WORKSPACE, lead.raw(), i64::MAX)?;
    let Some(merge) = events.iter().rev().find(|it| it.kind == "lead.merged") else {
        return Ok(Err(refused("it is not merged")));
    };
    let body: Value = serde_json::from_str(&merge.body).unwrap_or_default();
    let survivor_moved = body.get("survivor_moved").and_then(Value::as_bool).unwrap_or(false);
    let handoffs = store::handoff::of_lead(tx, WORKSPACE, lead.raw())?;
    let closed = handoffs.iter().rev().find(|it| it.closed_at == Some(merge.at));
    let mut desk = Desk::lock_all(tx, live, now)?;
    let mut writes = Writes::default();
    if let Some(closed) = closed {
        let absorbed =
            crate::respond::load(tx, engine, shared, model::id::HandoffId::from_raw(closed.id))?;
        let mut open = load_many(tx, engine, shared, &[into.raw()])?;
        let goes_on = take(&mut open, into);
        for mut stored in absorbed.into_iter().chain(goes_on) {
            let of_merge = stored.undo.take().filter(|it| it.at.as_micros() == merge.at);
            let is_absorbed = stored.row.id == closed.id;
            match of_merge {
                Some(of_merge) => {
                    undo(tx, site, &stored, of_merge, &mut desk, &mut writes)?;
                }
                // The survivor was the earlier one: nothing of it has changed.
                None if !is_absorbed && !survivor_moved => {}
                None => return Ok(Err(refused("a handoff has moved since the merge"))),
            }
        }
    }
    if let Some(row) = store::lead::get(tx, WORKSPACE, lead.raw())?
        && writes.lead_updates.iter().all(|it| it.id != row.id)
    {
        let text = |at: usize| {
            let before = body.pointer(&format!("/before/{at}"));
            before.and_then(Value::as_str).map(str::to_owned)
        };
        writes.lead_updates.push(Lead {
            version: row.version + 1,
            state: text(0).unwrap_or_else(|| "nurture".to_owned()),
            owner: text(1),
            queue: text(2),
            closed_reason: text(3),
            updated_at: now.as_micros(),
            ..row
        });
    }
    tell(&mut writes, site, "lead.unmerged", lead, json!({ "v": 1, "from": into }));
    desk.save(tx, live, now)?;
    writes.flush(tx, engine.stream(), now)?;
    let body = json!({ "v": 1, "from": into });
    audit::note(tx, engine, now, actor, "lead.unmerge", &lead.to_string(), &body)?;
    Ok(Ok(()))
}

/// Locks the leads; those out of sight do not exist.
fn leads(
    tx: &mut Tx<'_>,
    live: &Live,
    sight: &Sight,
    ids: &[LeadId],
) -> Result<Result<Vec<Lead>, Refusal>, StoreError> {
    let seen = sight.resolve(live);
    let raw: Vec<i64> = ids.iter().map(|it| it.raw()).collect();
    let rows = store::lead::lock(tx, WORKSPACE, &raw)?;
    for id in ids {
        let row = rows.iter().find(|it| it.id == id.raw());
        let visible = |it: &&Lead| seen.lead(it.owner.as_deref(), it.queue.as_deref());
        if row.filter(visible).is_none() {
            return Ok(Err(Refusal::not_found("lead", *id)));
        }
    }
    Ok(Ok(rows))
}

fn take(open: &mut std::collections::BTreeMap<i64, Stored>, lead: LeadId) -> Option<Stored> {
    let id = open.values().find(|it| it.row.lead_id == lead.raw())?.row.id;
    open.remove(&id)
}

/// The row of a lead that was merged, whether it had a handoff or not.
fn close(writes: &mut Writes, row: Option<Lead>, into: LeadId, now: Timestamp) {
    let Some(row) = row else { return };
    let reason = Some(format!("{INTO}{into}"));
    match writes.lead_updates.iter_mut().find(|it| it.id == row.id) {
        Some(update) => update.closed_reason = reason,
        None => writes.lead_updates.push(Lead {
            version: row.version + 1,
            state: "merged".to_owned(),
            owner: None,
            queue: None,
            closed_reason: reason,
            updated_at: now.as_micros(),
            ..row
        }),
    }
}

fn tell(writes: &mut Writes, site: Site<'_>, kind: &str, lead: LeadId, body: Value) {
    writes.event(NewEvent {
        at: site.now.as_micros(),
        kind: kind.to_owned(),
        lead_id: Some(lead.raw()),
        handoff_id: None,
        actor: site.actor.to_string(),
        body: body.to_string(),
    });
}

fn refused(message: &str) -> Refusal {
    Refusal::new(RefusalKind::Conflict, "A0634", message)
}
