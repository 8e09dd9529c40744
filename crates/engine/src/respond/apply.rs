//! From the life cycle's effects to rows.

use decide::handoff::{Handoff, HandoffState, is_valid_touch};
use decide::trace::NoTrace;
use decide::{
    Advance, Context, Decision, Effect, Event, Input, Waiting, advance, conclude, pick, route,
};
use model::Timestamp;
use model::id::{AssignmentId, HandoffId, LeadId, TouchId};
use serde_json::{Value, json};
use store::assignment::{Assignment, AssignmentEnd};
use store::chain::NewEvent;
use store::touch::Touch;
use store::{StoreError, Tx};

use super::rows::{self, holder_names};
use super::undo::Undo;
use super::{Stored, life_format, state_name};
use crate::Actor;
use crate::capture::StoredView;
use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::record::{self, Duty, Kept, Place, Recorder};
use crate::state::Desk;
use crate::words;
use crate::writes::Writes;

/// Routes that one action may ask for: the fallback queue ends every one of them.
const ROUTES_MAX: usize = 3;

/// By whom, when and under what something is done.
#[derive(Clone, Copy)]
pub(crate) struct Site<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) live: &'a Live,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
}

/// What an event changes on one handoff, until it is written.
pub(crate) struct Applied<'a> {
    pub(super) site: Site<'a>,
    pub(super) before: &'a Stored,
    /// The lead as a new route sees it; read where one is asked for.
    view: Option<StoredView>,
    pub(super) row: store::handoff::Handoff,
    pub(super) lead: store::lead::Lead,
    pub(super) life: Option<Handoff>,
    /// Number of the decision that the handoff goes by.
    pub(super) decided: i64,
    /// What the event can be taken back to.
    undo: Option<Undo>,
    writes: &'a mut Writes,
    /// The last decision, where the event asked for a route.
    pub(super) decision: Option<Decision>,
    /// What is kept of it.
    kept: Option<Kept>,
}

impl<'a> Applied<'a> {
    pub(crate) fn new(
        site: Site<'a>,
        before: &'a Stored,
        view: Option<StoredView>,
        writes: &'a mut Writes,
    ) -> Self {
        Self {
            site,
            before,
            view,
            row: before.row.clone(),
            lead: before.lead.clone(),
            life: None,
            decided: before.decided,
            undo: None,
            writes,
            decision: None,
            kept: None,
        }
    }

    /// An event that changes nothing in the life cycle: an outreach is recorded all the same.
    pub(super) fn touch_only(&mut self, event: &Event) {
        if self.touch(event) {
            self.row.version += 1;
            self.event("handoff.touched", json!({ "v": 1, "counted": false }));
            let mut life = self.before.handoff.clone();
            life.version += 1;
            self.life = Some(life);
        }
    }

    /// An event that moved the handoff.
    pub(super) fn moved(
        &mut self,
        event: &Event,
        handoff: Handoff,
        effects: Vec<Effect>,
        desk: &mut Desk,
    ) {
        self.touch(event);
        self.undo = Undo::of(self.site, self.before, event, &effects);
        let (mut handoff, mut all) = (handoff, effects);
        for _ in 0..ROUTES_MAX {
            if !all.contains(&Effect::Reroute) {
                break;
            }
            all.retain(|it| *it != Effect::Reroute);
            let Some((next, more)) = self.reroute(&handoff, desk) else { break };
            handoff = next;
            all.extend(more);
        }
        handoff.version = self.before.handoff.version.saturating_add(1);
        self.load(&handoff, desk);
        self.credits(&all, desk);
        let assignment = self.assignment(event, &handoff);
        rows::fill_handoff(&mut self.row, event, &handoff, self.site.now);
        rows::fill_lead(&mut self.lead, &handoff, &all, self.site.now);
        let at = self.event(rows::event_kind(event), self.event_body(event, &handoff));
        self.effects(&handoff, assignment, at, &all);
        self.attention(event, desk);
        self.life = Some(handoff);
    }

