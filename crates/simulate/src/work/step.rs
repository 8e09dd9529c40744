//! One step of a handoff's life: an action of a rep, a timer, a rep who left.

use std::collections::BTreeSet;
use std::sync::Arc;

use decide::effect::{Timer, TimerKind};
use decide::handoff::{Closing, Evidence, HandoffState, HeldBy};
use decide::trace::NoTrace;
use decide::{
    Advance, Context, Decision, Effect, Event, Handoff, LeadView, Waiting, advance, conclude, pick,
    route,
};
use model::id::HandoffId;
use model::{RepId, RepIndex, Seconds};
use policy::Facts;

use super::capture::closed_reason;
use super::fill;
use super::{Duty, Work};
use crate::live::Live;
use crate::rows::{Answer, HandoffRow, Lead};
use crate::tables::Write;

/// Routes that one step may ask for: the fallback queue ends every one of them.
const ROUTES_MAX: usize = 3;

/// What somebody does with a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Take it on; from a queue this claims it.
    Accept,
    /// Not wanted, with a reason of the policy.
    Reject(&'static str),
    /// An outreach that counts, so many seconds ago.
    Touch {
        /// How long ago.
        ago: Seconds,
    },
    /// A changed status, which counts for nothing.
    Flip,
    /// The verdict.
    Dispose(Closing),
    /// To another rep.
    Give(RepId),
    /// Stop the clocks for so long.
    Pause(Seconds),
    /// Let the clocks go on.
    Resume,
}

/// What a step may touch beside its lead.
pub(crate) fn step_reach(
    live: &Live,
    row: &HandoffRow,
    event: &Event,
) -> (BTreeSet<u16>, BTreeSet<RepIndex>) {
    let find = |id: &RepId| live.setup.find(id);
    if needs_everybody(event) {
        let pools = 0..u16::try_from(live.setup.policy().pools.len()).unwrap_or(0);
        return (pools.collect(), live.reps().collect());
    }
    let mut reps: BTreeSet<RepIndex> = row.life.owner().and_then(find).into_iter().collect();
    match event {
        Event::Reassign { to: HeldBy::Rep(rep) } | Event::Accept { by: rep } => {
            reps.extend(find(rep));
        }
        _ => {}
    }
    (BTreeSet::new(), reps)
}

/// Whether the step may end with any rep.
const fn needs_everybody(event: &Event) -> bool {
    match event {
        Event::Fired(Timer { kind: TimerKind::Reminder(_) | TimerKind::Disposition, .. }) => false,
        Event::Reject { .. } | Event::OwnerGone | Event::Fired(_) | Event::Routed { .. } => true,
        _ => false,
    }
}

impl Action {
    /// The event of the life cycle, done by `by` at `now`.
    pub(crate) fn event(&self, by: &RepId, now: model::Timestamp) -> Event {
        let by = by.clone();
        match self {
            Self::Accept => Event::Accept { by },
            Self::Reject(reason) => Event::Reject {
                by,
                reason: Some((*reason).to_owned()),
                note: Some("why".to_owned()),
            },
            Self::Touch { ago } => Event::Touch { by, at: now.minus(*ago), evidence: CALL },
            Self::Flip => Event::Touch { by, at: now, evidence: Evidence::StatusFlip },
            Self::Dispose(verdict) => Event::Dispose { by, verdict: *verdict },
            Self::Give(rep) => Event::Reassign { to: HeldBy::Rep(rep.clone()) },
            Self::Pause(length) => {
                Event::Pause { reason: "asked to wait".to_owned(), until: now.plus(*length) }
            }
            Self::Resume => Event::Resume,
        }
    }
}

/// An outreach that counts.
const CALL: Evidence = Evidence::Call { seconds: 200, voicemail: false };

/// What came of a step.
pub(super) enum Stepped {
    Moved,
    Ignored,
    Refused(&'static str),
}

impl Work<'_> {
    /// Does something with a handoff, looked at in `version`.
    pub(crate) fn respond(
        &mut self,
        handoff: HandoffId,
        version: Option<u64>,
        event: &Event,
    ) -> Answer {
        let Some(row) = self.tables.handoffs.get(&handoff) else {
            return Answer::Refused("A0404");
        };
        let before = self.made.writes.len();
        match self.step(row, version, event, None) {
            Stepped::Refused(code) => Answer::Refused(code),
            Stepped::Moved | Stepped::Ignored => {
                let written = self.made.writes.iter().skip(before).rev();
                let written = written.filter_map(|it| match it {
                    Write::Handoff(row) => Some(&**row),
                    _ => None,
                });
                let row = written.into_iter().next().unwrap_or(row);
                Answer::Moved { version: row.life.version, state: row.state }
            }
        }
    }

