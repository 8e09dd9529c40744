//! Capture: from a form to an owned lead.

use std::collections::BTreeSet;
use std::sync::Arc;

use decide::lead::{ExcludedBecause, ExcludedRep, History};
use decide::trace::NoTrace;
use decide::{Decision, Effect, Handoff, LeadView, Outcome, Route, Waiting, conclude, pick, route};
use model::id::{HandoffId, LeadId};
use model::{RepIndex, Timestamp};
use policy::Fact;
use policy::section::Destination;

use super::{Duty, Work, outcome_name};
use crate::live::Live;
use crate::rows::{Answer, HandoffRow, Lead};
use crate::scenario::Person;
use crate::tables::{Tables, Write};

/// What a capture must lock, and what its first half said; no route where a handoff is open.
#[derive(Debug)]
pub(crate) struct CaptureReach {
    pub(crate) known: Option<LeadId>,
    pub(crate) pools: BTreeSet<u16>,
    pub(crate) reps: BTreeSet<RepIndex>,
}

/// What the form of a person may lead to.
pub(crate) fn reach(tables: &Tables, live: &Live, person: &Person, now: Timestamp) -> CaptureReach {
    let known = tables.by_person.get(&person.number).copied();
    let mut reach = CaptureReach { known, pools: BTreeSet::new(), reps: BTreeSet::new() };
    if known.is_some_and(|it| tables.open_of(it).is_some()) {
        return reach;
    }
    let mut view = LeadView::new(LeadId::from_raw(0), now);
    person.tell(live.setup.policy(), &mut view);
    let routed = route(&live.setup, &view, now, &mut NoTrace);
    for (_, target) in routed.targets(live.setup.policy()) {
        match &target.to {
            Destination::Pool(pool) => {
                reach.pools.insert(*pool);
                reach.reps.extend(live.setup.pool_members(*pool).map(|it| it.rep));
            }
            Destination::Rep(id) => reach.reps.extend(live.setup.find(id)),
            Destination::AccountOwner | Destination::Queue(_) | Destination::Exit(_) => {}
        }
    }
    reach
}