    /// Decides again on the lead, without those who may not have it.
    fn reroute(&mut self, handoff: &Handoff, desk: &mut Desk) -> Option<(Handoff, Vec<Effect>)> {
        let setup = &self.site.live.setup;
        let stored = self.view.as_mut()?;
        // The event may have excluded one more.
        let barred = &mut stored.view.excluded;
        barred.retain(|it| handoff.excluded.iter().all(|other| other.rep != it.rep));
        barred.extend(handoff.excluded.iter().cloned());
        let view = &stored.view;
        let routed = route(setup, view, self.site.now, &mut NoTrace);
        let waiting = Waiting { route: &routed, lead: view };
        let seed = self.before.lead.id as u64;
        let pick = pick(setup, &desk.state, waiting, self.site.now, seed, &mut NoTrace);
        let decision = conclude(setup, view, self.site.now, routed, pick);
        let input = Input { setup, state: &desk.state, lead: view, now: self.site.now, seed };
        self.kept = Some(Kept::of(&input, &decision, self.site.live, stored.last_activity));
        if let Some(change) = &decision.change {
            desk.state.apply(change);
        }
        let context = Context {
            setup,
            state: &desk.state,
            facts: &stored.facts,
            now: self.site.now,
            version: None,
        };
        let outcome = decision.outcome;
        let mut handoff = handoff.clone();
        if self.before.own.policy_hash != self.site.live.policy_hash {
            // A decision by another policy brings that policy's promise.
            let tiers = &setup.policy().slas.tiers;
            if let Some(tier) = decision.sla.and_then(|it| tiers.get(usize::from(it))) {
                handoff.sla = Some(tier.id.clone());
                self.row.sla = Some(tier.id.to_string());
                self.row.tier = decision.tier.map(|it| it.to_string());
            }
        }
        // Who gets it now has this much more work, and as much less when it leaves.
        self.row.value = record::value(self.site.live, &decision);
        self.decision = Some(decision);
        match advance(&handoff, &Event::Routed { outcome }, &context) {
            Advance::Moved { handoff, effects } => Some((*handoff, effects)),
            Advance::Ignored | Advance::Refused(_) => None,
        }
    }

    /// Ends the old stay and begins the new one where the holder changed.
    fn assignment(&mut self, event: &Event, handoff: &Handoff) -> Option<AssignmentId> {
        let closed = matches!(handoff.state, HandoffState::Closed(_));
        let before = self.before.handoff.holder();
        let routed = self.decision.is_some();
        if !closed && !routed && before == handoff.holder() {
            return None;
        }
        self.writes.assignment_ends.push(AssignmentEnd {
            workspace_id: WORKSPACE,
            lead_id: self.before.row.lead_id,
            until_at: self.site.now.as_micros(),
            ended: rows::ended(event).to_owned(),
        });
        if closed {
            return None;
        }
        let handoff_id = HandoffId::from_raw(self.before.row.id);
        let lead = LeadId::from_raw(self.before.row.lead_id);
        // A route that ends outside sales leaves the handoff in the fallback queue, whatever the
        // decision says: then the life cycle knows who holds it.
        if let Some(decision) = self.decision.take() {
            let mut recorder = self.recorder();
            let held = recorder.holder(&decision) != (None, None);
            let id = held.then(|| recorder.assignment(lead, handoff_id, &decision));
            self.decision = Some(decision);
            if id.is_some() {
                return id;
            }
        }
        let id: AssignmentId = self.site.engine.next_id(self.site.now);
        let (rep, queue) = holder_names(handoff);
        self.writes.assignments.push(Assignment {
            workspace_id: WORKSPACE,
            id: id.raw(),
            handoff_id: handoff_id.raw(),
            lead_id: lead.raw(),
            rep,
            queue,
            pool: None,
            epoch: None,
            pool_seq: None,
            credit: 0,
            active: 1,
            from_at: self.site.now.as_micros(),
            until_at: None,
            ended: None,
        });
        Some(id)
    }

    fn effects(
        &mut self,
        handoff: &Handoff,
        assignment: Option<AssignmentId>,
        event: usize,
        effects: &[Effect],
    ) {
        for effect in effects {
            match effect {
                Effect::Cancel { kind: None } => {
                    self.writes.timer_cancels.push(self.before.row.id);
                }
                Effect::Cancel { kind: Some(kind) } => {
                    let kind = words::timer(*kind).0;
                    self.writes.timer_kind_cancels.push((self.before.row.id, kind));
                }
                Effect::Breach { kind, due_at } => {
                    let body = json!({ "v": 1, "of": words::timer(*kind).0, "due": due_at });
                    self.event("handoff.breached", body);
                }
                Effect::VoidBreach { due_at } => {
                    self.event("handoff.breach_voided", json!({ "v": 1, "due": due_at }));
                }
                Effect::Alarm => {
                    self.event("handoff.alarm", json!({ "v": 1 }));
                }
                Effect::SkippedStep { step } => {
                    self.event("handoff.step_skipped", json!({ "v": 1, "step": step }));
                }
                _ => {}
            }
        }
        let duty = Duty {
            lead: handoff.lead,
            handoff: Some(HandoffId::from_raw(self.before.row.id)),
            assignment,
            version: self.row.version,
            may_be_undone: self.undo.is_some(),
        };
        self.recorder().effects(duty, event, &rows::lasting(effects));
    }