    /// Takes one step; `fired` is pushed before its effects where the step moves the handoff.
    pub(super) fn step(
        &mut self,
        row: &HandoffRow,
        version: Option<u64>,
        event: &Event,
        fired: Option<Write>,
    ) -> Stepped {
        let facts = Facts::default();
        let context = Context {
            setup: &self.live.setup,
            state: &self.desk.state,
            facts: &facts,
            now: self.now,
            version,
        };
        match advance(&row.life, event, &context) {
            Advance::Refused(refusal) => Stepped::Refused(refusal.code().text()),
            Advance::Ignored => {
                self.touch_only(row, event);
                Stepped::Ignored
            }
            Advance::Moved { handoff, effects } => {
                self.made.writes.extend(fired);
                self.moved(row, event, *handoff, effects);
                Stepped::Moved
            }
        }
    }

    /// An outreach that changes nothing in the life cycle is recorded all the same.
    fn touch_only(&mut self, before: &HandoffRow, event: &Event) {
        let Event::Touch { at, .. } = event else { return };
        let mut row = before.clone();
        row.life.version += 1;
        row.first_attempt_at = Some(row.first_attempt_at.map_or(*at, |it| it.min(*at)));
        self.event("handoff.touched", row.life.lead, Some(row.id), row.life.version);
        self.made.writes.push(Write::Handoff(Box::new(row)));
    }

    fn moved(
        &mut self,
        before: &HandoffRow,
        event: &Event,
        handoff: Handoff,
        effects: Vec<Effect>,
    ) {
        let Some(lead) = self.tables.leads.get(&handoff.lead) else { return };
        let (mut handoff, mut all) = (handoff, effects);
        let mut decision = None;
        for _ in 0..ROUTES_MAX {
            if !all.contains(&Effect::Reroute) {
                break;
            }
            all.retain(|it| *it != Effect::Reroute);
            let (next, made) = self.reroute(lead, &handoff);
            decision = Some(made);
            let Some((next, more)) = next else { break };
            handoff = next;
            all.extend(more);
        }
        handoff.version = before.life.version.saturating_add(1);
        let counted = decision.as_ref().is_some_and(|it| it.change.is_some());
        self.load(before, &handoff, counted);
        self.credits(&all);
        self.stays(before, event, &handoff, decision.as_ref());
        let mut row = before.clone();
        fill::handoff(&mut row, event, handoff, self.now);
        let mut lead = lead.clone();
        fill::lead(&mut lead, &row.life, closed_reason(&all), self.now);
        let (id, version) = (row.id, row.life.version);
        let at = self.event(fill::event_kind(event), lead.id, Some(id), version);
        self.follow(&row, at, &all);
        self.made.writes.push(Write::Handoff(Box::new(row)));
        self.made.writes.push(Write::Lead(Box::new(lead)));
    }

    /// Decides again on the lead, without those who may not have it: the handoff after, and the
    /// decision.
    fn reroute(
        &mut self,
        lead: &Lead,
        handoff: &Handoff,
    ) -> (Option<(Handoff, Vec<Effect>)>, Decision) {
        let setup = &self.live.setup;
        let view = self.stored_view(lead, handoff);
        let routed = route(setup, &view, self.now, &mut NoTrace);
        let waiting = Waiting { route: &routed, lead: &view };
        let seed = lead.id.raw() as u64;
        let picked = pick(setup, &self.desk.state, waiting, self.now, seed, &mut NoTrace);
        let decision = conclude(setup, &view, self.now, routed, picked);
        let number = self.tables.last_decision(lead.id).map_or(0, |it| it.number) + 1;
        self.decision(&view, &decision, number);
        if let Some(change) = &decision.change {
            self.desk.state.apply(change);
        }
        let facts = Facts::default();
        let context =
            Context { setup, state: &self.desk.state, facts: &facts, now: self.now, version: None };
        let event = Event::Routed { outcome: decision.outcome };
        let next = match advance(handoff, &event, &context) {
            Advance::Moved { handoff, effects } => Some((*handoff, effects)),
            Advance::Ignored | Advance::Refused(_) => None,
        };
        (next, decision)
    }