impl Work<'_> {
    /// Captures the form of a person.
    pub(crate) fn capture(&mut self, person: &Person) -> Answer {
        let known = self.tables.by_person.get(&person.number);
        let known = known.and_then(|it| self.tables.leads.get(it)).cloned();
        let lead = known.as_ref().map_or_else(|| self.ids.next(self.now), |it| it.id);
        let version = known.as_ref().map_or(1, |it| it.version + 1);
        let captured_at = known.as_ref().map_or(self.now, |it| it.captured_at);
        let row = Lead {
            id: lead,
            person: person.number,
            version,
            state: "new",
            owner: None,
            queue: None,
            captured_at,
            closed_reason: None,
            updated_at: self.now,
        };
        if let Some((known, open)) = known.as_ref().zip(self.tables.open_of(lead)) {
            return self.attach(known, open, row);
        }
        let mut view = LeadView::new(lead, captured_at);
        view.version = version;
        view.waiting_since = self.now;
        view.channel = Some(Arc::from("api"));
        view.excluded = self.rejecters(lead);
        view.history = self.history(lead);
        person.tell(self.live.setup.policy(), &mut view);
        let routed = route(&self.live.setup, &view, self.now, &mut NoTrace);
        self.decide(row, &view, routed, known.is_some())
    }

    /// A handoff is under way: the form adds to what is known and nobody is asked again.
    fn attach(&mut self, known: &Lead, open: &HandoffRow, row: Lead) -> Answer {
        let answer = Answer::Captured {
            lead: known.id,
            is_new: false,
            handoff: Some(open.id),
            outcome: "attached",
            owner: open.owner.clone(),
        };
        self.event("lead.attached", known.id, Some(open.id), row.version);
        let (owner, queue) = (known.owner.clone(), known.queue.clone());
        let row = Lead { state: known.state, owner, queue, ..row };
        self.made.writes.push(Write::Lead(Box::new(row)));
        answer
    }

    fn decide(&mut self, row: Lead, view: &LeadView, routed: Route, is_known: bool) -> Answer {
        let setup = &self.live.setup;
        let seed = view.id.raw() as u64;
        let waiting = Waiting { route: &routed, lead: view };
        let picked = pick(setup, &self.desk.state, waiting, self.now, seed, &mut NoTrace);
        let decision = conclude(setup, view, self.now, routed, picked);
        let last = self.tables.last_decision(view.id).map_or(0, |it| it.number);
        self.decision(view, &decision, last + 1);
        if let Some(change) = &decision.change {
            self.desk.state.apply(change);
        }
        let handoff = Handoff::start(setup, view.id, &decision, self.now);
        let handoff = handoff.map(|it| self.handoff(it, last + 1, &decision));
        let kind = if is_known { "lead.returned" } else { "lead.captured" };
        let event = self.event(kind, view.id, handoff, row.version);
        let duty = Duty { lead: view.id, handoff, version: 1 };
        self.effects(duty, event, decision.effects.clone());
        let (owner, queue) = self.holder(decision.outcome);
        let outcome = outcome_name(decision.outcome);
        let answer = Answer::Captured {
            lead: view.id,
            is_new: !is_known,
            handoff,
            outcome,
            owner: owner.clone(),
        };
        let closed_reason = closed_reason(&decision.effects);
        let row = Lead { state: outcome, owner, queue, closed_reason, ..row };
        self.made.writes.push(Write::Lead(Box::new(row)));
        answer
    }

    fn handoff(&mut self, life: Handoff, number: u32, decision: &Decision) -> HandoffId {
        let id: HandoffId = self.ids.next(self.now);
        let (owner, queue) = self.holder(decision.outcome);
        let policy = self.live.setup.policy();
        let value = policy.contract.potential_field.map(|it| decision.facts.get(it));
        let row = HandoffRow {
            id,
            number,
            state: match decision.outcome {
                Outcome::Assigned { .. } => "offered",
                Outcome::Waiting { .. } => "waiting",
                _ => "queued",
            },
            owner,
            queue,
            pool: life.pool.clone(),
            value: match value {
                // `as` saturates at both ends.
                Some(Fact::Number(number)) => number.get().floor() as u64,
                _ => 0,
            },
            acknowledge_due: decision.deadlines.acknowledge,
            touch_due: decision.deadlines.touch,
            disposition_due: decision.deadlines.disposition,
            acknowledged_at: None,
            accepted_at: None,
            reject_reason: None,
            first_attempt_at: None,
            disposition: None,
            breached_at: None,
            closed_at: None,
            life,
        };
        let lead = row.life.lead;
        self.made.writes.push(Write::Handoff(Box::new(row)));
        self.stay_of_decision(lead, id, decision);
        id
    }

    /// Reps who rejected this lead: they do not get it again.
    pub(super) fn rejecters(&self, lead: LeadId) -> Vec<ExcludedRep> {
        let stays = self.tables.stays_of(lead).filter(|it| it.ended == Some("rejected"));
        let reps: BTreeSet<_> = stays.filter_map(|it| it.rep.clone()).collect();
        let excluded = |rep| ExcludedRep { rep, why: ExcludedBecause::Rejected };
        reps.into_iter().map(excluded).collect()
    }

    fn history(&self, lead: LeadId) -> History {
        let all = self.tables.handoffs_of.get(&lead).into_iter().flatten();
        let all: Vec<&HandoffRow> = all.filter_map(|it| self.tables.handoffs.get(it)).collect();
        let closed = all.iter().filter(|it| it.closed_at.is_some()).count();
        History {
            open_handoff: Some(false),
            last_contact_at: all.iter().filter_map(|it| it.life.touched_at).max(),
            closed_handoffs: u32::try_from(closed).ok(),
            ..History::default()
        }
    }
}

/// The documented reason of a lead that is out.
pub(super) fn closed_reason(effects: &[Effect]) -> Option<String> {
    effects.iter().find_map(|it| match it {
        Effect::Disqualify { reason } => Some(reason.clone()),
        _ => None,
    })
}