    /// Records an outreach; false where the event is none.
    fn touch(&mut self, event: &Event) -> bool {
        let Event::Touch { by, at, evidence } = event else { return false };
        let id: TouchId = self.site.engine.next_id(self.site.now);
        let (kind, body) = words::evidence(evidence);
        self.writes.touches.push(Touch {
            workspace_id: WORKSPACE,
            id: id.raw(),
            handoff_id: self.before.row.id,
            lead_id: self.before.row.lead_id,
            rep: Some(by.to_string()),
            kind: kind.to_owned(),
            valid: i64::from(is_valid_touch(evidence)),
            at: at.as_micros(),
            recorded_at: self.site.now.as_micros(),
            body: body.to_string(),
        });
        let first = self.row.first_attempt_at.map_or(at.as_micros(), |it| it.min(at.as_micros()));
        self.row.first_attempt_at = Some(first);
        true
    }

    pub(super) fn event(&mut self, kind: &str, body: Value) -> usize {
        self.writes.event(NewEvent {
            at: self.site.now.as_micros(),
            kind: kind.to_owned(),
            lead_id: Some(self.before.row.lead_id),
            handoff_id: Some(self.before.row.id),
            actor: self.site.actor.to_string(),
            body: body.to_string(),
        })
    }

    fn event_body(&self, event: &Event, handoff: &Handoff) -> Value {
        let (owner, queue) = holder_names(handoff);
        let mut body = json!({
            "v": 1,
            "version": self.row.version,
            "state": state_name(handoff.state),
            "owner": owner,
            "queue": queue,
        });
        let Some(fields) = body.as_object_mut() else { return body };
        match event {
            Event::Reject { reason, .. } => {
                fields.insert("reason".to_owned(), json!(reason));
            }
            Event::Fired(timer) => {
                fields.insert("timer".to_owned(), json!(words::timer(timer.kind).0));
                fields.insert("due".to_owned(), json!(timer.due_at));
            }
            _ => {}
        }
        if let (Some(body), Some(seconds)) = (body.as_object_mut(), self.first_touch_seconds()) {
            body.insert("first_touch_seconds".to_owned(), json!(seconds));
        }
        body
    }

    /// From the handoff to its first valid touch, where this is that touch.
    fn first_touch_seconds(&self) -> Option<f64> {
        let (None, Some(at)) = (self.before.row.first_touch_at, self.row.first_touch_at) else {
            return None;
        };
        Some(at.saturating_sub(self.row.created_at).max(0) as f64 / 1e6)
    }

    pub(super) fn recorder(&mut self) -> Recorder<'_> {
        Recorder {
            engine: self.site.engine,
            live: self.site.live,
            actor: self.site.actor,
            now: self.site.now,
            writes: self.writes,
        }
    }

    /// Adds what is left to the rows to write; the row of the handoff as it is now.
    pub(super) fn finish(mut self, tx: &mut Tx<'_>) -> Result<store::handoff::Handoff, StoreError> {
        let Some(life) = self.life.take() else { return Ok(self.row) };
        if let Some(decision) = self.decision.take() {
            let lead = LeadId::from_raw(self.before.row.lead_id);
            let number = self.next_number(tx)?;
            self.decided = number;
            let reason = self.row.reason.clone();
            let place = Place { lead, reason: &reason, number, kind: "lead.rerouted" };
            if let Some(kept) = self.kept.take() {
                self.recorder().decision(&place, kept, &decision);
            }
        }
        self.writes.lives.push(store::life::Life {
            workspace_id: WORKSPACE,
            handoff_id: self.before.row.id,
            version: self.row.version,
            body: life_format::write(&life, self.undo.as_ref(), Some(self.decided))
                .unwrap_or_default(),
        });
        if self.lead.version != self.before.lead.version {
            self.writes.lead_updates.push(self.lead);
        }
        self.writes.handoff_updates.push(self.row.clone());
        Ok(self.row)
    }

    fn next_number(&self, tx: &mut Tx<'_>) -> Result<i64, StoreError> {
        let last = store::decision::last(tx, WORKSPACE, self.before.row.lead_id)?;
        Ok(last.map_or(0, |it| it.number) + 1)
    }
}