    fn stored_view(&self, lead: &Lead, handoff: &Handoff) -> LeadView {
        let mut view = LeadView::new(lead.id, lead.captured_at);
        view.version = lead.version;
        view.waiting_since = self.now;
        view.channel = Some(Arc::from("api"));
        if let Some(person) = self.people.get(lead.person as usize) {
            person.tell(self.live.setup.policy(), &mut view);
        }
        if let Some(last) = self.tables.last_decision(lead.id) {
            view.history.clone_from(&last.view.history);
        }
        let mut excluded = self.rejecters(lead.id);
        excluded.retain(|it| handoff.excluded.iter().all(|other| other.rep != it.rep));
        excluded.extend(handoff.excluded.iter().cloned());
        view.excluded = excluded;
        view
    }

    /// Open work moves with the handoff. A pick has counted it for the rep it chose already.
    fn load(&mut self, before: &HandoffRow, handoff: &Handoff, counted: bool) {
        let after = match handoff.state {
            HandoffState::Closed(_) => None,
            _ => handoff.owner(),
        };
        if before.life.owner() == after && !counted {
            return;
        }
        let setup = &self.live.setup;
        let place = |rep: &RepId| setup.find(rep).map(|it| it.0 as usize);
        let reps = &mut self.desk.state.reps;
        if let Some(state) = before.life.owner().and_then(place).and_then(|it| reps.get_mut(it)) {
            state.open = state.open.saturating_sub(1);
            state.open_value = state.open_value.saturating_sub(before.value);
        }
        let gained = after.filter(|_| !counted).and_then(place);
        if let Some(state) = gained.and_then(|it| reps.get_mut(it)) {
            state.open = state.open.saturating_add(1);
            state.open_value = state.open_value.saturating_add(before.value);
            state.assigned.day = state.assigned.day.saturating_add(1);
            state.assigned.week = state.assigned.week.saturating_add(1);
            state.assigned.month = state.assigned.month.saturating_add(1);
        }
    }

    fn credits(&mut self, effects: &[Effect]) {
        for effect in effects {
            if let Effect::Credit { rep, pool } = effect
                && let Some(pool) = self.desk.state.pools.get_mut(usize::from(*pool))
            {
                pool.add_credit(*rep);
            }
        }
    }

    /// Ends the old stay and begins the new one where the holder changed.
    fn stays(
        &mut self,
        before: &HandoffRow,
        event: &Event,
        handoff: &Handoff,
        decision: Option<&Decision>,
    ) {
        let closed = matches!(handoff.state, HandoffState::Closed(_));
        if !closed && decision.is_none() && before.life.holder() == handoff.holder() {
            return;
        }
        let lead = handoff.lead;
        let ended = fill::ended(event);
        self.made.writes.push(Write::StayEnd { lead, until: self.now, ended });
        if closed {
            return;
        }
        match decision.filter(|it| self.holder(it.outcome) != (None, None)) {
            Some(decision) => self.stay_of_decision(lead, before.id, decision),
            // A route that ends outside sales leaves the handoff in the fallback queue.
            None => {
                let holder = fill::holder_names(handoff);
                self.stay(lead, before.id, holder, None, false);
            }
        }
    }

    /// Cancels, breaches and skipped steps; then timers and messages.
    fn follow(&mut self, row: &HandoffRow, event: usize, effects: &[Effect]) {
        let (handoff, lead, version) = (row.id, row.life.lead, row.life.version);
        for effect in effects {
            match effect {
                Effect::Cancel { kind } => {
                    let cancel = Write::Cancel { handoff, kind: *kind, at: self.now };
                    self.made.writes.push(cancel);
                }
                Effect::Breach { .. } => {
                    self.event("handoff.breached", lead, Some(handoff), version);
                }
                Effect::VoidBreach { .. } => {
                    self.event("handoff.breach_voided", lead, Some(handoff), version);
                }
                Effect::SkippedStep { .. } => {
                    self.event("handoff.step_skipped", lead, Some(handoff), version);
                }
                _ => {}
            }
        }
        let duty = Duty { lead, handoff: Some(handoff), version };
        self.effects(duty, event, fill::lasting(effects));
    }
}
